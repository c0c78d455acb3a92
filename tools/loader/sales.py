"""Sales: order, delivery and invoice of one moment."""

from .bulk import NULL, money, text
from .model import Item, Sale
from .numbers import InvoiceNumbers
from .stock import StockBook


class SaleWriter:
    """:param batch: see `writer.Batch`; every sale adds its rows to it"""

    def __init__(self, batch, patterns, book: StockBook, company):
        self._book = book
        self._fiscal = company.fiscal_position
        self._next_order = company.order_numbers
        self._next_delivery = company.delivery_numbers
        self._order_rows(batch, patterns)
        self._delivery_rows(batch, patterns)
        self._invoices = InvoiceWriter(batch, patterns, company)

    def _order_rows(self, batch, patterns) -> None:
        self._order_id = batch.identifier("sale_order")
        self._item_id = batch.identifier("sale_order_line")
        pattern = patterns["sale_order", ""]
        self._team = pattern.row["team_id"] or NULL  # of those without a team
        self._orders = batch.rows(
            pattern,
            "id",
            *("partner_id", "partner_invoice_id", "partner_shipping_id"),
            *("fiscal_position_id", "user_id", "team_id"),
            *("opportunity_id", "name", "client_order_ref", "invoice_status"),
            *("amount_untaxed", "amount_total", "delivery_status", "effective_date"),
        )
        columns = (
            *("id", "order_id", "order_partner_id", "salesman_id"),
            *("product_id", "name", "product_uom_qty"),
            *("price_unit", "technical_price_unit"),
            *("price_reduce_taxexcl", "price_reduce_taxinc"),
            *("price_subtotal", "price_total"),
            *("qty_delivered", "qty_invoiced", "qty_to_invoice"),
            *("untaxed_amount_invoiced", "untaxed_amount_to_invoice"),
            "invoice_status",
        )
        self._items = {
            True: batch.rows(patterns["sale_order_line", "goods"], *columns),
            False: batch.rows(patterns["sale_order_line", "service"], *columns),
        }

    def _delivery_rows(self, batch, patterns) -> None:
        self._reference_id = batch.identifier("stock_reference")
        self._picking_id = batch.identifier("stock_picking")
        self._move_id = batch.identifier("stock_move")
        self._move_line_id = batch.identifier("stock_move_line")
        self._references = batch.rows(patterns["stock_reference", ""], "id", "name")
        self._pickings = batch.rows(
            patterns["stock_picking", "out"],
            *("id", "name", "origin", "partner_id", "sale_id"),
        )
        self._moves = batch.rows(
            patterns["stock_move", "out"],
            *("id", "product_id", "partner_id", "picking_id", "origin", "reference"),
            *("product_qty", "product_uom_qty", "packaging_uom_qty", "quantity"),
            *("value", "sale_line_id"),
        )
        self._move_lines = batch.rows(
            patterns["stock_move_line", "out"],
            *("id", "picking_id", "move_id", "product_id"),
            *("quantity", "quantity_product_uom"),
        )
        self._sale_links = batch.links(
            "stock_reference_sale_rel", "sale_id", "reference_id"
        )
        self._move_links = batch.links(
            "stock_reference_move_rel", "move_id", "reference_id"
        )

    def write(self, sale: Sale) -> None:
        sale.id, sale.name = self._order_id(), self._next_order()
        self._order(sale)
        for item in sale.items:
            self._item(sale, item)
        if sale.delivered:
            if sale.has_goods:
                self._delivery(sale)
            self._invoices.write(sale)

    def _order(self, sale: Sale) -> None:
        partner = sale.customer.id
        amount = money(sale.amount)
        self._orders.add(
            sale.moment,
            sale.id,
            *(partner, partner, partner),
            self._fiscal(sale.customer),
            sale.user_id or NULL,
            sale.team_id or self._team,
            sale.opportunity.id if sale.opportunity else NULL,
            sale.name,
            text(sale.reference),
            order_status(sale),
            *(amount, amount),
            "full" if sale.has_goods else NULL,
            sale.moment.stamp if sale.has_goods else NULL,
        )

    def _item(self, sale: Sale, item: Item) -> None:
        item.line_id = self._item_id()
        price = money(item.price)
        amount = money(item.amount)
        kept = item.quantity - item.returned if sale.delivered else 0
        self._items[item.product.is_goods].add(
            sale.moment,
            *(item.line_id, sale.id, sale.customer.id, sale.user_id or NULL),
            *(item.product.id, text(item.product.label), item.quantity),
            *(price, price, price, price, amount, amount),
            *(kept, kept, 0),
            *(money(kept * item.price), 0),
            line_status(sale, item),
        )

    def _delivery(self, sale: Sale) -> None:
        moment, partner = sale.moment, sale.customer.id
        sale.stock_reference_id = self._reference_id()
        sale.picking_id, sale.picking_name = self._picking_id(), self._next_delivery()
        self._references.add(moment, sale.stock_reference_id, sale.name)
        self._sale_links.add(sale.id, sale.stock_reference_id)
        self._pickings.add(
            moment, sale.picking_id, sale.picking_name, sale.name, partner, sale.id
        )
        for item in filter(lambda item: item.product.is_goods, sale.items):
            product, quantity = item.product, item.quantity
            self._book.move(product, "internal", "customer", quantity, moment)
            item.move_id = self._move_id()
            self._moves.add(
                moment,
                *(item.move_id, product.id, partner, sale.picking_id),
                *(sale.name, sale.picking_name),
                *(quantity, quantity, quantity, quantity),
                *(money(quantity * product.cost), item.line_id),
            )
            line = self._move_line_id()
            self._move_lines.add(
                moment,
                *(line, sale.picking_id, item.move_id, product.id, quantity, quantity),
            )
            self._move_links.add(item.move_id, sale.stock_reference_id)


