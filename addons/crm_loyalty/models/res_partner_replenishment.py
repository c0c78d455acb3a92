from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    loyalty_due_count = fields.Integer(
        "To Reorder",
        compute="_compute_loyalty_due_count",
        groups="sales_team.group_sale_salesman",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "company")
    def _compute_loyalty_due_count(self):
        rows = self.env["crm.loyalty.replenishment"]
        counts = dict(
            rows._read_group(
                [
                    *rows._to_offer_domain(),
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.loyalty_due_count = counts.get(
                partner.commercial_partner_id._origin, 0
            )

    def action_view_loyalty_replenishment(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_replenishment_action"
        )
        customer = self.commercial_partner_id
        return {
            **action,
            "domain": [("partner_id", "=", customer.id)],
            "context": {},
        }

    def action_quote_replenishment(self):
        """Quote the customer everything that is due, in one quotation."""
        self.ensure_one()
        rows = self.env["crm.loyalty.replenishment"]
        due = rows.search(
            [
                *rows._to_offer_domain(),
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
            ]
        )
        return due.action_create_quotation()
