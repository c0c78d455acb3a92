"""One month of an effect: what happened, what would have happened, the money."""

from odoo import api, fields, models
from odoo.tools import float_compare, float_repr, format_date
from odoo.tools.misc import formatLang

from .options import options_of

PRECISION = 6  # decimals to which a figure must differ to be written anew


class CrmEffectLine(models.Model):
    _name = "crm.effect.line"
    _description = "Month of an Economic Effect"
    _order = "effect_id, date"

    effect_id = fields.Many2one(
        "crm.effect", required=True, index=True, ondelete="cascade"
    )
    implementation_id = fields.Many2one(
        related="effect_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="effect_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    category_id = fields.Many2one(related="effect_id.category_id", store=True)
    proof_class = fields.Selection(
        selection=options_of("crm.effect", "proof_class"), readonly=True, index=True
    )
    date = fields.Date(string="Month", required=True)
    is_forecast = fields.Boolean(
        string="Forecast", help="A month to come: the mean of the measured ones."
    )
    has_data = fields.Boolean(help="Whether the indicator has a figure of the month.")
    actual = fields.Float(digits=0, aggregator=None)
    counterfactual = fields.Float(
        string="Without It",
        digits=0,
        aggregator=None,
        help="What the indicator would have been without the introduction.",
    )
    counterfactual_low = fields.Float(digits=0, aggregator=None)
    counterfactual_high = fields.Float(digits=0, aggregator=None)
    delta = fields.Float(string="Change", digits=0, aggregator=None)
    volume = fields.Float(
        digits=0,
        aggregator=None,
        help="What the indicator is a ratio of, such as the number of orders.",
    )
    money = fields.Monetary()
    money_low = fields.Monetary()
    money_high = fields.Monetary()
    formula = fields.Char(compute="_compute_formula")

    _month_unique = models.Constraint(
        "UNIQUE (effect_id, date)", "The effect has a line for this month already."
    )

    @api.depends("effect_id", "date")
    def _compute_display_name(self):
        for line in self:
            month = format_date(self.env, line.date, date_format="MMMM y")
            line.display_name = f"{line.effect_id.name} · {month}"

    @api.depends_context("lang")
    @api.depends(
        "money",
        "delta",
        "volume",
        "has_data",
        "effect_id.money_method",
        "effect_id.margin_ratio",
        "effect_id.unit_value",
        "effect_id.hourly_cost",
        "effect_id.carrying_rate",
        "effect_id.share",
        "effect_id.correction_factor",
    )
    def _compute_formula(self):
        for line in self:
            factors = " × ".join(line._get_factors())
            amount = formatLang(self.env, line.money, currency_obj=line.currency_id)
            line.formula = factors and f"{factors} = {amount}"

    def _get_changed(self, values):
        """Those of ``values`` that differ from the line."""
        self.ensure_one()
        return {
            name: value
            for name, value in values.items()
            if not self._is_same(self[name], value)
        }

    @staticmethod
    def _is_same(old, new):
        if isinstance(new, float):
            return float_compare(old, new, precision_digits=PRECISION) == 0
        return old == new

    def _get_factors(self):
        """The factors of the money in words; empty where it is not their product."""
        effect = self.effect_id
        rule = effect._get_money_rule()
        is_product = self.has_data and rule.method not in ("none", "release")
        if not is_product or not effect.is_measured:
            return []
        change = formatLang(
            self.env, rule.sign * self.delta, digits=_digits(self.delta)
        )
        if effect.indicator_id.unit == "currency":
            change = effect._in_currency(change)
        factors = [self.env._("change of %(change)s", change=change)]
        if effect._is_ratio():
            size = formatLang(self.env, self.volume, digits=_digits(self.volume))
            factors.append(self.env._("%(volume)s cases", volume=size))
        return factors + effect._get_constant_factors()


def _digits(value):
    """Decimals that keep six significant digits, so that the product can be checked."""
    text = float_repr(abs(value), 6)
    whole, decimals = text.split(".")
    return max(0, min(len(decimals.rstrip("0")), 7 - len(whole.lstrip("0"))))
