"""The board is brought up to date after the measuring, line by line."""

from odoo import api, models


class CrmImplementationIndicator(models.Model):
    _inherit = "crm.implementation.indicator"

    @api.model
    def _sync(self, implementations):
        """One line for every active indicator with thresholds or behind a risk."""
        indicators = self.env["crm.indicator"].search([("active", "=", True)])
        judged = indicators.filtered(lambda one: one._has_thresholds())
        present = {
            (line.implementation_id, line.indicator_id)
            for line in self.search([("implementation_id", "in", implementations.ids)])
        }
        self.create(
            [
                {"implementation_id": one.id, "indicator_id": indicator.id}
                for one in implementations
                for indicator in judged | (one.risk_ids.indicator_ids.indicator_id)
                if (one, indicator) not in present and indicator.active
            ]
        )

    @api.model
    def _refresh(self, implementations):
        """Lines of the implementations, their figures, status and alerts."""
        for implementation in implementations:
            self._sync(implementation)
            lines = implementation.board_line_ids
            lines._refresh_figures()
            lines._update_status()
            self.env["crm.risk.alert"]._update(lines)

    @api.model
    def _refresh_measured(self, indicators, companies):
        """After a measuring by hand; alerts are raised by the nightly job alone."""
        lines = self.search(
            [
                ("indicator_id", "in", indicators.ids),
                ("company_id", "in", companies.ids),
                ("implementation_id.state", "!=", "closed"),
            ]
        )
        lines._refresh_figures()
        lines._update_status()

    def _refresh_figures(self):
        """Take the latest figures of the scope; only what changed is written."""
        for company, lines in self.grouped("company_id").items():
            found = lines.indicator_id._get_measurements(company)
            for implementation, own in lines.grouped("implementation_id").items():
                own._refresh_scope(found, implementation._get_scope_teams())

    def _refresh_scope(self, measurements, teams):
        scoped = self._read_scope(measurements, teams) if teams else {}
        for line in self:
            measurement = measurements.get(line.indicator_id.id)
            if not measurement:
                continue
            value, denominator = scoped.get(
                line.indicator_id,
                (
                    measurement.value if measurement.has_value else None,
                    measurement.denominator,
                ),
            )
            values = {
                "date": line.date if line._is_judged_weekly() else measurement.date,
                "has_value": value is not None,
                "value": value or 0.0,
                "denominator": denominator or 0.0,
            }
            line._write_changed(values)

    def _is_judged_weekly(self):
        """Hook: the status speaks of full weeks, and so does the date."""
        return False

    def _write_changed(self, values):
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.write(changed)

    def _read_scope(self, measurements, teams):
        """{indicator: (value or ``None``, denominator)} of the teams in scope, of the
        indicators that tell teams apart."""
        groups = self.env["crm.indicator.fact"]._read_group(
            [
                ("indicator_id", "in", self.indicator_id.ids),
                ("company_id", "=", self.company_id.id),
                ("granularity", "=", "rolling30"),
                ("date", "in", list({one.date for one in measurements.values()})),
                ("team_id", "!=", False),
            ],
            ["indicator_id", "date:day", "team_id"],
            ["numerator:sum", "denominator:sum"],
        )
        sums = {}
        for indicator, day, team, numerator, denominator in groups:
            if day != measurements[indicator.id].date:
                continue
            total = sums.setdefault(indicator, [0.0, 0.0, False])
            if team in teams:
                total[0] += numerator or 0.0
                total[1] += denominator or 0.0
                total[2] = True
        return {
            indicator: self._scope_value(indicator, measurements, teams, *total)
            for indicator, total in sums.items()
        }

    def _scope_value(
        self, indicator, measurements, teams, numerator, denominator, any_
    ):
        if not any_:
            return None, 0.0
        if not indicator._is_ratio():
            return numerator, denominator
        measurer = indicator.measure == "builtin" and indicator._measurer()
        if measurer and measurer.has_median:
            day = measurements[indicator.id].date
            window = indicator._window_rolling(self.company_id, day)
            series = self.env.execute_query(
                measurer.series(self.env, window, teams.ids)
            )
            return {row[0]: row[-1] for row in series}.get(day), denominator
        return numerator / denominator if denominator else None, denominator
