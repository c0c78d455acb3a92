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
        return SQL(
            """
            SELECT item.id, item.day AS date, item.team_id,
                   NULL::integer AS warehouse_id, item.user_id,
                   CASE WHEN item.due < item.as_of THEN item.open ELSE 0 END
                       AS numerator,
                   item.open AS denominator
              FROM (
                SELECT debt.id, period.day, period.as_of, debt.due, debt.team_id,
                       debt.user_id,
                       debt.balance - %(settled)s AS open
                  FROM unnest(%(dates)s::date[], %(as_of)s::date[])
                       AS period(day, as_of)
                  JOIN (%(debts)s) AS debt
                    ON debt.date <= period.as_of
                   AND (debt.closed IS NULL OR debt.closed > period.as_of)
              ) AS item
             WHERE item.open <> 0""",
            dates=window.dates,
            as_of=[DaysSalesOutstanding.as_of(window, day) for day in window.dates],
            settled=self.settled(),
            debts=self.debts(env, window),
        )

    @staticmethod
    def debts(env, window) -> SQL:
        """Receivable items of sale documents, and the day they were paid in full."""
        accounts = env["account.account"].search(
            [("account_type", "=", "asset_receivable")]
        )
        return SQL(
            """
            SELECT l.id, l.date, COALESCE(l.date_maturity, l.date) AS due, l.balance,
                   m.team_id, m.invoice_user_id AS user_id,
                   CASE WHEN l.amount_residual = 0 THEN GREATEST(
                       (SELECT MAX(paid.max_date) FROM account_partial_reconcile paid
                         WHERE paid.debit_move_id = l.id),
                       (SELECT MAX(paid.max_date) FROM account_partial_reconcile paid
                         WHERE paid.credit_move_id = l.id)) END AS closed
              FROM account_move_line l JOIN account_move m ON m.id = l.move_id
             WHERE l.account_id = ANY(%s) AND l.parent_state = 'posted'
               AND l.company_id = %s AND m.move_type IN %s AND l.date <= %s""",
            accounts.ids,
            window.company_id,
            SALE_DOCUMENTS,
            DaysSalesOutstanding.as_of(window, window.dates[-1]),
        )

    @staticmethod
    def settled() -> SQL:
        """What was settled of the item `debt` by the end of its period."""
        return SQL(
            """(
                COALESCE((SELECT SUM(paid.amount) FROM account_partial_reconcile paid
                           WHERE paid.debit_move_id = debt.id
                             AND paid.max_date <= period.as_of), 0)
                - COALESCE((SELECT SUM(paid.amount) FROM account_partial_reconcile paid
                             WHERE paid.credit_move_id = debt.id
                               AND paid.max_date <= period.as_of), 0))"""
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT l.date FROM account_move_line l
                WHERE l.company_id = %s AND l.write_date >= %s""",
            window.company_id,
            since,
        )
