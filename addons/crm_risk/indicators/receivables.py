"""How long customers take to pay: A01; what is overdue: K35."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from . import parts
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
    rolling_lag_days = 0

    def ledger(self, env, window) -> SQL:
        """FROM and WHERE of the receivable ledger up to the window's last day."""
        accounts = env["account.account"].search(
            [("account_type", "=", "asset_receivable")]
        )
        return SQL(
            """
              FROM account_move_line l
             WHERE l.account_id = ANY(%s) AND l.parent_state = 'posted'
               AND l.company_id = %s AND l.date <= %s""",
            accounts.ids,
            window.company_id,
            self.as_of(window, window.dates[-1]),
        )

    def is_sale(self, since) -> SQL:
        """Condition on `l`: the line of a sale document dated after a day."""
        return SQL(
            """l.date > %s AND EXISTS (
                   SELECT FROM account_move m
                    WHERE m.id = l.move_id AND m.move_type IN %s)""",
            since,
            SALE_DOCUMENTS,
        )

    @staticmethod
    def as_of(window, day):
        """Last day that a fact's date speaks of."""
        if window.is_month:
            day += relativedelta(months=1, days=-1)
        return min(day, window.today)

    def records(self, env, window):
        day = window.dates[-1]
        as_of = self.as_of(window, day)
        return SQL(
            """
            SELECT l.id, %(date)s::date AS date, NULL::integer AS team_id,
                   NULL::integer AS warehouse_id, NULL::integer AS user_id,
                   l.balance * %(days)s AS numerator,
                   CASE WHEN %(sale)s THEN l.balance ELSE 0 END AS denominator
            %(ledger)s""",
            date=day,
            days=TRAILING_DAYS,
            sale=self.is_sale(as_of - timedelta(days=TRAILING_DAYS)),
            ledger=self.ledger(env, window),
        )

    def ids(self, env, window, cell):
        return super().ids(env, window.only(cell.date), cell)

    def facts(self, env, window):
        """The ledger is added up by day once, and read for every period from there."""
        as_of = [self.as_of(window, day) for day in window.dates]
        return SQL(
            """
            WITH day AS MATERIALIZED (
                SELECT l.date, SUM(l.balance) AS balance, COUNT(*) AS records,
                       SUM(l.balance) FILTER (WHERE %(sale)s) AS sales
                %(ledger)s GROUP BY l.date
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
            sale=self.is_sale(as_of[0] - timedelta(days=TRAILING_DAYS)),
            ledger=self.ledger(env, window),
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


@register
class OverdueReceivables(SqlIndicator):
    """Open customer invoices past their due date by all open customer invoices, now.

    A credit note not yet settled lessens both.
    """

    code = "K35"
    model = "account.move"
    modules = ("account", "sale")
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return parts.record(
            source=SQL("account_move m"),
            where=SQL(
                """m.state = 'posted' AND m.company_id = %s
                   AND m.move_type IN ('out_invoice', 'out_refund')
                   AND m.amount_residual_signed <> 0""",
                window.company_id,
            ),
            id=SQL("m.id"),
            date=window.snapshot_date,
            team=SQL("m.team_id"),
            user=SQL("m.invoice_user_id"),
            numerator=SQL(
                "CASE WHEN m.invoice_date_due < %s THEN m.amount_residual_signed"
                " ELSE 0 END",
                window.today,
            ),
            denominator=SQL("m.amount_residual_signed"),
        )
