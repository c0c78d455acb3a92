"""Opening balances from a file: bytes in, checked rows and their problems out.

A row names a customer (card code, reference or e-mail), a number of points and, if
points expire, a day. Files come from other systems, so encoding and delimiter are
found out. Whether the customer exists is for the caller: here a row is only read.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

ENCODINGS = ("utf-8-sig", "cp1251")
DELIMITERS = (";", ",", "\t", "|")
DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
# Titles of columns, in small letters, by meaning.
COLUMNS = {
    "card": ("card", "card code", "карта", "код карты", "номер карты"),
    "customer": (
        *("customer", "partner", "reference", "email", "e-mail"),
        *("клиент", "контрагент", "код клиента", "артикул", "почта"),
    ),
    "points": ("points", "balance", "баллы", "бонусы", "остаток"),
    "expiry": ("expiry", "expiration", "expires", "срок", "годен до", "действует до"),
}


@dataclass(frozen=True)
class Row:
    """A line of the file, counted from 1 with its title line; a problem has a code
    and the text that caused it."""

    line: int
    card: str
    customer: str
    points: float
    expiry: date | None
    problem: str | None = None
    text: str = ""


class UnreadableFile(ValueError):
    """Nothing of the file can be used; ``reason`` is a code, ``detail`` what is wrong.

    Reasons: ``empty``, ``encoding``, ``format`` (no table), ``columns`` (detail: the
    one missing).
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


def read(content: bytes, today: date) -> list[Row]:
    """Return the rows of the file, bad ones with their problem.

    Problems: ``customer`` (neither card nor customer), ``number`` (points are none),
    ``positive`` (points of zero or less), ``date`` (no day), ``past`` (a day before
    ``today``), ``duplicate`` (the customer came before in the file).

    >>> rows = read("Клиент;Баллы\\nivan@example.com;1 200,50\\n".encode("cp1251"),
    ...             date(2026, 1, 1))
    >>> rows[0].customer, rows[0].points, rows[0].problem
    ('ivan@example.com', 1200.5, None)
    """
    text = decode(content)
    # strict: a quotation mark left open must not swallow the rest of the file
    table = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True
    )
    try:
        titles = _columns([title.strip().lower() for title in next(table)])
        return list(_rows(table, titles, today))
    except csv.Error as error:
        raise UnreadableFile("format", str(error)) from error


def decode(content: bytes) -> str:
    """Return the text of the file; Russian systems write cp1251, others UTF-8.

    >>> decode("баллы".encode("cp1251")), decode("баллы".encode("utf-8-sig"))
    ('баллы', 'баллы')
    """
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise UnreadableFile("empty")
        if "\x00" not in text:
            return text
    raise UnreadableFile("encoding")


def _delimiter(text: str) -> str:
    """The one most frequent in the title line: `csv.Sniffer` needs a longer text."""
    titles = text.lstrip().splitlines()[0]
    return max(DELIMITERS, key=titles.count)


def _columns(titles: list[str]) -> dict[str, int]:
    found = {
        meaning: titles.index(title)
        for meaning, names in COLUMNS.items()
        for title in names
        if title in titles
    }
    if "points" not in found:
        raise UnreadableFile("columns", "points")
    if not {"card", "customer"} & found.keys():
        raise UnreadableFile("columns", "customer")
    return found


def _rows(
    table: Iterator[list[str]], titles: dict[str, int], today: date
) -> Iterator[Row]:
    seen: set[tuple[str, str]] = set()
    for line, cells in enumerate(table, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        texts = {
            meaning: cells[place].strip() if place < len(cells) else ""
            for meaning, place in titles.items()
        }
        row = _row(line, texts, today)
        key = (row.card, row.customer.lower())
        if not row.problem and key in seen:
            row = _bad(line, texts, "duplicate", row.card or row.customer)
        elif not row.problem:
            seen.add(key)
        yield row


def _row(line: int, texts: dict[str, str], today: date) -> Row:
    card, customer = texts.get("card", ""), texts.get("customer", "")
    if not (card or customer):
        return _bad(line, texts, "customer")
    points = _number(texts["points"])
    if points is None:
        return _bad(line, texts, "number", texts["points"])
    if points <= 0:
        return _bad(line, texts, "positive", texts["points"])
    expiry, wrong = _day(texts.get("expiry", ""))
    if wrong:
        return _bad(line, texts, "date", texts["expiry"])
    if expiry and expiry < today:
        return _bad(line, texts, "past", texts["expiry"])
    return Row(line, card, customer, points, expiry)


def _bad(line: int, texts: dict[str, str], problem: str, text: str = "") -> Row:
    return Row(
        line, texts.get("card", ""), texts.get("customer", ""), 0, None, problem, text
    )


def _number(text: str) -> float | None:
    """Read 1200.5, 1 200,50 and 1,200.50; `None` if it is no finite number.

    >>> [_number(text) for text in ("1 200,50", "1,200.50", "7", "seven", "inf")]
    [1200.5, 1200.5, 7.0, None, None]
    """
    plain = "".join(text.split())
    if "," in plain and "." in plain:
        plain = plain.replace(",", "")
    try:
        number = float(plain.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _day(text: str) -> tuple[date | None, bool]:
    """Return the day and whether the text is none at all."""
    if not text:
        return None, False
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date(), False
        except ValueError:
            continue
    return None, True
