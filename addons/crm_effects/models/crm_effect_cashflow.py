"""Cash flow of an implementation: every amount that counts for its return."""

from odoo import fields, models
from odoo.tools import SQL

from .options import options_of

KINDS = [
    ("cost", "Cost"),
    ("benefit", "Benefit"),
    ("release", "Cash Release"),
]


class CrmEffectCashflow(models.Model):
    """Costs: actual ones, and planned ones that are still ahead or of a type of
    which nothing actual is booked - forgetting to book must not look like a gain.
    Benefits: the months of the effects that count for the return. Where a month is the
    work of one or two people, every month holds the mean: the total stays, nobody can
    tell a month, and the return is the same for all who read it.
    """

    _name = "crm.effect.cashflow"
    _description = "Cash Flow of an Implementation"
    _auto = False
    _order = "date, kind, id"
    _depends = {
        "crm.effect": [
            "active",
            "include_in_roi",
            "is_small_group",
            "money_method",
            "risk_factor",
        ],
        "crm.effect.cost": [
            "implementation_id",
            "company_id",
            "cost_type",
            "nature",
            "date",
            "amount_company",
            "risk_uplift",
        ],
        "crm.effect.line": [
            "effect_id",
            "implementation_id",
            "company_id",
            "date",
            "is_forecast",
            "money",
            "money_low",
            "money_high",
            "proof_class",
        ],
    }

    implementation_id = fields.Many2one("crm.implementation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    effect_id = fields.Many2one("crm.effect", readonly=True)
    cost_id = fields.Many2one("crm.effect.cost", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    proof_class = fields.Selection(
        selection=options_of("crm.effect", "proof_class"), readonly=True
    )
    is_forecast = fields.Boolean(string="Ahead", readonly=True)
    amount = fields.Monetary(readonly=True, help="Costs are negative.")
    factor = fields.Float(
        string="Risk Factor",
        digits=0,
        readonly=True,
        aggregator=None,
        help="Amounts ahead: what linked risks leave of a benefit, or by how much a"
        " planned cost is raised.",
    )
    adjusted = fields.Monetary(
        string="Risk-Adjusted", readonly=True, help="The amount times its risk factor."
    )
    amount_low = fields.Monetary(readonly=True)
    amount_high = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._cost_query(), self._benefit_query())

    def _cost_query(self):
        return SQL(
            """
            SELECT 2 * cost.id AS id, cost.implementation_id, cost.company_id,
                   NULL::integer AS effect_id, cost.id AS cost_id, cost.date,
                   'cost' AS kind, NULL::varchar AS proof_class, ahead.is_forecast,
                   -cost.amount_company AS amount,
                   -cost.amount_company AS amount_low,
                   -cost.amount_company AS amount_high,
                   ahead.factor, -cost.amount_company * ahead.factor AS adjusted
              FROM crm_effect_cost cost
             CROSS JOIN LATERAL (
                   SELECT cost.nature = 'plan' AND cost.date > %(today)s AS is_forecast,
                          CASE WHEN cost.nature = 'plan'
                               THEN 1 + COALESCE(cost.risk_uplift, 0) ELSE 1 END
                               AS factor
                   ) ahead
             WHERE cost.nature = 'actual'
                OR cost.response_id IS NOT NULL AND NOT EXISTS (
                       SELECT FROM crm_effect_cost spent
                        WHERE spent.response_id = cost.response_id
                          AND spent.nature = 'actual')
                OR cost.response_id IS NULL AND (
                   cost.date > %(today)s
                OR NOT EXISTS (
                       SELECT FROM crm_effect_cost booked
                        WHERE booked.implementation_id = cost.implementation_id
                          AND booked.cost_type = cost.cost_type
                          AND booked.nature = 'actual'))""",
            today=fields.Date.context_today(self),
        )

    def _benefit_query(self):
        return SQL(
            """
            SELECT 2 * line.id + 1, line.implementation_id, line.company_id,
                   line.effect_id, NULL, line.date,
                   CASE WHEN effect.money_method = 'release' THEN 'release'
                        ELSE 'benefit' END,
                   line.proof_class, line.is_forecast,
                   flow.amount, flow.low, flow.high,
                   risk.factor, flow.amount * risk.factor
              FROM crm_effect_line line
              JOIN crm_effect effect ON effect.id = line.effect_id
              LEFT JOIN LATERAL (
                   SELECT AVG(own.money) AS money, AVG(own.money_low) AS low,
                          AVG(own.money_high) AS high
                     FROM crm_effect_line own
                    WHERE effect.is_small_group AND effect.money_method != 'release'
                      AND own.effect_id = line.effect_id
                      AND own.is_forecast = line.is_forecast) mean ON TRUE
             CROSS JOIN LATERAL (
                   SELECT COALESCE(mean.money, line.money) AS amount,
                          COALESCE(mean.low, line.money_low) AS low,
                          COALESCE(mean.high, line.money_high) AS high) flow
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN line.is_forecast
                               THEN COALESCE(effect.risk_factor, 1) ELSE 1 END AS factor
                   ) risk
             WHERE effect.active AND effect.include_in_roi"""
        )
