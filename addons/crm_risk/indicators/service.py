"""Service to the customer: on time and in full, L01."""

from odoo.tools import SQL

from .base import SqlIndicator
from .registry import register

QUANTITY_TOLERANCE = 1e-6
"""Twelfths of a dozen do not add up exactly."""

PROMISE = SQL(
    "COALESCE(s.commitment_date,"
    " s.date_order + make_interval(secs => (l.customer_lead * 86400)::float8))"
)
"""The date agreed with the customer, else the order's plus the product's lead time."""


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

    def records(self, env, window):
        return SQL(
            """
            WITH line AS (
                SELECT l.id, s.team_id, s.warehouse_id, s.user_id,
                       %(promise)s AS promise,
                       l.product_uom_qty * ul.factor / ut.factor AS quantity
                  FROM sale_order_line l
                  JOIN sale_order s ON s.id = l.order_id
                  JOIN product_product p ON p.id = l.product_id
                  JOIN product_template t ON t.id = p.product_tmpl_id
                  JOIN uom_uom ul ON ul.id = l.product_uom_id
                  JOIN uom_uom ut ON ut.id = t.uom_id
                 WHERE s.state = 'sale' AND s.company_id = %(company)s
                   AND l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)
                   AND t.is_storable AND l.product_uom_qty > 0
                   AND %(covered)s AND %(promise)s < %(now)s
            ), delivered AS (
                SELECT line.id,
                       SUM(CASE WHEN d.usage = 'customer' THEN ml.quantity_product_uom
                                ELSE -ml.quantity_product_uom END) AS quantity
                  FROM line
                  JOIN stock_move m ON m.sale_line_id = line.id
                   AND m.state = 'done' AND m.date <= line.promise
                  JOIN stock_move_line ml ON ml.move_id = m.id
                  JOIN stock_location o ON o.id = m.location_id
                  JOIN stock_location d ON d.id = m.location_dest_id
                 WHERE (d.usage = 'customer') <> (o.usage = 'customer')
                 GROUP BY line.id
            )
            SELECT line.id, %(date)s AS date, line.team_id, line.warehouse_id,
                   line.user_id,
                   CASE WHEN delivered.quantity >= line.quantity - %(tolerance)s
                        THEN 1 ELSE 0 END AS numerator,
                   1 AS denominator
              FROM line LEFT JOIN delivered ON delivered.id = line.id""",
            promise=self.promise(env),
            company=window.company_id,
            covered=window.covers(self.promise(env)),
            now=window.now,
            date=window.date_of(SQL("line.promise")),
            tolerance=QUANTITY_TOLERANCE,
        )

    def touched(self, env, window, since):
        """Months of the promises of lines, orders and moves written since."""
        return SQL(
            """
            SELECT DISTINCT %(day)s::date
              FROM sale_order_line l JOIN sale_order s ON s.id = l.order_id
             WHERE s.company_id = %(company)s AND l.display_type IS NULL
               AND (l.write_date >= %(since)s OR s.write_date >= %(since)s)
             UNION
            SELECT DISTINCT %(day)s::date
              FROM stock_move m
              JOIN sale_order_line l ON l.id = m.sale_line_id
              JOIN sale_order s ON s.id = l.order_id
             WHERE s.company_id = %(company)s AND m.write_date >= %(since)s""",
            day=window.local(self.promise(env)),
            company=window.company_id,
            since=since,
        )
