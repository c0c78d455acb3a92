"""Stock on hand: quants as Odoo keeps them, and the counts that fill the shelves."""

from collections.abc import Callable
from dataclasses import dataclass

from .bulk import Identifiers, Rows, money
from .by_orm import OrmLoader
from .model import Count, Product
from .moments import Moment
from .pattern import Patterns


@dataclass(slots=True)
class Quant:
    id: int
    since: Moment  # in_date: when the oldest of it came in
    created: Moment
    count_due: str = ""  # date of the next count, on the shelves only
    quantity: int = 0
    counted: bool = False


class StockBook:
    """What lies where. Places: `internal` (the shelves), `customer`, `inventory`.

    The rule of `stock.quant._update_available_quantity`: goods carry the date since
    when they are in stock; places outside the company have no memory of it.
    """

    def __init__(self, identifier: Identifiers, next_count: Callable[[Moment], str]):
        self._identifier = identifier
        self._next_count = next_count
        self.quants: dict[tuple[Product, str], Quant] = {}

    def quant(self, product: Product, place: str, moment: Moment) -> Quant:
        key = product, place
        if key not in self.quants:
            due = self._next_count(moment) if place == "internal" else ""
            self.quants[key] = Quant(self._identifier(), moment, moment, due)
        return self.quants[key]

    def move(
        self, product: Product, source: str, target: str, quantity: int, moment: Moment
    ) -> None:
        since = self._add(product, source, -quantity, None, moment)
        self._add(product, target, quantity, since, moment)

    def _add(
        self,
        product: Product,
        place: str,
        quantity: int,
        since: Moment | None,
        moment: Moment,
    ) -> Moment:
        quant = self.quant(product, place, moment)
        dates = [since] if since else []
        if place == "internal" and quant.quantity > 0:
            dates.append(quant.since)
        quant.since = min(dates, key=lambda date: date.at) if dates else moment
        quant.quantity += quantity
        return quant.since


class CountWriter:
    """Stock counts: inventory moves, done at once."""

    def __init__(self, batch, patterns: Patterns, book: StockBook, orm: OrmLoader):
        self._book = book
        self._orm = orm
        self._move_id = batch.identifier("stock_move")
        self._line_id = batch.identifier("stock_move_line")
        self._moves = batch.rows(
            patterns["stock_move", "count"],
            "id",
            "product_id",
            "product_qty",
            "product_uom_qty",
            "packaging_uom_qty",
            "quantity",
            "value",
        )
        self._lines = batch.rows(
            patterns["stock_move_line", "count"],
            "id",
            "move_id",
            "product_id",
            "quantity",
            "quantity_product_uom",
        )

    def write(self, count: Count) -> None:
        self._orm.warehouse.lot_stock_id.last_inventory_date = count.moment.day
        due = self._orm.next_count(count.moment)
        for product, _ in count.found:
            quant = self._book.quant(product, "internal", count.moment)
            quant.counted, quant.count_due = True, due
        for product, found in count.found:
            self._move(product, found, count.moment)

    def _move(self, product: Product, found: int, moment: Moment) -> None:
        self._book.move(product, "inventory", "internal", found, moment)
        move = self._move_id()
        self._moves.add(
            moment,
            move,
            product.id,
            *(found, found, found, found),
            money(found * product.cost),
        )
        self._lines.add(moment, self._line_id(), move, product.id, found, found)


def write_quants(cr, patterns: Patterns, book: StockBook) -> None:
    columns = ("id", "product_id", "quantity", "in_date")
    shelves = *columns, "inventory_date"
    writers = {
        "internal": Rows(patterns["stock_quant", "internal"], *shelves),
        "uncounted": Rows(patterns["stock_quant", "internal uncounted"], *shelves),
        "customer": Rows(patterns["stock_quant", "customer"], *columns),
        "inventory": Rows(patterns["stock_quant", "inventory"], *columns),
    }
    for (product, place), quant in book.quants.items():
        due = [quant.count_due] if place == "internal" else []
        uncounted = place == "internal" and not quant.counted
        writers["uncounted" if uncounted else place].add(
            quant.created,
            quant.id,
            product.id,
            quant.quantity,
            quant.since.stamp,
            *due,
        )
    for rows in writers.values():
        rows.flush(cr)
