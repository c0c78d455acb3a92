"""What was overdue at the end of every month, now and back in time: A02.

Odoo keeps what is open today only. What was open at the end of a month is rebuilt
from the reconciliations: each lessens an item from the later of its two dates on.
"""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, register
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
        as_of = [DaysSalesOutstanding.as_of(window, day) for day in window.dates]
        return SQL(
            """
            WITH debt AS MATERIALIZED (%(debts)s),
            sum AS (%(sums)s)
            SELECT debt.id, (%(dates)s::date[])[period] AS date, debt.team_id,
                   NULL::integer AS warehouse_id, debt.user_id,
                   CASE WHEN debt.due < (%(as_of)s::date[])[period]
                        THEN sum.open ELSE 0 END AS numerator,
                   sum.open AS denominator
              FROM sum
              JOIN debt ON debt.id = sum.id
             CROSS JOIN generate_series(
                   sum.number, COALESCE(sum.next - 1, %(count)s)) AS period
             WHERE sum.open <> 0 AND (sum.next IS NOT NULL OR NOT debt.is_paid)""",
            debts=self.debts(env, window, as_of),
            sums=self.sums(as_of),
            dates=window.dates,
            as_of=as_of,
            count=len(as_of),
        )

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
                   m.invoice_user_id AS user_id
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

    @staticmethod
    def sums(as_of) -> SQL:
        """Query of (id, number, open, next): what is open of an item from the period
        of that number on, until the number of the next one that changes it."""
        return SQL(
            """
            SELECT id, number, SUM(SUM(amount)) OVER item AS open,
                   lead(number) OVER item AS next
              FROM (
                SELECT change.id, change.amount,
                       width_bucket(change.date - 1, %(as_of)s::date[]) + 1 AS number
                  FROM (
                    SELECT id, date, balance AS amount FROM debt
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
            as_of=as_of,
        )

    touched = DaysSalesOutstanding.touched  # the same journal items
