"""Stock and what customers owe: S02, S03, S04, S05, S06, S07, A03."""

from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register
from odoo.addons.crm_risk.indicators.stock import StockValue, _Quantities

DEAD_DAYS = 180
DEMAND_DAYS = 90
MONTHS = 12


class StockIndicator(StockValue):
    """Reads stock value by product and what left to customers, period by period."""

    modules = ("stock_account", "sale_stock")
    rolling_lag_days = 1  # what left is of whole days, unlike a level

    @staticmethod
    def _end(window, day):
        return min(window.last_day(day), window.today)

    def _costs(self, env, window):
        """{(product id, fact date): cost of what was delivered less returned}"""
        rows = env.execute_query(
            SQL(
                """
                SELECT m.product_id, %s,
                       SUM(CASE WHEN target.usage = 'customer' THEN m.value
                                ELSE -m.value END)
                  FROM stock_move m
                  JOIN stock_location source ON source.id = m.location_id
                  JOIN stock_location target ON target.id = m.location_dest_id
                 WHERE m.state = 'done' AND m.company_id = %s AND %s
                   AND (m.is_out AND target.usage = 'customer'
                        OR m.is_in AND source.usage = 'customer')
                 GROUP BY 1, 2""",
                window.date_of(SQL("m.date")),
                window.company_id,
                window.covers(SQL("m.date")),
            )
        )
        return {(product, day): float(cost) for product, day, cost in rows}

    def _values(self, env, window):
        """{(product id, fact date): value of the stock at its end}"""
        return {
            (product, day): value
            for product, day, value, _none in StockValue.rows(self, env, window)
        }

    def _last_moves(self, env, window, days):
        """{fact date: ids of the products that went out to customers in the days
        up to its end}"""
        periods = SQL(
            "unnest(%s::date[], %s::timestamp[], %s::timestamp[])"
            " AS period(date, since, until)",
            window.dates,
            [
                window.utc(self._end(window, day) - timedelta(days=days - 1))
                for day in window.dates
            ],
            [
                window.utc(self._end(window, day) + timedelta(days=1))
                for day in window.dates
            ],
        )
        rows = env.execute_query(
            SQL(
                """
                SELECT period.date, array_agg(DISTINCT m.product_id)
                  FROM %s
                  JOIN stock_move m ON m.date >= period.since AND m.date < period.until
                  JOIN stock_location target ON target.id = m.location_dest_id
                 WHERE m.state = 'done' AND m.company_id = %s
                   AND target.usage = 'customer'
                 GROUP BY 1""",
                periods,
                window.company_id,
            )
        )
        found = {day: set(products) for day, products in rows}
        return {day: found.get(day, set()) for day in window.dates}


@register
class DaysOfStock(StockIndicator):
    """Value of the stock at the end by the cost of what was delivered per day."""

    code = "S03"

    def rows(self, env, window):
        values, costs = self._values(env, window), self._costs(env, window)
        for product, day in sorted(set(values) | set(costs)):
            value = values.get((product, day), 0.0)
            cost = costs.get((product, day), 0.0)
            yield product, day, *self._figure(window, day, value, cost)

    def _figure(self, window, day, value, cost):
        first = day if window.step else window.first
        return value * ((self._end(window, day) - first).days + 1), cost


@register
class StockTurn(DaysOfStock):
    """Yearly cost of what was delivered by the value of the stock at the end."""

    code = "S02"

    def _figure(self, window, day, value, cost):
        return cost * MONTHS, value


@register
class CarryingCost(StockValue):
    """What holding the stock costs a month: its value at the end by a twelfth of the
    company's yearly rate of capital, storage and risk."""

    code = "S04"
    modules = ("stock_account", "sale_stock")

    def rows(self, env, window):
        rate = env["res.company"].browse(window.company_id).effects_carrying_rate
        for product, day, value, none in super().rows(env, window):
            yield product, day, value * rate / MONTHS, none

    def settings(self, env, window):
        return (env["res.company"].browse(window.company_id).effects_carrying_rate,)


@register
class DeadStock(StockIndicator):
    """Value of the products without a delivery for half a year, by all stock."""

    code = "S05"

    def rows(self, env, window):
        sold = self._last_moves(env, window, DEAD_DAYS)
        products = env["product.product"].with_context(active_test=False)
        values = self._values(env, window)
        ids = sorted({product for product, _day in values})
        born = {
            product.id: product.create_date for product in products.browse(ids).exists()
        }
        for (product, day), value in sorted(values.items()):
            old = window.utc(self._end(window, day) - timedelta(days=DEAD_DAYS))
            dead = product not in sold[day] and born[product] < old
            yield product, day, value if dead else 0.0, value


@register
class OutOfStock(StockIndicator):
    """Share of the products delivered in the last 90 days that are out of stock."""

    code = "S06"

    def rows(self, env, window):
        company = env["res.company"].browse(window.company_id)
        products = self._products(env, company)
        demanded = self._last_moves(env, window, DEMAND_DAYS)
        moments = {day: self._moment(window, day) for day in window.dates}
        quantities = _Quantities(company, products, moments.values())
        days = sorted(moments, reverse=True)
        for product in products:
            known = quantities.of(product, [moments[day] for day in days])
            for day, quantity in zip(days, known, strict=True):
                if product.id in demanded[day]:
                    yield product.id, day, float(quantity <= 0), 1.0


@register
class Shrinkage(SqlIndicator):
    """Value of what was scrapped or lost in counting, less what was found."""

    code = "S07"
    model = "stock.move"
    modules = ("stock_account",)

    def records(self, env, window):
        return parts.record(
            source=SQL(
                """stock_move m
                   JOIN stock_location source ON source.id = m.location_id
                   JOIN stock_location target ON target.id = m.location_dest_id"""
            ),
            where=SQL(
                """m.state = 'done' AND m.company_id = %s AND %s
                   AND (m.is_out AND target.usage = 'inventory'
                        OR m.is_in AND source.usage = 'inventory')""",
                window.company_id,
                window.covers(SQL("m.date")),
            ),
            id=SQL("m.id"),
            date=window.date_of(SQL("m.date")),
            numerator=SQL(
                "CASE WHEN target.usage = 'inventory' THEN m.value ELSE -m.value END"
            ),
            denominator=SQL("0"),
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT %s::date FROM stock_move m
                WHERE m.company_id = %s AND m.write_date >= %s AND m.state = 'done'""",
            window.local(SQL("m.date")),
            window.company_id,
            since,
        )


@register
class DaysToPay(SqlIndicator):
    """Days from invoice to payment, weighted by amount, of what was paid in the
    month."""

    code = "A03"
    model = "account.move"
    modules = ("account", "sale")

    def records(self, env, window):
        return SQL(
            """
            SELECT m.id, %(date)s AS date, m.team_id, NULL::integer AS warehouse_id,
                   m.invoice_user_id AS user_id,
                   SUM(paid.amount * (paid.max_date - m.invoice_date)) AS numerator,
                   SUM(paid.amount) AS denominator
              FROM account_partial_reconcile paid
              JOIN account_move_line l ON l.id = paid.debit_move_id
              JOIN account_move m ON m.id = l.move_id
              JOIN account_move_line other ON other.id = paid.credit_move_id
              JOIN account_move payment ON payment.id = other.move_id
             WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
               AND payment.move_type <> 'out_refund'
               AND m.company_id = %(company)s AND %(covered)s
             GROUP BY m.id, 2""",
            date=window.date_of_day(SQL("paid.max_date")),
            company=window.company_id,
            covered=window.covers_day(SQL("paid.max_date")),
        )
