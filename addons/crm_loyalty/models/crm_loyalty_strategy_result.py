from odoo import api, fields, models
from odoo.tools import formatLang

from ..engine.uplift import Group, TooFew, measure

# Fewer customers than this on a side: nothing is claimed.
MINIMUM = 10
MEASURES = [
    ("revenue", "Revenue"),
    ("margin", "Margin"),
    ("bought", "Customers who bought, %"),
]


class CrmLoyaltyStrategyResult(models.Model):
    """What a strategy changed per customer within 90 days of its approval: the change
    against the 90 days before, compared with similar customers it was not applied to.
    """

    _name = "crm.loyalty.strategy.result"
    _description = "Result of a Strategy"
    _order = "strategy_id, company_id, measure desc"

    strategy_id = fields.Many2one(
        "crm.loyalty.strategy",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    measure = fields.Selection(MEASURES, required=True, readonly=True)
    date = fields.Date("As Of", readonly=True)
    treated_count = fields.Integer("Approved", readonly=True, aggregator=None)
    control_count = fields.Integer("Untouched", readonly=True, aggregator=None)
    is_measured = fields.Boolean(readonly=True)
    difference = fields.Float(
        "Difference per Customer", readonly=True, aggregator=None, digits=(16, 2)
    )
    low = fields.Float("From", readonly=True, aggregator=None, digits=(16, 2))
    high = fields.Float("To", readonly=True, aggregator=None, digits=(16, 2))
    conclusion = fields.Char(compute="_compute_conclusion")

    _one_per_measure = models.Constraint(
        "UNIQUE (strategy_id, company_id, measure)",
        "A strategy has one result per company and measure.",
    )

    @api.depends("is_measured", "difference", "low", "high", "treated_count")
    @api.depends_context("lang")
    def _compute_conclusion(self):
        for result in self:
            result.conclusion = result._conclude()

    def _conclude(self):
        if not self.is_measured:
            return self.env._(
                "Too few to tell: approved %(treated)s, comparable untouched "
                "%(control)s; at least %(minimum)s of each are needed.",
                treated=self.treated_count,
                control=self.control_count,
                minimum=MINIMUM,
            )
        figures = {
            "difference": self._format(self.difference),
            "low": self._format(self.low),
            "high": self._format(self.high),
        }
        if self.low > 0:
            return self.env._(
                "Better by %(difference)s per customer (95 %% interval: %(low)s to "
                "%(high)s).",
                **figures,
            )
        if self.high < 0:
            return self.env._(
                "Worse: %(difference)s per customer (95 %% interval: %(low)s to "
                "%(high)s).",
                **figures,
            )
        return self.env._(
            "Not proven: %(difference)s per customer, but the 95 %% interval from "
            "%(low)s to %(high)s contains zero.",
            **figures,
        )

    def _format(self, value):
        if self.measure == "bought":
            return self.env._(
                "%(value)s percentage points",
                value=formatLang(self.env, value, digits=1),
            )
        return self.company_id.currency_id.format(value)

    @api.model
    def _measures(self, company):
        """Return what can be measured: the margin only where orders have one."""
        margin = "margin" in self.env["sale.order"]._fields
        hidden = set() if margin and company.loyalty_basis == "order" else {"margin"}
        return [name for name, _label in MEASURES if name not in hidden]

    @api.model
    def _store(self, strategy, company, name, today, groups):
        """Keep the comparison of two groups, given as (n, mean, deviation)."""
        nobody = (0, 0.0, 0.0)
        found = measure(
            Group(*groups.get(True, nobody)),
            Group(*groups.get(False, nobody)),
            minimum=MINIMUM,
        )
        values = {"date": today, **self._prepare_values(found)}
        key = {
            "strategy_id": strategy.id,
            "company_id": company.id,
            "measure": name,
        }
        known = self.search([(field, "=", value) for field, value in key.items()])
        if known:
            known.write(values)
        else:
            self.create({**key, **values})

    @api.model
    def _prepare_values(self, found):
        if isinstance(found, TooFew):
            return {
                "treated_count": found.treated,
                "control_count": found.control,
                "is_measured": False,
                "difference": 0.0,
                "low": 0.0,
                "high": 0.0,
            }
        return {
            "treated_count": found.treated.n,
            "control_count": found.control.n,
            "is_measured": True,
            "difference": found.effect,
            "low": found.low,
            "high": found.high,
        }
