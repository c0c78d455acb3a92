from odoo import api, fields, models


class CrmLoyaltyReplenishmentRun(models.Model):
    """One forecasting of one company: from which changes on, and what it changed."""

    _name = "crm.loyalty.replenishment.run"
    _description = "Replenishment Run"
    _order = "id desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True, help="The company's own day.")
    date_start = fields.Datetime("Started", required=True, readonly=True)
    date_since = fields.Datetime(
        "Changes Since",
        readonly=True,
        help="Documents written since then were forecast anew; empty: all.",
    )
    full = fields.Boolean(
        "Full Rebuild",
        readonly=True,
        help="All customers and products were forecast and the models tested anew: "
        "every month, and when the settings have changed.",
    )
    parameters = fields.Json(readonly=True)
    pair_count = fields.Integer(
        "Forecast Anew",
        readonly=True,
        help="Pairs of customer and product looked at.",
    )
    written_count = fields.Integer("Changed", readonly=True)
    removed_count = fields.Integer("Removed", readonly=True)
    moved_count = fields.Integer(
        "Changed State", readonly=True, help="Forecasts that became due, late or so on."
    )
    duration = fields.Float(
        "Duration (s)", readonly=True, aggregator="sum", digits=(16, 2)
    )

    @api.model
    def _latest(self, companies, full=False):
        """Return the last run, or the last full one, of each company."""
        wanted = [("full", "=", True)] if full else []
        latest = self._read_group(
            [("company_id", "in", companies.ids), *wanted], ["company_id"], ["id:max"]
        )
        return {company: self.browse(run_id) for company, run_id in latest}

    @api.autovacuum
    def _gc_old_runs(self):
        """Forget runs after two years."""
        self.search([("date", "<", "-24m")], limit=10_000).unlink()
