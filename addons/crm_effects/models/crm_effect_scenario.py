"""What if: the return under other assumptions about what lies ahead."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

from ..engine import returns, whatif
from .crm_implementation import GROUP
from .phrases import phrase

KINDS = [
    ("pessimistic", "Pessimistic"),
    ("base", "Base"),
    ("optimistic", "Optimistic"),
    ("custom", "Own"),
]
# What the three usual scenarios assume: a fifth less is the uplift for risk that
# Total Economic Impact studies of CRM use most, a quarter of a year the usual delay.
DEFAULTS = {
    "pessimistic": {
        "benefit": 0.8,
        "cost": 1.2,
        "delay_months": 3,
        "adoption": 0.8,
        "rate_change": 0.03,
    },
    "base": {},
    "optimistic": {"benefit": 1.15, "cost": 0.95, "rate_change": -0.02},
}


class CrmEffectScenario(models.Model):
    _name = "crm.effect.scenario"
    _description = "Scenario of the Return"
    _order = "implementation_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="custom")
    benefit = fields.Float(
        string="Benefits",
        default=1.0,
        digits=0,
        aggregator=None,
        help="Multiplier of the benefits ahead.",
    )
    cost = fields.Float(
        string="Costs",
        default=1.0,
        digits=0,
        aggregator=None,
        help="Multiplier of the planned costs ahead.",
    )
    delay_months = fields.Integer(
        string="Delay in Months",
        aggregator=None,
        help="By how much the benefits ahead come later; those that fall beyond the"
        " horizon are lost.",
    )
    adoption = fields.Float(
        default=1.0,
        digits=0,
        aggregator=None,
        help="Part of the users who work with the CRM as planned.",
    )
    rate_change = fields.Float(
        string="Change of the Discount Rate",
        digits=0,
        aggregator=None,
        help="Added to the discount rate of the implementation: 3 % turns 10 % into"
        " 13 %.",
    )
    npv = fields.Monetary(string="NPV", compute="_compute_result")
    npv_change = fields.Monetary(string="Against the Base", compute="_compute_result")
    roi = fields.Float(string="ROI", compute="_compute_result", aggregator=None)
    irr_text = fields.Char(string="IRR", compute="_compute_result")
    payback_date = fields.Date(string="Pays Back", compute="_compute_result")
    payback_months = fields.Float(
        string="Payback in Months", compute="_compute_result", aggregator=None
    )
    summary = fields.Char(compute="_compute_result")
    chart = fields.Json(string="Cumulative Cash", compute="_compute_result")

    _kind_once = models.UniqueIndex(
        "(implementation_id, kind) WHERE kind <> 'custom'",
        "The implementation has a scenario of this kind already.",
    )
    _multipliers_not_negative = models.Constraint(
        "CHECK (benefit >= 0 AND cost >= 0 AND adoption >= 0)",
        "Benefits, costs and adoption are multiplied: they cannot be negative.",
    )
    _delay_not_negative = models.Constraint(
        "CHECK (delay_months >= 0)", "The delay cannot be negative."
    )

    @api.constrains("rate_change", "implementation_id")
    def _check_rate(self):
        for scenario in self:
            if scenario._get_rate() <= -1:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the discount rate must stay above -100 %%.",
                        name=scenario.name,
                    )
                )

    @api.depends_context("lang")
    @api.depends(
        "implementation_id.npv",
        "implementation_id.discount_rate",
        "benefit",
        "cost",
        "delay_months",
        "adoption",
        "rate_change",
    )
    def _compute_result(self):
        # sudo: totals of the cash flow, never the single cost
        implementations = self.implementation_id._origin.sudo()
        flows = implementations._get_cashflows()
        for scenario in self:
            rows = flows.get(scenario.implementation_id._origin.id, [])
            scenario._set_result(rows)

    def _set_result(self, rows):
        # sudo: totals of the cash flow, never the single cost
        implementation = self.implementation_id._origin.sudo()
        items = implementation._get_items(rows)
        found = self._evaluate(items)
        base = implementation.npv
        self.npv, self.npv_change = found.npv, found.npv - base
        self.roi = found.roi or 0.0
        note = found.irr_note
        self.irr_text = "; ".join(map(implementation._percent, found.irr)) or (
            phrase(self.env, note.code, note.values) if note else False
        )
        self.payback_date = found.payback_date
        self.payback_months = found.payback or 0.0
        self.summary = self._say(implementation, found)
        self.chart = bool(rows) and self._prepare_chart(implementation, items, found)

    def _evaluate(self, items):
        # sudo: totals of the cash flow, never the single cost
        implementation = self.implementation_id._origin.sudo()
        assumptions = self._get_assumptions()
        return returns.evaluate(
            whatif.assume(items, assumptions, last=_last_day(items)),
            assumptions.rate,
            go_live=implementation.date_go_live or None,
            convention=implementation.cash_convention,
        )

    def _get_rate(self):
        return self.implementation_id.discount_rate + self.rate_change

    def _get_assumptions(self):
        return whatif.Assumptions(
            max(self._get_rate(), -0.99),
            benefit=max(self.benefit, 0.0),
            cost=max(self.cost, 0.0),
            delay=max(self.delay_months, 0),
            adoption=max(self.adoption, 0.0),
        )

    def _say(self, implementation, found):
        """NPV and payback in one line."""
        amount = implementation._amount(found.npv)
        if not found.payback_date:
            return self.env._(
                "NPV %(amount)s; it does not pay back within the horizon.",
                amount=amount,
            )
        months = formatLang(self.env, found.payback, digits=1)
        return self.env._(
            "NPV %(amount)s; months until it pays back: %(months)s.",
            amount=amount,
            months=months,
        )

    def _prepare_chart(self, implementation, items, found):
        base = implementation._evaluate_items(items)
        months = max(base.months, found.months, key=len)
        return {
            "type": "line",
            "currency_id": self.currency_id.id,
            "label_kind": "month",
            "value_kind": "money",
            "labels": [month.isoformat() for month in months],
            "datasets": [
                {"label": self.name or "", "data": list(found.cumulative)},
                {"label": self.env._("as expected"), "data": list(base.cumulative)},
            ],
        }


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    scenario_ids = fields.One2many(
        "crm.effect.scenario", "implementation_id", groups=GROUP
    )
    tornado_chart = fields.Json(
        string="What Moves the NPV Most",
        compute="_compute_tornado_chart",
        groups=GROUP,
    )

    def action_make_scenarios(self):
        """The pessimistic, the base and the optimistic scenario, if missing."""
        for implementation in self:
            present = set(implementation.scenario_ids.mapped("kind"))
            names = dict(
                self.env["crm.effect.scenario"]
                ._fields["kind"]
                ._description_selection(self.env)
            )
            self.env["crm.effect.scenario"].create(
                [
                    {
                        "implementation_id": implementation.id,
                        "name": names[kind],
                        "kind": kind,
                        "sequence": sequence,
                        **values,
                    }
                    for sequence, (kind, values) in enumerate(DEFAULTS.items())
                    if kind not in present
                ]
            )
        return True

    def _evaluate_items(self, items):
        return returns.evaluate(
            items,
            self.discount_rate,
            go_live=self.date_go_live or None,
            convention=self.cash_convention,
        )

    def _get_tornado(self):
        """Bars between the pessimistic and the optimistic scenario, widest first."""
        ends = {one.kind: one for one in self.scenario_ids}
        if not {"pessimistic", "optimistic"} <= set(ends):
            return []
        # sudo: totals of the cash flow, never the single cost
        whole = self.sudo()
        items = whole._get_items(whole._get_cashflows().get(self._origin.id, []))
        return whatif.tornado(
            items,
            whatif.Assumptions(self.discount_rate),
            ends["pessimistic"]._get_assumptions(),
            ends["optimistic"]._get_assumptions(),
            go_live=self.date_go_live or None,
            convention=self.cash_convention,
            last=_last_day(items),
        )

    @api.depends_context("lang")
    @api.depends(
        "npv",
        "scenario_ids.benefit",
        "scenario_ids.cost",
        "scenario_ids.delay_months",
        "scenario_ids.adoption",
        "scenario_ids.rate_change",
    )
    def _compute_tornado_chart(self):
        for implementation in self:
            bars = [bar for bar in implementation._get_tornado() if bar.swing]
            implementation.tornado_chart = bool(
                bars
            ) and implementation._prepare_tornado(bars)

    def _prepare_tornado(self, bars):
        labels = {
            "benefit": self.env._("Benefits"),
            "cost": self.env._("Costs"),
            "delay": self.env._("Delay"),
            "adoption": self.env._("Adoption"),
            "rate": self.env._("Discount rate"),
        }
        return {
            "type": "bar",
            "horizontal": True,
            "currency_id": self.currency_id.id,
            "label_kind": "text",
            "value_kind": "money",
            "labels": [labels[bar.name] for bar in bars],
            "datasets": [
                {
                    "label": self.env._("NPV, pessimistic to base"),
                    "data": [[bar.low, self.npv] for bar in bars],
                },
                {
                    "label": self.env._("NPV, base to optimistic"),
                    "data": [[self.npv, bar.high] for bar in bars],
                },
            ],
        }


def _last_day(items):
    """The last benefit expected: the end of the horizon as the effects have it."""
    return max(
        (item.date for item in items if item.ahead and not item.cost), default=None
    )
