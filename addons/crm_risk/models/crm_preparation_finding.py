"""What was found: it can raise a risk and be put into the action plan."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .crm_risk_source import CrmRiskSource

PLAN_DAYS = 14
"""Two weeks: soon enough to be remembered; the day is a proposal."""


class CrmPreparationFinding(models.AbstractModel):
    _name = "crm.preparation.finding"
    _description = "Finding of the Preparation"
    _inherit = [CrmRiskSource._name]

    planned_action_count = fields.Integer(
        compute="_compute_planned_action_count", string="Planned Actions"
    )

    @api.depends_context("uid")
    def _compute_planned_action_count(self):
        groups = self.env["crm.preparation.action"]._read_group(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)],
            ["res_id"],
            ["__count"],
        )
        counts = dict(groups)
        for finding in self:
            finding.planned_action_count = counts.get(finding.id, 0)

    def _prepare_planned_action(self):
        """Values of the action against this finding: at least its name."""
        raise NotImplementedError

    def action_plan(self):
        """Put the finding into the action plan and show the action there."""
        self.ensure_one()
        return self._plan()._get_records_action(target="new")

    def _plan(self):
        """The actions against these findings, made where they are missing."""
        today = fields.Date.context_today(self)
        planned = self.env["crm.preparation.action"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        missing = self.filtered(lambda one: one.id not in planned.mapped("res_id"))
        return planned + planned.create(
            [
                {
                    "date_deadline": today + relativedelta(days=PLAN_DAYS),
                    **finding._prepare_planned_action(),
                    "implementation_id": finding._hub().id,
                    "res_model": self._name,
                    "res_id": finding.id,
                }
                for finding in missing
            ]
        )

    def unlink(self):
        # sudo: an action outlives its finding, whoever may change the action
        planned = self.env["crm.preparation.action"].sudo()
        orphans = planned.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        result = super().unlink()
        orphans.write({"res_model": False, "res_id": False})
        return result
