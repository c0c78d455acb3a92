from odoo import api, fields, models

# What the card shows of a profile: `loyalty_<name>` of the document.
CARD_FIELDS = (
    "currency_id",
    "rfm_score",
    "segment_id",
    "last_order_date",
    "order_count",
    "avg_interval",
    "revenue_12m",
    "revenue_total",
)


class CrmLoyaltyCustomerMixin(models.AbstractModel):
    """A document or partner that shows the loyalty card of its customer.

    Nothing is stored: the card is the profile of the whole firm in the company of the
    document, as far as the user may read it.
    """

    _name = "crm.loyalty.customer.mixin"
    _description = "Loyalty Card of a Customer"

    loyalty_profile_id = fields.Many2one(
        "crm.loyalty.profile", compute="_compute_loyalty_profile_id"
    )
    loyalty_currency_id = fields.Many2one(
        "res.currency", compute="_compute_loyalty_card"
    )
    loyalty_rfm_score = fields.Char("RFM", compute="_compute_loyalty_card")
    loyalty_segment_id = fields.Many2one(
        "crm.loyalty.segment", compute="_compute_loyalty_card"
    )
    loyalty_last_order_date = fields.Date("Last Order", compute="_compute_loyalty_card")
    loyalty_order_count = fields.Integer(
        "Orders on Record", compute="_compute_loyalty_card"
    )
    loyalty_avg_interval = fields.Float(
        "Average Interval (days)", compute="_compute_loyalty_card", digits=(16, 1)
    )
    loyalty_revenue_12m = fields.Monetary(
        "Revenue, 12 Months",
        compute="_compute_loyalty_card",
        currency_field="loyalty_currency_id",
    )
    loyalty_revenue_total = fields.Monetary(
        "Revenue in All",
        compute="_compute_loyalty_card",
        currency_field="loyalty_currency_id",
    )
    loyalty_items = fields.Json("Customer Card", compute="_compute_loyalty_items")

    @api.depends(lambda self: self._loyalty_depends())
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_loyalty_profile_id(self):
        customers = {record: record._loyalty_customer() for record in self}
        profiles = self.env["crm.loyalty.profile"]._of_customers(customers.values())
        for record, customer in customers.items():
            record.loyalty_profile_id = profiles.get(customer, False)

    @api.depends("loyalty_profile_id")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_loyalty_card(self):
        for record in self:
            for name in CARD_FIELDS:
                record[f"loyalty_{name}"] = record.loyalty_profile_id[name]

    @api.depends("loyalty_profile_id")
    @api.depends_context("uid", "company", "allowed_company_ids", "lang")
    def _compute_loyalty_items(self):
        card = self.loyalty_profile_id._card()
        for record in self:
            record.loyalty_items = card.get(record.loyalty_profile_id.id, [])

    def _loyalty_depends(self):
        """Return the fields that decide the customer and the company."""
        return ["partner_id.commercial_partner_id", "company_id"]

    def _loyalty_customer(self):
        """Return the company and the commercial partner whose card is shown."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id._origin
        return self.company_id._origin or self.env.company, partner

    def action_open_loyalty_profile(self):
        self.ensure_one()
        return self.loyalty_profile_id._get_records_action()
