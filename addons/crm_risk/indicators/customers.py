"""Customers who come back and customers who are new: C01, C04."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register

YEAR_DAYS = 365


class CustomerIndicator(SqlIndicator):
    """Reads a year of orders before the window, hence the reach."""

    model = "sale.order"
    modules = ("sale",)
    reach_months = 13

    def touched(self, env, window, since):
        return parts.orders_touched(window, since)


@register
class RepeatShare(CustomerIndicator):
    """Share of the period's customers who had bought in the year before it began.

    Each order carries an equal part of its customer, so that a customer of two
    teams is shared between them and all parts add up to one customer.
    """

    code = "C01"

    def records(self, env, window):
        date = window.date_of(SQL("s.date_order"))
        return SQL(
            """
            WITH orders AS (
                SELECT s.id, s.date_order, s.team_id, s.user_id,
                       %(warehouse)s AS warehouse_id, %(customer)s AS customer_id,
                       CASE WHEN %(covered)s THEN %(date)s END AS date
                  FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.state = 'sale' AND s.company_id = %(company)s
                   AND s.date_order >= %(start)s::timestamp - %(year)s
                   AND s.date_order < %(end)s
            ), visits AS (
                SELECT customer_id, date, COUNT(*) AS orders,
                       MAX(MAX(date_order)) OVER (
                           PARTITION BY customer_id ORDER BY date NULLS FIRST
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ) AS before
                  FROM orders GROUP BY customer_id, date
            )
            SELECT o.id, o.date, o.team_id, o.warehouse_id, o.user_id,
                   CASE WHEN v.before >= %(opening)s - %(year)s
                        THEN 1.0 / v.orders ELSE 0 END AS numerator,
                   1.0 / v.orders AS denominator
              FROM orders o
              JOIN visits v ON v.customer_id = o.customer_id AND v.date = o.date""",
            warehouse=parts.order_warehouse(env),
            customer=parts.CUSTOMER,
            covered=window.covers(SQL("s.date_order")),
            date=date,
            company=window.company_id,
            start=window.start,
            end=window.end,
            year=SQL("make_interval(days => %s)", YEAR_DAYS),
            opening=window.opening(SQL("o.date")),
        )


@register
class NewCustomerShare(CustomerIndicator):
    """Share of revenue from customers whose first order is at most a year old.

    Only first orders more than a year before the window's end can be that old.
    """

    code = "C04"

    def records(self, env, window):
        return SQL(
            """
            WITH bought AS MATERIALIZED (
                SELECT s.id, %(date)s AS date, s.team_id, %(warehouse)s AS warehouse_id,
                       s.user_id, s.date_order, %(amount)s AS amount,
                       %(customer)s AS customer_id
                  FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
                 WHERE %(confirmed)s
            ), first AS (
                SELECT %(customer)s AS customer_id, MIN(s.date_order) AS date
                  FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.state = 'sale' AND s.company_id = %(company)s
                   AND s.date_order < %(end)s::timestamp - %(year)s
                   AND %(customer)s IN (SELECT customer_id FROM bought)
                 GROUP BY 1
            )
            SELECT b.id, b.date, b.team_id, b.warehouse_id, b.user_id,
                   CASE WHEN first.date IS NULL OR b.date_order - first.date <= %(year)s
                        THEN b.amount ELSE 0 END AS numerator,
                   b.amount AS denominator
              FROM bought b LEFT JOIN first ON first.customer_id = b.customer_id""",
            customer=parts.CUSTOMER,
            company=window.company_id,
            date=window.date_of(SQL("s.date_order")),
            warehouse=parts.order_warehouse(env),
            end=window.end,
            year=SQL("make_interval(days => %s)", YEAR_DAYS),
            amount=parts.order_amount(),
            confirmed=parts.confirmed_orders(window),
        )
