from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    loyalty_replenishment_count = fields.Integer(
        "Customers Who Reorder",
        compute="_compute_loyalty_replenishment_count",
        groups="sales_team.group_sale_salesman",
    )

    def _compute_loyalty_replenishment_count(self):
        for template in self:
            template.loyalty_replenishment_count = sum(
                template.product_variant_ids.mapped("loyalty_replenishment_count")
            )

    def action_view_loyalty_replenishment(self):
        return self.product_variant_ids.action_view_loyalty_replenishment()
