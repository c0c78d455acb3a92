"""Accept a risk: for how long, and why."""

from odoo import api, fields, models


class CrmRiskAccept(models.TransientModel):
    _name = "crm.risk.accept"
    _description = "Accept a Risk"

    risk_id = fields.Many2one("crm.risk", required=True, readonly=True)
    currency_id = fields.Many2one(related="risk_id.currency_id")
    emv_current = fields.Monetary(related="risk_id.emv_current")
    rating_id = fields.Many2one(related="risk_id.rating_current_id")
    until = fields.Date(
        string="Accepted until",
        required=True,
        compute="_compute_until",
        store=True,
        readonly=False,
        precompute=True,
    )
    reason = fields.Text(
        required=True, help="Why it is carried as it is: kept in the history."
    )

    @api.depends("risk_id")
    def _compute_until(self):
        for wizard in self:
            wizard.until = wizard.risk_id and wizard.risk_id._get_acceptance_end()

    def action_accept(self):
        self.ensure_one()
        self.risk_id._accept(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
