"""The board of an implementation, its baseline and the dip after the go-live."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import nightly


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    board_line_ids = fields.One2many(
        "crm.implementation.indicator", "implementation_id", string="Indicator Board"
    )
    compared_line_ids = fields.One2many(
        "crm.implementation.indicator",
        "implementation_id",
        string="Against the Baseline",
        domain=[("compared", "=", True)],
    )
    alert_count = fields.Integer(compute="_compute_alert_count", string="Open Alerts")
    red_count = fields.Integer(compute="_compute_red_count", string="Red Indicators")
    baseline_date = fields.Datetime(
        string="Baseline Frozen on",
        readonly=True,
        copy=False,
        help="The weeks before the go-live as they were counted at this moment; they"
        " are not counted again.",
    )
    baseline_from = fields.Date(compute="_compute_baseline_span")
    baseline_to = fields.Date(compute="_compute_baseline_span")

    @api.depends("board_line_ids.status")
    def _compute_red_count(self):
        groups = self.env["crm.implementation.indicator"]._read_group(
            [("implementation_id", "in", self.ids), ("status", "=", "red")],
            ["implementation_id"],
            ["__count"],
        )
        counts = dict(groups)
        for implementation in self:
            implementation.red_count = counts.get(implementation._origin, 0)

    @api.depends("board_line_ids.alert_ids.state")
    @api.depends_context("uid")
    def _compute_alert_count(self):
        counts = dict(
            self.env["crm.risk.alert"]._read_group(
                [("implementation_id", "in", self.ids), ("state", "=", "open")],
                ["implementation_id"],
                ["__count"],
            )
        )
        for implementation in self:
            implementation.alert_count = counts.get(implementation._origin, 0)

    @api.depends("board_line_ids.week_ids.frozen")
    def _compute_baseline_span(self):
        groups = self.env["crm.implementation.indicator.week"]._read_group(
            [("line_id.implementation_id", "in", self.ids), ("frozen", "=", True)],
            ["line_id"],
            ["date:min", "date:max"],
        )
        spans = {}
        for line, first, last in groups:
            known = spans.setdefault(line.implementation_id, (first, last))
            spans[line.implementation_id] = (min(first, known[0]), max(last, known[1]))
        for implementation in self:
            first, last = spans.get(implementation._origin, (False, False))
            implementation.baseline_from = first
            implementation.baseline_to = last and fields.Date.add(last, days=6)

    def _get_scope_teams(self):
        """Teams whose figures count; none means the whole company."""
        return self.with_context(active_test=False).team_ids

    # Baseline -----------------------------------------------------------------------

    def action_freeze_baseline(self):
        """Freeze the weeks before the go-live of the indicators to be compared."""
        self.ensure_one()
        self.check_access("write")
        if self.baseline_date:
            raise UserError(
                self.env._(
                    "The baseline of %(name)s was frozen on %(date)s and does not"
                    " change any more. A risk manager may release it.",
                    name=self.name,
                    date=fields.Date.to_date(self.baseline_date),
                )
            )
        if not self.date_go_live:
            raise UserError(
                self.env._("%(name)s: enter the date of the go-live.", name=self.name)
            )
        # sudo: sums over the company's records, whoever freezes them
        self.sudo()._freeze_baseline()

    def _freeze_baseline(self):
        lines = self.env["crm.implementation.indicator"]
        lines._sync(self)
        self.board_line_ids._freeze(min(self.date_go_live, fields.Date.today()))
        self.baseline_date = fields.Datetime.now()
        self._refresh_weeks()

    def action_release_baseline(self):
        """Forget the baseline, so that it can be frozen anew; kept in the log."""
        self.ensure_one()
        if not self.env.user.has_group("crm_risk.crm_risk_group_manager"):
            raise UserError(self.env._("Only a risk manager releases a baseline."))
        self.message_post(
            body=self.env._(
                "The baseline frozen on %(date)s was released.",
                date=fields.Date.to_date(self.baseline_date),
            )
        )
        # sudo: lines of the board are written by jobs
        lines = self.sudo().board_line_ids
        lines.week_ids.unlink()
        lines.write(
            {
                "has_baseline": False,
                "has_current": False,
                "baseline_weeks": 0,
                "dip_depth": 0.0,
                "weeks_below": 0,
                "recovery": False,
            }
        )
        self.baseline_date = False

    def _refresh_weeks(self):
        """Weeks after the go-live, where there is something to compare them with."""
        if self.baseline_date and self.date_go_live:
            today = (
                self.env["crm.indicator"]
                ._window_rolling(self.company_id, fields.Date.today())
                .today
            )
            lines = self.board_line_ids
            # chosen for comparison after the others were frozen
            lines.filtered(lambda one: one.compared and not one.week_ids)._freeze(
                self.date_go_live
            )
            lines._refresh_weeks(self.date_go_live, today)

    # Nightly ------------------------------------------------------------------------

    @api.model
    def _cron_refresh_boards(self):
        """After the measuring: baselines due, weeks, boards, alerts, then risks.

        Each implementation is a step of its own: a failure stops only its own board,
        and the next start does the rest again without doing anything twice.
        """
        found = self.search([("state", "!=", "closed")])
        steps = ("_refresh_baseline", "_refresh_lines")
        if nightly.each(self.env, "crm_risk.crm_risk_cron_boards", found, *steps):
            self.env.ref("crm_risk.crm_risk_cron_refresh")._trigger()

    def _refresh_board(self):
        """Figures, baseline, status and alerts of one implementation."""
        self._refresh_baseline()
        self._refresh_lines()

    def _refresh_baseline(self):
        self.ensure_one()
        if self._is_baseline_due():
            self._freeze_baseline()
        self._refresh_weeks()

    def _refresh_lines(self):
        self.env["crm.implementation.indicator"]._refresh(self)

    def _is_baseline_due(self):
        go_live = self.date_go_live
        return (
            self.state == "active"
            and not self.baseline_date
            and go_live
            and go_live <= fields.Date.today()
        )

    # Screens ------------------------------------------------------------------------

    def action_open_board(self):
        self.ensure_one()
        self.check_access("read")
        # sudo: lines are made by jobs; this one only makes them visible at once
        board = self.sudo().env["crm.implementation.indicator"]
        if not self.board_line_ids:
            board._refresh(self.sudo())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_implementation_indicator_action"
        )
        return dict(
            action,
            domain=[("implementation_id", "=", self.id)],
            context={"search_default_by_area": 1},
        )

    def action_send_pulse(self):
        """Ask the users in scope the one question of the pulse survey."""
        self.ensure_one()
        survey = self.env.ref("crm_risk.survey_pulse", raise_if_not_found=False)
        if not survey:
            raise UserError(
                self.env._(
                    "The pulse survey was deleted: update the app “CRM Risks” to have"
                    " it again."
                )
            )
        action = survey.action_send_survey()
        partners = self._get_scope_users().partner_id
        context = {**action["context"], "default_partner_ids": partners.ids}
        return dict(action, context=context)

    def action_open_alerts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_alert_action"
        )
        return dict(action, domain=[("implementation_id", "=", self.id)])
