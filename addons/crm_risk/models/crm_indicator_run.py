"""The log of measuring: what ran, how long, what changed, what failed."""

from odoo import api, fields, models


class CrmIndicatorRun(models.Model):
    _name = "crm.indicator.run"
    _description = "Measuring Run"
    _order = "date_start desc, id desc"
    _rec_name = "date_start"

    date_start = fields.Datetime(required=True, default=fields.Datetime.now)
    date_end = fields.Datetime()
    trigger = fields.Selection(
        [("cron", "Nightly"), ("manual", "By hand")], required=True, default="manual"
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")], required=True, default="running"
    )
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    line_ids = fields.One2many("crm.indicator.run.line", "run_id")
    measured_count = fields.Integer(compute="_compute_counts", string="Measured")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")
    changed_count = fields.Integer(compute="_compute_counts", string="Facts Changed")
    late_count = fields.Integer(compute="_compute_counts", string="Late Changes")
    duration = fields.Float(compute="_compute_counts", string="Seconds", digits=(16, 2))

    @api.depends("line_ids")
    def _compute_counts(self):
        groups = self.env["crm.indicator.run.line"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id"],
            [
                "__count",
                "failed:sum",
                "inserted:sum",
                "updated:sum",
                "deleted:sum",
                "late:sum",
                "duration:sum",
            ],
        )
        totals = {run.id: figures for run, *figures in groups}
        for run in self:
            count, failed, inserted, updated, deleted, late, duration = totals.get(
                run.id, [0] * 7
            )
            run.measured_count = count - failed
            run.failed_count = failed
            run.changed_count = inserted + updated + deleted
            run.late_count = late
            run.duration = duration

    @api.autovacuum
    def _gc_old_runs(self):
        """Three months of logs are kept."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=3)
        self.search([("date_start", "<", limit)], limit=1000).unlink()


class CrmIndicatorRunLine(models.Model):
    _name = "crm.indicator.run.line"
    _description = "Measuring Run: One Indicator in One Company"
    _order = "run_id desc, duration desc, id"
    _rec_name = "indicator_id"

    run_id = fields.Many2one(
        "crm.indicator.run", required=True, index=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one("crm.indicator", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    months = fields.Integer(help="How many months were counted anew.")
    inserted = fields.Integer()
    updated = fields.Integer()
    deleted = fields.Integer()
    late = fields.Integer(string="Late Changes")
    duration = fields.Float(string="Seconds", digits=(16, 3), aggregator="sum")
    failed = fields.Integer(help="1 where the measuring failed.")
    error = fields.Text()
