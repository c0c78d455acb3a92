"""One indicator watched in one implementation: a line of its board."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_indicator import STATUSES

CHOSEN = {"compared"}
"""What users decide about a line of the board."""

ALERT_STREAK = 2
"""A red must hold twice before it alarms anybody: one bad night is noise."""


class CrmImplementationIndicator(models.Model):
    """The figure of the implementation's scope, its colour, and how long it holds.

    Written by the nightly job from the company's measurements; see
    crm_implementation_indicator_board.
    """

    _name = "crm.implementation.indicator"
    _description = "Indicator of an Implementation"
    _order = "implementation_id, severity desc, sequence, id"
    _rec_name = "indicator_id"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(related="indicator_id.sequence", store=True)
    area = fields.Selection(related="indicator_id.area", store=True)
    code = fields.Char(related="indicator_id.code")
    name = fields.Char(related="indicator_id.name")
    definition = fields.Text(related="indicator_id.definition")
    pitfalls = fields.Text(related="indicator_id.pitfalls")
    inactive_reason = fields.Char(related="indicator_id.inactive_reason")

    date = fields.Date(string="As Of", readonly=True)
    has_value = fields.Boolean(readonly=True)
    value = fields.Float(
        string="Value, as a Number", digits=0, readonly=True, aggregator=None
    )
    denominator = fields.Float(digits=0, readonly=True, aggregator=None)
    status = fields.Selection(
        STATUSES, required=True, default="none", readonly=True, index=True
    )
    severity = fields.Float(
        digits=0,
        default=0.0,
        readonly=True,
        aggregator=None,
        help="−1 at target, 0 at amber or without data, +1 at red.",
    )
    status_since = fields.Date(string="Since", readonly=True)
    red_streak = fields.Integer(
        string="Reds in a Row",
        readonly=True,
        aggregator=None,
        help="Measurements in a row that were red; two raise an alert.",
    )
    streak_date = fields.Date(
        readonly=True, help="The measurement counted last: none is counted twice."
    )
    failure = fields.Text(readonly=True, help="Why the weeks could not be read.")
    change_ids = fields.One2many(
        "crm.implementation.indicator.change", "line_id", string="Changes of Status"
    )
    alert_ids = fields.One2many("crm.risk.alert", "line_id", string="Alerts")

    note = fields.Char(
        compute="_compute_note", help="Why there is no figure, or no status."
    )
    value_text = fields.Char(compute="_compute_texts", string="Value")
    threshold_text = fields.Char(
        compute="_compute_texts", string="Target / Amber / Red"
    )
    chart = fields.Text(compute="_compute_chart")
    has_trend = fields.Boolean(compute="_compute_chart", help="Two points or more.")

    _once = models.Constraint(
        "UNIQUE (implementation_id, indicator_id)",
        "This indicator is on the board of the implementation already.",
    )

    def write(self, vals):
        """Figures and status are measured; users choose what is compared."""
        if not self.env.su and vals.keys() - CHOSEN:
            raise UserError(
                self.env._("The figures of the board are measured, not typed.")
            )
        return super().write(vals)

    # Words ------------------------------------------------------------------------

    @api.depends("value", "has_value", "date", "indicator_id.unit")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            value = line._get_judged_value()
            line.value_text = value is not None and line._format_judged(value)
            line.threshold_text = line.indicator_id._format_thresholds(line.company_id)

    @api.depends("status", "has_value", "denominator", "failure")
    @api.depends_context("lang")
    def _compute_note(self):
        states = self._get_measuring_states()
        for line in self:
            line.note = line._get_note(states.get((line.indicator_id, line.company_id)))

    def _get_measuring_states(self):
        """{(indicator, company): measurement}"""
        # sudo: whoever reads the board may know whether it was measured
        found = (
            self.env["crm.indicator.measurement"]
            .sudo()
            .search(
                [
                    ("indicator_id", "in", self.indicator_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        )
        return {
            (one.indicator_id.sudo(False), one.company_id.sudo(False)): one
            for one in found
        }

    def _get_note(self, measurement):
        indicator = self.indicator_id
        if indicator.inactive_reason:
            return indicator.inactive_reason
        if measurement and measurement.state == "failed":
            return self.env._("Measuring failed: %(error)s", error=measurement.error)
        if self.failure:
            return self.env._("Measuring failed: %(error)s", error=self.failure)
        if not self.has_value:
            return self.env._("No data yet.")
        if not indicator.relative and indicator._is_too_small(self.denominator):
            return self.env._(
                "Too few to judge: %(denominator)s of at least %(least)s.",
                denominator=f"{self.denominator:g}",
                least=f"{indicator.min_denominator:g}",
            )
        return self._get_baseline_note()

    def _get_baseline_note(self):
        """Hook: why a figure compared with its baseline has no status."""
        return False

    def _compute_chart(self):
        for company, lines in self.grouped("company_id").items():
            for line in lines:
                line.chart = line.indicator_id.with_company(company).chart
                [curve] = json.loads(line.chart)
                line.has_trend = len(curve["values"]) > 1

    # Status -----------------------------------------------------------------------

    def _get_severity(self):
        """−1…1, or ``None`` where nothing can be said."""
        self.ensure_one()
        value = self._get_judged_value()
        if value is None:
            return None
        return self.indicator_id._severity_of(value, self.denominator)

    def _get_judged_value(self):
        """The number that the thresholds judge, ``None`` without data."""
        return self.value if self.has_value else None

    def _format_judged(self, value):
        return self.indicator_id._format_value(value, self.company_id)

    def _update_status(self):
        """Take the status from the figure, count the reds, keep the history.

        Figures are counted by their date: measuring again on the same day neither
        adds to a streak nor hides it.
        """
        changes = []
        for line in self:
            severity = line._get_severity()
            status = line.indicator_id._status_of(severity)
            values = line._prepare_streak(status)
            if abs((severity or 0.0) - line.severity) > 1e-9:
                values["severity"] = severity or 0.0
            if status != line.status:
                changes.append(line._prepare_change(status))
                values |= {"status": status, "status_since": line.date}
            if values:
                line.write(values)
        self.env["crm.implementation.indicator.change"].create(changes)

    def _prepare_streak(self, status):
        if status == "none" or not self.date:
            return {}
        if status != "red":
            streak = 0
        elif self.streak_date != self.date:
            streak = self.red_streak + 1
        else:
            streak = self.red_streak or 1
        values = {"red_streak": streak, "streak_date": self.date}
        return {name: value for name, value in values.items() if self[name] != value}

    def _prepare_change(self, status):
        return {
            "line_id": self.id,
            "date": self.date or fields.Date.today(),
            "old_status": self.status,
            "new_status": status,
            "value": self._get_judged_value() or 0.0,
            "has_value": self._get_judged_value() is not None,
        }

    # Records ----------------------------------------------------------------------

    def action_open_records(self):
        """The records behind the figure, under the viewer's own rights; of a share,
        those that keep it from its target. Its figure itself opens all."""
        self.ensure_one()
        self.check_access("read")
        # sudo: only which cells; who may see the records decides at their opening
        facts = self.sudo()._get_latest_facts()
        return self.indicator_id._action_records(
            facts, self._get_records_title(), amiss=True
        )

    def _get_records_title(self):
        return f"{self.indicator_id.display_name}, {self.implementation_id.name}"

    def _get_latest_facts(self):
        """Facts of the latest measurement, of the teams in scope."""
        domain = [
            ("indicator_id", "=", self.indicator_id.id),
            ("company_id", "=", self.company_id.id),
            ("granularity", "=", "rolling30"),
        ]
        facts = self.env["crm.indicator.fact"]
        latest = facts.search(domain, order="date desc", limit=1)
        found = facts.search([*domain, ("date", "=", latest.date)])
        teams = self.implementation_id._get_scope_teams()
        if teams and found.team_id:
            found = found.filtered(lambda fact: fact.team_id in teams)
        return found

    def action_open_figures(self):
        self.ensure_one()
        return self.indicator_id.action_open_facts()


class CrmImplementationIndicatorChange(models.Model):
    _name = "crm.implementation.indicator.change"
    _description = "Change of an Indicator's Status"
    _order = "date desc, id desc"
    _rec_name = "line_id"

    line_id = fields.Many2one(
        "crm.implementation.indicator", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    date = fields.Date(required=True)
    old_status = fields.Selection(STATUSES, required=True)
    new_status = fields.Selection(STATUSES, required=True)
    has_value = fields.Boolean()
    value = fields.Float(string="Value, as a Number", digits=0, aggregator=None)
    value_text = fields.Char(compute="_compute_value_text", string="Value")

    @api.depends("value", "has_value")
    @api.depends_context("lang")
    def _compute_value_text(self):
        for change in self:
            change.value_text = change.has_value and (
                change.line_id._format_judged(change.value)
            )
