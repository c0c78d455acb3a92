"""Scorecard: the ten methods of evaluation with value, interval, grade and verdict."""

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..engine import outlook, scorecard
from .crm_effect import GRADES
from .crm_implementation import GROUP

METHODS = [
    ("a_roi", "Return on investment"),
    ("a_demand", "Demand and closed deals"),
    ("a_cost", "Lower costs"),
    ("a_loyalty", "Loyalty of customers"),
    ("a_productivity", "Productivity and speed"),
    ("b_customers", "Work with customers, before and after"),
    ("b_goals", "Results against goals"),
    ("b_economy", "Economic efficiency"),
    ("b_survey", "What customers say"),
    ("b_resources", "Time and resources"),
]
SCHOOLS = [("a", "Indicators of the return"), ("b", "Comparison and opinion")]
VERDICTS = [
    ("strong", "Shown"),
    ("moderate", "Indicated"),
    ("open", "Not Shown"),
    ("negative", "Worse"),
    ("none", "No Answer"),
]
# which categories of effects speak for which method
CATEGORIES = {
    "a_demand": ("direct_sales", "direct_win_rate", "direct_cross_sell"),
    "a_cost": ("direct_sales_cost", "direct_errors", "direct_time", "direct_stock"),
    "a_loyalty": ("indirect_loyalty", "direct_retention"),
    "a_productivity": ("indirect_service", "direct_time"),
    "b_customers": (
        "direct_retention",
        "direct_sales",
        "direct_cross_sell",
        "indirect_loyalty",
        "indirect_service",
    ),
}
TIME = ("direct_time",)


