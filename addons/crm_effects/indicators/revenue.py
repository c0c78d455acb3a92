"""Invoices, margin, lines per order, discounts: R02, R03, R07, R08."""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register
from odoo.addons.crm_risk.indicators.orders import OrderIndicator
from odoo.addons.crm_risk.indicators.performance import MarginShare

SALE_DOCUMENTS = ("out_invoice", "out_refund", "out_receipt")


class InvoiceIndicator(SqlIndicator):
    """Counts posted customer documents in the month of their date."""

    model = "account.move"
    modules = ("account", "sale")
    documents = SALE_DOCUMENTS
    condition = SQL("TRUE")
    numerator = SQL("0")
    denominator = SQL("0")

    def records(self, env, window):
        return parts.record(
            source=SQL("account_move m"),
            where=SQL(
                """m.state = 'posted' AND m.company_id = %s AND m.move_type IN %s
                   AND %s AND %s""",
                window.company_id,
                self.documents,
                window.covers_day(SQL("m.invoice_date")),
                self.condition,
            ),
            id=SQL("m.id"),
            date=window.date_of_day(SQL("m.invoice_date")),
            team=SQL("m.team_id"),
            user=SQL("m.invoice_user_id"),
            numerator=self.numerator,
            denominator=self.denominator,
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT m.invoice_date FROM account_move m
                WHERE m.company_id = %s AND m.write_date >= %s
                  AND m.invoice_date IS NOT NULL""",
            window.company_id,
            since,
        )


@register
class InvoicedRevenue(InvoiceIndicator):
    """Untaxed amount of customer invoices less credit notes, company currency."""

    code = "R02"
    numerator = SQL("m.amount_untaxed_signed")


@register
class GrossMargin(MarginShare):
    """Margin of the confirmed orders by their untaxed amount."""

    code = "R03"


PRODUCT_LINES = SQL(
    "l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)"
    " AND l.reward_id IS NULL AND l.product_id IS NOT NULL"
)
"""Lines on which something is sold: no text, down payment or reward."""


@register
class LinesPerOrder(OrderIndicator):
    """Product lines per confirmed order."""

    code = "R07"

    def numerator(self, window):
        return SQL(
            "(SELECT COUNT(*) FROM sale_order_line l WHERE l.order_id = s.id AND %s)",
            PRODUCT_LINES,
        )

    def denominator(self, window):
        return SQL("1")

    def touched(self, env, window, since):
        return lines_touched(window, since)


@register
class DiscountLeakage(SqlIndicator):
    """Discount given on lines, by what the lines would have cost without it."""

    code = "R08"
    model = "sale.order.line"
    modules = ("sale",)

    def records(self, env, window):
        rate = parts.order_rate()
        return parts.record(
            source=SQL(
                """sale_order_line l
                   JOIN sale_order s ON s.id = l.order_id
                   JOIN res_company company ON company.id = s.company_id"""
            ),
            where=SQL(
                "%s AND %s AND l.product_id IS DISTINCT FROM %s",
                parts.confirmed_orders(window),
                PRODUCT_LINES,
                SQL("company.sale_discount_product_id"),
            ),
            id=SQL("l.id"),
            date=window.date_of(SQL("s.date_order")),
            team=SQL("s.team_id"),
            warehouse=parts.order_warehouse(env),
            user=SQL("s.user_id"),
            numerator=SQL("%s / %s", self.given(), rate),
            denominator=SQL("(l.price_subtotal + %s) / %s", self.given(), rate),
        )

    @staticmethod
    def given() -> SQL:
        """The discount in money. A line given away has no amount of its own left to
        reckon from: then it is price times quantity."""
        return SQL(
            """CASE WHEN COALESCE(l.discount, 0) = 0 THEN 0
                    WHEN l.discount < 100
                    THEN l.price_subtotal * l.discount::numeric
                         / (100 - l.discount::numeric)
                    ELSE l.price_unit * l.product_uom_qty END"""
        )

    def touched(self, env, window, since):
        return lines_touched(window, since)


def lines_touched(window, since) -> SQL:
    """Days of the orders written since, or of which a line was."""
    return SQL(
        """%s UNION
           SELECT DISTINCT %s::date
             FROM sale_order_line l JOIN sale_order s ON s.id = l.order_id
            WHERE s.company_id = %s AND l.write_date >= %s""",
        parts.orders_touched(window, since),
        window.local(SQL("s.date_order")),
        window.company_id,
        since,
    )
