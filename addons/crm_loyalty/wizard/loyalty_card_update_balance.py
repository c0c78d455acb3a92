from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ..engine.points import DIGITS


class LoyaltyCardUpdateBalance(models.TransientModel):
    """Stock's correction of a balance: on a ledger, a movement with a reason, by
    people who may."""

    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        if not self.card_id.use_ledger:
            return super().action_update_card_point()
        self.card_id._check_may_adjust()
        if self.new_balance < 0 or not float_compare(
            self.new_balance, self.old_balance, precision_digits=DIGITS
        ):
            raise ValidationError(
                self.env._("The new balance must differ from the old one, 0 or more.")
            )
        self.card_id._post_points(
            "adjust", self.new_balance - self.old_balance, reason=self.description
        )
        return None
