"""What is wrong with a line of the Online Retail file, and what is done about it.

Nothing here knows Odoo. A line keeps every problem it has; the first problem of
`RULES` that it has decides what happens to it.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
PENNY = Decimal("0.01")


class Rule(NamedTuple):
    problem: str
    loaded: bool
    handling: str


RULES = (
    Rule("unreadable", False, "left out: a field is missing or is not a number/date"),
    Rule(
        "duplicate", False, "left out: the same line, equal in every column, is there"
    ),
    Rule("bad debt", False, "left out: an accounting adjustment, not a sale"),
    Rule(
        "negative quantity without C",
        False,
        "left out: a stock correction without money, not a return by a customer",
    ),
    Rule(
        "zero price, no customer",
        False,
        "left out: a stock correction without money, not a sale",
    ),
    Rule("zero price", True, "loaded: goods given free of charge"),
    Rule(
        "price under a penny",
        True,
        "loaded at 0.00, as Odoo rounds prices; what is lost is shown as left out",
    ),
    Rule(
        "no customer",
        True,
        "loaded on one unnamed customer per country, as a cash sale would be",
    ),
    Rule(
        "empty description",
        True,
        "loaded: the product keeps the name of its other lines, else its code",
    ),
)
BY_PROBLEM = {rule.problem: rule for rule in RULES}
_ORDER = {rule.problem: rank for rank, rule in enumerate(RULES)}


@dataclass(slots=True)
class Line:
    """One line of the file; `price` is in pence, `exact` is the price as written."""

    row: int
    invoice: str
    code: str
    description: str
    quantity: int
    moment: datetime
    price: int
    customer: str
    country: str
    exact: Decimal
    problems: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.exact

    @property
    def is_credit(self) -> bool:
        return self.invoice.startswith("C")

    @property
    def loaded(self) -> bool:
        return all(BY_PROBLEM[problem].loaded for problem in self.problems)

    @property
    def loaded_pence(self) -> int:
        return self.quantity * self.price if self.loaded else 0


@dataclass
class Source:
    """The file, read: its lines and the raw text of those with a problem."""

    lines: list[Line] = field(default_factory=list)
    raw: dict[int, list[str]] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)
    unreadable: int = 0


def read(path: Path, rows: int | None = None) -> Source:
    """Read and judge the file; `rows` stops after that many lines.

    :raises ValueError: when the file is not an Online Retail file
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", errors="replace", newline="") as stream:
        reader = csv.reader(stream)
        header = tuple(next(reader, ()))
        if header != COLUMNS:
            raise ValueError(
                f"{path.name} is not an Online Retail file: its first line must be "
                f"{','.join(COLUMNS)}, it is {','.join(header)[:120]!r}"
            )
        return judge(reader, rows)


def judge(records: Iterable[list[str]], rows: int | None = None) -> Source:
    source = Source()
    seen: set[tuple[str, ...]] = set()
    parse = _Parser()
    for row, record in enumerate(records, start=1):
        if rows is not None and row > rows:
            break
        line = parse(row, record)
        if line is None:
            source.unreadable += 1
            source.counts["unreadable"] += 1
            source.raw[row] = record
            continue
        key = tuple(record)
        source.lines.append(line)
        if key in seen or _is_suspicious(line):
            problems = _problems(line, key in seen)
            line.problems = tuple(sorted(problems, key=_ORDER.get))
            source.counts.update(line.problems)
            if line.problems:
                source.raw[row] = record
        seen.add(key)
    return source


class _Parser:
    """Half a million lines repeat few texts: each distinct one is understood once
    and kept once."""

    def __init__(self) -> None:
        self._text = lru_cache(None)(str.strip)
        self._code = lru_cache(None)(_code)
        self._moment = lru_cache(None)(datetime.fromisoformat)
        self._price = lru_cache(None)(_price)
        self._customer = lru_cache(None)(_customer)

    def __call__(self, row: int, record: list[str]) -> Line | None:
        try:
            invoice, code, name, quantity, moment, price, customer, country = record
            exact, pence = self._price(price)
            line = Line(
                row,
                self._text(invoice),
                self._code(code),
                self._text(name),
                int(quantity),
                self._moment(moment),
                pence,
                self._customer(customer),
                self._text(country),
                exact,
            )
        except (ValueError, InvalidOperation):
            return None
        return line if line.invoice and line.code and exact.is_finite() else None


def _code(text: str) -> str:
    return text.strip().upper()  # the file writes some codes in both cases


def _customer(text: str) -> str:
    return text.strip().removesuffix(".0")


def _price(text: str) -> tuple[Decimal, int]:
    exact = Decimal(text)
    return exact, int((exact / PENNY).to_integral_value())


def _is_suspicious(line: Line) -> bool:
    """Quick look that spares the good lines the long one."""
    return not (line.customer and line.price and line.description) or (
        line.quantity < 0 or line.invoice.startswith("A")
    )


def _problems(line: Line, seen: bool) -> Iterator[str]:
    if seen:
        yield "duplicate"
    if line.invoice.startswith("A"):
        yield "bad debt"
    if line.quantity < 0 and not line.is_credit:
        yield "negative quantity without C"
    if not (line.exact and line.quantity):
        yield "zero price" if line.customer else "zero price, no customer"
    elif not line.price:
        yield "price under a penny"
    if not line.customer:
        yield "no customer"
    if not line.description:
        yield "empty description"
