"""What customers and sellers do: K29, K30, K36, K37."""

from odoo.tools import SQL

from . import parts
from .base import MIN_PERSONS, SqlIndicator
from .master_data import PartnerIndicator
from .orders import OrderIndicator
from .registry import register

QUARTER_DAYS = 90
LEAST_ORDERS = 3
LATE_GAPS = 2
"""Twice the usual time between two orders, and the customer is overdue."""


@register
class TopSellerShare(SqlIndicator):
    """Share of the salesperson with the highest revenue in the 90 days up to the end of
    the period. Who it is, is not told; with fewer than three sellers, nothing is."""

    code = "K29"
    model = "sale.order"
    modules = ("sale",)
    reach_months = 4

    def records(self, env, window):
        return SQL(
            """
            WITH sold AS MATERIALIZED (%(sold)s),
            best AS (
                SELECT date, COUNT(*) AS sellers,
                       (array_agg(user_id ORDER BY revenue DESC, user_id))[1] AS user_id
                  FROM (SELECT date, user_id, SUM(amount) AS revenue
                          FROM sold GROUP BY date, user_id) AS seller
                 GROUP BY date
            )
            SELECT sold.id, sold.date, NULL::integer AS team_id,
                   NULL::integer AS warehouse_id, NULL::integer AS user_id,
                   CASE WHEN sold.user_id = best.user_id THEN sold.amount ELSE 0
                        END AS numerator,
                   sold.amount AS denominator
              FROM sold JOIN best ON best.date = sold.date
             WHERE best.sellers >= %(least)s OR %(person_level)s""",
            sold=self.sold(window),
            least=MIN_PERSONS,
            person_level=window.person_level,
        )

    def sold(self, window) -> SQL:
        """Orders of the days behind each period."""
        return SQL(
            """
            SELECT s.id, period.date, s.user_id, %(amount)s AS amount
              FROM %(periods)s
              JOIN sale_order s
                ON s.date_order >= period.since AND s.date_order < period.until
             WHERE s.state = 'sale' AND s.company_id = %(company)s
               AND s.user_id IS NOT NULL""",
            amount=parts.order_amount(),
            periods=window.trailing(QUARTER_DAYS),
            company=window.company_id,
        )

    def touched(self, env, window, since):
        return parts.orders_touched(window, since)


@register
class OverdueReorders(PartnerIndicator):
    """Share of the regular customers whose last order is more than twice as long ago as
    they usually take between two. Regular: three days with an order, or more."""

    code = "K30"

    def records(self, env, window):
        rhythm = SQL(
            """
            SELECT customer_id, MAX(day) AS last,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY day - before) AS gap
              FROM (SELECT customer_id, day, lag(day) OVER (
                           PARTITION BY customer_id ORDER BY day) AS before
                      FROM (SELECT DISTINCT %(customer)s AS customer_id,
                                   %(day)s::date AS day
                              FROM sale_order s
                              JOIN res_partner p ON p.id = s.partner_id
                             WHERE s.state = 'sale' AND s.company_id = %(company)s
                               AND s.date_order <= %(now)s) AS bought) AS visit
             GROUP BY customer_id HAVING COUNT(*) >= %(least)s""",
            customer=parts.CUSTOMER,
            day=window.local(SQL("s.date_order")),
            company=window.company_id,
            now=window.now,
            least=LEAST_ORDERS,
        )
        return parts.record(
            source=SQL(
                "(%s) AS rhythm JOIN res_partner p ON p.id = rhythm.customer_id", rhythm
            ),
            where=SQL("p.active"),
            id=SQL("p.id"),
            date=window.snapshot_date,
            numerator=parts.flag(
                SQL("%s::date - last > %s * gap", window.today, LATE_GAPS)
            ),
        )


@register
class PortalUse(PartnerIndicator):
    """Share of the customers of 90 days of whom somebody was seen in the portal."""

    code = "K36"

    def records(self, env, window):
        visitors = SQL(
            """SELECT COALESCE(c.commercial_partner_id, c.id)
                 FROM res_users u JOIN res_partner c ON c.id = u.partner_id
                WHERE u.active AND u.share AND %s >= %s""",
            parts.LAST_SEEN,
            parts.ago(window, QUARTER_DAYS),
        )
        return self.select(
            window,
            SQL("p.id IN (%s)", self.buyers(window, QUARTER_DAYS)),
            parts.flag(SQL("p.id IN (%s)", visitors)),
        )


@register
class SelfService(OrderIndicator):
    """Share of the confirmed orders that customers signed or made in the shop."""

    code = "K37"

    def records(self, env, window):
        self_made = SQL("s.signed_on IS NOT NULL")
        if "website_id" in env["sale.order"]._fields:
            self_made = SQL("%s OR s.website_id IS NOT NULL", self_made)
        return self.select(env, window, parts.flag(self_made), SQL("1"))
