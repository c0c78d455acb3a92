"""Patterns: rows that Odoo itself wrote, from which the bulk writers copy what does
not vary from document to document.

A few documents are made through the ORM and rolled back. Of each row they leave
behind a pattern keeps the constant columns as they are and turns every date into its
distance from the moment of the document. So columns that the writers do not know
(those of an addon installed later, say) get what Odoo would have given them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .by_orm import OrmLoader
from .model import (
    Count,
    Credit,
    Customer,
    Item,
    Opportunity,
    Product,
    Return,
    Sale,
)
from .moments import STAMP, Moment, Shift, shift_from

# Far from any document, so that a date near it comes from the pattern's own moment.
START = Moment(datetime(2001, 2, 1, 12))
COUNTED = Moment(datetime(2001, 2, 3, 12))
SOLD = Moment(datetime(2001, 2, 5, 12))
RETURNED = Moment(datetime(2001, 2, 7, 12))
RECEIVED = Moment(datetime(2001, 2, 9, 12))
NEAR = 400  # days

TABLES = (
    "account_full_reconcile",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "crm_lead",
    "product_product",
    "product_template",
    "product_value",
    "res_partner",
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_move_line",
    "stock_picking",
    "stock_quant",
    "stock_reference",
)

PartnerKind = tuple[str, bool]  # country code, is a company


class _Undo(Exception):
    """Rolls the savepoint back."""


@dataclass(frozen=True)
class Pattern:
    table: str
    fixed: dict[str, str]
    shifts: dict[str, Shift]
    row: dict[str, str | None]  # as Odoo wrote it
    own: frozenset[str]  # columns that refer to rows made with the pattern


class Patterns(dict):
    """Pattern by (table, variant); `written` is the time of loading."""

    def __init__(self, written: datetime):
        super().__init__()
        self.written = str(written)
        self._references: dict[str, dict[str, str]] = {}
        self._newest: dict[str, int] = {}

    def start(self, cr) -> None:
        """Remember what was there before the patterns are made."""
        self._references = _references(cr)
        targets = {t for columns in self._references.values() for t in columns.values()}
        for table in targets:
            cr.execute(f'SELECT max(id) FROM "{table}"')
            self._newest[table] = cr.fetchone()[0] or 0

    def _own(self, table: str, fixed: dict[str, str]) -> frozenset[str]:
        """A writer that forgets one of these would link to a row that is undone."""
        targets = self._references.get(table, {})
        return frozenset(
            column
            for column, value in fixed.items()
            if column in targets and int(value) > self._newest[targets[column]]
        )

    def learn(self, cr, table: str, variant: str, row_id: int, moment: Moment) -> None:
        row = _row(cr, table, row_id)
        fixed, shifts = {}, {}
        for column, (value, kind) in row.items():
            shift = _shift(value, kind, moment.at)
            if column == "create_date":
                shifts[column] = STAMP
            elif column == "write_date":  # what looks for changes must find the row
                fixed[column] = self.written
            elif shift:
                shifts[column] = shift
            elif value is not None:
                fixed[column] = value
        texts = {column: value for column, (value, _) in row.items()}
        own = self._own(table, fixed)
        self[table, variant] = Pattern(table, fixed, shifts, texts, own)


def learn(env, kinds: Iterable[PartnerKind]) -> Patterns:
    """Let Odoo write one document of each kind, read the rows, undo it."""
    patterns = Patterns(env.cr.now())
    patterns.start(env.cr)
    sequences = _sequence_state(env.cr)
    try:
        with env.cr.savepoint():
            _Teacher(env, patterns).teach(sorted(kinds))
            raise _Undo
    except _Undo:
        env.invalidate_all()
        _forget_ranks(env)
    _give_back(env.cr, sequences)
    return patterns


def _forget_ranks(env) -> None:
    """Odoo notes ranks to raise after the commit; the patterns' customers are gone."""
    for field in ("customer_rank", "supplier_rank"):
        env.cr.postcommit.data.get(f"{RANKS}.{field}", {}).clear()


RANKS = "account.res.partner.increase_rank"


