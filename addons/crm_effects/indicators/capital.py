"""Stock and what customers owe: S02, S03, S04, S05, S06, S07, A03."""

from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register, shared
from odoo.addons.crm_risk.indicators.service import AT_CUSTOMER
from odoo.addons.crm_risk.indicators.stock import PastStock, StockValue

DEAD_DAYS = 180
DEMAND_DAYS = 90
MONTHS = 12


class StockIndicator(StockValue):
    """Reads stock by product and what left to customers, period by period."""

    modules = ("stock_account", "sale_stock")
    rolling_lag_days = 1  # what left is of whole days, unlike a level
    condition = SQL("TRUE")
    numerator: SQL
    denominator: SQL

    def stock(self, env, window) -> SQL:
        """FROM item `stock` of (product_id, date) and what the figures are made of."""
        raise NotImplementedError

    def records(self, env, window):
        return parts.record(
            source=self.stock(env, window),
            where=self.condition,
            id=SQL("stock.product_id"),
            date=SQL("stock.date"),
            numerator=self.numerator,
            denominator=self.denominator,
        )

    @staticmethod
    def _ends(window):
        """Last days of the periods, of the present one today."""
        return [min(window.last_day(day), window.today) for day in window.dates]

    def _with_sales(self, env, window, days, held) -> SQL:
        """The query `held` of (product_id, date, figure) and, besides, the first
        instant of the days up to the end of the period and whether the product went
        out to customers in them.

        The moves are read once: the last one before each end tells.
        """
        ends = self._ends(window)
        since = [window.utc(end - timedelta(days=days - 1)) for end in ends]
        return SQL(
            """
            SELECT product_id, date, figure, since,
                   COALESCE(last >= since, FALSE) AS is_sold
              FROM (
                SELECT event.*, MAX(sold) OVER (
                           PARTITION BY product_id ORDER BY number) AS last
                  FROM (
                    SELECT held.product_id, period.number, period.date, period.since,
                           held.figure, NULL::timestamp AS sold
                      FROM (%(held)s) AS held
                      JOIN unnest(%(dates)s::date[], %(since)s::timestamp[])
                           WITH ORDINALITY AS period(date, since, number) USING (date)
                     UNION ALL
                    SELECT product_id, number, NULL, NULL, NULL, sold
                      FROM %(last_sales)s AS sale) AS event
              ) AS followed
             WHERE date IS NOT NULL""",
            held=held,
            dates=window.dates,
            since=since,
            last_sales=shared(
                env, ("last sales", window.span), lambda: self._last_sales(window)
            ),
        )

    def _last_sales(self, window) -> SQL:
        """Query of (product_id, number, sold): the last delivery before the end of the
        period of that number and after the end of the one before, or so long before
        the first one as any figure looks back."""
        ends = self._ends(window)
        until = [window.utc(end + timedelta(days=1)) for end in ends]
        return SQL(
            """
            SELECT m.product_id,
                   width_bucket(m.date, %(until)s::timestamp[]) + 1 AS number,
                   MAX(m.date) AS sold
              FROM stock_move m
             WHERE m.state = 'done' AND m.company_id = %(company)s
               AND m.location_dest_id = %(customer)s
               AND m.date >= %(first)s AND m.date < %(last)s
             GROUP BY 1, 2""",
            until=until,
            company=window.company_id,
            customer=AT_CUSTOMER,
            first=window.utc(ends[0] - timedelta(days=DEAD_DAYS - 1)),
            last=until[-1],
        )


@register
class DaysOfStock(StockIndicator):
    """Value of the stock at the end by the cost of what was delivered per day."""

    code = "S03"
    numerator = SQL("stock.value * stock.days")
    denominator = SQL("stock.cost")

    def stock(self, env, window):
        firsts = window.dates if window.step else [window.first]
        lasts = self._ends(window)
        return SQL(
            """(
            SELECT product_id, date, period.days, COALESCE(held.value, 0) AS value,
                   COALESCE(delivered.cost, 0) AS cost
              FROM %s AS held
              FULL JOIN %s AS delivered USING (product_id, date)
              JOIN unnest(%s::date[], %s::int[]) AS period(date, days) USING (date)
            ) AS stock""",
            self.values(env, window),
            shared(env, ("stock cost", window.span), lambda: self._costs(window)),
            window.dates,
            [(end - start).days + 1 for start, end in zip(firsts, lasts, strict=True)],
        )

    @staticmethod
    def _costs(window) -> SQL:
        """Query of (product_id, date, cost) of what was delivered less returned."""
        return SQL(
            """
            SELECT m.product_id, %(date)s AS date,
                   SUM(CASE WHEN m.location_dest_id = %(customer)s THEN m.value
                            ELSE -m.value END)::numeric AS cost
              FROM stock_move m
             WHERE m.state = 'done' AND m.company_id = %(company)s AND %(covered)s
               AND (m.is_out AND m.location_dest_id = %(customer)s
                    OR m.is_in AND m.location_id = %(customer)s)
             GROUP BY 1, 2""",
            date=window.date_of(SQL("m.date")),
            company=window.company_id,
            covered=window.covers(SQL("m.date")),
            customer=AT_CUSTOMER,
        )


@register
class StockTurn(DaysOfStock):
    """Yearly cost of what was delivered by the value of the stock at the end."""

    code = "S02"
    numerator = SQL("stock.cost * %s", MONTHS)
    denominator = SQL("stock.value")


@register
class CarryingCost(StockValue):
    """What holding the stock costs a month: its value at the end by a twelfth of the
    company's yearly rate of capital, storage and risk."""

    code = "S04"
    modules = ("stock_account", "sale_stock")

    def figure(self, env, window):
        rate = env["res.company"].browse(window.company_id).effects_carrying_rate
        return SQL("held.value * %s / %s", rate, MONTHS)

    def settings(self, env, window):
        return (env["res.company"].browse(window.company_id).effects_carrying_rate,)


@register
class DeadStock(StockIndicator):
    """Value of the products without a delivery for half a year, by all stock."""

    code = "S05"
    numerator = SQL(
        """CASE WHEN stock.is_sold OR good.create_date >= stock.since - interval '1 day'
                THEN 0 ELSE stock.figure END"""
    )
    denominator = SQL("stock.figure")

    def stock(self, env, window):
        held = SQL(
            "SELECT product_id, date, value AS figure FROM %s AS valued",
            self.values(env, window),
        )
        return SQL(
            "(%s) AS stock JOIN product_product good ON good.id = stock.product_id",
            self._with_sales(env, window, DEAD_DAYS, held),
        )


@register
class OutOfStock(StockIndicator):
    """Share of the products delivered in the last 90 days that are out of stock."""

    code = "S06"
    condition = SQL("stock.is_sold")
    numerator = parts.flag(SQL("stock.figure <= 0"))
    denominator = SQL("1")

    def stock(self, env, window):
        company = env["res.company"].browse(window.company_id)
        moments = {day: self._moment(window, day) for day in window.dates}
        past = PastStock(company, self._products(env, company), moments)
        held = SQL(
            "SELECT product_id, date, quantity AS figure FROM %s AS past",
            past.quantities(),
        )
        return SQL("(%s) AS stock", self._with_sales(env, window, DEMAND_DAYS, held))


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
