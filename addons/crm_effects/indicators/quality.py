"""Credit notes, returns, corrections, delivery: Q01, Q02, Q03, L02, L03."""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register, shared
from odoo.addons.crm_risk.indicators.delivery import TransferIndicator
from odoo.addons.crm_risk.indicators.service import AT_CUSTOMER

from .revenue import InvoiceIndicator

CORRECTION_DAYS = 30


@register
class CreditNoteRate(InvoiceIndicator):
    """Amount of credit notes by the amount invoiced.

    An invoice credited in full within its month was made anew: neither counts.
    """

    code = "Q01"
    documents = ("out_invoice", "out_refund")
    numerator = SQL(
        "CASE WHEN m.move_type = 'out_refund' THEN -m.amount_untaxed_signed ELSE 0 END"
    )
    denominator = SQL(
        "CASE WHEN m.move_type = 'out_invoice' THEN m.amount_untaxed_signed ELSE 0 END"
    )
    condition = SQL(
        """NOT EXISTS (
               SELECT FROM account_move twin
                WHERE twin.state = 'posted'
                  AND (twin.reversed_entry_id = m.id OR m.reversed_entry_id = twin.id)
                  AND twin.amount_untaxed_signed = -m.amount_untaxed_signed
                  AND date_trunc('month', twin.invoice_date)
                      = date_trunc('month', m.invoice_date))"""
    )


QUANTITY = SQL(
    """CASE WHEN m.product_uom = good.uom_id THEN m.quantity
            ELSE COALESCE((SELECT SUM(ml.quantity_product_uom)
                             FROM stock_move_line ml WHERE ml.move_id = m.id), 0) END"""
)
"""What a move `m` carried, in the own unit of its product `good`. Moves in another unit
are asked for their details, which keep the quantity exactly."""


class OrderMoveIndicator(SqlIndicator):
    """Reads the done moves of sale orders from and to customers."""

    modules = ("sale_stock",)
    family = "moves of orders"

    def moves(self, env, window) -> SQL:
        """FROM item of (id, date, order_id, is_return, quantity) of the moves since the
        window began."""
        return shared(
            env,
            (self.family, window.company_id, window.start),
            lambda: SQL(
                """
                SELECT m.id, m.date, l.order_id,
                       m.location_id = %(customer)s AS is_return,
                       %(quantity)s AS quantity
                  FROM stock_move m
                  JOIN sale_order_line l ON l.id = m.sale_line_id
                  JOIN %(goods)s ON good.id = m.product_id
                 WHERE m.state = 'done' AND m.company_id = %(company)s
                   AND m.date >= %(start)s
                   AND (m.location_id = %(customer)s)
                    <> (m.location_dest_id = %(customer)s)""",
                customer=AT_CUSTOMER,
                quantity=QUANTITY,
                goods=parts.goods(),
                company=window.company_id,
                start=window.start,
            ),
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
class ReturnedQuantity(OrderMoveIndicator):
    """Quantity that came back from customers by the quantity delivered."""

    code = "Q02"
    model = "stock.move"

    def records(self, env, window):
        return parts.record(
            source=SQL(
                "%s AS m JOIN sale_order s ON s.id = m.order_id",
                self.moves(env, window),
            ),
            where=window.covers(SQL("m.date")),
            id=SQL("m.id"),
            date=window.date_of(SQL("m.date")),
            team=SQL("s.team_id"),
            warehouse=SQL("s.warehouse_id"),
            user=SQL("s.user_id"),
            numerator=SQL("CASE WHEN m.is_return THEN m.quantity ELSE 0 END"),
            denominator=SQL("CASE WHEN m.is_return THEN 0 ELSE m.quantity END"),
        )


@register
class FulfilmentDays(OrderMoveIndicator):
    """Days from confirmation to the last delivery of an order, in its month.

    A delivery before the window is the last one of no order that has one in it.
    """

    code = "L02"
    model = "sale.order"
    has_median = True
    reach_months = 12  # a late part moves the order out of an earlier month

    def records(self, env, window):
        return SQL(
            """
            SELECT s.id, %(date)s AS date, s.team_id, s.warehouse_id, s.user_id,
                   %(days)s AS numerator, 1 AS denominator
              FROM (
                SELECT order_id, MAX(date) AS date FROM %(moves)s AS move
                 WHERE NOT is_return GROUP BY order_id
              ) AS last
              JOIN sale_order s ON s.id = last.order_id
             WHERE s.state = 'sale' AND last.date >= s.date_order AND %(covered)s""",
            date=window.date_of(SQL("last.date")),
            days=parts.elapsed(SQL("last.date - s.date_order"), parts.DAY),
            moves=self.moves(env, window),
            covered=window.covers(SQL("last.date")),
        )


@register
class BackOrders(TransferIndicator):
    """Share of the deliveries done that brought the rest of an earlier one."""

    code = "L03"
    condition = SQL("kind.code = 'outgoing' AND k.return_id IS NULL")
    holds = SQL("k.backorder_id IS NOT NULL")


@register
class CorrectedOrders(SqlIndicator):
    """Share of the orders confirmed in the month that were cancelled afterwards or
    whose amount was changed.

    Read from the log of tracked changes, which names states in the language of
    whoever made the change.
    """

    code = "Q03"
    model = "sale.order"
    modules = ("sale",)
    maturity_days = CORRECTION_DAYS

    def records(self, env, window):
        changed = self.changed(env)
        return parts.record(
            source=SQL("sale_order s"),
            where=SQL(
                "s.company_id = %s AND %s AND (s.state = 'sale'"
                " OR s.state = 'cancel' AND %s)",
                window.company_id,
                window.covers(SQL("s.date_order")),
                changed,
            ),
            id=SQL("s.id"),
            date=window.date_of(SQL("s.date_order")),
            team=SQL("s.team_id"),
            warehouse=SQL("s.warehouse_id"),
            user=SQL("s.user_id"),
            numerator=parts.flag(changed),
        )

    def changed(self, env) -> SQL:
        """Whether the log of `sale_order s` has such a change, after the minute in
        which it was confirmed."""
        fields = env["ir.model.fields"]
        state, amount = (
            fields._get("sale.order", name).id for name in ("state", "amount_untaxed")
        )
        return SQL(
            """EXISTS (
                   SELECT FROM mail_message m
                     JOIN mail_tracking_value v ON v.mail_message_id = m.id
                    WHERE m.model = 'sale.order' AND m.res_id = s.id
                      AND (v.field_id = %(state)s AND v.old_value_char = ANY(%(sold)s)
                           AND v.new_value_char = ANY(%(cancelled)s)
                           OR v.field_id = %(amount)s AND v.create_date
                              > s.date_order + interval '1 minute'))""",
            state=state,
            amount=amount,
            sold=self.labels(env, "sale"),
            cancelled=self.labels(env, "cancel"),
        )

    @staticmethod
    def labels(env, state) -> list[str]:
        """Names of a state of orders in all languages in use."""
        field = env["sale.order"]._fields["state"]
        languages = [code for code, _name in env["res.lang"].get_installed()]
        return sorted(
            {
                dict(field._description_selection(env(context={"lang": code})))[state]
                for code in languages
            }
        )

    def touched(self, env, window, since):
        return parts.orders_touched(window, since)
