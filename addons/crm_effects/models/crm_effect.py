"""One economic effect: what it moves, how it is proven, what it is worth."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import money

ESTIMATORS = [
    ("its_ar1", "Against its own history"),
    ("did", "Against a control group"),
    ("synth", "Against a mix of other units"),
    ("staged", "Roll-out in stages"),
    ("risk", "Fall of expected losses"),
    ("holdout", "Customers kept out by chance"),
    ("manual", "Declared, not measured"),
]
FROM_FACTS = ("its_ar1", "did", "synth", "staged")
"""Estimators that read the monthly figures of an indicator."""
MONEY_METHODS = [
    ("margin", "Change of revenue × margin"),
    ("cost", "Change of a cost"),
    ("unit", "Change × value of a unit"),
    ("hours", "Hours saved × hourly cost"),
    ("carrying", "Change of capital × holding cost"),
    ("release", "Cash set free, once"),
    ("none", "No money"),
]
GRADES = [
    ("A", "A · control group"),
    ("B", "B · own history"),
    ("C", "C · indication"),
    ("D", "D · declared"),
]
PROOF_CLASSES = [
    ("proven", "Proven"),
    ("probable", "Probable"),
    ("hoped", "Hoped"),
]
STATES = [
    ("draft", "Not Estimated"),
    ("estimated", "Estimated"),
    ("refused", "No Answer"),
]


class CrmEffect(models.Model):
    _name = "crm.effect"
    _description = "Economic Effect"
    _inherit = ["crm.effect.results", "mail.thread", "mail.activity.mixin"]
    _order = "implementation_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    implementation_id = fields.Many2one(
        "crm.implementation",
        required=True,
        index=True,
        ondelete="cascade",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    category_id = fields.Many2one(
        "crm.effect.category", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(related="category_id.kind", store=True)
    owner_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Answers for the effect being reached.",
    )
    note = fields.Html(string="Assumptions")

    # what is compared
    estimator = fields.Selection(
        ESTIMATORS, required=True, default="its_ar1", tracking=True
    )
    is_measured = fields.Boolean(compute="_compute_is_measured")
    indicator_id = fields.Many2one(
        "crm.indicator", index=True, ondelete="restrict", tracking=True
    )
    team_ids = fields.Many2many(
        "crm.team",
        relation="crm_effect_team_rel",
        string="Introduced Teams",
        compute="_compute_team_ids",
        store=True,
        readonly=False,
        check_company=True,
        help="Teams that work with the CRM; empty means the whole company.",
    )
    control_team_ids = fields.Many2many(
        "crm.team",
        relation="crm_effect_control_team_rel",
        string="Control Teams",
        compute="_compute_control_team_ids",
        store=True,
        readonly=False,
        check_company=True,
        help="Teams of the same company that were not introduced. What happened to"
        " them as well is not counted as an effect.",
    )
    date_go_live = fields.Date(
        string="Go-Live",
        compute="_compute_date_go_live",
        store=True,
        readonly=False,
        tracking=True,
        help="A month in which the go-live fell is left out unless it was on the first"
        " day.",
    )
    date_from = fields.Date(
        string="History From", help="Earlier months are ignored; empty means all."
    )
    date_to = fields.Date(
        string="Measured To", help="Later months are ignored; empty means all."
    )
    baseline_id = fields.Many2one(
        "crm.effect.baseline",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
        tracking=True,
        help="The frozen figures before the go-live.",
    )

    # what it is worth
    money_method = fields.Selection(
        MONEY_METHODS, required=True, default="margin", tracking=True
    )
    margin_ratio = fields.Float(
        string="Contribution Margin",
        help="Part of the revenue that is left after the costs that grow with it.",
        tracking=True,
    )
    unit_value = fields.Monetary(string="Value of a Unit", tracking=True)
    hourly_cost = fields.Monetary(string="Loaded Hourly Cost", tracking=True)
    carrying_rate = fields.Float(
        string="Yearly Holding Cost",
        help="Capital, storage and risk per year as a part of the value held.",
        tracking=True,
    )
    share = fields.Float(
        default=1.0,
        help="Part of the change that this effect may claim; the rest belongs to other"
        " effects on the same indicator.",
        tracking=True,
    )
    correction_factor = fields.Float(
        help="Part of the time saved that becomes work: about 100 % for line workers,"
        " 70 to 90 % for salespeople, at most 50 % for office work.",
        tracking=True,
    )
    declared_monthly = fields.Monetary(string="Declared per Month", tracking=True)
    declared_low = fields.Monetary(string="At Least", tracking=True)
    declared_high = fields.Monetary(string="At Most", tracking=True)
    include_in_roi = fields.Boolean(
        string="Counts for the Return",
        compute="_compute_include_in_roi",
        store=True,
        readonly=False,
        help="Indirect effects stay out of the headline unless you decide otherwise.",
        tracking=True,
    )

    # the result
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False
    )
    reason = fields.Json(readonly=True, copy=False)
    doubts = fields.Json(string="Doubt Codes", readonly=True, copy=False)
    refusal = fields.Text(string="Why There Is No Answer", compute="_compute_texts")
    warning = fields.Text(string="Doubts", compute="_compute_texts")
    result = fields.Char(compute="_compute_texts")
    formula = fields.Char(compute="_compute_formula", string="Money Formula")
    is_log = fields.Boolean(readonly=True, copy=False)
    effect = fields.Float(digits=0, readonly=True, copy=False, aggregator=None)
    effect_low = fields.Float(digits=0, readonly=True, copy=False, aggregator=None)
    effect_high = fields.Float(digits=0, readonly=True, copy=False, aggregator=None)
    rho = fields.Float(
        string="Autocorrelation", readonly=True, copy=False, aggregator=None
    )
    months_before = fields.Integer(readonly=True, copy=False, aggregator=None)
    months_after = fields.Integer(readonly=True, copy=False, aggregator=None)
    placebo_share = fields.Float(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Share of start dates, fake ones before the true one included, that look"
        " at least as clear as the true one.",
    )
    grade = fields.Selection(
        GRADES, string="Evidence", readonly=True, copy=False, index=True
    )
    proof_class = fields.Selection(PROOF_CLASSES, readonly=True, copy=False, index=True)
    estimated_at = fields.Datetime(string="Estimated On", readonly=True, copy=False)
    line_ids = fields.One2many("crm.effect.line", "effect_id", copy=False)
    money_to_date = fields.Monetary(compute="_compute_money", store=True)
    money_low = fields.Monetary(compute="_compute_money", store=True)
    money_high = fields.Monetary(compute="_compute_money", store=True)
    money_ahead = fields.Monetary(
        string="Expected Ahead",
        compute="_compute_money",
        store=True,
        help="The mean of the measured months up to the end of the horizon.",
    )

    _share_is_part = models.Constraint(
        "CHECK (share > 0 AND share <= 1)",
        "The share must be above 0 % and at most 100 %.",
    )
    _margin_is_part = models.Constraint(
        "CHECK (margin_ratio >= 0 AND margin_ratio <= 1)",
        "The contribution margin must lie between 0 % and 100 %.",
    )
    _correction_is_part = models.Constraint(
        "CHECK (correction_factor >= 0 AND correction_factor <= 1)",
        "The correction factor must lie between 0 % and 100 %.",
    )
    _carrying_not_negative = models.Constraint(
        "CHECK (carrying_rate >= 0)", "The holding cost cannot be negative."
    )

    @api.depends("estimator")
    def _compute_is_measured(self):
        for effect in self:
            effect.is_measured = effect.estimator in FROM_FACTS

    @api.depends("implementation_id.date_go_live")
    def _compute_date_go_live(self):
        for effect in self:
            effect.date_go_live = effect.implementation_id.date_go_live

    @api.depends("category_id")
    def _compute_include_in_roi(self):
        for effect in self:
            effect.include_in_roi = effect.category_id.kind != "indirect"

    @api.depends(
        "line_ids.money",
        "line_ids.money_low",
        "line_ids.money_high",
        "line_ids.is_forecast",
    )
    def _compute_money(self):
        for effect in self:
            measured = effect.line_ids.filtered(lambda line: not line.is_forecast)
            effect.money_to_date = sum(measured.mapped("money"))
            effect.money_low = sum(measured.mapped("money_low"))
            effect.money_high = sum(measured.mapped("money_high"))
            effect.money_ahead = sum((effect.line_ids - measured).mapped("money"))

    @api.constrains("money_method", "correction_factor")
    def _check_correction(self):
        for effect in self:
            if effect.money_method == "hours" and not effect.correction_factor:
                raise ValidationError(
                    self.env._(
                        "%(name)s: time saved is not time worked. Say with the"
                        " correction factor which part of it becomes work.",
                        name=effect.name,
                    )
                )

    @api.constrains("estimator", "indicator_id")
    def _check_indicator(self):
        for effect in self:
            if effect.estimator in FROM_FACTS and not effect.indicator_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the indicator that the effect moves, or"
                        " declare the effect.",
                        name=effect.name,
                    )
                )

    # the engine's rule -----------------------------------------------------------

    def _is_ratio(self):
        return self.indicator_id._is_ratio() if self.indicator_id else False

    def _get_money_rule(self):
        self.ensure_one()
        corrected = self.money_method == "hours"
        return money.Rule(
            self.money_method,
            sign=-1 if self.indicator_id.direction == "lower" else 1,
            margin_ratio=self.margin_ratio,
            unit_value=self.unit_value,
            hourly_cost=self.hourly_cost,
            carrying_rate=self.carrying_rate,
            share=self.share,
            correction=self.correction_factor if corrected else 1.0,
        )

    # actions ---------------------------------------------------------------------

    def action_estimate(self):
        """Estimate anew from the figures of today."""
        self.check_access("write")
        self._estimate()
        return True

    def action_freeze_baseline(self):
        """Freeze the figures before the go-live."""
        self.env["crm.effect.baseline"].check_access("create")
        self.check_access("write")
        for effect in self:
            # sudo: results are written by nobody but the addon
            effect.sudo().baseline_id = effect._freeze_baseline()
        self._estimate()
        return True

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_effects.crm_effect_line_action"
        )
        action["domain"] = [("effect_id", "=", self.id)]
        return action
