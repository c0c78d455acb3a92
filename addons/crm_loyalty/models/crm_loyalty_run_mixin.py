from odoo import api, fields, models
from odoo.tools import format_date

STATES = [("done", "Done"), ("failed", "Failed")]


class CrmLoyaltyRunMixin(models.AbstractModel):
    """One nightly run for one company, also one that failed: a manager sees why."""

    _name = "crm.loyalty.run.mixin"
    _description = "Nightly Loyalty Run"
    _order = "id desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True, help="The company's own day.")
    state = fields.Selection(STATES, required=True, default="done", readonly=True)
    error = fields.Text(readonly=True)
    is_expected_error = fields.Boolean(
        readonly=True, help="The error is written for users."
    )
    failure = fields.Text("What Went Wrong", compute="_compute_failure")
    duration = fields.Float(
        "Duration (s)", readonly=True, aggregator="sum", digits=(16, 2)
    )
    parameters = fields.Json(readonly=True)

    @api.depends("error", "is_expected_error")
    @api.depends_context("lang")
    def _compute_failure(self):
        for run in self:
            run.failure = run._explain_failure() if run.state == "failed" else False

    def _explain_failure(self):
        if self.is_expected_error:
            return self.error
        return self.env._(
            "An error stopped the nightly run for %(company)s; its figures are as they "
            "were before. The server log of %(date)s has the details: %(error)s",
            company=self.company_id.name,
            date=format_date(self.env, self.date),
            error=self.error,
        )

    @api.model
    def _latest(self, companies, states=("done",), domain=()):
        """Return the last run of each company that has one."""
        latest = self._read_group(
            [
                ("company_id", "in", companies.ids),
                ("state", "in", states),
                *domain,
            ],
            ["company_id"],
            ["id:max"],
        )
        return {company: self.browse(run_id) for company, run_id in latest}

    @api.autovacuum
    def _gc_old_runs(self):
        """Forget runs after two years; what they explain is long replaced."""
        self.search([("create_date", "<", "-24m")], limit=10_000).unlink()
