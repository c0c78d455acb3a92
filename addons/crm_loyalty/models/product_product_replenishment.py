from odoo import api, fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    loyalty_replenishment_count = fields.Integer(
        "Customers Who Reorder",
        compute="_compute_loyalty_replenishment_count",
        groups="sales_team.group_sale_salesman",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_loyalty_replenishment_count(self):
        counts = dict(
            self.env["crm.loyalty.replenishment"]._read_group(
                [
                    ("product_id", "in", self.ids),
                    ("state", "!=", "lapsed"),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["product_id"],
                ["partner_id:count_distinct"],
            )
        )
        for product in self:
            product.loyalty_replenishment_count = counts.get(product._origin, 0)

    def action_view_loyalty_replenishment(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_replenishment_action"
        )
        return {
            **action,
            "domain": [("product_id", "in", self.ids), ("state", "!=", "lapsed")],
            "context": {},
        }
