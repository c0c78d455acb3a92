"""The monthly figures an effect is estimated from, frozen before the go-live."""

from dataclasses import dataclass, field

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine import returns
from ..engine.answers import Sentence
from .crm_effect_line import PRECISION


@dataclass
class Series:
    """Monthly figures of the introduced teams and of the control; None: no data."""

    months: list = field(default_factory=list)
    values: list = field(default_factory=list)
    volumes: list = field(default_factory=list)
    control: list = field(default_factory=list)
    start: int = 0
    late_changes: int = 0


class Unanswerable(Exception):
    """There is nothing to estimate; carries the sentence that says why."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.sentence = Sentence(code, code, **values)


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    def _get_series(self):
        """Figures up to the last whole month, the frozen ones before the go-live."""
        if not self.indicator_id:
            raise Unanswerable("no_indicator")
        if not self.date_go_live:
            raise Unanswerable("no_go_live")
        if self.estimator == "did" and not (self.team_ids and self.control_team_ids):
            raise Unanswerable("no_control")
        rows = self._get_rows()
        first_after = self._get_first_month()
        baseline = self.baseline_id.series or []
        late = self._count_late_changes(rows, baseline)
        rows = self._merge_baseline(rows, baseline, first_after)
        if not rows:
            raise self._no_facts()
        return self._build_series(rows, first_after, late)

    def _no_facts(self):
        indicator = self.indicator_id
        if not indicator.available:
            return Unanswerable("unavailable", text=indicator.inactive_reason)
        return Unanswerable("no_facts", indicator=indicator.display_name)

    def _get_rows(self):
        """{month: {numerator, denominator, control_numerator, control_denominator}}"""
        ours = self.indicator_id._get_monthly_sums(self.company_id, self.team_ids)
        theirs = {}
        if self.control_team_ids:
            theirs = self.indicator_id._get_monthly_sums(
                self.company_id, self.control_team_ids
            )
        rows = {}
        for month in sorted(set(ours) | set(theirs)):
            if self._is_in_window(month):
                rows[month] = dict(
                    zip(
                        ("numerator", "denominator"),
                        ours.get(month, (None, None)),
                        strict=True,
                    ),
                    control_numerator=theirs.get(month, (None, None))[0],
                    control_denominator=theirs.get(month, (None, None))[1],
                )
        return rows

    def _is_in_window(self, month):
        begin, end = self.date_from, self.date_to
        return (
            month <= self._get_last_month()
            and (not begin or month >= begin.replace(day=1))
            and (not end or month <= end)
        )

    def _get_last_month(self):
        """The last month whose figure no longer changes by itself."""
        today = fields.Date.context_today(self)
        settled = fields.Date.subtract(today, days=self.indicator_id.maturity_days)
        return returns.add_months(settled, -1)

    def _get_first_month(self):
        """The first whole month after the go-live."""
        day = self.date_go_live
        return day if day.day == 1 else returns.add_months(day, 1)

    def _count_late_changes(self, rows, baseline):
        """Frozen months that would read differently today."""
        return sum(
            self._differs(rows.get(fields.Date.to_date(row["date"])), row)
            for row in baseline
        )

    @staticmethod
    def _differs(now, frozen):
        return now is not None and any(
            round(now[key] or 0.0, PRECISION) != round(frozen[key] or 0.0, PRECISION)
            for key in now
        )

    def _merge_baseline(self, rows, baseline, first_after):
        if not baseline:
            return rows
        frozen = {
            fields.Date.to_date(row["date"]): row
            for row in baseline
            if self._is_in_window(fields.Date.to_date(row["date"]))
        }
        after = {month: row for month, row in rows.items() if month >= first_after}
        return {**frozen, **after}

    def _build_series(self, rows, first_after, late):
        first, last = min(rows), max(rows)
        if not first < first_after <= last:
            raise Unanswerable(
                "go_live_outside",
                go_live=str(self.date_go_live),
                first=str(first),
                last=str(last),
            )
        span = 1 + returns.months_between(first, last)
        series = Series(late_changes=late)
        series.months = [returns.add_months(first, i) for i in range(span)]
        series.start = series.months.index(first_after)
        transition = self.date_go_live.replace(day=1)
        for month in series.months:
            left_out = month == transition != first_after
            row = {} if left_out else rows.get(month, {})
            self._append_month(series, row)
        if all(value is None for value in series.values):
            raise self._no_facts()
        return series

    def _append_month(self, series, row):
        get_value = self.indicator_id._get_value
        numerator, denominator = row.get("numerator"), row.get("denominator")
        series.values.append(get_value(numerator, denominator))
        series.volumes.append(denominator if self._is_ratio() else 1.0)
        series.control.append(
            get_value(row.get("control_numerator"), row.get("control_denominator"))
        )

    # the baseline ------------------------------------------------------------------

    def _freeze_baseline(self):
        """A frozen copy of the figures before the go-live."""
        self.ensure_one()
        rows = self._get_rows_to_freeze()
        series = [{"date": str(month), **row} for month, row in rows.items()]
        baseline = self.env["crm.effect.baseline"]
        sums = baseline._fingerprint(
            series, self.indicator_id, self.team_ids, self.control_team_ids
        )
        return baseline.create(
            {
                "implementation_id": self.implementation_id.id,
                "indicator_id": self.indicator_id.id,
                "team_ids": self.team_ids.ids,
                "control_team_ids": self.control_team_ids.ids,
                "date_from": min(rows),
                "date_to": max(rows),
                "series": series,
                "fingerprint": sums,
            }
        )

    def _get_rows_to_freeze(self):
        """Whole months before the go-live, or the sentence that there are none."""
        rows = {}
        if self.indicator_id and self.estimator != "manual":
            border = self.date_go_live or self._get_last_month()
            rows = {m: row for m, row in self._get_rows().items() if m < border}
        if not rows:
            raise UserError(
                self.env._(
                    "%(name)s: there are no figures before the go-live to freeze."
                    " Measure the indicator or import its history.",
                    name=self.name,
                )
            )
        return rows
