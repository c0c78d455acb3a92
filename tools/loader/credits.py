"""Credits: goods taken back and the credit note for them."""

from .bulk import NULL, money, text
from .model import Credit, Product, Return, Sale, merged
from .numbers import InvoiceNumbers
from .sales import INVOICE_COLUMNS, LINE_COLUMNS, RECEIVABLE_COLUMNS
from .stock import StockBook


class CreditWriter:
    def __init__(self, batch, patterns, book: StockBook, company):
        self._book = book
        self._next_receipt = company.receipt_numbers
        self._settlement = company.settlement
        self._picking_id = batch.identifier("stock_picking")
        self._move_id = batch.identifier("stock_move")
        self._move_line_id = batch.identifier("stock_move_line")
        self._return_rows(batch, patterns)
        self._receipt_rows(batch, patterns)
        self._notes = CreditNoteWriter(batch, patterns, company)

    def _return_rows(self, batch, patterns) -> None:
        self._returns = batch.rows(
            patterns["stock_picking", "return"],
            *("id", "name", "partner_id", "origin", "sale_id", "return_id"),
        )
        self._return_moves = batch.rows(
            patterns["stock_move", "return"],
            *MOVE_COLUMNS,
            *("origin", "sale_line_id", "origin_returned_move_id"),
        )
        self._return_lines = batch.rows(
            patterns["stock_move_line", "return"], *MOVE_LINE_COLUMNS
        )
        self._chains = batch.links(
            "stock_move_move_rel", "move_orig_id", "move_dest_id"
        )
        self._references = batch.links(
            "stock_reference_move_rel", "move_id", "reference_id"
        )

    def _receipt_rows(self, batch, patterns) -> None:
        self._receipts = batch.rows(
            patterns["stock_picking", "receipt"], "id", "name", "partner_id", "origin"
        )
        self._receipt_moves = batch.rows(
            patterns["stock_move", "receipt"], *MOVE_COLUMNS
        )
        self._receipt_lines = batch.rows(
            patterns["stock_move_line", "receipt"], *MOVE_LINE_COLUMNS
        )

    def write(self, credit: Credit) -> None:
        for sale, items in credit.by_sale().items():
            if sale:
                self._settlement.goods_back(sale)
                self._return(credit, sale, items)
            else:
                self._receipt(credit, items)
        self._notes.write(credit)

    def _return(self, credit: Credit, sale: Sale, items: list[Return]) -> None:
        picking, name = self._picking_id(), self._next_receipt()
        self._returns.add(
            credit.moment,
            *(picking, name, credit.customer.id),
            *(f"Return of {sale.picking_name}", sale.id, sale.picking_id),
        )
        back: dict = {}
        for item in items:
            back[item.item] = back.get(item.item, 0) + item.quantity
        for item in sorted(back, key=lambda item: item.move_id):
            move = self._move_id()
            values = self._move(credit, move, picking, name, item.product, back[item])
            self._return_moves.add(
                credit.moment, *values, sale.name, item.line_id, item.move_id
            )
            self._line(self._return_lines, credit, move, picking, item, back[item])
            self._chains.add(item.move_id, move)
            self._references.add(move, sale.stock_reference_id)

    def _receipt(self, credit: Credit, items: list[Return]) -> None:
        picking, name = self._picking_id(), self._next_receipt()
        reference = text(credit.reference)
        self._receipts.add(credit.moment, picking, name, credit.customer.id, reference)
        for item in merged(items):
            move = self._move_id()
            values = self._move(
                credit, move, picking, name, item.product, item.quantity
            )
            self._receipt_moves.add(credit.moment, *values)
            self._line(self._receipt_lines, credit, move, picking, item, item.quantity)

    def _move(
        self, credit: Credit, move, picking, name, product: Product, quantity: int
    ) -> tuple:
        self._book.move(product, "customer", "internal", quantity, credit.moment)
        return (
            *(move, product.id, credit.customer.id, picking, name),
            *(quantity, quantity, quantity, quantity),
            money(quantity * product.cost),
        )

    def _line(self, rows, credit, move, picking, item, quantity) -> None:
        line = self._move_line_id()
        rows.add(
            credit.moment, line, picking, move, item.product.id, quantity, quantity
        )


