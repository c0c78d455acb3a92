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
    joins = SQL("")

    def numerator(self, window) -> SQL:
        raise NotImplementedError

    def denominator(self, window) -> SQL:
        raise NotImplementedError

    def records(self, env, window):
        return self.select(
            env, window, self.numerator(window), self.denominator(window)
        )

    def select(self, env, window, numerator: SQL, denominator: SQL) -> SQL:
        return parts.record(
            source=SQL("sale_order s %s", self.joins),
            where=SQL("%s AND %s", parts.confirmed_orders(window), self.condition),
            id=SQL("s.id"),
            date=window.date_of(SQL("s.date_order")),
            team=SQL("s.team_id"),
            warehouse=parts.order_warehouse(env),
            user=SQL("s.user_id"),
            numerator=numerator,
            denominator=denominator,
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
