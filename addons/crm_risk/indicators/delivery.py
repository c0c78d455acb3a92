"""What the customer waits for, and what comes back: K31, K32, K33, K34, K34R."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register


class TransferIndicator(SqlIndicator):
    """Counts transfers done in the period, by their warehouse."""

    model = "stock.picking"
    modules = ("sale_stock",)
    condition: SQL
    holds: SQL

    def records(self, env, window):
        return parts.record(
            source=SQL(
                """stock_picking k
                   JOIN stock_picking_type kind ON kind.id = k.picking_type_id"""
            ),
            # the date is also set when a transfer is cancelled, hence the state
            where=SQL(
                "k.state = 'done' AND k.company_id = %s AND %s AND %s",
                window.company_id,
                window.covers(SQL("k.date_done")),
                self.condition,
            ),
            id=SQL("k.id"),
            date=window.date_of(SQL("k.date_done")),
            warehouse=SQL("kind.warehouse_id"),
            numerator=parts.flag(self.holds),
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT %s::date FROM stock_picking k
                WHERE k.company_id = %s AND k.write_date >= %s
                  AND k.date_done IS NOT NULL""",
            window.local(SQL("k.date_done")),
            window.company_id,
            since,
        )


@register
class LateDeliveries(TransferIndicator):
    """Share of the deliveries done after their deadline."""

    code = "K31"
    condition = SQL("kind.code = 'outgoing' AND k.date_deadline IS NOT NULL")
    holds = SQL("k.date_done > k.date_deadline")


@register
class ReturnedDeliveries(TransferIndicator):
    """Transfers done that bring a delivery back, by all deliveries and returns."""

    code = "K34R"
    # asked transfer by transfer: few are returns
    condition = SQL(
        """(kind.code = 'outgoing' AND k.return_id IS NULL
            OR k.return_id IS NOT NULL AND (
               SELECT sender.code FROM stock_picking sent
                 JOIN stock_picking_type sender ON sender.id = sent.picking_type_id
                WHERE sent.id = k.return_id) = 'outgoing')"""
    )
    holds = SQL("k.return_id IS NOT NULL")


@register
class DeliveriesWithoutStock(SqlIndicator):
    """Share of the delivery moves already due that wait for stock, now."""

    code = "K32"
    model = "stock.move"
    modules = ("sale_stock",)
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return parts.record(
            source=SQL(
                """stock_move m
                   JOIN stock_picking_type kind ON kind.id = m.picking_type_id"""
            ),
            where=SQL(
                """kind.code = 'outgoing' AND m.company_id = %s AND m.date < %s
                   AND m.state IN ('confirmed', 'partially_available', 'assigned')""",
                window.company_id,
                window.now,
            ),
            id=SQL("m.id"),
            date=window.snapshot_date,
            warehouse=SQL("kind.warehouse_id"),
            numerator=parts.flag(
                SQL("m.state IN ('confirmed', 'partially_available')")
            ),
        )


@register
class UnservedReplenishment(SqlIndicator):
    """Share of the reordering rules that ask for goods which are due, now."""

    code = "K33"
    model = "stock.warehouse.orderpoint"
    modules = ("stock", "sale_crm")
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return parts.record(
            source=SQL("stock_warehouse_orderpoint o"),
            where=SQL("o.active AND o.company_id = %s", window.company_id),
            id=SQL("o.id"),
            date=window.snapshot_date,
            warehouse=SQL("o.warehouse_id"),
            numerator=parts.flag(
                SQL(
                    "o.qty_to_order_computed > 0 AND o.deadline_date <= %s",
                    window.today,
                )
            ),
        )


@register
class CreditNotes(SqlIndicator):
    """Credit notes by all customer invoices and credit notes of the period."""

    code = "K34"
    model = "account.move"
    modules = ("sale",)

    def records(self, env, window):
        return parts.record(
            source=SQL("account_move m"),
            where=SQL(
                """m.state = 'posted' AND m.company_id = %s
                   AND m.move_type IN ('out_invoice', 'out_refund') AND %s""",
                window.company_id,
                window.covers_day(SQL("m.invoice_date")),
            ),
            id=SQL("m.id"),
            date=window.date_of_day(SQL("m.invoice_date")),
            team=SQL("m.team_id"),
            user=SQL("m.invoice_user_id"),
            numerator=parts.flag(SQL("m.move_type = 'out_refund'")),
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT m.invoice_date FROM account_move m
                WHERE m.company_id = %s AND m.write_date >= %s
                  AND m.invoice_date IS NOT NULL""",
            window.company_id,
            since,
        )