class CrmEffectMethodResult(models.Model):
    _name = "crm.effect.method.result"
    _description = "Result of an Evaluation Method"
    _order = "implementation_id, sequence"
    _rec_name = "method"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer()
    method = fields.Selection(METHODS, required=True)
    school = fields.Selection(SCHOOLS, string="List of Methods")
    verdict = fields.Selection(VERDICTS, required=True, default="none")
    grade = fields.Selection(GRADES, string="Evidence")
    kind = fields.Selection(
        [("money", "Money"), ("percent", "Percent"), ("effect", "Effect")],
        string="Kind of Value",
    )
    value = fields.Float(digits=0, aggregator=None)
    low = fields.Float(digits=0, aggregator=None)
    high = fields.Float(digits=0, aggregator=None)
    has_interval = fields.Boolean()
    effect_id = fields.Many2one("crm.effect", ondelete="set null", index=True)
    reason = fields.Json()
    value_text = fields.Char(string="Figure", compute="_compute_texts")
    interval_text = fields.Char(string="Interval", compute="_compute_texts")
    explanation = fields.Text(string="In Words", compute="_compute_texts")

    _method_once = models.Constraint(
        "UNIQUE (implementation_id, method)",
        "The implementation has a result of this method already.",
    )

    @api.depends_context("lang")
    @api.depends("kind", "value", "low", "high", "reason", "effect_id")
    def _compute_texts(self):
        for result in self:
            effect = result.effect_id
            if result.kind == "effect":
                result.value_text = effect and effect._format_change(effect.effect)
                ends = (effect.effect_low, effect.effect_high) if effect else ()
                texts = [effect._format_change(end) for end in ends]
            else:
                known = result.kind and result.verdict != "none"
                result.value_text = known and result._format(result.value)
                texts = [result._format(end) for end in (result.low, result.high)]
            result.interval_text = result.has_interval and " – ".join(texts)
            result.explanation = result._explain()

    def _format(self, value):
        if self.kind == "money":
            return self.implementation_id._amount(value)
        return self.implementation_id._percent(value)

    def _explain(self):
        reason = self.reason or {}
        say = self._get_explanations().get(reason.get("code"))
        values = {**reason.get("values", {}), "name": self.effect_id.name}
        return say(values) if say else False

    def _get_explanations(self):
        amount = self.implementation_id._amount
        number = self._count
        return {
            "no_return": lambda v: self.env._("Costs or benefits are missing."),
            "return": lambda v: self.env._(
                "NPV %(npv)s; nine of ten futures bring more than %(p10)s.",
                npv=amount(v["npv"]),
                p10=amount(v["p10"]),
            ),
            "return_plain": lambda v: self.env._(
                "NPV %(npv)s; the futures have not been simulated.",
                npv=amount(v["npv"]),
            ),
            "no_effect": lambda v: self.env._(
                "No effect of these categories is measured: add one and tie it to an"
                " indicator."
            ),
            "declared": lambda v: self.env._(
                "Only declared effects: a declaration proves nothing."
            ),
            "effects": lambda v: (
                v["name"]
                if v["count"] == 1
                else self.env._(
                    "Clearest of %(count)s: %(name)s.",
                    count=number(v["count"]),
                    name=v["name"],
                )
            ),
            "no_goal": lambda v: self.env._("No goals are set."),
            "goals": lambda v: self.env._(
                "Goals reached: %(reached)s of %(total)s; likely to be: %(likely)s.",
                reached=number(v["reached"]),
                total=number(v["total"]),
                likely=number(v["likely"]),
            ),
            "economy": lambda v: self.env._(
                "Benefits %(benefit)s up to the horizon, adjusted for risks; costs"
                " %(cost)s.",
                benefit=amount(v["benefit"]),
                cost=amount(v["cost"]),
            ),
            "no_survey": lambda v: self.env._(
                "No customer has answered since the go-live."
            ),
            "survey": lambda v: self.env._(
                "Positive answers: %(positive)s of %(total)s.",
                positive=number(v["positive"]),
                total=number(v["total"]),
            ),
            "resources": lambda v: self.env._(
                "Cost %(actual)s; planned for the same kinds of cost: %(planned)s.",
                actual=amount(v["actual"]),
                planned=amount(v["planned"]),
            ),
            "no_plan": lambda v: self.env._(
                "There is no plan of costs to compare with."
            ),
        }

    def _count(self, value):
        return formatLang(self.env, value, digits=0)


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    method_result_ids = fields.One2many(
        "crm.effect.method.result", "implementation_id", groups=GROUP
    )

    def action_refresh_scorecard(self):
        """Judge by all ten methods anew."""
        self._check_officer()
        self._refresh_scorecard()
        self._refresh_office()
        return True

    def action_open_scorecard(self):
        return self._open_own("crm_effects.crm_effect_method_result_action")

    def _refresh_scorecard(self):
        # sudo: results are written by nobody but this method, from totals
        for implementation in self.sudo():
            known = {one.method: one for one in implementation.method_result_ids}
            for sequence, (method, values) in enumerate(
                implementation._judge_methods().items()
            ):
                blank = {
                    "implementation_id": implementation.id,
                    "method": method,
                    "school": method[0],
                    "sequence": sequence,
                    "grade": False,
                    "kind": False,
                    "value": 0.0,
                    "low": 0.0,
                    "high": 0.0,
                    "has_interval": False,
                    "effect_id": False,
                }
                result = known.get(method)
                if result:
                    result.write({**blank, **values})
                else:
                    implementation.method_result_ids.create({**blank, **values})

    def _judge_methods(self):
        """{method: values of its result}, in the order of the lists."""
        judges = {
            "a_roi": self._judge_return,
            "b_goals": self._judge_goals,
            "b_economy": self._judge_economy,
            "b_survey": self._judge_survey,
            "b_resources": self._judge_resources,
        }
        return {
            method: judges[method]()
            if method in judges
            else self._judge_effects(CATEGORIES[method])
            for method, _label in METHODS
        }

    def _judge_return(self):
        if not self.has_roi or not self.effect_ids:
            return {"verdict": "none", "reason": {"code": "no_return"}}
        run = self.return_simulation_id
        verdict = scorecard.judge_return(self.roi, run.p10 if run else None)
        values = {"npv": self.npv, "p10": run.p10}
        return {
            "verdict": verdict,
            "kind": "percent",
            "value": self.roi,
            "grade": self._get_headline_grade(),
            "reason": {"code": "return" if run else "return_plain", "values": values},
        }

    def _get_headline_grade(self):
        """Grade of the effect on which most of the money rests."""
        counted = self._get_counted_effects().filtered("grade")
        return counted.sorted(lambda one: -abs(one.money_to_date))[:1].grade

    def _judge_effects(self, codes):
        effects = self.effect_ids.filtered(
            lambda one: one.category_id.code in codes and one.state == "estimated"
        )
        measured = effects.filtered(lambda one: one.estimator != "manual")
        measured = measured.filtered("indicator_id")
        if not measured:
            code = "declared" if effects else "no_effect"
            return {"verdict": "none", "reason": {"code": code}}
        best = measured.sorted(_clearness)[:1]
        return {
            "verdict": scorecard.judge_findings([_finding(one) for one in measured]),
            "kind": "effect",
            "effect_id": best.id,
            "has_interval": True,
            "grade": best.grade,
            "reason": {"code": "effects", "values": {"count": len(measured)}},
        }

    def _judge_goals(self):
        goals = self.goal_ids.filtered("active")
        if not goals:
            return {"verdict": "none", "reason": {"code": "no_goal"}}
        reached = [goal.state == "reached" for goal in goals]
        chances = [
            goal.probability
            if goal.has_forecast
            else (0.0 if goal.state == "missed" else None)
            for goal in goals
        ]
        likely = len(goals.filtered(lambda goal: goal.state == "on_track"))
        values = {"reached": sum(reached), "total": len(goals), "likely": likely}
        return {
            "verdict": scorecard.judge_goals(chances, reached),
            "kind": "percent",
            # a goal overfulfilled makes up for no other
            "value": sum(min(one, 1.0) for one in goals.mapped("attainment"))
            / len(goals),
            "reason": {"code": "goals", "values": values},
        }

    def _judge_economy(self):
        rows = self._get_cashflows().get(self.id, [])
        cost = -sum(r["amount"] * r["factor"] for r in rows if r["kind"] == "cost")
        gains = [row for row in rows if row["kind"] != "cost"]
        if not gains:
            return {"verdict": "none", "reason": {"code": "no_return"}}
        benefit, low, high = (
            sum(row[name] * row["factor"] for row in gains)
            for name in ("amount", "amount_low", "amount_high")
        )
        return {
            "verdict": scorecard.judge_economy(benefit, low, cost),
            "kind": "money",
            "value": benefit - cost,
            "low": low - cost,
            "high": high - cost,
            "has_interval": True,
            "grade": self._get_headline_grade(),
            "reason": {
                "code": "economy",
                "values": {"benefit": benefit, "cost": cost},
            },
        }

    def _judge_survey(self):
        positive, total = self._count_answers()
        if not total:
            return {"verdict": "none", "reason": {"code": "no_survey"}}
        low, high = outlook.wilson(positive, total)
        return {
            "verdict": scorecard.judge_survey(positive, total),
            "kind": "percent",
            "value": positive / total,
            "low": low,
            "high": high,
            "has_interval": True,
            "reason": {
                "code": "survey",
                "values": {"positive": positive, "total": total},
            },
        }

    def _count_answers(self):
        """Positive and all answers of customers since the go-live."""
        if not self.date_go_live:
            return 0, 0
        # sudo: two counts over all customers of the company
        answers = (
            self.env["crm.loyalty.satisfaction"]
            .sudo()
            .with_context(allowed_company_ids=self.company_id.ids)
        )
        groups = answers._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_go_live),
                ("kind", "=", "csat"),
            ],
            [],
            ["csat:sum", "__count"],
        )
        for satisfied, count in groups:
            return round((satisfied or 0) / 100), count
        return 0, 0

    def _judge_resources(self):
        booked = {one.cost_type for one in self.cost_ids if one.nature == "actual"}
        plan = self.cost_ids.filtered(lambda one: one.nature == "plan")
        planned = sum(
            plan.filtered(lambda one: one.cost_type in booked).mapped("amount_company")
        )
        time = self._judge_effects(TIME)
        verdict = scorecard.judge_resources(planned, self.cost_actual, time["verdict"])
        if not planned or not self.cost_actual:
            return {**time, "verdict": verdict, "reason": {"code": "no_plan"}}
        return {
            "verdict": verdict,
            "kind": "percent",
            "value": self.cost_actual / planned,
            "reason": {
                "code": "resources",
                "values": {"actual": self.cost_actual, "planned": planned},
            },
        }


def _finding(effect):
    """The effect with improvements positive."""
    ends = [effect.effect, effect.effect_low, effect.effect_high]
    if effect.indicator_id.direction == "lower":
        ends = [-end for end in ends]
    value, *interval = ends
    return scorecard.Finding(value, min(interval), max(interval), effect.grade or "D")


def _clearness(effect):
    """Best evidence first, then what is farthest from zero by its own interval."""
    finding = _finding(effect)
    width = max(finding.high - finding.low, 1e-12)
    return finding.grade, -abs(finding.value) / width
