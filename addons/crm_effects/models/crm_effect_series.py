"""The monthly figures an effect is estimated from, frozen before the go-live."""

from dataclasses import dataclass, field

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_risk.indicators.base import MIN_PERSONS

from ..engine import returns
from ..engine.answers import Sentence
from .crm_effect_comparison import COMPARED
from .crm_effect_line import PRECISION


@dataclass
class Series:
    """Monthly figures of the introduced teams and of the control; None: no data."""

    months: list = field(default_factory=list)
    values: list = field(default_factory=list)
    volumes: list = field(default_factory=list)
    control: list = field(default_factory=list)
    scales: list = field(default_factory=list)
    donors: dict = field(default_factory=dict)
    start: int = 0
    late_changes: int = 0
    imported: int = 0
    of_nothing: int = 0

    @property
    def actual(self):
        """The figures as measured, before they were divided by a normaliser."""
        return self.restore(self.values)

    def restore(self, path):
        """A path of the last months in the unit of the indicator."""
        scales = self.scales[len(self.scales) - len(path) :]
        return [
            None if value is None else value * scale
            for value, scale in zip(path, scales, strict=True)
        ]


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
        self._check_complete()
        rows = self._get_rows()
        first_after = self._get_first_month()
        # sudo: single months leave this method as an estimate only
        baseline = self.baseline_id.sudo().series or []
        late = self._count_late_changes(rows, baseline)
        rows = self._merge_baseline(rows, baseline, first_after)
        rows = self._keep_quarters(rows, first_after)
        if not rows:
            raise self._no_facts()
        return self._build_series(rows, first_after, late)

    def _check_complete(self):
        """What the comparison needs, or what has to be filled in first."""
        if not self.indicator_id:
            raise Unanswerable("no_indicator")
        if self.estimator == "staged" and len({d for _u, d in self._get_stages()}) < 2:
            raise Unanswerable("no_stages")
        if not self._get_start():
            raise Unanswerable("no_go_live")
        treated, control = self._get_treated(), self._get_control()
        lacks_units = self.estimator in COMPARED and not (treated and control)
        if lacks_units and not self._has_control_figure():
            raise Unanswerable("no_control")
        if self.unit == "user":
            self._check_persons(treated, control)

    def _check_persons(self, treated, control):
        """Nobody is measured alone: see the least size of groups in crm_risk."""
        if not self.company_id.crm_indicator_person_level:
            raise Unanswerable("no_person_level")
        if self.estimator == "synth":
            raise Unanswerable("single_persons")
        groups = [group for group in (treated, control) if group]
        if any(len(group) < MIN_PERSONS for group in groups):
            raise Unanswerable("few_persons", needed=MIN_PERSONS)

    def _no_facts(self):
        indicator = self.indicator_id
        if not indicator.available:
            return Unanswerable("unavailable", reason=indicator.inactive_reason)
        return Unanswerable("no_facts", indicator=indicator.display_name)

    def _get_rows(self):
        """{month: {numerator, denominator, control_numerator, control_denominator}}

        With a synthetic control also donor_<id> and donor_<id>_of of every unit;
        `imported` marks a month that was taken from a file.
        """
        treated, control = self._get_treated(), self._get_control()
        ours, imported = self._get_sums(treated)
        theirs = self._get_control_sums(control)
        rows = {
            month: self._prepare_row(
                ours.get(month), theirs.get(month), month in imported
            )
            for month in sorted(set(ours) | set(theirs))
            if self._is_in_window(month)
        }
        if self.estimator == "synth":
            self._add_donors(rows, control)
        return rows

    def _get_sums(self, units):
        """{month: (numerator, denominator)}, and which months come from files."""
        measured = self.indicator_id._get_monthly_sums(self.company_id, units)
        imported = {}
        if not units or self.unit == "team":
            imported = self.env["crm.effect.import"]._get_monthly_sums(
                self.indicator_id, self.company_id, units
            )
        return {**imported, **measured}, set(imported) - set(measured)

    @staticmethod
    def _prepare_row(ours, theirs, is_imported):
        numerator, denominator = ours or (None, None)
        control_numerator, control_denominator = theirs or (None, None)
        row = {
            "numerator": numerator,
            "denominator": denominator,
            "control_numerator": control_numerator,
            "control_denominator": control_denominator,
        }
        return {**row, "imported": True} if is_imported else row

    def _add_donors(self, rows, control):
        sums = self.indicator_id._get_unit_sums(self.company_id, control)
        for unit in control:
            of_unit = sums.get(unit.id, {})
            for month, row in rows.items():
                numerator, denominator = of_unit.get(month, (None, None))
                row[f"donor_{unit.id}"] = numerator
                row[f"donor_{unit.id}_of"] = denominator

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
        day = self._get_start()
        if self.estimator == "staged":
            return day.replace(day=1)
        return day if day.day == 1 else returns.add_months(day, 1)

    def _record_late_changes(self):
        """Keep what differs from the frozen months, before and after."""
        changes = self.env["crm.effect.baseline.change"]
        changes._record(self.baseline_id, self._get_rows())

    def _count_late_changes(self, rows, baseline):
        """Frozen months that would read differently today."""
        return sum(
            self._differs(rows.get(fields.Date.to_date(row["date"])), row)
            for row in baseline
        )

    @staticmethod
    def _differs(now, frozen):
        return now is not None and any(
            round(now[key] or 0.0, PRECISION)
            != round(frozen.get(key) or 0.0, PRECISION)
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
                go_live=str(self._get_start()),
                first=str(first),
                last=str(last),
            )
        span = 1 + returns.months_between(first, last)
        series = Series(late_changes=late)
        series.months = [returns.add_months(first, i) for i in range(span)]
        series.start = series.months.index(first_after)
        transition = self._get_start().replace(day=1)
        ours, theirs = self._get_scales(series.months)
        parts = self._get_parts()
        for month in series.months:
            left_out = month == transition != first_after
            row = {} if left_out else rows.get(month, {})
            scale = (ours.get(month), theirs.get(month), parts)
            self._append_month(series, row, scale)
        if all(value is None for value in series.values):
            raise self._no_facts()
        return series

    def _get_parts(self):
        """Sums against a mix of single units are compared per unit."""
        if self.estimator != "synth" or self._is_ratio():
            return 1.0
        return float(len(self._get_treated()))

    def _append_month(self, series, row, scale):
        ours, theirs, parts = scale
        ours = ours and ours * parts
        numerator, denominator = row.get("numerator"), row.get("denominator")
        series.scales.append(ours or 1.0)
        series.values.append(self._get_figure(numerator, denominator, ours))
        series.volumes.append(denominator if self._is_ratio() else 1.0)
        series.control.append(
            self._get_figure(
                row.get("control_numerator"), row.get("control_denominator"), theirs
            )
        )
        series.imported += bool(row.get("imported"))
        counted = numerator is not None and self._is_ratio()
        series.of_nothing += counted and (denominator or 0) <= 0
        for unit in self._get_control() if self.estimator == "synth" else ():
            figure = self._get_figure(
                row.get(f"donor_{unit.id}"),
                row.get(f"donor_{unit.id}_of"),
                ours and ours / parts,
            )
            series.donors.setdefault(unit.id, []).append(figure)

    def _get_figure(self, numerator, denominator, scale):
        """The figure of a month, normalised; ``None`` is no data."""
        value = self.indicator_id._get_value(numerator, denominator)
        return value / scale if value is not None and scale else None

    # the baseline ------------------------------------------------------------------

    def _freeze_baseline(self):
        """A frozen copy of the figures before the go-live."""
        self.ensure_one()
        rows = self._get_rows_to_freeze()
        series = [{"date": str(month), **row} for month, row in rows.items()]
        teams, control = self.team_ids, self.control_team_ids
        units = False
        if self.unit != "team":
            teams = control = self.env["crm.team"]
            units = {
                "unit": self.unit,
                "treated": self._get_treated().ids,
                "control": self._get_control().ids,
            }
        # sudo: checked by the action; months of few people are not everybody's to read
        baseline = self.env["crm.effect.baseline"].sudo()
        return baseline.create(
            {
                "implementation_id": self.implementation_id.id,
                "indicator_id": self.indicator_id.id,
                "team_ids": teams.ids,
                "control_team_ids": control.ids,
                "units": units,
                "date_from": min(rows),
                "date_to": max(rows),
                "series": series,
                "fingerprint": baseline._fingerprint(
                    series, self.indicator_id, teams, control, units
                ),
            }
        )

    def _get_rows_to_freeze(self):
        """Whole months before the go-live, or the sentence that there are none."""
        rows = {}
        if self.indicator_id and self.is_measured:
            border = self._get_start() or self._get_last_month()
            border = border.replace(day=1)
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
