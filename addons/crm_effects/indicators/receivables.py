"""What was overdue at the end of every month, now and back in time: A02.

Odoo keeps what is open today only. What was open at the end of a month is rebuilt
from the reconciliations: each lessens an item from the later of its two dates on.
"""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, register
from odoo.addons.crm_risk.indicators.base import DECIMALS
from odoo.addons.crm_risk.indicators.receivables import DaysSalesOutstanding

from .revenue import SALE_DOCUMENTS


@register
class OverdueShare(SqlIndicator):
    """Open amount past its due date by all that customers owed at the month's end.

    Instalments of an invoice fall due one by one; a credit note that is not settled
    lessens what is owed.
    """

    code = "A02"
    model = "account.move.line"
    modules = ("account", "sale")
    reach_months = 1200  # an item is open in every month until it is paid
    rolling_lag_days = 0

    def records(self, env, window):
        as_of = self._as_of(window)
        return SQL(
            """
            WITH debt AS MATERIALIZED (%(debts)s), owed AS (%(owed)s)
            SELECT id, (%(dates)s::date[])[period] AS date, team_id,
                   NULL::integer AS warehouse_id, user_id,
                   CASE WHEN period >= overdue THEN open ELSE 0 END AS numerator,
                   open AS denominator
              FROM owed CROSS JOIN generate_series(number, next - 1) AS period""",
            debts=self.debts(env, window, as_of),
            owed=self.owed(as_of),
            dates=window.dates,
        )

    def facts(self, env, window):
        """Items that are open and overdue in the same periods are added up before they
        are laid out over these."""
        as_of = self._as_of(window)
        person = SQL("user_id") if window.person_level else SQL("NULL::integer")
        return SQL(
            """
            WITH debt AS MATERIALIZED (%(debts)s), owed AS (%(owed)s)
            SELECT (%(dates)s::date[])[period] AS date, team_id,
                   NULL::integer AS warehouse_id, user_id,
                   round(COALESCE(SUM(open) FILTER (WHERE period >= overdue), 0),
                         %(decimals)s) AS numerator,
                   round(SUM(open), %(decimals)s) AS denominator,
                   SUM(records)::integer AS record_count, NULL::float8 AS median
              FROM (
                SELECT number, next, overdue, team_id, %(person)s AS user_id,
                       SUM(open) AS open, COUNT(*) AS records
                  FROM owed GROUP BY 1, 2, 3, 4, 5) AS owed
             CROSS JOIN generate_series(number, next - 1) AS period
             GROUP BY 1, 2, 4""",
            debts=self.debts(env, window, as_of),
            owed=self.owed(as_of),
            dates=window.dates,
            decimals=DECIMALS,
            person=person,
        )

    @staticmethod
    def _as_of(window):
        return [DaysSalesOutstanding.as_of(window, day) for day in window.dates]

    @staticmethod
    def debts(env, window, as_of) -> SQL:
        """Receivable items of sale documents that were open in the window."""
        accounts = env["account.account"].search(
            [("account_type", "=", "asset_receivable")]
        )
        return SQL(
            """
            SELECT l.id, l.date, COALESCE(l.date_maturity, l.date) AS due, l.balance,
                   l.amount_residual = 0 AS is_paid, m.team_id,
                   m.invoice_user_id AS user_id,
                   l.id IN (SELECT debit_move_id FROM account_partial_reconcile
                             UNION ALL
                            SELECT credit_move_id FROM account_partial_reconcile
                   ) AS is_settled
              FROM account_move_line l JOIN account_move m ON m.id = l.move_id
             WHERE l.account_id = ANY(%(accounts)s) AND l.parent_state = 'posted'
               AND l.company_id = %(company)s AND m.move_type IN %(documents)s
               AND l.date <= %(last)s
               AND (l.amount_residual <> 0 OR l.date >= %(first)s OR l.id IN (
                    SELECT paid.debit_move_id FROM account_partial_reconcile paid
                     WHERE paid.max_date >= %(first)s
                     UNION ALL
                    SELECT paid.credit_move_id FROM account_partial_reconcile paid
                     WHERE paid.max_date >= %(first)s))""",
            accounts=accounts.ids,
            company=window.company_id,
            documents=SALE_DOCUMENTS,
            first=as_of[0],
            last=as_of[-1],
        )

    def owed(self, as_of) -> SQL:
        """Query of (id, team_id, user_id, open, number, next, overdue): what is open of
        an item from the period of a number on until before the next one that changes
        it, and from which of these periods on it is overdue."""
        return SQL(
            """
            SELECT debt.id, debt.team_id, debt.user_id, change.open, change.number,
                   COALESCE(change.next, %(count)s + 1) AS next,
                   width_bucket(debt.due, %(as_of)s::date[]) + 1 AS overdue
              FROM (
                SELECT id, %(begins)s AS number, NULL::integer AS next, balance AS open
                  FROM debt WHERE NOT is_settled
                 UNION ALL
                SELECT id, number, next, open FROM (%(settled)s) AS settled) AS change
              JOIN debt ON debt.id = change.id
             WHERE change.open <> 0 AND (change.next IS NOT NULL OR NOT debt.is_paid)
               AND change.number <= %(count)s""",
            count=len(as_of),
            as_of=as_of,
            begins=self._number(SQL("date"), as_of),
            settled=self._settled(as_of),
        )

    @staticmethod
    def _number(day, as_of) -> SQL:
        """Number of the period into which a day falls."""
        return SQL("width_bucket(%s - 1, %s::date[]) + 1", day, as_of)

    def _settled(self, as_of) -> SQL:
        """Query of (id, number, open, next) of the items that were paid, or in part."""
        return SQL(
            """
            SELECT id, number, SUM(SUM(amount)) OVER item AS open,
                   lead(number) OVER item AS next
              FROM (
                SELECT change.id, change.amount, %(number)s AS number
                  FROM (
                    SELECT id, date, balance AS amount FROM debt WHERE is_settled
                     UNION ALL
                    SELECT paid.debit_move_id, paid.max_date, -paid.amount
                      FROM account_partial_reconcile paid
                      JOIN debt ON debt.id = paid.debit_move_id
                     UNION ALL
                    SELECT paid.credit_move_id, paid.max_date, paid.amount
                      FROM account_partial_reconcile paid
                      JOIN debt ON debt.id = paid.credit_move_id) AS change
              ) AS change
             GROUP BY id, number
            WINDOW item AS (PARTITION BY id ORDER BY number)""",
            number=self._number(SQL("change.date"), as_of),
        )

    touched = DaysSalesOutstanding.touched  # the same journal items
