"""Whether the same goods became dearer: R09."""

from dataclasses import replace

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register
from odoo.addons.crm_risk.indicators.base import DECIMALS

from .revenue import PRODUCT_LINES, lines_touched

PRODUCT_SOURCE = SQL(
    """sale_order_line l
       JOIN sale_order s ON s.id = l.order_id
       JOIN res_company company ON company.id = s.company_id
       JOIN %s ON good.id = l.product_id""",
    parts.goods(),
)

SOLD_PRODUCTS = SQL(
    "%s AND l.product_id IS DISTINCT FROM company.sale_discount_product_id",
    PRODUCT_LINES,
)


@register
class PriceChange(SqlIndicator):
    """What the goods of the period were sold for, by what the same quantities would
    have cost at the mean prices of the same period a year before.

    Goods not sold then are left out: they have no old price.
    """

    code = "R09"
    model = "sale.order.line"
    modules = ("sale",)
    reach_months = 12

    def records(self, env, window):
        before = _year_before(window)
        return SQL(
            """
            SELECT l.id, %(date)s AS date, s.team_id, %(warehouse)s AS warehouse_id,
                   s.user_id, l.price_subtotal / %(rate)s AS numerator,
                   %(quantity)s * old.price AS denominator
              FROM %(source)s
              JOIN (SELECT l.product_id, %(moved)s AS date,
                           SUM(l.price_subtotal / %(rate)s) / SUM(%(quantity)s) AS price
                      FROM %(source)s
                     WHERE %(past)s AND %(sold)s AND l.product_uom_qty > 0
                     GROUP BY 1, 2
                    HAVING SUM(%(quantity)s) > 0 AND SUM(l.price_subtotal) > 0) AS old
                ON old.product_id = l.product_id AND old.date = %(date)s
             WHERE %(now)s AND %(sold)s AND l.product_uom_qty > 0""",
            date=window.date_of(SQL("s.date_order")),
            moved=self.moved(window, before),
            warehouse=parts.order_warehouse(env),
            rate=parts.order_rate(),
            quantity=parts.LINE_QUANTITY,
            source=PRODUCT_SOURCE,
            now=parts.confirmed_orders(window),
            past=parts.confirmed_orders(before),
            sold=SOLD_PRODUCTS,
        )

    def facts(self, env, window):
        """The lines of both years are read once and added up by product before their
        prices are compared."""
        if window.step and not window.is_month:
            return super().facts(env, window)
        before = _year_before(window)
        person = SQL("s.user_id") if window.person_level else SQL("NULL::integer")
        return SQL(
            """
            WITH sold AS MATERIALIZED (
                SELECT l.product_id, %(date)s AS date, s.team_id,
                       %(warehouse)s AS warehouse_id, %(person)s AS user_id,
                       SUM(l.price_subtotal / %(rate)s) AS amount,
                       SUM(%(quantity)s) AS quantity, COUNT(*) AS records
                  FROM %(source)s
                 WHERE (%(now)s OR %(past)s) AND %(sold)s AND l.product_uom_qty > 0
                 GROUP BY 1, 2, 3, 4, 5
            ), old AS (
                SELECT product_id, (date + interval '1 year')::date AS date,
                       SUM(amount) / SUM(quantity) AS price
                  FROM sold GROUP BY product_id, date
                HAVING SUM(quantity) > 0 AND SUM(amount) > 0
            )
            SELECT sold.date, sold.team_id, sold.warehouse_id, sold.user_id,
                   round(SUM(sold.amount), %(decimals)s) AS numerator,
                   round(SUM(sold.quantity * old.price), %(decimals)s) AS denominator,
                   SUM(sold.records)::integer AS record_count, NULL::float8 AS median
              FROM sold JOIN old USING (product_id, date)
             WHERE sold.date >= %(first)s
             GROUP BY 1, 2, 3, 4""",
            date=self.either(window, before),
            warehouse=parts.order_warehouse(env),
            person=person,
            rate=parts.order_rate(),
            quantity=parts.LINE_QUANTITY,
            source=PRODUCT_SOURCE,
            now=parts.confirmed_orders(window),
            past=parts.confirmed_orders(before),
            sold=SOLD_PRODUCTS,
            decimals=DECIMALS,
            first=window.dates[0],
        )

    @staticmethod
    def either(window, before) -> SQL:
        """Date of the fact of an order of either year."""
        if window.step:
            return window.months(before.first, window.dates[-1]).date_of(
                SQL("s.date_order")
            )
        return SQL(
            """CASE WHEN s.date_order >= %s THEN %s
                    ELSE (%s - interval '1 year')::date END""",
            window.start,
            window.last_date,
            window.last_date,
        )

    @staticmethod
    def moved(window, before) -> SQL:
        """Date of the fact with which an order of the year before is compared."""
        if not window.step:
            return window.last_date
        moment = before.date_of(SQL("s.date_order"))
        return SQL("(%s + interval '1 year')::date", moment)

    def touched(self, env, window, since):
        return lines_touched(window, since)


def _year_before(window):
    """The same days a year earlier, to the end of February in leap years too."""
    year, day = relativedelta(years=1), relativedelta(days=1)
    return replace(
        window, first=window.first - year, last=window.last + day - year - day
    )