class CreditNoteWriter:
    def __init__(self, batch, patterns, company):
        self._fiscal = company.fiscal_position
        self._settlement = company.settlement
        pattern = patterns["account_move", "refund"]
        self._next_number = InvoiceNumbers(
            pattern.row["sequence_prefix"], company.pattern_year
        )
        self._note_id = batch.identifier("account_move")
        self._line_id = batch.identifier("account_move_line")
        self._partial_id = batch.identifier("account_partial_reconcile")
        self._team = pattern.row["team_id"] or NULL
        self._notes = batch.rows(pattern, *INVOICE_COLUMNS, "reversed_entry_id")
        self._lines = batch.rows(patterns["account_move_line", "refund"], *LINE_COLUMNS)
        self._receivables = batch.rows(
            patterns["account_move_line", "refund receivable"], *RECEIVABLE_COLUMNS
        )
        self._partials = batch.rows(
            patterns["account_partial_reconcile", ""],
            *("id", "debit_move_id", "credit_move_id", "full_reconcile_id"),
            *("amount", "debit_amount_currency", "credit_amount_currency"),
        )
        self._links = batch.links(
            "sale_order_line_invoice_rel", "order_line_id", "invoice_line_id"
        )

    def write(self, credit: Credit) -> None:
        note = self._note_id()
        name, prefix, number = self._next_number(credit.moment)
        sale = credit.reversed_sale
        self._note(credit, note, name, prefix, number, sale)
        for item in credit.items:
            self._line(credit, item, note, name)
        self._receivable(credit, note, name, sale)
        self._settlement.linked(credit, note)

    def _note(self, credit, note, name, prefix, number, sale) -> None:
        customer = credit.customer
        amount, minus = money(credit.amount), money(-credit.amount)
        left, left_signed = ("0", "0") if sale else (amount, minus)
        nobody = NULL, self._team
        self._notes.add(
            credit.moment,
            *(note, number, prefix, name, NULL, text(credit.reference)),
            *(customer.id, customer.id, customer.id, text(customer.name)),
            self._fiscal(customer),
            *(sale.user_id or NULL, sale.team_id or self._team) if sale else nobody,
            *(sale.name if sale else NULL, NULL),
            *(amount, amount, left, minus, minus, minus, minus, left_signed),
            "paid" if sale else "not_paid",
            sale.invoice_id if sale else NULL,
        )

    def _line(self, credit: Credit, item: Return, note: int, name: str) -> None:
        line = self._line_id()
        product, amount = item.product, money(item.amount)
        self._lines.add(
            credit.moment,
            *(line, note, credit.customer.id, name, text(credit.reference)),
            *(product.id, text(product.label), item.quantity, money(item.price)),
            *(amount, 0, amount, amount, amount, amount),
        )
        if item.item:
            self._links.add(item.item.line_id, line)

    def _receivable(self, credit, note, name, sale) -> None:
        line = self._line_id()
        amount, minus = money(credit.amount), money(-credit.amount)
        left = "0" if sale else minus
        self._receivables.add(
            credit.moment,
            *(line, note, credit.customer.id, name, text(credit.reference), NULL),
            *(0, amount, minus, minus, left, left),
            *("t" if sale else "f", NULL, NULL),
        )
        if sale:
            partial = self._partial_id()
            self._partials.add(
                credit.moment,
                *(partial, sale.receivable_id, line, NULL),
                *(amount, amount, amount),
            )
            self._settlement.note(sale, credit, line, partial)


MOVE_COLUMNS = (
    *("id", "product_id", "partner_id", "picking_id", "reference"),
    *("product_qty", "product_uom_qty", "packaging_uom_qty", "quantity", "value"),
)
MOVE_LINE_COLUMNS = (
    *("id", "picking_id", "move_id", "product_id"),
    *("quantity", "quantity_product_uom"),
)
