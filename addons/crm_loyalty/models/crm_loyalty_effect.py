from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date, formatLang

from ..engine import uplift
from .loyalty_program_effect import MEASURES

# Written by `_measure` only.
RESULTS = frozenset(
    (
        "is_automatic",
        "treated_count",
        "control_count",
        "treated_mean",
        "control_mean",
        "effect_each",
        "low_each",
        "high_each",
        "effect_percent",
        "effect",
        "effect_low",
        "effect_high",
        "p_value",
        "state",
    )
)
STATES = [
    ("few", "Too few customers"),
    ("open", "Not proven"),
    ("gain", "Proven gain"),
    ("loss", "Proven loss"),
]


class CrmLoyaltyEffect(models.Model):
    """What a programme brought in a period, against the customers kept out of it.

    The job keeps one row per measured programme, from the draw to yesterday; other
    periods are measured on demand.
    """

    _name = "crm.loyalty.effect"
    _description = "Effect of a Programme"
    _order = "is_automatic desc, date_to desc, id desc"
    _rec_name = "program_id"

    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("holdout_percent", ">", 0)],
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    measure = fields.Selection(MEASURES, required=True, default="revenue")
    is_automatic = fields.Boolean(
        "Whole Measurement", readonly=True, help="Brought up to date every night."
    )
    treated_count = fields.Integer("Took Part", readonly=True)
    control_count = fields.Integer("Kept Out", readonly=True)
    treated_mean = fields.Monetary(
        "Each Who Took Part", readonly=True, aggregator="avg"
    )
    control_mean = fields.Monetary("Each Kept Out", readonly=True, aggregator="avg")
    effect_each = fields.Monetary(
        "Effect per Customer", readonly=True, aggregator="avg"
    )
    low_each = fields.Monetary("From, per Customer", readonly=True, aggregator=None)
    high_each = fields.Monetary("To, per Customer", readonly=True, aggregator=None)
    effect_percent = fields.Float(
        "Effect (%)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Of what a customer kept out brings.",
    )
    effect = fields.Monetary("Effect in All", readonly=True)
    effect_low = fields.Monetary("At Least", readonly=True, aggregator=None)
    effect_high = fields.Monetary("At Most", readonly=True, aggregator=None)
    p_value = fields.Float(
        "Chance Alone", readonly=True, digits=(16, 4), aggregator=None
    )
    state = fields.Selection(STATES, "Result", readonly=True)
    verdict = fields.Text(compute="_compute_verdict")

    _automatic_uniq = models.UniqueIndex(
        "(program_id, measure) WHERE is_automatic",
        "The whole measurement of a programme is kept once.",
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for effect in self:
            if effect.date_from > effect.date_to:
                raise ValidationError(
                    self.env._(
                        "The period of %(program)s ends on %(end)s, before it begins "
                        "on %(begin)s.",
                        program=effect.program_id.name,
                        begin=format_date(self.env, effect.date_from),
                        end=format_date(self.env, effect.date_to),
                    )
                )

    @api.constrains("program_id")
    def _check_program_id(self):
        for effect in self:
            if not effect.program_id.holdout_date:
                raise ValidationError(
                    self.env._(
                        "Nobody is kept out of %(program)s, so there is nobody to "
                        "compare with. Set a share kept out on the programme first.",
                        program=effect.program_id.name,
                    )
                )

    @api.depends("state", "effect_each", "treated_count", "control_count")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for effect in self:
            effect.verdict = effect._explain()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_results(*vals_list)
        effects = super().create(vals_list)
        effects._measure()
        return effects

    def write(self, vals):
        self._check_results(vals)
        return super().write(vals)

    def _check_results(self, *vals_list):
        if not self.env.su and any(RESULTS & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Effects are measured, not entered."))

    def action_measure(self):
        """Measure again, on today's documents."""
        self.check_access("write")
        self._measure()

    def action_view_customers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_holdout_action"
        )
        return {**action, "domain": [("program_id", "=", self.program_id.id)]}

    def action_view_program(self):
        self.ensure_one()
        return self.program_id._get_records_action()

    @api.model
    def _refresh(self, company, today, run=None):
        """Bring the whole measurement of each programme up to date."""
        programs = self.env["loyalty.program"]._scored_with(company)
        known = {
            effect.program_id: effect
            for effect in self.sudo().search(  # the job measures whoever looks later
                [("program_id", "in", programs.ids), ("is_automatic", "=", True)]
            )
        }
        for program in programs.filtered("holdout_date"):
            values = {"date_from": program.holdout_date, "date_to": today}
            if program in known:
                known[program].write(values)
                known[program]._measure()
            else:
                self.sudo().create(  # as above
                    {**values, "program_id": program.id, "is_automatic": True}
                )

    def _measure(self):
        for effect in self.sudo():  # a measurement is of all customers
            found = effect.program_id._holdout_uplift(
                effect.date_from, effect.date_to, effect.measure
            )
            # a measurement that was ended keeps its last result
            for values in found.values():
                effect.write(effect._prepare_result(values))

    def _prepare_result(self, found):
        result = found["result"]
        if isinstance(result, uplift.TooFew):
            return {
                **dict.fromkeys(RESULTS - {"is_automatic"}, 0),
                "state": "few",
                "treated_count": result.treated,
                "control_count": result.control,
            }
        side = "gain" if result.effect > 0 else "loss"
        return {
            "state": side if result.is_proven else "open",
            "treated_count": result.treated.n,
            "control_count": result.control.n,
            "treated_mean": result.treated.mean,
            "control_mean": result.control.mean,
            "effect_each": result.effect,
            "low_each": result.low,
            "high_each": result.high,
            "effect": found["effect"],
            "effect_low": found["low"],
            "effect_high": found["high"],
            "effect_percent": 100 * (result.relative or 0),
            "p_value": result.p_value,
        }

    def _explain(self):
        """Return the result in words, with what may be concluded from it."""
        if self.state == "few" or not self.state:
            return self.env._(
                "Nothing can be said yet: %(treated)s customers took part and "
                "%(control)s were kept out; each group needs %(minimum)s.",
                treated=self.treated_count,
                control=self.control_count,
                minimum=uplift.MINIMUM,
            )
        money = self.currency_id.format
        facts = self.env._(
            "Each customer who took part brought %(treated)s, each kept out "
            "%(control)s: a difference of %(effect)s per customer, with 95 %% "
            "confidence between %(low)s and %(high)s (chance alone: %(chance)s %%).",
            treated=money(self.treated_mean),
            control=money(self.control_mean),
            effect=money(self.effect_each),
            low=money(self.low_each),
            high=money(self.high_each),
            chance=formatLang(self.env, 100 * self.p_value, digits=1),
        )
        conclusion = {
            "gain": self.env._("The programme pays off in what customers bring."),
            "loss": self.env._("Customers bring less because of the programme."),
            "open": self.env._(
                "The interval includes zero: an effect is not proven. More customers "
                "or a longer time may show one."
            ),
        }[self.state]
        return f"{facts}\n{conclusion}"
