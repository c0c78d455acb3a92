"""Goals of an introduction: where a figure should be by a day, and the chance of it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.crm_risk.models import nightly

from ..engine import outlook, returns
from .crm_implementation import GROUP

GOAL_CLASSES = [
    ("cost", "Lower costs"),
    ("speed", "Faster processes"),
    ("transparency", "Transparency"),
    ("kpi", "Management by indicators"),
    ("standard", "Standardisation"),
]
STATES = [
    ("none", "No Figures"),
    ("on_track", "On Track"),
    ("at_risk", "Off Track"),
    ("reached", "Reached"),
    ("missed", "Missed"),
]
RECENT = 3  # months: one month alone says little about where a figure stands
BEFORE = 12  # months before the go-live: a year holds every season once
TREND = 24  # months the trend is taken from, of those after the go-live
LIKELY = 0.5


class CrmEffectGoal(models.Model):
    _name = "crm.effect.goal"
    _description = "Goal of an Implementation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "implementation_id, date_due, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Is asked to act when the goal is off track.",
    )
    goal_class = fields.Selection(
        GOAL_CLASSES, string="Kind of Goal", required=True, default="speed"
    )
    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="restrict"
    )
    unit = fields.Selection(related="indicator_id.unit")
    baseline_value = fields.Float(
        string="Starting Point",
        digits=0,
        compute="_compute_baseline_value",
        store=True,
        readonly=False,
        aggregator=None,
        help="Proposed: the mean of the year before the go-live. Shares are fractions,"
        " 0.25 for 25 %.",
    )
    target_value = fields.Float(
        string="Target", digits=0, required=True, tracking=True, aggregator=None
    )
    date_due = fields.Date(string="Due", required=True, tracking=True)
    note = fields.Text()

    # what the figures say; written by the nightly job
    state = fields.Selection(
        STATES, required=True, default="none", readonly=True, copy=False, index=True
    )
    date_figure = fields.Date(string="Figures up to", readonly=True, copy=False)
    current_value = fields.Float(
        string="Now", digits=0, readonly=True, copy=False, aggregator=None
    )
    attainment = fields.Float(
        digits=0,
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Part of the way from the starting point to the target.",
    )
    probability = fields.Float(
        string="Chance",
        digits=0,
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Chance that the figure is at the target on the due day if its trend since"
        " the go-live goes on.",
    )
    has_forecast = fields.Boolean(readonly=True, copy=False)
    forecast_value = fields.Float(digits=0, readonly=True, copy=False, aggregator=None)
    forecast_low = fields.Float(digits=0, readonly=True, copy=False, aggregator=None)
    forecast_high = fields.Float(digits=0, readonly=True, copy=False, aggregator=None)
    summary = fields.Char(compute="_compute_summary")
    baseline_text = fields.Char(string="From", compute="_compute_texts")
    target_text = fields.Char(string="To", compute="_compute_texts")
    current_text = fields.Char(string="Stands at", compute="_compute_texts")
    chart = fields.Json(compute="_compute_chart")

    @api.constrains("indicator_id", "baseline_value", "target_value")
    def _check_target(self):
        for goal in self:
            if goal.target_value == goal.baseline_value:
                raise ValidationError(
                    self.env._(
                        "%(goal)s: the target is the starting point. Say where the"
                        " figure should go.",
                        goal=goal.name,
                    )
                )

    @api.depends("implementation_id", "indicator_id")
    def _compute_baseline_value(self):
        for goal in self:
            go_live = goal.implementation_id.date_go_live
            if not (goal.indicator_id and go_live):
                continue
            first = returns.add_months(go_live, -BEFORE)
            figures = [
                value
                for month, value in goal._get_figures()
                if value is not None and first <= month < go_live
            ]
            if figures:
                goal.baseline_value = sum(figures) / len(figures)

    def _get_figures(self):
        """(month, figure) of all whole months in order; ``None`` is no data."""
        if not self.indicator_id:
            return []
        implementation = self.implementation_id
        sums = self.indicator_id._get_monthly_sums(
            implementation.company_id, implementation.team_ids
        )
        this_month = fields.Date.context_today(self).replace(day=1)
        known = sorted(month for month in sums if month < this_month)
        if not known:
            return []
        count = 1 + returns.months_between(known[0], known[-1])
        months = [returns.add_months(known[0], i) for i in range(count)]
        return [
            (month, self.indicator_id._get_value(*sums.get(month, (None, 0.0))))
            for month in months
        ]

    def _is_of_few(self):
        """Whether a month of the goal is the work of one or two people."""
        return bool(self.indicator_id) and self.indicator_id._has_small_group(
            self.company_id, self.implementation_id.team_ids
        )

    def _is_higher_better(self):
        return self.target_value > self.baseline_value

    # the verdict -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        goals = super().create(vals_list)
        goals._refresh()
        return goals

    def write(self, vals):
        result = super().write(vals)
        asked = ("indicator_id", "target_value", "baseline_value", "date_due")
        if set(asked) & set(vals):
            self._refresh()
        return result

    def action_refresh(self):
        """Take the latest figures."""
        self.check_access("write")
        self._refresh()
        return True

    @api.model
    def _cron_refresh(self):
        """Nightly: every goal of the implementations that are not closed."""
        goals = self.search([("implementation_id.state", "!=", "closed")])
        nightly.each(self.env, "crm_effects.ir_cron_refresh_goals", goals, "_refresh")

    def _refresh(self):
        for goal in self:
            values = goal._prepare_verdict()
            changed = {
                name: value for name, value in values.items() if goal[name] != value
            }
            turned = changed.get("state") in ("at_risk", "missed")
            if changed:
                goal.write(changed)
            if turned:
                goal._call_owner()

    def _prepare_verdict(self):
        figures = self._get_figures()
        known = [(month, value) for month, value in figures if value is not None]
        blank = {
            "state": "none",
            "date_figure": False,
            "has_forecast": False,
            **dict.fromkeys(
                (
                    "current_value",
                    "attainment",
                    "probability",
                    "forecast_value",
                    "forecast_low",
                    "forecast_high",
                ),
                0.0,
            ),
        }
        if not known or (len(known) < RECENT and self._is_of_few()):
            return blank
        recent = [value for _month, value in known[-RECENT:]]
        now = sum(recent) / len(recent)
        way = outlook.attainment(self.baseline_value, now, self.target_value)
        values = {
            **blank,
            "date_figure": known[-1][0],
            "current_value": now,
            "attainment": way or 0.0,
            **self._prepare_forecast(figures),
        }
        return {**values, "state": self._get_state(values)}

    def _prepare_forecast(self, figures):
        """The trend since the go-live, continued to the month of the due day."""
        go_live = self.implementation_id.date_go_live
        after = [value for month, value in figures if not go_live or month >= go_live]
        ahead = returns.months_between(figures[-1][0], self.date_due)
        if not after or self.date_due < fields.Date.context_today(self):
            return {}
        found = outlook.forecast(after[-TREND:], max(ahead, 0))
        if not found:
            return {}
        return {
            "has_forecast": True,
            "forecast_value": found.mean,
            "forecast_low": found.low,
            "forecast_high": found.high,
            "probability": found.chance(
                self.target_value, higher=self._is_higher_better()
            ),
        }

    def _get_state(self, values):
        if values["attainment"] >= 1.0:
            return "reached"
        if self.date_due < fields.Date.context_today(self):
            return "missed"
        if not values["has_forecast"]:
            return "none"
        return "on_track" if values["probability"] >= LIKELY else "at_risk"

    def _call_owner(self):
        """An activity for the owner, once as long as it is open."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        open_ones = self.activity_ids.filtered(
            lambda one: one.activity_type_id == todo and one.user_id == self.owner_id
        )
        if open_ones:
            return
        goal = self.with_context(lang=self.owner_id.lang)
        goal.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=goal.env._("Goal off track: %(goal)s", goal=goal.name),
            note=goal.summary,
            user_id=self.owner_id.id,
        )

    # in words ----------------------------------------------------------------------

    def _format(self, value):
        return self.indicator_id._format_value(value, self.company_id)

    @api.depends_context("lang")
    @api.depends("baseline_value", "target_value", "current_value", "indicator_id")
    def _compute_texts(self):
        for goal in self:
            known = bool(goal.indicator_id)
            goal.baseline_text = known and goal._format(goal.baseline_value)
            goal.target_text = known and goal._format(goal.target_value)
            goal.current_text = bool(goal.date_figure) and goal._format(
                goal.current_value
            )

    @api.depends_context("lang")
    @api.depends("state", "current_value", "probability", "forecast_value")
    def _compute_summary(self):
        for goal in self:
            goal.summary = goal._say() if goal.indicator_id else False

    def _say(self):
        if not self.date_figure:
            return self.env._(
                "%(indicator)s has no figures of whole months yet.",
                indicator=self.indicator_id.name,
            )
        values = {
            "now": self._format(self.current_value),
            "target": self._format(self.target_value),
            "part": self.implementation_id._percent(self.attainment),
        }
        if not self.has_forecast:
            return self.env._(
                "It stands at %(now)s, %(part)s of the way to %(target)s; there is no"
                " forecast.",
                **values,
            )
        return self.env._(
            "It stands at %(now)s, %(part)s of the way to %(target)s; by the due day"
            " %(forecast)s is expected (95 %% interval: %(low)s to %(high)s), the"
            " chance is %(chance)s.",
            **values,
            forecast=self._format(self.forecast_value),
            low=self._format(self.forecast_low),
            high=self._format(self.forecast_high),
            chance=self.implementation_id._percent(self.probability),
        )

    @api.depends_context("lang", "uid")
    @api.depends("current_value", "target_value", "date_figure")
    def _compute_chart(self):
        sees_all = self.env["crm.indicator.fact"]._sees_persons()
        for goal in self:
            hidden = not sees_all and goal._is_of_few()
            figures = [] if hidden else goal._get_figures()
            goal.chart = bool(figures) and {
                "type": "line",
                "label_kind": "month",
                "value_kind": "percent" if goal.unit == "percent" else "number",
                "labels": [month.isoformat() for month, _value in figures],
                "datasets": [
                    {
                        "label": goal.indicator_id.name,
                        "data": [value for _month, value in figures],
                    },
                    {
                        "label": self.env._("target"),
                        "data": [goal.target_value] * len(figures),
                    },
                ],
            }


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    goal_ids = fields.One2many("crm.effect.goal", "implementation_id", groups=GROUP)
    goal_count = fields.Integer(compute="_compute_goal_count", groups=GROUP)

    @api.depends("goal_ids")
    def _compute_goal_count(self):
        counts = dict(
            self.env["crm.effect.goal"]._read_group(
                [("implementation_id", "in", self.ids)],
                ["implementation_id"],
                ["__count"],
            )
        )
        for implementation in self:
            implementation.goal_count = counts.get(implementation._origin, 0)

    def action_open_goals(self):
        return self._open_own("crm_effects.crm_effect_goal_action")
