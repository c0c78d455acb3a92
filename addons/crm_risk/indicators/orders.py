"""Revenue and orders: R01, R04, R05."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register


class OrderIndicator(SqlIndicator):
    """Counts confirmed orders in the month of their confirmation.

    A subclass says what each order adds.
    """

    model = "sale.order"
    modules = ("sale",)
    condition = SQL("TRUE")

    def numerator(self, window) -> SQL:
        raise NotImplementedError

    def denominator(self, window) -> SQL:
        raise NotImplementedError

    def records(self, env, window):
        return SQL(
            """
            SELECT s.id, %(date)s AS date, s.team_id, %(warehouse)s AS warehouse_id,
                   s.user_id, %(numerator)s AS numerator,
                   %(denominator)s AS denominator
              FROM sale_order s
             WHERE %(confirmed)s AND %(condition)s""",
            date=window.date_of(SQL("s.date_order")),
            warehouse=parts.order_warehouse(env),
            numerator=self.numerator(window),
            denominator=self.denominator(window),
            confirmed=parts.confirmed_orders(window),
            condition=self.condition,
        )

    def touched(self, env, window, since):
        return parts.orders_touched(window, since)


@register
class ConfirmedRevenue(OrderIndicator):
    """Untaxed amount of confirmed orders, in the company's currency."""

    code = "R01"

    def numerator(self, window):
        return parts.order_amount()

    def denominator(self, window):
        return SQL("0")


@register
class AverageOrderValue(ConfirmedRevenue):
    """Confirmed revenue per confirmed order."""

    code = "R04"

    def denominator(self, window):
        return SQL("1")


@register
class OrdersPerSalesperson(OrderIndicator):
    """Confirmed orders per salesperson who confirmed at least one.

    Each order carries an equal part of its salesperson: whoever sells in two teams
    is shared between them by orders, and the parts add up to one person.
    """

    code = "R05"
    condition = SQL("s.user_id IS NOT NULL")

    def numerator(self, window):
        return SQL("1")

    def denominator(self, window):
        return SQL(
            "1.0 / COUNT(*) OVER (PARTITION BY %s, s.user_id)",
            window.date_of(SQL("s.date_order")),
        )
