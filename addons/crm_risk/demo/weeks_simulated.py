"""Simulations of the past months and a what-if, so that the screens have something to
show: what the exposure was while the responses were not yet done."""

from datetime import datetime, time

from odoo import api, fields, models

MONTHS = 5


class DemoRuns(models.AbstractModel):
    _inherit = "crm.risk.demo"

    @api.model
    def _simulate(self, implementation, template):
        """Runs of the last months, that of today, and one without a risk."""
        implementation = self.env["crm.implementation"].browse(implementation)
        risks = implementation._get_open_risks()
        runs = self.env["crm.risk.simulation"]
        for months in range(MONTHS, 0, -1):
            day = fields.Date.subtract(fields.Date.today(), months=months)
            undone = risks.response_ids.filtered(
                lambda one, day=day: not one.date_deadline or one.date_deadline > day
            )
            runs._run(
                implementation,
                risks,
                seed=implementation.simulation_seed,
                iterations=implementation.simulation_iterations,
                responses_out=undone,
                date=datetime.combine(day, time(3)),
            )
        implementation.action_simulate()
        risk = risks.filtered(lambda one: one.template_id.id == template)
        base = implementation.simulation_id
        base._run_what_if(risk, self.env["crm.risk.response"], f"without {risk.ref}")