def line_status(sale: Sale, item: Item) -> str:
    """Invoiced on delivery. Goods stay invoiced when they come back, a service taken
    back leaves nothing to invoice."""
    taken_back = item.returned and not item.product.is_goods
    return "invoiced" if sale.delivered and not taken_back else "no"


def order_status(sale: Sale) -> str:
    done = all(line_status(sale, item) == "invoiced" for item in sale.items)
    return "invoiced" if done else "no"


class InvoiceWriter:
    """Invoices, posted and unpaid: what is paid is not in the file."""

    def __init__(self, batch, patterns, company):
        self._fiscal = company.fiscal_position
        pattern = patterns["account_move", "invoice"]
        self._next_number = InvoiceNumbers(
            pattern.row["sequence_prefix"], company.pattern_year
        )
        self._invoice_id = batch.identifier("account_move")
        self._line_id = batch.identifier("account_move_line")
        self._links = batch.links(
            "sale_order_line_invoice_rel", "order_line_id", "invoice_line_id"
        )
        self._team = pattern.row["team_id"] or NULL
        self._invoices = batch.rows(pattern, *INVOICE_COLUMNS)
        self._lines = batch.rows(
            patterns["account_move_line", "invoice"], *LINE_COLUMNS, "sequence"
        )
        self._receivables = batch.rows(
            patterns["account_move_line", "invoice receivable"], *RECEIVABLE_COLUMNS
        )

    def write(self, sale: Sale) -> None:
        sale.invoice_id = self._invoice_id()
        name, prefix, number = self._next_number(sale.moment)
        self._invoice(sale, name, prefix, number)
        reference = text(sale.reference)
        for place, item in enumerate(sale.items):
            self._line(sale, item, place, name, reference)
        self._receivable(sale, name, reference)

    def _invoice(self, sale, name, prefix, number) -> None:
        customer, amount = sale.customer, money(sale.amount)
        self._invoices.add(
            sale.moment,
            *(sale.invoice_id, number, prefix, name, name, text(sale.reference)),
            *(customer.id, customer.id, customer.id, text(customer.name)),
            *(self._fiscal(customer), sale.user_id or NULL, sale.team_id or self._team),
            *(sale.name, sale.moment.day if sale.has_goods else NULL),
            *(amount,) * 8,
            "not_paid" if sale.amount else "paid",
        )

    def _line(self, sale, item, place, name, reference) -> None:
        line = self._line_id()
        product, amount = item.product, money(item.amount)
        minus = money(-item.amount)
        self._lines.add(
            sale.moment,
            *(line, sale.invoice_id, sale.customer.id, name, reference),
            *(product.id, text(product.label), item.quantity, money(item.price)),
            *(0, amount, minus, minus, amount, amount),
            place,
        )
        self._links.add(item.line_id, line)

    def _receivable(self, sale, name, reference) -> None:
        sale.receivable_id = self._line_id()
        amount = money(sale.amount)
        self._receivables.add(
            sale.moment,
            *(sale.receivable_id, sale.invoice_id, sale.customer.id, name, reference),
            *(f"{reference} - {name}", amount, 0, amount, amount),
            *(amount, amount, "f" if sale.amount else "t", NULL, NULL),
        )


INVOICE_COLUMNS = (
    *("id", "sequence_number", "sequence_prefix", "name", "payment_reference", "ref"),
    *("partner_id", "commercial_partner_id", "partner_shipping_id"),
    *("invoice_partner_display_name", "fiscal_position_id"),
    *("invoice_user_id", "team_id", "invoice_origin", "delivery_date"),
    *("amount_untaxed", "amount_total", "amount_residual", "amount_untaxed_signed"),
    *("amount_untaxed_in_currency_signed", "amount_total_signed"),
    *("amount_total_in_currency_signed", "amount_residual_signed"),
    "payment_state",
)
LINE_COLUMNS = (
    *("id", "move_id", "partner_id", "move_name", "ref"),
    *("product_id", "name", "quantity", "price_unit"),
    *("debit", "credit", "balance", "amount_currency", "price_subtotal", "price_total"),
)
RECEIVABLE_COLUMNS = (
    *("id", "move_id", "partner_id", "move_name", "ref", "name"),
    *("debit", "credit", "balance", "amount_currency"),
    *("amount_residual", "amount_residual_currency"),
    *("reconciled", "matching_number", "full_reconcile_id"),
)
