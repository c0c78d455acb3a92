from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

STRATEGY_STATES = [
    ("proposed", "To approve"),
    ("approved", "In effect"),
    ("rejected", "Rejected"),
]


class CrmLoyaltyProfile(models.Model):
    """Stage of life and strategy of a customer; set by the scoring job, strategies
    approved by people."""

    _inherit = "crm.loyalty.profile"

    days_since_order = fields.Integer(search="_search_days_since_order")
    margin_rate = fields.Float(
        "Margin, %",
        compute="_compute_margin_rate",
        search="_search_margin_rate",
        digits=(16, 1),
        help="Margin over revenue of the last 12 months, where the margin is known.",
    )
    stage_id = fields.Many2one(
        "crm.loyalty.stage",
        readonly=True,
        ondelete="set null",
        group_expand="_group_expand_stage_id",
    )
    stage_color = fields.Integer("Stage Colour", related="stage_id.color")
    stage_date = fields.Date("In Stage Since", readonly=True)
    won_back_date = fields.Date(
        "Won Back On",
        readonly=True,
        help="Order that brought the customer back from a stage he seemed lost in.",
    )
    strategy_id = fields.Many2one(
        "crm.loyalty.strategy", readonly=True, ondelete="set null"
    )
    strategy_color = fields.Integer("Strategy Colour", related="strategy_id.color")
    strategy_state = fields.Selection(
        STRATEGY_STATES, readonly=True, string="Strategy Status"
    )
    strategy_date = fields.Date("Strategy Since", readonly=True)
    strategy_why = fields.Text(compute="_compute_strategy_why")
    can_decide = fields.Boolean(compute="_compute_can_decide")
    recorded_segment_id = fields.Many2one(
        "crm.loyalty.segment",
        readonly=True,
        ondelete="set null",
        help="Segment at the last recording of transitions.",
    )
    transition_ids = fields.One2many("crm.loyalty.transition", "profile_id")
    decision_ids = fields.One2many("crm.loyalty.decision", "profile_id")

    _company_stage_idx = models.Index("(company_id, stage_id)")
    _company_proposed_idx = models.Index(
        "(company_id, strategy_id) WHERE strategy_state = 'proposed'"
    )

    @api.model
    def _search_days_since_order(self, operator, value):
        """Days since, as a condition on the date of the last order."""
        today = self.env.company._loyalty_today()
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        if operator == "in":
            days = [today - timedelta(days=int(days)) for days in value]
            return Domain("last_order_date", "in", days)
        if operator not in turned:
            return NotImplemented
        day = today - timedelta(days=int(value))
        return Domain("last_order_date", turned[operator], day)

    @api.depends("margin_12m", "revenue_12m", "has_margin")
    def _compute_margin_rate(self):
        for profile in self:
            known = profile.has_margin and profile.revenue_12m > 0
            profile.margin_rate = (
                100 * profile.margin_12m / profile.revenue_12m if known else 0.0
            )

    @api.model
    def _search_margin_rate(self, operator, value):
        """Only where the margin is known: nothing is not a poor margin."""
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        if "margin" not in self.env["sale.order"]._fields:
            return Domain.FALSE
        share = float(value) / 100
        companies = self.env["res.company"].sudo()  # what it counts is no secret
        companies = companies._search([("loyalty_basis", "=", "order")])

        def to_sql(model, alias, query):
            return SQL(
                "%s %s %s * %s",
                model._field_to_sql(alias, "margin_12m", query),
                SQL(operator),
                share,
                model._field_to_sql(alias, "revenue_12m", query),
            )

        return (
            Domain("company_id", "in", companies)
            & Domain("revenue_12m", ">", 0)
            & Domain.custom(to_sql=to_sql)
        )

    @api.model
    def _group_expand_stage_id(self, stages, domain):
        return stages.search([("active", "=", True)])

    @api.depends("strategy_id", "strategy_state", "strategy_date", "order_count")
    @api.depends_context("lang")
    def _compute_strategy_why(self):
        for profile in self:
            strategy = profile.strategy_id
            profile.strategy_why = strategy and profile._describe(strategy)

    @api.depends("strategy_id", "strategy_state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        manager = self.env.user.has_group("sales_team.group_sale_manager")
        for profile in self:
            profile.can_decide = profile.strategy_state == "proposed" and (
                manager or profile.strategy_id.approver == "salesperson"
            )

    def action_approve_strategy(self):
        """Let the proposed strategies take effect."""
        self._decide("approved")

    def action_reject_strategy(self):
        """Ask for the reason first."""
        self._check_can_decide()
        return {
            "name": self.env._("Reject the Strategy"),
            "type": "ir.actions.act_window",
            "res_model": "crm.loyalty.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_profile_ids": self.ids},
        }

    def action_view_transitions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_transition_action"
        )
        domain = [("profile_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}, "view_mode": "list"}

    def _check_can_decide(self):
        self.check_access("read")
        for profile in self:
            if profile.strategy_state != "proposed":
                raise UserError(
                    self.env._(
                        "No strategy waits for approval at %(customer)s.",
                        customer=profile.partner_id.display_name,
                    )
                )
            if not profile.can_decide:
                raise AccessError(
                    self.env._(
                        "“%(strategy)s” at %(customer)s takes a sales manager.",
                        strategy=profile.strategy_id.name,
                        customer=profile.partner_id.display_name,
                    )
                )

    def _decide(self, state, note=None):
        """Record who decided what and why, and let approved strategies start."""
        self._check_can_decide()
        decided = self.sudo()  # profiles and the log are nobody's to write by hand
        log = self.env["crm.loyalty.decision"].sudo()  # as above
        decisions = log._log(decided, state, note)
        decided.strategy_state = state
        if state == "approved":
            decisions._withdraw_untouched(decided)
            for strategy in decided.strategy_id.filtered("activity_plan_id"):
                profiles = decided.filtered(
                    lambda profile, strategy=strategy: profile.strategy_id == strategy
                )
                profiles._schedule_plan(strategy.activity_plan_id)
        return decisions

    def _state_facts(self):
        """Return what a transition keeps of a profile; the SQL keeps the same."""
        return {
            "orders": self.order_count,
            "last": self.last_order_date and self.last_order_date.isoformat(),
            "days": self.days_since_order if self.last_order_date else None,
            "interval": self._usual_interval(),
            "revenue": self.revenue_12m,
        }

    def _usual_interval(self):
        return self.median_interval or self.avg_interval

    def _explain_stage(self):
        if not self.stage_id:
            return ""
        return self.env._(
            "%(stage)s since %(date)s. %(reason)s",
            stage=self.stage_id._words().name,
            date=format_date(self.env, self.stage_date),
            reason=self._describe(self.stage_id),
        )

    def _explain_strategy(self):
        if not self.strategy_id:
            return ""
        return self.env._(
            "%(strategy)s since %(date)s. %(reason)s",
            strategy=self.strategy_id._words().name,
            date=format_date(self.env, self.strategy_date),
            reason=self._describe(self.strategy_id),
        )

    def _describe(self, rule):
        return self.env["crm.loyalty.transition"]._describe(
            self._state_facts(), self.currency_id, rule
        )
