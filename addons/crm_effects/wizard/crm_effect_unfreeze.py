"""Why a baseline is unfrozen: nobody does it without saying so."""

from odoo import fields, models
from odoo.exceptions import UserError


class CrmEffectUnfreeze(models.TransientModel):
    _name = "crm.effect.unfreeze"
    _description = "Unfreezing of a Baseline"

    baseline_id = fields.Many2one(
        "crm.effect.baseline", required=True, ondelete="cascade", readonly=True
    )
    reason = fields.Text(required=True)

    def action_unfreeze(self):
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Say why the baseline is unfrozen: it is kept in the log.")
            )
        self.baseline_id._unfreeze(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
