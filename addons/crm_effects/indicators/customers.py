"""Customers who stay and customers who leave: C02, C03."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register

HALF_YEAR = 6


@register
class Retention(SqlIndicator):
    """Share of the customers of the half year before last who bought in the last one.

    Half years end with the period. Customers are companies, not their contacts; they
    belong to no team, for anybody may have sold to them.
    """

    code = "C02"
    model = "res.partner"
    modules = ("sale",)
    reach_months = 13
    stays = True

    def records(self, env, window):
        return SQL(
            """
            SELECT bought.customer_id AS id, bought.date, NULL::integer AS team_id,
                   NULL::integer AS warehouse_id, NULL::integer AS user_id,
                   %(counted)s AS numerator, 1 AS denominator
              FROM (
                SELECT %(customer)s AS customer_id, period.date,
                       BOOL_OR(s.date_order < period.middle) AS before,
                       BOOL_OR(s.date_order >= period.middle) AS after
                  FROM unnest(%(dates)s::date[], %(begins)s::timestamp[],
                              %(middles)s::timestamp[], %(ends)s::timestamp[])
                       AS period(date, begin, middle, until)
                  JOIN sale_order s ON s.date_order >= period.begin
                                   AND s.date_order < period.until
                  JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.state = 'sale' AND s.company_id = %(company)s
                 GROUP BY 1, 2
              ) AS bought
             WHERE bought.before""",
            counted=parts.flag(
                SQL("bought.after" if self.stays else "NOT bought.after")
            ),
            customer=parts.CUSTOMER,
            company=window.company_id,
            **self._bounds(window),
        )

    @staticmethod
    def _bounds(window) -> dict:
        """Instants of the two half years of every period."""
        ends = [
            min(window.last_day(day), window.today) + relativedelta(days=1)
            for day in window.dates
        ]
        return {
            "dates": window.dates,
            "begins": [
                window.utc(end - relativedelta(months=2 * HALF_YEAR)) for end in ends
            ],
            "middles": [
                window.utc(end - relativedelta(months=HALF_YEAR)) for end in ends
            ],
            "ends": [window.utc(end) for end in ends],
        }

    def touched(self, env, window, since):
        return parts.orders_touched(window, since)


@register
class Churn(Retention):
    """Share of them who did not."""

    code = "C03"
    stays = False
