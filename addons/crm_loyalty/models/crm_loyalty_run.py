from odoo import api, fields, models


class CrmLoyaltyRun(models.Model):
    """One scoring of one company's customers: what it used, found and changed."""

    _name = "crm.loyalty.run"
    _description = "Loyalty Scoring Run"
    _order = "id desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True, help="The company's own day.")
    date_end = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    duration = fields.Float(
        "Duration (s)", readonly=True, aggregator="sum", digits=(16, 2)
    )
    durations = fields.Json(readonly=True)
    parameters = fields.Json(readonly=True)
    breakpoints = fields.Json(
        readonly=True, help="Lowest value that received each score."
    )
    customer_count = fields.Integer("Customers", readonly=True)
    created_count = fields.Integer("New Profiles", readonly=True)
    updated_count = fields.Integer("Changed Profiles", readonly=True)
    unchanged_count = fields.Integer("Unchanged Profiles", readonly=True)
    summary = fields.Text(compute="_compute_summary")

    @api.depends("parameters", "breakpoints", "durations")
    @api.depends_context("lang")
    def _compute_summary(self):
        for run in self:
            run.summary = "\n".join(
                f"{title}: {self._format_pairs(values)}"
                for title, values in (
                    (self.env._("Parameters"), run.parameters),
                    (self.env._("Scores start at"), run.breakpoints),
                    (self.env._("Seconds"), run.durations),
                )
                if values
            )

    @api.model
    def _format_pairs(self, values):
        return "; ".join(
            f"{key} [{self._format_pairs(value)}]"
            if isinstance(value, dict)
            else f"{key} {value}"
            for key, value in values.items()
        )

    @api.model
    def _latest(self, companies):
        """Return the last run of each company."""
        latest = self._read_group(
            [("company_id", "in", companies.ids)], ["company_id"], ["id:max"]
        )
        return {company: self.browse(run_id) for company, run_id in latest}

    @api.autovacuum
    def _gc_old_runs(self):
        """Forget runs after two years; the scores they explain are long replaced."""
        self.search([("date", "<", "-24m")], limit=10_000).unlink()
