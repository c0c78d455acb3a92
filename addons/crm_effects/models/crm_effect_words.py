"""An effect in words: its result, its doubts, its money formula with numbers."""

import math

from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .phrases import phrase


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    @api.depends_context("lang")
    @api.depends("state", "reason", "doubts", "effect", "effect_low", "effect_high")
    def _compute_texts(self):
        for effect in self:
            reason, doubts = effect.reason, effect.doubts or []
            effect.refusal = reason and phrase(
                self.env, reason["code"], reason["values"]
            )
            effect.warning = "\n".join(
                phrase(self.env, doubt["code"], doubt["values"]) for doubt in doubts
            )
            effect.result = effect._get_result_text()

    def _get_result_text(self):
        if self.state != "estimated" or not self.is_measured:
            return False
        return self._say_change(self.effect, self.effect_low, self.effect_high)

    def _say_change(self, *figures):
        """Effect, low and high end in words."""
        values = [self._format_change(value) for value in figures]
        return self.env._(
            "%(effect)s on average (95 %% interval: %(low)s to %(high)s)",
            effect=values[0],
            low=values[1],
            high=values[2],
        )

    def _format_change(self, value):
        """A change with its sign: percent on the log scale, else in the unit."""
        unit = self.indicator_id.unit
        if self.is_log:
            number = self._signed(100 * math.expm1(value), 1)
            return self.env._("%(number)s %%", number=number)
        if unit == "percent":
            points = self._signed(100 * value, 1)
            return self.env._("%(points)s percentage points", points=points)
        if unit == "currency":
            sign = "−" if value < 0 else "+"
            return sign + self._in_currency(formatLang(self.env, abs(value), digits=2))
        return self._signed(value, 2)

    def _in_currency(self, number):
        """A formatted number with the sign of the company's currency."""
        currency = self.currency_id
        parts = [number, currency.symbol]
        if currency.position == "before":
            parts.reverse()
        return "\N{NO-BREAK SPACE}".join(parts)

    def _signed(self, value, digits):
        text = formatLang(self.env, abs(value), digits=digits)
        return f"{'−' if value < 0 else '+'}{text}"

    @api.depends_context("lang")
    @api.depends("line_ids.formula")
    def _compute_formula(self):
        for effect in self:
            line = effect.line_ids.filtered("formula")[-1:]
            effect.formula = bool(line) and self.env._(
                "%(month)s: %(formula)s",
                month=format_date(self.env, line.date, date_format="LLLL y"),
                formula=line.formula,
            )

    def _get_constant_factors(self):
        """The factors that are the same every month, in words."""
        per_method = {
            "margin": lambda: [
                self.env._("margin %(rate)s", rate=self._percent(self.margin_ratio))
            ],
            "unit": lambda: [
                self.env._("%(value)s a unit", value=self._money(self.unit_value))
            ],
            "hours": lambda: [
                self.env._("%(value)s an hour", value=self._money(self.hourly_cost)),
                self.env._(
                    "%(rate)s of the time becomes work",
                    rate=self._percent(self.correction_factor),
                ),
            ],
            "carrying": lambda: [
                self.env._(
                    "%(rate)s a year / 12", rate=self._percent(self.carrying_rate)
                )
            ],
        }
        factors = per_method.get(self.money_method, list)()
        if self.share != 1.0:
            factors.append(self.env._("share %(rate)s", rate=self._percent(self.share)))
        return factors

    def _percent(self, value):
        text = formatLang(self.env, 100 * value, digits=2)
        return self.env._("%(number)s %%", number=text)

    def _money(self, value):
        return formatLang(self.env, value, currency_obj=self.currency_id)
