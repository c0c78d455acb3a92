"""The latest figure of each indicator, as lists, risks and reports show it."""

import json
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang

from .crm_indicator import STATUSES
from .crm_indicator_measurement import HEALTH

CHART_MONTHS = 12

FLAT_SHARE = 0.005
"""Half a percent of the figure is noise, not a trend."""


class CrmIndicator(models.Model):
    _inherit = "crm.indicator"

    measurement_id = fields.Many2one(
        "crm.indicator.measurement",
        string="Latest Measurement",
        compute="_compute_last",
    )
    has_value = fields.Boolean(compute="_compute_last")
    last_value = fields.Float(
        compute="_compute_last", string="Last Value, as a Number", digits=0
    )
    last_value_text = fields.Char(compute="_compute_last", string="Last Value")
    last_date = fields.Date(compute="_compute_last", string="As Of")
    trend = fields.Selection(
        [("up", "Rising"), ("flat", "Steady"), ("down", "Falling")],
        compute="_compute_last",
        help="Latest 30 days against the 30 days before.",
    )
    status = fields.Selection(
        STATUSES, compute="_compute_last", search="_search_status"
    )
    severity = fields.Float(
        compute="_compute_last", help="−1 at target, 0 at amber, +1 at red."
    )
    health = fields.Selection(
        [*HEALTH, ("inactive", "Not available")], compute="_compute_last"
    )
    error = fields.Text(compute="_compute_last")
    warning = fields.Text(compute="_compute_last")
    chart = fields.Text(
        compute="_compute_chart", help="The last months, for a small line chart."
    )
    has_trend = fields.Boolean(compute="_compute_chart")

    @api.depends_context("company", "lang")
    @api.depends(
        "measurement_ids.value",
        "measurement_ids.state",
        "target",
        "amber",
        "red",
        "min_denominator",
        "available",
        "relative",
    )
    def _compute_last(self):
        """Figures of the current company: those of several need not add up."""
        found = self._get_measurements(self.env.company)
        compared = self._get_worst_on_boards(self.env.company)
        for indicator in self:
            measurement = found.get(indicator.id, self.env["crm.indicator.measurement"])
            severity = measurement._severity() if measurement else None
            severity = compared.get(indicator.id, severity)
            indicator.measurement_id = measurement
            indicator.has_value = measurement.has_value
            indicator.last_value = measurement.value
            indicator.last_value_text = indicator._format_last(measurement)
            indicator.last_date = measurement.date
            indicator.trend = measurement and indicator._get_trend(measurement)
            indicator.status = self._status_of(severity)
            indicator.severity = severity or 0.0
            indicator.error = measurement.error
            indicator.warning = measurement.warning
            indicator.health = (
                measurement.state or "new" if indicator.available else "inactive"
            )

    @api.depends_context("company", "lang")
    @api.depends("measurement_ids.value")
    def _compute_chart(self):
        """Monthly figures of the current company, all teams together."""
        first = fields.Date.today().replace(day=1) - relativedelta(months=CHART_MONTHS)
        # sudo: whoever reads an indicator may see its company-wide figure
        groups = (
            self.env["crm.indicator.fact"]
            .sudo()
            ._read_group(
                [
                    ("indicator_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                    ("granularity", "=", "month"),
                    ("date", ">=", first),
                ],
                ["indicator_id", "date:month"],
                ["value:avg"],
                order="date:month",
            )
        )
        points = defaultdict(list)
        for indicator, month, value in groups:
            if value is not False:
                label = format_date(self.env, month, date_format="MMM yyyy")
                points[indicator.id].append({"x": label, "y": value, "name": label})
        for indicator in self:
            indicator.chart = json.dumps(
                [{"values": points[indicator.id], "key": indicator.name}]
            )
            # one point is no line
            indicator.has_trend = len(points[indicator.id]) > 1

    def _get_measurements(self, company):
        """{indicator id: measurement} of one company."""
        found = self.env["crm.indicator.measurement"].search(
            [("indicator_id", "in", self.ids), ("company_id", "=", company.id)]
        )
        return {measurement.indicator_id.id: measurement for measurement in found}

    def _get_severities(self, company):
        """{indicator id: −1…1} of one company; 0 where there is no data, so that
        what nobody measured moves nothing."""
        found = self._get_measurements(company)
        return {
            indicator.id: (
                found[indicator.id]._severity() or 0.0 if indicator.id in found else 0.0
            )
            for indicator in self
        }

    def _get_board_severities(self, implementation):
        """{indicator id: −1…1} of those with a figure on the board."""
        # sudo: the chance of a risk moves whoever saves it
        lines = (
            self.env["crm.implementation.indicator"]
            .sudo()
            .search(
                [
                    ("implementation_id", "=", implementation.id),
                    ("indicator_id", "in", self.ids),
                    ("date", "!=", False),
                ]
            )
        )
        return {line.indicator_id.id: line.severity for line in lines}

    def _get_worst_on_boards(self, company):
        """{indicator id: −1…1} of those compared with baselines: each implementation
        has its own, and the worst speaks for the company."""
        relative = self.filtered("relative")
        groups = relative and self.env["crm.implementation.indicator"]._read_group(
            [
                ("indicator_id", "in", relative.ids),
                ("company_id", "=", company.id),
                ("implementation_id.state", "=", "active"),
                ("status", "!=", "none"),
            ],
            ["indicator_id"],
            ["severity:max"],
        )
        return {indicator.id: severity for indicator, severity in groups or ()}

    @api.model
    def _status_of(self, severity):
        if severity is None:
            return "none"
        if severity < 0:
            return "green"
        return "red" if severity >= 1 else "amber"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # the definitions, some dozens
        chosen = self.with_context(active_test=False).search([])  # pylint: disable=no-search-all
        return [
            ("id", "in", [one.id for one in chosen if one.status in value]),
        ]

    def _get_trend(self, measurement):
        if not (measurement.has_value and measurement.has_previous):
            return False
        change = measurement.value - measurement.previous
        if abs(change) <= FLAT_SHARE * abs(measurement.previous):
            return "flat"
        return "up" if change > 0 else "down"

    def _format_last(self, measurement):
        if not measurement.has_value:
            return False
        return self._format_value(measurement.value, measurement.company_id)

    def _format_value(self, value, company):
        """The figure as a reader expects it: with its unit, rounded to its size."""
        self.ensure_one()
        if self.unit == "currency":
            return format_amount(self.env, value, company.currency_id)
        if self.unit == "percent":
            return f"{formatLang(self.env, 100 * value, digits=1)} %"
        whole = abs(value) >= 1000 or not self._is_ratio() and value == round(value)
        number = formatLang(self.env, value, digits=0 if whole else 2)
        if self.unit == "days":
            return self.env._("%(number)s days", number=number)
        if self.unit == "hours":
            return self.env._("%(number)s hours", number=number)
        return number

    def _publish_typed(self, company):
        """Take the latest two months typed by hand as the latest figures."""
        if self.measure != "manual":
            return
        months = self.env["crm.indicator.fact"]._read_group(
            [("indicator_id", "=", self.id), ("company_id", "=", company.id)],
            ["date:day"],
            ["value:sum", "denominator:sum"],
            order="date:day desc",
            limit=2,
        )
        day, value, denominator = months[0] if months else (False, False, 0)
        previous = months[1][1] if len(months) > 1 else False
        # sudo: the state of measuring is written by jobs; typing is one of them
        measurements = self.env["crm.indicator.measurement"].sudo()
        measurements._of(self, company).write(
            {
                "state": "done" if months else "new",
                "date": day,
                "has_value": value is not False,
                "value": value or 0.0,
                "denominator": denominator or 0.0,
                "has_previous": previous is not False,
                "previous": previous or 0.0,
            }
        )
