"""What credits leave of the invoices they reverse, written when all is known."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from .bulk import NULL, Identifiers, Links, Rows, money
from .model import Credit, Sale
from .moments import Moment
from .pattern import Patterns


@dataclass
class _Case:
    """An invoice and the credits that reverse it."""

    sale: Sale
    lines: list[int] = field(default_factory=list)
    partials: list[int] = field(default_factory=list)
    full_id: int | None = None

    @property
    def matching_number(self) -> str:
        return str(self.full_id) if self.full_id else f"P{min(self.partials)}"


class Settlement:
    def __init__(self, cr, patterns: Patterns):
        self._cr = cr
        self._full_id = Identifiers(cr, "account_full_reconcile")
        self._full = Rows(patterns["account_full_reconcile", ""], "id")
        self._cases: dict[int, _Case] = {}
        self._notes: dict[int, list[tuple[int, date]]] = defaultdict(list)
        self._delivered: dict[int, date] = {}

    def note(self, sale: Sale, credit: Credit, line: int, partial: int) -> None:
        case = self._cases.setdefault(sale.id, _Case(sale))
        case.lines.append(line)
        case.partials.append(partial)
        sale.reversed_amount += credit.amount
        if sale.reversed_amount == sale.amount:
            case.full_id = self._close(credit.moment)

    def _close(self, moment: Moment) -> int:
        identifier = self._full_id()
        self._full.add(moment, identifier)
        return identifier

    def linked(self, credit: Credit, note: int) -> None:
        """Remember which sales a credit note is about."""
        sales = {item.sale.id: item.sale for item in credit.items if item.sale}
        shipped = [sale.moment.day for sale in sales.values() if sale.has_goods]
        for sale in sales if shipped else ():
            self._notes[sale].append((note, max(shipped)))

    def goods_back(self, sale: Sale) -> None:
        """A further return: Odoo now looks up the delivery date of the sale again and
        puts it on the credit notes made earlier, which had none."""
        self._delivered.update(self._notes.pop(sale.id, ()))

    def write(self) -> None:
        """Residuals and matching numbers of the invoices and credits concerned."""
        self._full.flush(self._cr)
        self._cr.execute(
            "CREATE TEMP TABLE loader_settlement (line_id int, invoice_id int, "
            "residual numeric, number varchar, full_id int, delivered date)"
        )
        rows = Links(
            *("loader_settlement", "line_id", "invoice_id", "residual"),
            *("number", "full_id", "delivered"),
        )
        for case in self._cases.values():
            self._rows(rows, case)
        for note, day in self._delivered.items():
            rows.add(NULL, note, NULL, NULL, NULL, day)
        rows.flush(self._cr)
        self._cr.execute("ANALYZE loader_settlement")
        for statement in STATEMENTS:
            self._cr.execute(statement)

    @staticmethod
    def _rows(rows: Links, case: _Case) -> None:
        sale, number, full = case.sale, case.matching_number, case.full_id or NULL
        residual = money(sale.amount - sale.reversed_amount)
        rows.add(sale.receivable_id, sale.invoice_id, residual, number, full, NULL)
        for line in case.lines:
            rows.add(line, NULL, "0", number, full, NULL)


STATEMENTS = (
    """
    UPDATE account_move_line l
       SET amount_residual = s.residual,
           amount_residual_currency = s.residual,
           reconciled = s.residual = 0,
           matching_number = s.number,
           full_reconcile_id = s.full_id
      FROM loader_settlement s
     WHERE l.id = s.line_id
    """,
    """
    UPDATE account_move m
       SET amount_residual = s.residual,
           amount_residual_signed = s.residual,
           payment_state = CASE WHEN s.residual = 0 THEN 'reversed' ELSE 'partial' END
      FROM loader_settlement s
     WHERE m.id = s.invoice_id AND s.residual IS NOT NULL
    """,
    """
    UPDATE account_move m
       SET delivery_date = s.delivered
      FROM loader_settlement s
     WHERE m.id = s.invoice_id AND s.delivered IS NOT NULL
    """,
    """
    UPDATE account_partial_reconcile p
       SET full_reconcile_id = s.full_id
      FROM loader_settlement s
     WHERE p.credit_move_id = s.line_id AND s.full_id IS NOT NULL
    """,
    "DROP TABLE loader_settlement",
)
