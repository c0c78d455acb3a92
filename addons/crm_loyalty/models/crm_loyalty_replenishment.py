from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

STATES = [
    ("on_time", "On time"),
    ("due", "Due"),
    ("late", "Late"),
    ("lapsed", "Lapsed"),
]
MODELS = [("interval", "Interval"), ("consumption", "Consumption")]
COLORS = {"on_time": 10, "due": 3, "late": 2, "lapsed": 1}
TO_OFFER = ("due", "late")


class CrmLoyaltyReplenishment(models.Model):
    """When a customer, seen as a whole firm, will need a product again, and how much.

    Written only by `crm.loyalty.replenishment.job`, in SQL; the formulas are in
    `engine/replenishment.py`.
    """

    _name = "crm.loyalty.replenishment"
    _description = "Replenishment Forecast"
    _order = "expected_date, id"
    _rec_names_search = ["partner_id", "product_id"]
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    categ_id = fields.Many2one(related="product_id.categ_id", string="Product Category")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    sale_uom_id = fields.Many2one(
        "uom.uom",
        string="Bought In",
        readonly=True,
        ondelete="set null",
        help="Unit of the last purchase; quotations use it.",
    )
    active = fields.Boolean(
        default=True,
        readonly=True,
        help="Archived with its customer or product, or when the product is not sold.",
    )
    purchases = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="Days of purchase the forecast rests on, net of returns.",
    )
    median_interval = fields.Float(
        "Median Interval (days)", readonly=True, aggregator="avg"
    )
    spread = fields.Float(
        "Spread (days)",
        readonly=True,
        aggregator="avg",
        help="Half of the intervals differ from the median by no more than this.",
    )
    rate = fields.Float(
        "Consumption a Day",
        readonly=True,
        aggregator=None,
        help="What the customer used of the product a day between his first and his "
        "last purchase.",
    )
    last_date = fields.Date("Last Purchase", readonly=True)
    last_qty = fields.Float(
        "Last Quantity", readonly=True, digits="Product Unit", aggregator=None
    )
    expected_date = fields.Date(
        "Expected",
        readonly=True,
        help="Day by which the customer is expected to need the product again.",
    )
    expected_qty = fields.Float(
        "Expected Quantity", readonly=True, digits="Product Unit"
    )
    expected_amount = fields.Monetary(
        "Expected Revenue",
        readonly=True,
        help="Expected quantity at the price of the last purchase, without tax.",
    )
    model = fields.Selection(
        MODELS,
        readonly=True,
        help="Interval: he buys at equal intervals. Consumption: he buys when the last "
        "purchase is used up. The better one on the past of the product category is "
        "used.",
    )
    error_days = fields.Float(
        "Past Error (days)",
        readonly=True,
        aggregator="avg",
        help="By how many days the forecasts of this customer's past purchases missed "
        "them on average.",
    )
    confidence = fields.Float(
        readonly=True,
        aggregator="avg",
        help="From 0 to 1: the more purchases and the more regular, the higher.",
    )
    state = fields.Selection(STATES, readonly=True)
    color = fields.Integer(compute="_compute_color")
    days_overdue = fields.Integer(
        compute="_compute_days_overdue",
        search="_search_days_overdue",
        help="Below zero: days still to go.",
    )
    why = fields.Text(compute="_compute_why")

    _company_partner_product_uniq = models.Constraint(
        "UNIQUE (company_id, partner_id, product_id)",
        "There is one forecast per company, customer and product.",
    )
    _company_expected_idx = models.Index("(company_id, expected_date)")

    @api.depends("partner_id", "product_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = (
                f"{row.partner_id.display_name}: {row.product_id.display_name}"
            )

    @api.depends("state")
    def _compute_color(self):
        for row in self:
            row.color = COLORS.get(row.state, 0)

    @api.depends("expected_date")
    def _compute_days_overdue(self):
        for row in self:
            today = row.company_id._loyalty_today()
            row.days_overdue = (today - (row.expected_date or today)).days

    @api.model
    def _search_days_overdue(self, operator, value):
        """Days overdue, as a condition on the expected date."""
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        if operator not in turned:
            return NotImplemented
        day = self.env.company._loyalty_today() - timedelta(days=int(value))
        return Domain("expected_date", turned[operator], day)

    @api.depends("expected_date", "expected_qty", "model", "error_days")
    @api.depends_context("lang")
    def _compute_why(self):
        for row in self:
            row.why = row._explain()

    def action_refresh(self):
        """Forecast the customers of the current companies now."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only sales managers may refresh the replenishment.")
            )
        self.env["crm.loyalty.replenishment.job"]._refresh(self.env.companies)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_view_orders(self):
        """Open the orders the forecast rests on."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        domain = [
            ("company_id", "=", self.company_id.id),
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("order_line.product_id", "=", self.product_id.id),
            ("state", "=", "sale"),
        ]
        return {**action, "domain": domain, "context": {}}

    @api.model
    def _to_offer_domain(self):
        """Return the domain of what customers need now: due or late."""
        return [("state", "in", TO_OFFER)]

    def _explain(self):
        """Return facts and rule behind the forecast, in the user's language."""
        if not self.expected_date:
            return ""
        return " ".join([self._explain_rhythm(), self._explain_model()])

    def _explain_rhythm(self):
        return self.env._(
            "Purchases: %(count)s, one every %(days)s days (± %(spread)s); the last "
            "one of %(quantity)s %(unit)s on %(date)s.",
            count=self.purchases,
            days=self._format(self.median_interval, 1),
            spread=self._format(self.spread, 1),
            quantity=self._format(self.last_qty, 2),
            unit=self.uom_id.name,
            date=format_date(self.env, self.last_date),
        )

    def _explain_model(self):
        facts = {
            "date": format_date(self.env, self.expected_date),
            "error": self._format(self.error_days, 1),
        }
        if self.model == "interval":
            return self.env._(
                "The next interval ends on %(date)s. This rule missed past purchases "
                "by %(error)s days on average.",
                **facts,
            )
        return self.env._(
            "At %(rate)s %(unit)s a day that lasts until %(date)s. This rule missed "
            "past purchases by %(error)s days on average.",
            rate=self._format(self.rate, 3),
            unit=self.uom_id.name,
            **facts,
        )

    @api.model
    def _format(self, number, digits):
        """Write a number as short as it is: 30, not 30.0."""
        text = formatLang(self.env, number, digits=digits)
        point = self.env["res.lang"]._get_data(code=self.env.user.lang).decimal_point
        return text.rstrip("0").rstrip(point) if point in text else text
