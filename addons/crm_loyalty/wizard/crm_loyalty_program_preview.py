from odoo import api, fields, models


class CrmLoyaltyProgramPreview(models.TransientModel):
    """Who may take part in a programme and what a year of it would cost."""

    _name = "crm.loyalty.program.preview"
    _description = "Preview of a Programme"

    program_id = fields.Many2one("loyalty.program", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="program_id.currency_id")
    customer_count = fields.Integer("Customers", compute="_compute_preview")
    total_count = fields.Integer("Of All Customers", compute="_compute_preview")
    taking_part_count = fields.Integer(
        "Take Part", compute="_compute_preview", help="Without those kept out."
    )
    order_count = fields.Integer("Orders, 12 Months", compute="_compute_preview")
    points = fields.Float("Points, 12 Months", compute="_compute_preview")
    cost = fields.Monetary(
        "Expected Cost, 12 Months",
        compute="_compute_preview",
        help="Points times their value times the share expected to be redeemed.",
    )
    has_value = fields.Boolean(compute="_compute_preview")
    warning = fields.Char(compute="_compute_preview")

    @api.depends("program_id")
    def _compute_preview(self):
        for wizard in self:
            found = wizard.program_id._preview()
            wizard.customer_count = found["customers"]
            wizard.total_count = found["total"]
            wizard.taking_part_count = found["taking_part"]
            wizard.order_count = found["orders"]
            wizard.points = found["points"]
            wizard.cost = found["cost"]
            wizard.has_value = found["has_value"]
            wizard.warning = wizard._explain(found)

    def _explain(self, found):
        if not found["total"]:
            return self.env._("No customer has bought anything yet.")
        if not found["customers"]:
            return self.env._("Nobody may take part: please check the conditions.")
        restricted = any(
            terms.program == self.program_id.id
            for terms in self.program_id._restrictions()
        )
        if restricted and found["customers"] == found["total"]:
            return self.env._("The conditions leave nobody out.")
        return False

    def action_view_audience(self):
        return self.program_id.action_view_audience()
