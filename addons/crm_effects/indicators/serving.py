"""What serving an order takes, in money and in hours: E02, E03."""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import parts, register
from odoo.addons.crm_risk.indicators.base import MIN_PERSONS
from odoo.addons.crm_risk.indicators.orders import OrderIndicator

TIMESHEET_MODULES = ("hr_timesheet", "sale_project")

HOURS = SQL(
    """COALESCE((SELECT SUM(spent.unit_amount)
                   FROM account_analytic_line spent
                   JOIN project_task task ON task.id = spent.task_id
                  WHERE task.sale_order_id = s.id), 0)"""
)
"""Hours booked on the tasks of the order `s`."""

TRANSFERS = SQL(
    """SELECT k.sale_id, SUM(k.carrier_price::numeric) AS freight,
              COUNT(k.return_id) AS returns
         FROM stock_picking k
        WHERE k.state = 'done' AND k.sale_id IS NOT NULL
          AND (k.return_id IS NOT NULL OR k.carrier_price <> 0)
        GROUP BY k.sale_id"""
)
"""Freight and returned deliveries by order."""

CREDIT_NOTES = SQL(
    """SELECT l.order_id, COUNT(DISTINCT note.id) AS notes
         FROM account_move note
         JOIN account_move_line item ON item.move_id = note.id
         JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = item.id
         JOIN sale_order_line l ON l.id = link.order_line_id
        WHERE note.state = 'posted' AND note.move_type = 'out_refund'
        GROUP BY l.order_id"""
)
"""Credit notes by order."""


def has_timesheets(env) -> bool:
    """Whether time can be booked on the tasks of orders."""
    task = env.registry.get("project.task")
    return (
        "task_id" in env["account.analytic.line"]._fields
        and task is not None
        and "sale_order_id" in task._fields
    )


@register
class CostToServe(OrderIndicator):
    """Freight, time and handling of returns and credit notes, per confirmed order.

    What an hour and a correction cost is said by the company, so that the figure tells
    nothing about wages.
    """

    code = "E02"
    modules = ("stock_delivery",)
    maturity_days = 30
    joins = SQL(
        """LEFT JOIN (%s) AS transfer ON transfer.sale_id = s.id
           LEFT JOIN (%s) AS credit ON credit.order_id = s.id""",
        TRANSFERS,
        CREDIT_NOTES,
    )

    def records(self, env, window):
        company = env["res.company"].browse(window.company_id)
        hours = HOURS if has_timesheets(env) else SQL("0")
        cost = SQL(
            """COALESCE(transfer.freight, 0) / %(rate)s
               + (%(hours)s)::numeric * %(hour_cost)s::numeric
               + (COALESCE(transfer.returns, 0) + COALESCE(credit.notes, 0))
                 * %(correction_cost)s::numeric""",
            rate=parts.order_rate(),
            hours=hours,
            hour_cost=company.effects_hour_cost,
            correction_cost=company.effects_correction_cost,
        )
        return self.select(env, window, cost, SQL("1"))

    def definition(self, env):
        """The same for all companies: what each decides is in its settings."""
        return self._fingerprint(
            f"{self.code}{HOURS.code}{TRANSFERS.code}{CREDIT_NOTES.code}"
        )

    def settings(self, env, window):
        company = env["res.company"].browse(window.company_id)
        return (
            company.effects_hour_cost,
            company.effects_correction_cost,
            has_timesheets(env),
        )

    def touched(self, env, window, since):
        """An order changes with its deliveries, credit notes and timesheets."""
        touched = [
            SQL("SELECT sale_id FROM stock_picking WHERE write_date >= %s", since),
            SQL(
                """SELECT l.order_id
                     FROM account_move note
                     JOIN account_move_line item ON item.move_id = note.id
                     JOIN sale_order_line_invoice_rel link
                       ON link.invoice_line_id = item.id
                     JOIN sale_order_line l ON l.id = link.order_line_id
                    WHERE note.move_type = 'out_refund' AND note.write_date >= %s""",
                since,
            ),
        ]
        if has_timesheets(env):
            touched.append(_orders_of_timesheets(since))
        return _days_of(window, since, touched)


@register
class HoursPerOrder(OrderIndicator):
    """Hours booked on the tasks of the confirmed orders, per order.

    Months in which fewer than three people booked time are left out.
    """

    code = "E03"
    modules = TIMESHEET_MODULES
    maturity_days = 30

    def numerator(self, window):
        return SQL("(%s)::numeric", HOURS)

    def denominator(self, window):
        return SQL("1")

    def records(self, env, window):
        orders = super().records(env, window)
        return SQL(
            """SELECT * FROM (%(orders)s) AS o
                WHERE o.date IN (
                      SELECT %(date)s
                        FROM sale_order s
                        JOIN project_task task ON task.sale_order_id = s.id
                        JOIN account_analytic_line spent ON spent.task_id = task.id
                       WHERE %(confirmed)s AND spent.project_id IS NOT NULL
                       GROUP BY 1
                      HAVING COUNT(DISTINCT spent.employee_id) >= %(least)s)""",
            orders=orders,
            date=window.date_of(SQL("s.date_order")),
            confirmed=parts.confirmed_orders(window),
            least=MIN_PERSONS,
        )

    def touched(self, env, window, since):
        return _days_of(window, since, [_orders_of_timesheets(since)])


def _orders_of_timesheets(since) -> SQL:
    return SQL(
        """SELECT task.sale_order_id
             FROM account_analytic_line spent
             JOIN project_task task ON task.id = spent.task_id
            WHERE spent.write_date >= %(since)s
            UNION
           SELECT sale_order_id FROM project_task WHERE write_date >= %(since)s""",
        since=since,
    )


def _days_of(window, since, orders) -> SQL:
    """Days of the orders written since, and of those that the queries name."""
    return SQL(
        """%s UNION
           SELECT DISTINCT %s::date FROM sale_order s
            WHERE s.company_id = %s AND s.id IN (%s)""",
        parts.orders_touched(window, since),
        window.local(SQL("s.date_order")),
        window.company_id,
        SQL(" UNION ").join(orders),
    )
