"""A red that holds alarms the owner of the risk, once, until it is over."""

from odoo import api, fields, models

from .crm_implementation_indicator import ALERT_STREAK

DEADLINE_DAYS = 3


class CrmRiskAlert(models.Model):
    """One alert per risk and indicator at a time.

    It is raised by the second red in a row and closed by the first green; amber in
    between keeps it, so that a figure around its threshold does not alarm every week.
    """

    _name = "crm.risk.alert"
    _description = "Alert of an Indicator"
    _order = "date_raised desc, id desc"
    _rec_name = "indicator_id"

    line_id = fields.Many2one(
        "crm.implementation.indicator", required=True, index=True, ondelete="cascade"
    )
    risk_id = fields.Many2one("crm.risk", required=True, index=True, ondelete="cascade")
    indicator_id = fields.Many2one(related="line_id.indicator_id", store=True)
    implementation_id = fields.Many2one(
        related="line_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    user_id = fields.Many2one("res.users", string="Alarmed")
    activity_id = fields.Many2one("mail.activity", ondelete="set null")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], required=True, default="open"
    )
    date_raised = fields.Date(required=True)
    date_closed = fields.Date()
    value = fields.Float(digits=0, aggregator=None)
    value_text = fields.Char(compute="_compute_value_text", string="Value when Raised")
    close_reason = fields.Selection(
        [
            ("recovered", "The indicator is green again"),
            ("risk_closed", "The risk was closed"),
            ("unlinked", "The indicator no longer watches the risk"),
        ]
    )

    _one_open = models.UniqueIndex(
        "(line_id, risk_id) WHERE state = 'open'",
        "This indicator has alarmed the owner of the risk already.",
    )

    @api.depends("value")
    @api.depends_context("lang")
    def _compute_value_text(self):
        for alert in self:
            alert.value_text = alert.line_id._format_judged(alert.value)

    # Nightly ------------------------------------------------------------------------

    @api.model
    def _update(self, lines):
        """Close what is over and raise what holds, for lines of boards."""
        watched = self._get_watched(lines)
        alerts = self.search([("line_id", "in", lines.ids), ("state", "=", "open")])
        for alert in alerts:
            alert._close_if_over(watched)
        present = {(alert.line_id, alert.risk_id) for alert in alerts}
        for line in lines:
            if line.status == "red" and line.red_streak >= ALERT_STREAK:
                for risk in watched[line]:
                    if (line, risk) not in present:
                        self._raise(line, risk)

    @api.model
    def _get_watched(self, lines):
        """{line: the open risks that its indicator watches}"""
        links = self.env["crm.risk.indicator"].search(
            [
                ("indicator_id", "in", lines.indicator_id.ids),
                ("risk_id.implementation_id", "in", lines.implementation_id.ids),
                ("risk_id.state", "!=", "closed"),
                ("risk_id.active", "=", True),
            ]
        )
        by_key = links.grouped(
            lambda link: (link.risk_id.implementation_id, link.indicator_id)
        )
        return {
            line: by_key.get(
                (line.implementation_id, line.indicator_id), links[:0]
            ).risk_id
            for line in lines
        }

    @api.model
    def _raise(self, line, risk):
        user = self._get_user(risk)
        activity = self.env["mail.activity"]
        if user:
            activity = risk.with_context(lang=user.lang).activity_schedule(
                "crm_risk.mail_activity_type_alert",
                date_deadline=fields.Date.add(fields.Date.today(), days=DEADLINE_DAYS),
                user_id=user.id,
                **self._prepare_words(line.with_context(lang=user.lang)),
            )
        self.create(
            {
                "line_id": line.id,
                "risk_id": risk.id,
                "user_id": user.id,
                "activity_id": activity.id,
                "date_raised": fields.Date.today(),
                "value": line._get_judged_value(),
            }
        )

    @api.model
    def _get_user(self, risk):
        """The owner, or who leads the implementation while there is none."""
        users = (risk.owner_id, risk.implementation_id.manager_id)
        return next((user for user in users if user.active), users[0].browse())

    @api.model
    def _prepare_words(self, line):
        indicator = line.indicator_id
        return {
            "summary": line.env._("Red: %(indicator)s", indicator=indicator.name),
            "note": line.env._(
                "%(indicator)s stands at %(value)s (target / amber / red: %(levels)s)"
                " and has been red in %(streak)s measurements in a row.",
                indicator=indicator.display_name,
                value=line.value_text,
                levels=indicator._format_thresholds(line.company_id),
                streak=line.red_streak,
            ),
        }

    def _close_if_over(self, watched):
        reason = self._get_close_reason(watched)
        if not reason:
            return
        self.write(
            {
                "state": "closed",
                "date_closed": fields.Date.today(),
                "close_reason": reason,
            }
        )
        if self.activity_id.active:
            told = self.with_context(lang=self.activity_id.user_id.lang)
            labels = dict(self._fields["close_reason"]._description_selection(told.env))
            self.activity_id.action_feedback(feedback=labels[reason])

    def _get_close_reason(self, watched):
        self.ensure_one()
        if self.line_id.status == "green":
            return "recovered"
        if self.risk_id.state == "closed" or not self.risk_id.active:
            return "risk_closed"
        return False if self.risk_id in watched[self.line_id] else "unlinked"

    # Screens ------------------------------------------------------------------------

    def action_open_records(self):
        return self.line_id.action_open_records()
