"""What if some risks or responses were not there?"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

NAMED = 4
"""Risks and responses written into the question; the others are counted."""


class CrmRiskWhatIf(models.TransientModel):
    _name = "crm.risk.what.if"
    _description = "What-If of a Simulation"

    base_id = fields.Many2one("crm.risk.simulation", required=True, ondelete="cascade")
    implementation_id = fields.Many2one(related="base_id.implementation_id")
    currency_id = fields.Many2one(related="base_id.currency_id")
    is_stale = fields.Boolean(related="base_id.is_stale")
    risk_ids = fields.Many2many(
        "crm.risk",
        relation="crm_risk_what_if_risk_rel",
        string="Without These Risks",
        domain="[('implementation_id', '=', implementation_id),"
        " ('state', '!=', 'closed')]",
        help="As if they could not happen.",
    )
    response_ids = fields.Many2many(
        "crm.risk.response",
        relation="crm_risk_what_if_response_rel",
        string="Without These Responses",
        domain="[('implementation_id', '=', implementation_id),"
        " ('risk_id.state', '!=', 'closed'), ('state', '!=', 'cancelled')]",
        help="As if they were not carried out: those done count no more in “Current”,"
        " those planned no more in “Residual”.",
    )
    emv_out = fields.Monetary(
        string="Expected Loss Left Out",
        compute="_compute_emv_out",
        help="By so much the mean loss of today falls without these risks.",
    )

    @api.depends("risk_ids.emv_current")
    def _compute_emv_out(self):
        for wizard in self:
            wizard.emv_out = sum(wizard.risk_ids.mapped("emv_current"))

    def action_run(self):
        """Simulate without them and show both runs side by side."""
        self.ensure_one()
        if not (self.risk_ids or self.response_ids):
            raise ValidationError(
                self.env._("Choose at least one risk or response to leave out.")
            )
        self.implementation_id.check_access("write")
        self.risk_ids.check_access("read")
        self.response_ids.check_access("read")
        # sudo: the exposure is that of all risks, confidential ones included; the
        # user chose among those that he may read, and may write the implementation
        base = self.sudo().base_id
        run = base._run_what_if(
            self.risk_ids.sudo(), self.response_ids.sudo(), self._get_question()
        )
        return run.sudo(False)._get_records_action()

    def _get_question(self):
        names = [
            *self.risk_ids.mapped("ref"),
            *(f"“{name}”" for name in self.response_ids.mapped("name")),
        ]
        shown = ", ".join(names[:NAMED])
        if len(names) <= NAMED:
            return self.env._("without %(names)s", names=shown)
        return self.env._(
            "without %(names)s and others: %(count)s",
            names=shown,
            count=len(names) - NAMED,
        )
