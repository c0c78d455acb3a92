from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    loyalty_complaint_ids = fields.One2many(
        "crm.loyalty.complaint",
        "order_id",
        string="Complaints",
        groups="sales_team.group_sale_salesman",
    )
    loyalty_complaint_count = fields.Integer(
        "Complaint Count",
        compute="_compute_loyalty_complaint_count",
        groups="sales_team.group_sale_salesman",
    )

    def _compute_loyalty_complaint_count(self):
        counts = dict(
            self.env["crm.loyalty.complaint"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.loyalty_complaint_count = counts.get(order._origin, 0)

    def action_view_loyalty_complaints(self):
        """Open the order's complaints, or the form of a first one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_complaint_action"
        )
        if not self.loyalty_complaint_count:
            action["views"] = [(False, "form")]
        return {
            **action,
            "domain": [("order_id", "=", self.id)],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_order_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }
