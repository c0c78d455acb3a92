from odoo import models


class LoyaltyCardUpdateBalance(models.TransientModel):
    """Above the limit of the settings, stock's correction waits for approval too."""

    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        if not self.card_id.use_ledger or self.new_balance < 0:
            return super().action_update_card_point()
        adjustment = self.env["crm.loyalty.adjustment"].new(
            {"card_id": self.card_id.id, "points": self.new_balance - self.old_balance}
        )
        if not adjustment.needs_approval:
            return super().action_update_card_point()
        self.card_id._check_may_adjust()
        return (
            self.env["crm.loyalty.adjustment"]
            .create(
                {
                    "card_id": self.card_id.id,
                    "points": self.new_balance - self.old_balance,
                    "reason": self.description,
                }
            )
            .action_apply()
        )
