"""Customers who stay and customers who leave: C02, C03."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register, shared

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
    family = "customers who stay"
    reach_months = 13
    stays = True

    def records(self, env, window):
        return SQL(
            """
            SELECT id, date, NULL::integer AS team_id, NULL::integer AS warehouse_id,
                   NULL::integer AS user_id, %s AS numerator, 1 AS denominator
              FROM (%s) AS customer""",
            parts.flag(SQL("stayed = %s", self.stays)),
            self._customers(window),
        )

    def facts(self, env, window):
        """Who stayed and who left is found together, for both figures."""
        return SQL(
            """
            SELECT date, NULL::integer AS team_id, NULL::integer AS warehouse_id,
                   NULL::integer AS user_id, %s AS numerator, customers AS denominator,
                   customers AS record_count, NULL::float8 AS median
              FROM %s AS counted""",
            SQL("stayed" if self.stays else "customers - stayed"),
            shared(
                env,
                (self.family, window.span),
                lambda: SQL(
                    """SELECT date, COUNT(*) AS customers,
                              COUNT(*) FILTER (WHERE stayed) AS stayed
                         FROM (%s) AS customer GROUP BY date""",
                    self._customers(window),
                ),
            ),
        )

    def _customers(self, window) -> SQL:
        """Query of (id, date, stayed) of the customers of the earlier half year.

        An order speaks for its customer in the periods in whose earlier half it is the
        last one: then the next order tells whether the customer stayed.
        """
        bounds = self._bounds(window)
        return SQL(
            """
            SELECT customer_id AS id, (%(dates)s::date[])[number] AS date,
                   COALESCE(next < (%(ends)s::timestamp[])[number], FALSE) AS stayed
              FROM (
                SELECT %(customer)s AS customer_id, s.date_order,
                       lead(s.date_order) OVER (
                           PARTITION BY %(customer)s ORDER BY s.date_order) AS next
                  FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.state = 'sale' AND s.company_id = %(company)s
                   AND s.date_order >= %(first)s AND s.date_order < %(last)s
              ) AS visit
             CROSS JOIN generate_series(
                   width_bucket(date_order, %(middles)s::timestamp[]) + 1,
                   LEAST(width_bucket(date_order, %(begins)s::timestamp[]),
                         width_bucket(next, %(middles)s::timestamp[]))) AS number""",
            customer=parts.CUSTOMER,
            company=window.company_id,
            dates=window.dates,
            first=bounds["begins"][0],
            last=bounds["ends"][-1],
            begins=bounds["begins"],
            middles=bounds["middles"],
            ends=bounds["ends"],
        )

    @staticmethod
    def _bounds(window) -> dict:
        """Instants of the two half years of every period."""
        ends = [
            min(window.last_day(day), window.today) + relativedelta(days=1)
            for day in window.dates
        ]
        return {
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
