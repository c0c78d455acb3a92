"""All documents of a company into the database."""

from collections.abc import Callable, Iterable, Sized
from contextlib import nullcontext
from dataclasses import dataclass

from .bulk import NULL, Identifiers, Links, Rows
from .by_orm import OrmLoader
from .constraints import parked
from .credits import CreditWriter
from .leads import OpportunityWriter
from .masters import ProductWriter, write_customers
from .model import Count, Credit, Customer, Document, Opportunity, Product, Sale
from .moments import Moment
from .numbers import SequenceNumbers
from .pattern import SOLD, Patterns, learn
from .sales import SaleWriter
from .settlement import Settlement
from .stock import CountWriter, StockBook, write_quants

# From so many documents on, foreign keys and indexes are put aside meanwhile.
MANY = 2000

# Documents kept in memory before their rows are copied.
BATCH = 1000

# Rows of a table may point to rows of the tables before it.
ORDER = (
    "crm_lead",
    "sale_order",
    "sale_order_line",
    "stock_reference",
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
)


class Batch:
    """Rows of many tables on their way, copied in an order that foreign keys allow."""

    def __init__(self, cr):
        self._cr = cr
        self._tables: list[Links] = []
        self._identifiers: dict[str, Identifiers] = {}

    def identifier(self, table: str) -> Identifiers:
        return self._identifiers.setdefault(table, Identifiers(self._cr, table))

    def rows(self, pattern, *columns: str) -> Rows:
        rows = Rows(pattern, *columns)
        self._tables.append(rows)
        return rows

    def links(self, table: str, *columns: str) -> Links:
        links = Links(table, *columns)
        self._tables.append(links)
        return links

    @property
    def tables(self) -> list[str]:
        return sorted({rows.table for rows in self._tables})

    def flush(self) -> None:
        for rows in sorted(self._tables, key=self._rank):
            rows.flush(self._cr)

    @staticmethod
    def _rank(rows: Links) -> int:
        return ORDER.index(rows.table) if rows.table in ORDER else len(ORDER)


@dataclass
class Books:
    """What the writers share about the company."""

    fiscal_position: Callable[[Customer], int | str]
    order_numbers: SequenceNumbers
    delivery_numbers: SequenceNumbers
    receipt_numbers: SequenceNumbers
    settlement: Settlement
    pattern_year: int = SOLD.day.year


class Writer:
    """:param env: environment of the company (see `company.inside`)"""

    def __init__(self, env):
        self.env = env
        self.cr = env.cr
        self.orm = OrmLoader(env)

    def load(
        self,
        customers: Iterable[Customer],
        products: Iterable[Product],
        documents: Iterable[Document],
        start: Moment,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Everything at once; the caller commits.

        :param start: the moment at which customers and products come into being
        :param progress: called with the number of documents done
        """
        customers, products = list(customers), list(products)
        kinds = {(customer.country, customer.is_company) for customer in customers}
        patterns = learn(self.env, kinds)
        with self._apart(len(customers), ["res_partner"]):
            write_customers(self.cr, patterns, customers, start)
        ProductWriter(self.cr, patterns, self.env.company).write(products, start)
        self._documents(patterns, customers, documents, progress)
        self._ranks()
        self.env.invalidate_all()

    def _documents(self, patterns: Patterns, customers, documents, progress) -> None:
        batch = Batch(self.cr)
        book = StockBook(batch.identifier("stock_quant"), self.orm.next_count)
        books = self._books(patterns, customers)
        writers = {
            Count: CountWriter(batch, patterns, book, self.orm),
            Sale: SaleWriter(batch, patterns, book, books),
            Credit: CreditWriter(batch, patterns, book, books),
            Opportunity: OpportunityWriter(batch, patterns),
        }
        count = len(documents) if isinstance(documents, Sized) else MANY
        with self._apart(count, batch.tables):
            self._write(documents, writers, batch, books, progress)
        books.settlement.write()
        write_quants(self.cr, patterns, book)

    def _apart(self, rows: int, tables: list[str]):
        """Keys and indexes aside where that pays off."""
        return parked(self.cr, tables) if rows >= MANY else nullcontext()

    def _write(self, documents, writers, batch, books, progress) -> None:
        done = 0
        for chunk in chunks(documents, BATCH):
            self._reserve_numbers(books, chunk)
            for document in chunk:
                writers[type(document)].write(document)
            batch.flush()
            done += len(chunk)
            progress(done)

    def _books(self, patterns: Patterns, customers: list[Customer]) -> Books:
        sequence = self.env["ir.sequence"].search(
            [
                ("code", "=", "sale.order"),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        warehouse = self.orm.warehouse
        return Books(
            fiscal_position=self._fiscal_positions(customers),
            order_numbers=SequenceNumbers(sequence),
            delivery_numbers=SequenceNumbers(warehouse.out_type_id.sequence_id),
            receipt_numbers=SequenceNumbers(warehouse.in_type_id.sequence_id),
            settlement=Settlement(self.cr, patterns),
        )

    def _fiscal_positions(self, customers: list[Customer]):
        """Odoo's choice of fiscal position, asked once per country."""
        self.env.invalidate_all()
        position = self.env["account.fiscal.position"]
        chosen: dict[tuple, int | str] = {}
        for customer in customers:
            kind = customer.country, customer.is_company
            if kind not in chosen:
                partner = self.env["res.partner"].browse(customer.id)
                chosen[kind] = position._get_fiscal_position(partner).id or NULL
        return lambda customer: chosen[customer.country, customer.is_company]

    @staticmethod
    def _reserve_numbers(books: Books, chunk: list[Document]) -> None:
        sales = [document for document in chunk if isinstance(document, Sale)]
        shipped = [sale for sale in sales if sale.delivered and sale.has_goods]
        credits = [document for document in chunk if isinstance(document, Credit)]
        books.order_numbers.reserve(len(sales))
        books.delivery_numbers.reserve(len(shipped))
        books.receipt_numbers.reserve(sum(len(credit.by_sale()) for credit in credits))

    def _ranks(self) -> None:
        """Posting an invoice or credit note raises the customer's rank by one."""
        self.cr.execute(
            """
            UPDATE res_partner p
               SET customer_rank = n
              FROM (SELECT commercial_partner_id AS id, count(*) AS n
                      FROM account_move
                     WHERE company_id = %s AND move_type LIKE 'out\\_%%'
                     GROUP BY commercial_partner_id) posted
             WHERE p.id = posted.id
            """,
            [self.env.company.id],
        )


def chunks(items: Iterable, size: int):
    chunk: list = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
