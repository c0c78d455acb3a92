from odoo import models
from odoo.tools import format_date, formatLang

from ..engine.replenishment import MINIMUM_PURCHASES
from ..sql.facts import MONTHS_MINIMUM
from .crm_loyalty_fit import RHYTHM


class CrmLoyaltyProfile(models.Model):
    """Sentences for classes, rhythm and forecasts."""

    _inherit = "crm.loyalty.profile"

    def _explain_lines(self, run):
        fit = run.fit_id if run else self.env["crm.loyalty.fit"]
        return [
            *super()._explain_lines(run),
            self._explain_abc(run),
            self._explain_xyz(),
            self._explain_returns(),
            self._explain_rhythm(),
            self._explain_forecast(fit),
        ]

    def _explain_abc(self, run):
        if not self.abc:
            return None
        amount = self.currency_id.format
        limits = ((run and run.breakpoints) or {}).get("abc", {})
        margin = bool(run and (run.parameters or {}).get("margin"))
        facts = {
            "value": amount(self.margin_12m if margin else self.revenue_12m),
            "first": amount(float(limits.get("A", 0))),
            "second": amount(float(limits.get("B", 0))),
        }
        if margin:
            return self.env._(
                "Class %(name)s: margin of 12 months %(value)s; A starts at "
                "%(first)s, B at %(second)s.",
                name=self.abc,
                **facts,
            )
        return self.env._(
            "Class %(name)s: revenue of 12 months %(value)s (margins are not known); "
            "A starts at %(first)s, B at %(second)s.",
            name=self.abc,
            **facts,
        )

    def _explain_xyz(self):
        company = self.company_id
        if not self.xyz:
            return self.env._(
                "No class X, Y, Z: it takes %(months)s complete months since the first "
                "order, with revenue in the last twelve.",
                months=MONTHS_MINIMUM,
            )
        return self.env._(
            "Class %(name)s: monthly revenue varies by %(variation)s %%; X goes up to "
            "%(first)s %%, Y to %(second)s %%.",
            name=self.xyz,
            variation=self._number(100 * self.monthly_variation, 0),
            first=self._number(company.loyalty_xyz_x, 0),
            second=self._number(company.loyalty_xyz_y, 0),
        )

    def _explain_returns(self):
        if not self.return_rate:
            return None
        return self.env._(
            "Returned in 12 months: %(share)s %% of the sales.",
            share=self._number(100 * self.return_rate, 0),
        )

    def _explain_rhythm(self):
        if not self.next_order_date:
            return self.env._(
                "No date of the next order: it takes %(visits)s days with an order.",
                visits=MINIMUM_PURCHASES,
            )
        sentence = self.env._(
            "Usually orders every %(days)s days (median): next order expected on "
            "%(date)s, %(ratio)s intervals since the last one.",
            days=self._number(self.median_interval, 0),
            date=format_date(self.env, self.next_order_date),
            ratio=self._number(self.overdue_ratio, 1),
        )
        return f"{sentence} {self._explain_regularity()}"

    def _explain_regularity(self):
        regularity = self._number(self.regularity_k, 1)
        if not self.regularity_k:
            return self.env._("Too few visits to tell how regular they are.")
        if self.regularity_k > RHYTHM:
            return self.env._(
                "Visits keep a rhythm (regularity %(k)s): trust this date.",
                k=regularity,
            )
        return self.env._(
            "Visits come at random (regularity %(k)s): the date is a rough guide.",
            k=regularity,
        )

    def _explain_forecast(self, fit):
        if not self.has_forecast:
            if fit.reason:
                return fit._explain_reason()
            return self.env._(
                "No forecast: the model looks at purchases of the last three years."
            )
        today = self.env["crm.loyalty.scoring"]._today(self.company_id)
        return self.env._(
            "Active with a probability of %(share)s %%: visits after the first: "
            "%(visits)s, the last of them %(last)s weeks after it, the first "
            "%(age)s weeks ago. Expected in the next 52 weeks: %(expected)s visits "
            "worth %(value)s in all.",
            share=self._number(100 * self.p_alive, 0),
            visits=self.model_visits - 1,
            last=self._weeks(self.model_first_date, self.last_order_date),
            age=self._weeks(self.model_first_date, today),
            expected=self._number(self.expected_orders_12m, 1),
            value=self.currency_id.format(self.clv),
        )

    def _weeks(self, first, last):
        return self._number((last - first).days / 7, 0)

    def _number(self, value, digits):
        return formatLang(self.env, value, digits=digits)