class _Teacher:
    def __init__(self, env, patterns: Patterns):
        self.env = env
        self.cr = env.cr
        self.patterns = patterns
        self.orm = OrmLoader(env)
        self.goods = Product("PATTERN", "Pattern", 200, 100)
        self.free = Product("FREE", "Pattern without cost", 0, 0)
        self.service = Product("SERVICE", "Pattern service", 300, 0, is_goods=False)

    def teach(self, kinds: list[PartnerKind]) -> None:
        self._masters(kinds)
        self._count()
        sale = self._sale("P1")
        self._return(sale)
        self._receipt(sale.customer)
        self._quants()
        self._opportunities()

    def _learn(self, table, variant, record, moment) -> None:
        self.patterns.learn(self.cr, table, variant, record.id, moment)

    def _masters(self, kinds: list[PartnerKind]) -> None:
        self.customers = [Customer("Pattern", "PATTERN", *kind) for kind in kinds]
        products = [self.goods, self.free, self.service]
        with self.orm.clock(START):
            self.orm.masters(self.customers, products)
        for customer in self.customers:
            record = self.env["res.partner"].browse(customer.id)
            variant = f"{customer.country}/{customer.is_company}"
            self._learn("res_partner", variant, record, START)
        for product in products:
            record = self.env["product.product"].browse(product.id)
            variant = product_variant(product)
            self._learn("product_product", variant, record, START)
            self._learn("product_template", variant, record.product_tmpl_id, START)
            value = self.env["product.value"].search([("product_id", "=", product.id)])
            self._learn("product_value", variant, value, START)

    def _count(self) -> None:
        # an earlier count, so that the pattern is not the quant's very first one
        records = self.orm.document(Count(COUNTED, [(self.goods, 50)]))
        for table, record in records.items():
            self._learn(table, "count", record, COUNTED)

    def _sale(self, reference: str) -> Sale:
        items = [Item(self.goods, 4, 200), Item(self.service, 1, 300)]
        sale = Sale(SOLD, reference, self.customers[0], items)
        records = self.orm.document(sale)
        goods, service = records["sale_order_line"]
        self._learn("sale_order", "", records["sale_order"], SOLD)
        self._learn("sale_order_line", "goods", goods, SOLD)
        self._learn("sale_order_line", "service", service, SOLD)
        self._learn("stock_reference", "", records["stock_reference"], SOLD)
        for table in ("stock_picking", "stock_move", "stock_move_line"):
            self._learn(table, "out", records[table], SOLD)
        self._invoice("invoice", records, SOLD)
        return sale

    def _invoice(self, variant: str, records: dict, moment: Moment) -> None:
        lines = records["account_move_line"]
        product = lines.filtered(lambda line: line.display_type == "product")[0]
        receivable = lines.filtered(lambda line: line.display_type == "payment_term")
        self._learn("account_move", variant, records["account_move"], moment)
        self._learn("account_move_line", variant, product, moment)
        self._learn("account_move_line", f"{variant} receivable", receivable, moment)

    def _return(self, sale: Sale) -> None:
        """The whole sale, so that its invoice is reversed and fully reconciled."""
        items = [
            Return(item.product, item.quantity, item.price, sale, item)
            for item in sale.items
        ]
        records = self.orm.document(Credit(RETURNED, "C1", sale.customer, items))
        for table in ("stock_picking", "stock_move", "stock_move_line"):
            self._learn(table, "return", records[table], RETURNED)
        receivable = records["account_move_line"].filtered("full_reconcile_id")
        partial = receivable.matched_debit_ids
        self._learn("account_partial_reconcile", "", partial, RETURNED)
        full = receivable.full_reconcile_id
        self._learn("account_full_reconcile", "", full, RETURNED)

    def _receipt(self, customer: Customer) -> None:
        items = [Return(self.goods, 1, 200), Return(self.free, 1, 200)]
        records = self.orm.document(Credit(RECEIVED, "C2", customer, items))
        for table in ("stock_picking", "stock_move", "stock_move_line"):
            self._learn(table, "receipt", records[table][0], RECEIVED)
        self._invoice("refund", records, RECEIVED)

    def _quants(self) -> None:
        products = [self.goods.id, self.free.id]
        quants = self.env["stock.quant"].search([("product_id", "in", products)])
        for quant in quants:
            counted = quant.product_id.id == self.goods.id
            variant = quant.location_id.usage + ("" if counted else " uncounted")
            self._learn("stock_quant", variant, quant, COUNTED)

    def _opportunities(self) -> None:
        user = self.env.ref("base.user_admin").id
        team = self.env["crm.team"].search([], limit=1).id
        for outcome in ("open", "lost", "won"):
            deal = Opportunity(
                *(SOLD, self.customers[0], 300, user, team, outcome, RETURNED)
            )
            lead = self.orm.document(deal)["crm_lead"]
            if outcome == "won":
                with self.orm.clock(RETURNED):
                    lead.action_set_won()
            self._learn("crm_lead", outcome, lead, SOLD)


def product_variant(product: Product) -> str:
    if not product.is_goods:
        return "service"
    return "goods" if product.cost else "goods without cost"


def _row(cr, table: str, row_id: int) -> dict[str, tuple[str | None, str]]:
    """Texts of a row, as COPY takes them, with the type of each column."""
    cr.execute(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema AND table_name = %s "
        "ORDER BY ordinal_position",
        [table],
    )
    columns = cr.fetchall()
    texts = ", ".join(f'"{name}"::text' for name, _ in columns)
    cr.execute(f'SELECT {texts} FROM "{table}" WHERE id = %s', [row_id])
    values = cr.fetchone()
    return {
        name: (value, kind) for (name, kind), value in zip(columns, values, strict=True)
    }


def _references(cr) -> dict[str, dict[str, str]]:
    """Table and column to the table it refers to."""
    cr.execute(
        """
        SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text
          FROM pg_constraint k
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
         WHERE k.contype = 'f' AND k.conrelid::regclass::text = ANY(%s)
        """,
        [list(TABLES)],
    )
    result: dict[str, dict[str, str]] = {}
    for table, column, target in cr.fetchall():
        result.setdefault(table, {})[column] = target
    return result


def _shift(value: str | None, kind: str, base: datetime) -> Shift | None:
    if value is None or not kind.startswith(("date", "timestamp")):
        return None
    moment = datetime.fromisoformat(value)
    if abs((moment - base).days) > NEAR:
        return None
    return shift_from(base, moment.date() if kind == "date" else moment)


def _sequence_state(cr) -> dict[str, tuple]:
    """Where the document numbers stand (PostgreSQL does not roll them back)."""
    cr.execute(
        "SELECT sequencename FROM pg_sequences WHERE sequencename ~ %s", [NUMBERS]
    )
    return {name: _standing(cr, name) for (name,) in cr.fetchall()}


NUMBERS = r"^ir_sequence_\d+$"


def _standing(cr, name: str) -> tuple:
    cr.execute(f'SELECT last_value, is_called FROM "{name}"')
    return cr.fetchone()


def _give_back(cr, before: dict[str, tuple]) -> None:
    for name, state in before.items():
        if _standing(cr, name) != state:
            cr.execute("SELECT setval(%s::regclass, %s, %s)", [name, *state])
