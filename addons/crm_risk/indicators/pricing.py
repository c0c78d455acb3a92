"""Prices made at the desk: K26."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register

TOLERANCE = 0.005
"""Half of the smallest unit of prices and percents with two decimals."""


@register
class ManualPrices(SqlIndicator):
    """Share of the order lines with a price typed over the computed one, or with a
    discount that no percentage rule of the order's price list gives.

    The rule behind a line is not stored: any rule with that percentage explains it.
    """

    code = "K26"
    model = "sale.order.line"
    modules = ("sale",)

    def records(self, env, window):
        return parts.record(
            source=SQL(
                """sale_order_line l
                   JOIN sale_order s ON s.id = l.order_id
                   JOIN res_company company ON company.id = s.company_id"""
            ),
            where=SQL(
                "%s AND %s", parts.confirmed_orders(window), self.priced_by_people(env)
            ),
            id=SQL("l.id"),
            date=window.date_of(SQL("s.date_order")),
            team=SQL("s.team_id"),
            warehouse=parts.order_warehouse(env),
            user=SQL("s.user_id"),
            numerator=parts.flag(self.is_manual()),
        )

    def priced_by_people(self, env) -> SQL:
        """Neither text nor down payment nor reward nor the discount of an order."""
        conditions = [
            SQL("l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)"),
            SQL("l.product_id IS DISTINCT FROM company.sale_discount_product_id"),
        ]
        if "reward_id" in env["sale.order.line"]._fields:
            conditions.append(SQL("l.reward_id IS NULL"))
        return SQL(" AND ").join(conditions)

    def is_manual(self) -> SQL:
        return SQL(
            """abs(l.price_unit - l.technical_price_unit) > %(tolerance)s
               OR COALESCE(l.discount, 0) <> 0 AND NOT EXISTS (
                   SELECT FROM product_pricelist_item rule
                    WHERE rule.pricelist_id = s.pricelist_id
                      AND rule.compute_price = 'percentage'
                      AND abs(rule.percent_price - l.discount) <= %(tolerance)s)""",
            tolerance=TOLERANCE,
        )

    def touched(self, env, window, since):
        return SQL(
            """%s UNION
               SELECT DISTINCT %s::date
                 FROM sale_order_line l JOIN sale_order s ON s.id = l.order_id
                WHERE s.company_id = %s AND l.write_date >= %s""",
            parts.orders_touched(window, since),
            window.local(SQL("s.date_order")),
            window.company_id,
            since,
        )
