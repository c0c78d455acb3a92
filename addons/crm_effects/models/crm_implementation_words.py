"""The return in words: a headline as strong as its evidence, rates as a set."""

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import format_amount, formatLang

from .phrases import phrase


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    @api.depends("irr_rates", "irr_note")
    @api.depends_context("lang")
    def _compute_irr_text(self):
        for implementation in self:
            rates = "; ".join(
                map(implementation._percent, implementation.irr_rates or [])
            )
            note = implementation.irr_note
            words = note and phrase(self.env, note["code"], note["values"])
            implementation.irr_text = " – ".join(filter(None, (rates, words)))

    @api.depends_context("lang")
    @api.depends(
        "npv",
        "payback_date",
        "cost_actual",
        "benefit_proven",
        "benefit_probable",
        "benefit_low",
        "benefit_high",
        "effect_ids.state",
        "return_simulation_ids",
    )
    def _compute_headline(self):
        for implementation in self:
            sentences = [
                implementation._say_benefit(),
                implementation._say_payback(),
                implementation._say_unproven(),
            ]
            implementation.headline = " ".join(filter(None, sentences))

    def _say_benefit(self):
        """What it brought, exactly as strong as the evidence."""
        if not self.date_go_live:
            return self.env._("The go-live has not been dated yet.")
        month = format_date(self.env, self.date_go_live, date_format="LLLL y")
        if self._get_counted_effects().filtered(lambda e: e.proof_class == "proven"):
            return self._say_proven(month)
        probable = self._get_counted_effects().filtered(
            lambda one: one.proof_class == "probable"
        )
        if self.benefit_probable:
            return self.env._(
                "Go-live: %(month)s. Nothing is proven yet; the measurements so far"
                " point to %(amount)s (from %(low)s to %(high)s).",
                month=month,
                amount=self._amount(self.benefit_probable),
                low=self._amount(sum(probable.mapped("money_low"))),
                high=self._amount(sum(probable.mapped("money_high"))),
            )
        return self.env._("Go-live: %(month)s. No effect is proven yet.", month=month)

    def _say_proven(self, month):
        low, high = self._amount(self.benefit_low), self._amount(self.benefit_high)
        if self.benefit_high < 0:
            return self.env._(
                "Since the go-live (%(month)s) the introduction has cost between"
                " %(low)s and %(high)s of profit that would have come without it.",
                month=month,
                low=self._amount(-self.benefit_high),
                high=self._amount(-self.benefit_low),
            )
        if self.benefit_low <= 0:
            return self.env._(
                "Since the go-live (%(month)s) gains and losses are proven, but not"
                " their balance: between %(low)s and %(high)s.",
                month=month,
                low=low,
                high=high,
            )
        return self.env._(
            "Since the go-live (%(month)s) the introduction has brought between %(low)s"
            " and %(high)s more profit than would have come anyway.",
            month=month,
            low=low,
            high=high,
        )

    def _say_payback(self):
        if not (self.cost_actual or self.cost_planned):
            return self.env._("No costs are recorded: there is no return yet.")
        if not (self.benefit_proven or self.benefit_probable or self.benefit_hoped):
            return self.env._("Whether it pays back cannot be told yet.")
        if not self.payback_date:
            return self.env._("Within the horizon it does not pay back.")
        today = fields.Date.context_today(self)
        month = format_date(self.env, self.payback_date, date_format="LLLL y")
        if self.payback_date <= today:
            return self._say_paid_back(month)
        early, late = self.payback_p10, self.payback_p90
        if early and late and (early.year, early.month) != (late.year, late.month):
            if early <= today:
                return self.env._(
                    "It may have paid back already; in nine of ten futures it has by"
                    " %(late)s.",
                    late=format_date(self.env, late, date_format="LLLL y"),
                )
            return self.env._(
                "It is expected to pay back between %(early)s and %(late)s.",
                early=format_date(self.env, early, date_format="LLLL y"),
                late=format_date(self.env, late, date_format="LLLL y"),
            )
        return self.env._("It is expected to pay back: %(month)s.", month=month)

    def _say_paid_back(self, month):
        if self.benefit_proven < self.cost_actual:
            return self.env._(
                "Counting what is not proven too, it has paid back: %(month)s.",
                month=month,
            )
        return self.env._("It has paid back: %(month)s.", month=month)

    def _say_unproven(self):
        proven = self.effect_ids.filtered(lambda e: e.proof_class == "proven")
        open_ones = self.effect_ids - proven
        if not proven or not open_ones:
            return ""
        return self.env._(
            "Not proven yet: %(names)s.", names=", ".join(open_ones.mapped("name"))
        )

    def _amount(self, value):
        """Money rounded to whole units: a headline needs no cents."""
        return format_amount(
            self.env, round(value), self.currency_id, trailing_zeroes=False
        )

    def _percent(self, value):
        return self.env._(
            "%(number)s %%", number=formatLang(self.env, 100 * value, digits=1)
        )
