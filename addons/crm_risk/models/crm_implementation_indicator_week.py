"""Against the baseline: the weeks before the go-live, frozen, and those after it."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import dip, likelihood
from ..indicators import SqlIndicator

BASELINE_WEEKS = 12
WATCHED_WEEKS = 52
"""A dip that lasts a year is no dip."""

OPEN_WEEKS = 6
"""Weeks counted anew every night: late confirmations and corrections."""


class CrmImplementationIndicator(models.Model):
    _inherit = "crm.implementation.indicator"

    compared = fields.Boolean(
        string="Compare with Baseline",
        help="The weeks before the go-live are frozen as the baseline, and the weeks"
        " after it are watched for a dip.",
    )
    can_compare = fields.Boolean(compute="_compute_can_compare")
    week_ids = fields.One2many(
        "crm.implementation.indicator.week", "line_id", string="Weeks"
    )
    has_baseline = fields.Boolean(readonly=True)
    baseline = fields.Float(
        digits=0,
        readonly=True,
        aggregator=None,
        help="Median of the twelve weeks before the go-live.",
    )
    baseline_weeks = fields.Integer(
        readonly=True, aggregator=None, help="Weeks of the baseline with data."
    )
    has_current = fields.Boolean(readonly=True)
    current = fields.Float(
        string="Now",
        digits=0,
        readonly=True,
        aggregator=None,
        help="Median of the last four full weeks.",
    )
    ratio = fields.Float(
        string="Share of Baseline", digits=0, readonly=True, aggregator=None
    )
    dip_depth = fields.Float(
        string="Deepest Dip",
        digits=0,
        readonly=True,
        aggregator=None,
        help="Worst week since the go-live, as a share below the baseline.",
    )
    weeks_below = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Weeks since the go-live that were more than 5 % worse than the baseline.",
    )
    recovery = fields.Selection(
        [("none", "No dip"), ("dip", "In the dip"), ("recovered", "Recovered")],
        readonly=True,
        help="Recovered: the last two weeks were back at the baseline.",
    )
    baseline_text = fields.Char(compute="_compute_week_texts", string="Baseline Value")
    current_text = fields.Char(compute="_compute_week_texts", string="Value Now")
    week_chart = fields.Text(compute="_compute_week_chart")

    @api.depends("indicator_id.measure", "indicator_id.builtin")
    def _compute_can_compare(self):
        for line in self:
            measurer = line.indicator_id.available and line.indicator_id._measurer()
            line.can_compare = isinstance(measurer, SqlIndicator) and bool(
                measurer.history and measurer.rolling_lag_days
            )

    @api.depends("baseline", "current", "has_baseline", "has_current")
    @api.depends_context("lang")
    def _compute_week_texts(self):
        for line in self:
            for name in ("baseline", "current"):
                line[f"{name}_text"] = line[f"has_{name}"] and (
                    line.indicator_id._format_value(line[name], line.company_id)
                )

    @api.depends("week_ids.value")
    @api.depends_context("lang")
    def _compute_week_chart(self):
        for line in self:
            points = []
            for week in line.week_ids.sorted("date"):
                label = format_date(self.env, week.date, date_format="d MMM")
                if week.has_value:
                    points.append({"x": label, "y": week.value, "name": label})
            name = line.indicator_id.name
            line.week_chart = json.dumps([{"values": points, "key": name}])

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines:
            if line.indicator_id.relative:
                line.compared = True
        return lines

    # Weeks --------------------------------------------------------------------------

    def _freeze(self, go_live):
        """Keep the weeks before the go-live; they are never counted again."""
        monday = go_live - timedelta(days=go_live.weekday())
        first = monday - timedelta(weeks=BASELINE_WEEKS)
        for line in self.filtered(lambda one: one.compared and one.can_compare):
            line.week_ids.unlink()
            line._store_weeks(first, monday, frozen=True)
            weeks = line._get_week_values(frozen=True)
            typical = dip.typical(weeks, least=dip.LEAST_WEEKS)
            line.write(
                {
                    "has_baseline": bool(typical),
                    "baseline": typical or 0.0,
                    "baseline_weeks": sum(value is not None for value in weeks),
                }
            )

    def _refresh_weeks(self, go_live, today):
        """Count the weeks since the go-live that may have changed, and judge them."""
        monday = go_live - timedelta(days=go_live.weekday())
        this_week = today - timedelta(days=today.weekday())
        until = min(this_week, monday + timedelta(weeks=WATCHED_WEEKS))
        for line in self.filtered("has_baseline"):
            try:
                with self.env.cr.savepoint():
                    known = line.week_ids.filtered(lambda week: not week.frozen)
                    since = max(known.mapped("date"), default=monday)
                    since = max(monday, since - timedelta(weeks=OPEN_WEEKS - 1))
                    if since < until:
                        line._store_weeks(since, until)
                    line._judge_weeks(until)
                    line._write_changed({"failure": False})
            except Exception as error:
                line._write_changed({"failure": str(error).strip() or repr(error)})

    def _store_weeks(self, first, until, frozen=False):
        """Count the whole weeks from one Monday to before another; weeks without a
        record are kept as weeks without data."""
        figures = self._read_weeks(first, until)
        known = {week.date: week for week in self.week_ids}
        new = []
        for number in range((until - first).days // 7):
            day = first + timedelta(weeks=number)
            numerator, denominator, value = figures.get(day, (0.0, 0.0, None))
            values = {
                "numerator": numerator,
                "denominator": denominator,
                "has_value": value is not None,
                "value": value or 0.0,
            }
            if day not in known:
                new.append({"line_id": self.id, "date": day, "frozen": frozen} | values)
            elif not known[day].frozen:
                known[day]._write_changed(values)
        self.env["crm.implementation.indicator.week"].create(new)

    def _read_weeks(self, first, until):
        """{Monday: (numerator, denominator, value)} of the scope."""
        measurer = self.indicator_id._measurer()
        window = self.indicator_id._window_weeks(
            self.company_id, first, until - timedelta(days=1)
        )
        teams = self.implementation_id._get_scope_teams()
        self.env.flush_all()
        rows = self.env.execute_query(measurer.series(self.env, window, teams.ids))
        kind = self.indicator_id.kind
        found = {}
        for day, numerator, denominator, median in rows:
            numerator, denominator = float(numerator), float(denominator)
            value = numerator / denominator if denominator else None
            if kind in ("sum", "level"):
                value = numerator
            elif measurer.has_median:
                value = median
            found[day] = (numerator, denominator, value)
        return found

    def _get_week_values(self, frozen):
        weeks = self.week_ids.filtered(lambda week: week.frozen == frozen)
        return [week.value if week.has_value else None for week in weeks.sorted("date")]

    def _judge_weeks(self, until):
        weeks = self._get_week_values(frozen=False)
        lower = self.indicator_id.direction == "lower"
        seen = dip.dip(self.baseline, weeks, lower_is_better=lower)
        current = dip.typical(weeks, last=dip.RECENT_WEEKS)
        recovery = {None: "none", True: "recovered", False: "dip"}
        values = {
            "has_current": current is not None,
            "current": current or 0.0,
            "ratio": (current or 0.0) / self.baseline,
            "dip_depth": seen.depth,
            "weeks_below": seen.weeks_below,
            "recovery": recovery[seen.recovered] if weeks else False,
        }
        if self.indicator_id.relative:
            values["date"] = until - timedelta(days=1)
        self._write_changed(values)

    # Status -------------------------------------------------------------------------

    def _get_severity(self):
        indicator = self.indicator_id
        if not indicator.relative:
            return super()._get_severity()
        if not self.has_baseline or not self.has_current:
            return None
        if not indicator._has_thresholds():
            return None
        return likelihood.severity(self.ratio, *indicator._get_thresholds())

    def _is_judged_weekly(self):
        return self.indicator_id.relative and self.has_baseline

    def _get_judged_value(self):
        if not self._is_judged_weekly():
            return super()._get_judged_value()
        return self.ratio if self.has_current else None

    def _format_judged(self, value):
        if not self._is_judged_weekly():
            return super()._format_judged(value)
        return self.env._("%(share)s %% of the baseline", share=f"{100 * value:.0f}")

    def _get_baseline_note(self):
        indicator = self.indicator_id
        if not indicator.relative or self.status != "none":
            return super()._get_baseline_note()
        if not self.implementation_id.baseline_date:
            return self.env._("The baseline is frozen at the go-live.")
        if not self.has_baseline:
            return self.env._(
                "No baseline: weeks with data before the go-live %(weeks)s, at least"
                " %(least)s are needed.",
                weeks=self.baseline_weeks,
                least=dip.LEAST_WEEKS,
            )
        return self.env._("No full week since the go-live has data.")


class CrmImplementationIndicatorWeek(models.Model):
    _name = "crm.implementation.indicator.week"
    _description = "Week of an Indicator of an Implementation"
    _order = "date desc, id desc"
    _rec_name = "date"

    line_id = fields.Many2one(
        "crm.implementation.indicator", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    date = fields.Date(string="Monday", required=True)
    frozen = fields.Boolean(string="Baseline", readonly=True)
    numerator = fields.Float(digits=0, aggregator=None)
    denominator = fields.Float(digits=0, aggregator=None)
    has_value = fields.Boolean()
    value = fields.Float(digits=0, aggregator=None)

    _once = models.Constraint(
        "UNIQUE (line_id, date)", "This week of the indicator is there already."
    )

    def _write_changed(self, values):
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.write(changed)
