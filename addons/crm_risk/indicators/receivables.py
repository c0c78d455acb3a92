"""How long customers take to pay: A01."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from .base import DECIMALS, SqlIndicator
from .registry import register

TRAILING_DAYS = 91
"""A quarter of sales: long enough for one season's noise, short enough to follow."""

SALE_DOCUMENTS = ("out_invoice", "out_refund", "out_receipt")


@register
class DaysSalesOutstanding(SqlIndicator):
    """Receivables at the end of the period, in days of the sales of a quarter.

    Both sides include taxes and are read from the same receivable ledger lines: the
    line of an invoice carries the invoice's total in the company's currency.
    """

    code = "A01"
    model = "account.move.line"
    modules = ("account",)
    reach_months = 4

    def selection(self, window) -> SQL:
        """FROM and WHERE of the ledger up to the last day of the window."""
        return SQL(
            """
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
             WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
               AND l.company_id = %s AND l.date <= %s""",
            window.company_id,
            self.as_of(window, window.dates[-1]),
        )

    @staticmethod
    def as_of(window, day):
        """Last day that a fact's date speaks of."""
        if window.is_month:
            day += relativedelta(months=1, days=-1)
        return min(day, window.today)

    def sale(self) -> SQL:
        return SQL("m.move_type IN %s", SALE_DOCUMENTS)

    def records(self, env, window):
        day = window.dates[-1]
        as_of = self.as_of(window, day)
        return SQL(
            """
            SELECT l.id, %(date)s::date AS date, NULL::integer AS team_id,
                   NULL::integer AS warehouse_id, NULL::integer AS user_id,
                   l.balance * %(days)s AS numerator,
                   CASE WHEN %(sale)s AND l.date > %(since)s
                        THEN l.balance ELSE 0 END AS denominator
            %(selection)s""",
            date=day,
            days=TRAILING_DAYS,
            sale=self.sale(),
            since=as_of - timedelta(days=TRAILING_DAYS),
            selection=self.selection(window),
        )

    def ids(self, env, window, cell):
        return super().ids(env, window.only(cell.date), cell)

    def facts(self, env, window):
        """The ledger is added up by day once, and read for every period from there."""
        as_of = [self.as_of(window, day) for day in window.dates]
        return SQL(
            """
            WITH day AS (
                SELECT l.date, SUM(l.balance) AS balance, COUNT(*) AS records,
                       SUM(CASE WHEN %(sale)s THEN l.balance ELSE 0 END) AS sales
                %(selection)s GROUP BY l.date
            )
            SELECT period.date, NULL::integer AS team_id, NULL::integer AS warehouse_id,
                   NULL::integer AS user_id,
                   round(SUM(day.balance) * %(days)s, %(decimals)s) AS numerator,
                   round(COALESCE(SUM(day.sales) FILTER (
                       WHERE day.date > period.as_of - %(days)s), 0), %(decimals)s
                   ) AS denominator,
                   SUM(day.records)::integer AS record_count, NULL::float8 AS median
              FROM unnest(%(dates)s::date[], %(as_of)s::date[]) AS period(date, as_of)
              JOIN day ON day.date <= period.as_of
             GROUP BY period.date""",
            sale=self.sale(),
            selection=self.selection(window),
            days=TRAILING_DAYS,
            decimals=DECIMALS,
            dates=window.dates,
            as_of=as_of,
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT l.date FROM account_move_line l
                WHERE l.company_id = %s AND l.write_date >= %s""",
            window.company_id,
            since,
        )
