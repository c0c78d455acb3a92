from odoo import models


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def action_loyalty_update_balance(self):
        """Correct a balance with a reason, by two people above the limit."""
        if not self.use_ledger:
            return super().action_loyalty_update_balance()
        self._check_may_adjust()
        return {
            "name": self.env._("Adjust Points"),
            "type": "ir.actions.act_window",
            "res_model": "crm.loyalty.adjustment",
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "crm_loyalty.crm_loyalty_adjustment_view_form_dialog"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_card_id": self.id},
        }

    def action_view_adjustments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_adjustment_action"
        )
        return {
            **action,
            "domain": [("card_id", "=", self.id)],
            "context": {"default_card_id": self.id},
        }
