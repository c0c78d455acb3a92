"""Service to the customer: on time and in full, L01."""

from datetime import timedelta

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register

QUANTITY_TOLERANCE = 1e-6
"""Twelfths of a dozen do not add up exactly."""

LONG_LEAD_DAYS = 30
"""Lines with a longer lead time have an index of their own (models/sale_order_line):
they are few, and orders much older than the window need not be read for the rest."""

LONG_WINDOW = timedelta(days=366)

PROMISE = SQL(
    "COALESCE(s.commitment_date,"
    " s.date_order + make_interval(secs => (l.customer_lead * 86400)::float8))"
)
"""The date agreed with the customer, else the order's plus the product's lead time.

PostgreSQL takes conditions on it to hold for next to no line and would look the moves
up one line after the other; inside COALESCE it takes them to hold for every second."""


AT_CUSTOMER = SQL("ANY(ARRAY(SELECT id FROM stock_location WHERE usage = 'customer'))")

MOVED = SQL(
    """CASE WHEN m.location_dest_id = %(customer)s THEN 1 ELSE -1 END
       * (CASE WHEN m.product_uom = line.uom_id THEN m.quantity
               ELSE (SELECT SUM(ml.quantity_product_uom)
                       FROM stock_move_line ml WHERE ml.move_id = m.id) END)::float8""",
    customer=AT_CUSTOMER,
)
"""What a move `m` brings to the customer of a `line`, in the product's unit. Moves in
another unit are asked for their details, which keep the product's quantity exactly:
a third of a dozen is stored as 0.33. Floating sums of all lines fit into memory where
exact ones do not, and the tolerance takes care of their last bits."""

IN_TIME = SQL(
    """m.sale_line_id = line.id AND m.state = 'done' AND m.date <= line.promise
       AND (m.location_dest_id = %(customer)s) <> (m.location_id = %(customer)s)""",
    customer=AT_CUSTOMER,
)
"""The moves to and from the customer by the promise. They are joined, not looked up
line by line: over years of lines a hash join is several times faster."""


@register
class OnTimeInFull(SqlIndicator):
    """Share of the order lines due in the period that were wholly delivered by then.

    What came back by the promised instant counts as not delivered. Quantities are
    compared in the product's own unit: three dozen are thirty-six.
    """

    code = "L01"
    model = "sale.order.line"
    modules = ("sale_stock",)

    def promise(self, env) -> SQL:
        """The promised instant, from `sale_order_line l` and `sale_order s`."""
        return PROMISE

    def orders(self, window) -> SQL:
        """FROM item `s` of all orders that may have a line due in the window: indexes
        find them for a short one, a long one wants nearly all.
        """
        if window.last - window.first > LONG_WINDOW:
            return SQL("sale_order s")
        return SQL(
            "(%s) AS due JOIN sale_order s ON s.id = due.id", self.candidates(window)
        )

    @staticmethod
    def candidates(window) -> SQL:
        """Query of the ids of these orders, each part of it answered by an index."""
        return SQL(
            """SELECT id FROM sale_order s
                WHERE s.commitment_date >= %(start)s AND s.commitment_date < %(end)s
                UNION
               SELECT id FROM sale_order s
                WHERE s.date_order >= %(start)s - make_interval(days => %(lead)s)
                  AND s.date_order < %(end)s
                UNION
               SELECT order_id FROM sale_order_line WHERE customer_lead > %(lead)s""",
            start=window.start,
            end=window.end,
            lead=LONG_LEAD_DAYS,
        )

    def records(self, env, window):
        return SQL(
            """
            SELECT line.id, MIN(%(date)s) AS date, MIN(line.team_id) AS team_id,
                   MIN(line.warehouse_id) AS warehouse_id, MIN(line.user_id) AS user_id,
                   CASE WHEN COALESCE(SUM(%(moved)s), 0)
                          >= MIN(line.quantity) - %(tolerance)s
                        THEN 1 ELSE 0 END AS numerator,
                   1 AS denominator
              FROM (
                SELECT l.id, s.team_id, s.warehouse_id, s.user_id,
                       %(promise)s AS promise, good.uom_id,
                       (%(quantity)s)::float8 AS quantity
                  FROM %(orders)s
                  JOIN sale_order_line l ON l.order_id = s.id
                  JOIN %(goods)s ON good.id = l.product_id
                 WHERE s.state = 'sale' AND s.company_id = %(company)s
                   AND l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)
                   AND l.product_uom_qty > 0
                   AND COALESCE(%(covered)s AND %(promise)s < %(now)s, FALSE)
              ) AS line
              LEFT JOIN stock_move m ON %(in_time)s
             GROUP BY line.id""",
            moved=MOVED,
            in_time=IN_TIME,
            promise=self.promise(env),
            company=window.company_id,
            quantity=parts.LINE_QUANTITY,
            orders=self.orders(window),
            goods=parts.goods(SQL("t.is_storable")),
            covered=window.covers(self.promise(env)),
            now=window.now,
            date=window.date_of(SQL("line.promise")),
            tolerance=QUANTITY_TOLERANCE,
        )

    def touched(self, env, window, since):
        """Days of the promises of lines, orders and moves written since, and those that
        were given up."""
        return SQL(
            """
            SELECT DISTINCT %(day)s::date
              FROM sale_order_line l JOIN sale_order s ON s.id = l.order_id
             WHERE s.company_id = %(company)s AND l.display_type IS NULL
               AND l.write_date >= %(since)s
             UNION
            SELECT DISTINCT %(day)s::date
              FROM sale_order_line l JOIN sale_order s ON s.id = l.order_id
             WHERE s.company_id = %(company)s AND l.display_type IS NULL
               AND s.write_date >= %(since)s
             UNION
            SELECT DISTINCT %(day)s::date
              FROM stock_move m
              JOIN sale_order_line l ON l.id = m.sale_line_id
              JOIN sale_order s ON s.id = l.order_id
             WHERE s.company_id = %(company)s AND m.write_date >= %(since)s
             UNION
            %(moved)s""",
            moved=parts.moved_away(window, since, "sale.order"),
            day=window.local(self.promise(env)),
            company=window.company_id,
            since=since,
        )
