"""Five steps from an implementation to effects that are measured."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine import evidence, money
from ..models.options import options_of

STEPS = [
    ("template", "Kind of company"),
    ("history", "History"),
    ("effects", "Effects"),
    ("costs", "Costs"),
    ("go_live", "Go-live"),
]
TEMPLATES = [
    ("trade", "Trade"),
    ("services", "Services"),
    ("stock", "Manufacturing with stock"),
]
# (category, indicator, how its change becomes money) by kind of company
REVENUE = ("direct_sales", "R01", "margin")
ON_TIME = ("indirect_service", "L01", "none")
REPEAT = ("direct_retention", "C01", "none")
PROPOSED = {
    "trade": (REVENUE, REPEAT, ON_TIME, ("direct_errors", "Q02", "none")),
    "services": (
        REVENUE,
        ("direct_win_rate", "F02", "none"),
        ("indirect_service", "K11", "none"),
        REPEAT,
    ),
    "stock": (
        REVENUE,
        ON_TIME,
        ("direct_stock", "S01", "carrying"),
        ("direct_errors", "Q02", "none"),
    ),
}


class CrmEffectsOnboarding(models.TransientModel):
    _name = "crm.effects.onboarding"
    _description = "First Steps of Measuring Effects"

    step = fields.Selection(STEPS, required=True, default="template")
    implementation_id = fields.Many2one("crm.implementation", required=True)
    company_id = fields.Many2one(related="implementation_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    template = fields.Selection(
        TEMPLATES, string="Kind of Company", required=True, default="trade"
    )
    line_ids = fields.One2many("crm.effects.onboarding.line", "onboarding_id")
    margin_ratio = fields.Float(
        string="Contribution Margin",
        default=0.3,
        help="Part of the revenue that is left after the costs that grow with it.",
    )
    licence = fields.Monetary(string="Licences")
    integration = fields.Monetary(
        compute="_compute_integration",
        store=True,
        readonly=False,
        help="Proposed from the licences, by the rate of the settings.",
    )
    training = fields.Monetary()
    internal_labour = fields.Monetary(help="Hours of your own people, in money.")
    support = fields.Monetary(string="Support per Year")
    date_go_live = fields.Date(
        string="Go-Live",
        compute="_compute_date_go_live",
        store=True,
        readonly=False,
    )
    freeze = fields.Boolean(
        string="Freeze the Baselines",
        default=True,
        help="Of the effects with enough history: the figures before the go-live then"
        " never change.",
    )

    @api.depends("licence", "company_id")
    def _compute_integration(self):
        for wizard in self:
            company = wizard.company_id or self.env.company
            wizard.integration = money.integration_cost(
                wizard.licence, company.effects_integration_ratio
            )

    @api.depends("implementation_id")
    def _compute_date_go_live(self):
        for wizard in self:
            wizard.date_go_live = wizard.implementation_id.date_go_live

    def action_next(self):
        self.ensure_one()
        self.implementation_id.check_access("write")
        if self.step == "template":
            self._propose()
        if self.step == "history" and not self.line_ids:
            raise UserError(
                self.env._(
                    "None of the indicators of this kind of company is installed:"
                    " choose another kind."
                )
            )
        return self._move(1)

    def action_back(self):
        self.ensure_one()
        return self._move(-1)

    def _move(self, steps):
        names = [name for name, _label in STEPS]
        self.step = names[names.index(self.step) + steps]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First Steps"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _propose(self):
        """The effects usual for the kind of company, with their history."""
        proposed = PROPOSED[self.template]
        indicators = self.env["crm.indicator"].search(
            [("code", "in", [code for _category, code, _method in proposed])]
        )
        by_code = indicators.grouped("code")
        known = self.env["crm.effect.category"].search(
            [("code", "in", [category for category, _code, _method in proposed])]
        )
        categories = known.grouped("code")
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "category_id": categories[category].id,
                        "indicator_id": by_code[code].id,
                        "money_method": method,
                    }
                )
                for category, code, method in proposed
                if code in by_code and category in categories
            ),
        ]

    def action_finish(self):
        """Write dates, costs and effects, estimate what can be estimated."""
        self.ensure_one()
        implementation = self.implementation_id
        implementation.check_access("write")
        if not self.date_go_live:
            raise UserError(
                self.env._("Date the go-live: effects are what came after it.")
            )
        go_live = self.date_go_live
        # who starts here with a CRM in use has not told yet when it began
        start = min(implementation.date_start or go_live, go_live)
        implementation.write({"date_start": start, "date_go_live": go_live})
        self.env["crm.effect.cost"].create(self._prepare_costs())
        effects = self.env["crm.effect"].create(
            [line._prepare_effect() for line in self.line_ids.filtered("chosen")]
        )
        ready = effects.browse()
        if self.freeze and self.env["crm.effect.baseline"].has_access("create"):
            enough = self.line_ids.filtered("is_enough").indicator_id
            ready = effects.filtered(lambda one: one.indicator_id in enough)
            ready.action_freeze_baseline()
        (effects - ready).action_estimate()
        implementation._plan_effect_reviews()
        return implementation.get_formview_action()

    def _prepare_costs(self):
        kinds = ("licence", "integration", "training", "internal_labour", "support")
        return [
            {
                "implementation_id": self.implementation_id.id,
                "cost_type": kind,
                "nature": "plan",
                "date": self.date_go_live,
                "amount": self[kind],
                "currency_id": self.currency_id.id,
                "recurrence": "year" if kind == "support" else "once",
            }
            for kind in kinds
            if self[kind]
        ]


class CrmEffectsOnboardingLine(models.TransientModel):
    _name = "crm.effects.onboarding.line"
    _description = "Effect Proposed in the First Steps"

    onboarding_id = fields.Many2one(
        "crm.effects.onboarding", required=True, ondelete="cascade", index=True
    )
    chosen = fields.Boolean(default=True)
    category_id = fields.Many2one("crm.effect.category", required=True)
    indicator_id = fields.Many2one("crm.indicator", required=True)
    money_method = fields.Selection(
        selection=options_of("crm.effect", "money_method"), required=True
    )
    months = fields.Integer(string="Months of History", compute="_compute_history")
    is_enough = fields.Boolean(compute="_compute_history")
    history = fields.Char(string="What It Allows", compute="_compute_history")

    @api.depends_context("lang")
    @api.depends(
        "indicator_id", "onboarding_id.implementation_id", "onboarding_id.date_go_live"
    )
    def _compute_history(self):
        today = fields.Date.context_today(self)
        for line in self:
            wizard = line.onboarding_id
            limit = min(wizard.date_go_live or today, today).replace(day=1)
            sums = line.indicator_id._get_monthly_sums(
                wizard.company_id, wizard.implementation_id.team_ids
            )
            line.months = sum(month < limit for month in sums)
            line.is_enough = line.months >= evidence.MONTHS_BEFORE
            line.history = line._say_history()

    def _say_history(self):
        if self.is_enough:
            return self.env._("Enough to tell season and trend from the effect.")
        if not self.months:
            return self.env._(
                "No figures: measure the indicator or import its history first."
            )
        return self.env._(
            "Too short: %(needed)s months are needed without a control group. Import"
            " the missing ones or keep a team out for comparison.",
            needed=evidence.MONTHS_BEFORE,
        )

    def _prepare_effect(self):
        wizard = self.onboarding_id
        values = {
            "name": self.indicator_id.name,
            "implementation_id": wizard.implementation_id.id,
            "category_id": self.category_id.id,
            "indicator_id": self.indicator_id.id,
            "estimator": "its_ar1",
            "money_method": self.money_method,
        }
        if self.money_method == "margin":
            values["margin_ratio"] = wizard.margin_ratio
        if self.money_method == "carrying":
            values["carrying_rate"] = wizard.company_id.effects_carrying_rate
        return values
