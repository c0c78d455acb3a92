"""Month by month around the go-live: the event study of a comparison."""

import math

from odoo import fields, models

from ..engine import event_study, returns
from ..engine.answers import Refusal


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    # told by the explorer, which knows whose months are whose to read
    event_study = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)

    def _study_months(self, series, use_log):
        """[[month from the go-live, coefficient, low, high]] against the control, on
        the scale of the estimate; ``False`` where there is none."""
        if self.estimator == "did":
            found = event_study.event_study(
                series.values, series.control, series.start, log=use_log
            )
        elif self.estimator == "staged" and self._get_control():
            units = self._get_staged_units(series, use_log)
            found = units and event_study.staged(units, series.control, log=use_log)
        else:
            return False
        is_found = found and not isinstance(found, Refusal)
        return is_found and [list(one) for one in found]

    def _get_staged_units(self, series, use_log):
        """[(figures by month, index of the first whole month, weight)] of the units
        whose go-live lies within the figures."""
        treated = self._get_treated()
        sums = self.indicator_id._get_unit_sums(self.company_id, treated)
        scales = self._get_scales(series.months)[0]
        start = series.months[series.start]
        units = []
        for unit, day in self._get_stages():
            first = day if day.day == 1 else returns.add_months(day, 1)
            if first not in series.months:
                continue
            own = sums.get(unit.id, {})
            figures = [
                None
                if month == day.replace(day=1) != first
                else self._get_figure(*own.get(month, (None, None)), scales.get(month))
                for month in series.months
            ]
            if use_log:  # a month without sales has no logarithm
                figures = [value if (value or 0) > 0 else None for value in figures]
            weight = self._get_size(own, start) or 1.0
            units.append((figures, series.months.index(first), weight))
        return units

    def _get_explorer_study(self):
        """{points, unit} for the chart; changes in percent on the log scale."""
        # sudo: who asks for the effect's path may see its months
        points = self.sudo().event_study
        if not points:
            return False
        tell = math.expm1 if self.is_log else float
        return {
            "points": [
                [month, *(round(tell(one), 6) for one in figures)]
                for month, *figures in points
            ],
            "unit": "percent" if self.is_log else self.indicator_id.unit,
        }
