from odoo import fields, models


class CrmLoyaltyTierFix(models.TransientModel):
    """A manager gives a customer a tier until a day, for a reason."""

    _name = "crm.loyalty.tier.fix"
    _description = "Fix a Customer's Tier"

    card_id = fields.Many2one("loyalty.card", required=True, ondelete="cascade")
    program_id = fields.Many2one(related="card_id.program_id")
    current_tier_id = fields.Many2one(related="card_id.tier_id", string="Tier Now")
    tier_id = fields.Many2one(
        "crm.loyalty.tier",
        string="New Tier",
        domain="[('program_id', '=', program_id)]",
        help="Empty: no tier until that day.",
        ondelete="cascade",
    )
    date_end = fields.Date(
        "Until",
        required=True,
        help="The day is included. Afterwards the rules of the programme hold again.",
    )
    reason = fields.Char(required=True)

    def action_fix(self):
        self.ensure_one()
        self.card_id._fix_tier(self.tier_id, self.date_end, self.reason)
        return {"type": "ir.actions.act_window_close"}
