"""Rows into tables by COPY."""

import io
from collections.abc import Iterator, Sequence

from .moments import Moment
from .pattern import Pattern

NULL = "\\N"
BLOCK = 20_000  # identifiers drawn at a time


def text(value: str) -> str:
    """Escaped for COPY's text format.

    >>> text("a\\tb")
    'a\\\\tb'
    """
    return (
        value.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
    )


def money(pence: int) -> str:
    """
    >>> money(-1205), money(5)
    ('-12.05', '0.05')
    """
    return f"{pence / 100:.2f}"


class Identifiers:
    """The next values of a table's own sequence, drawn in blocks."""

    def __init__(self, cr, table: str):
        self._cr = cr
        self._sequence = f"{table}_id_seq"
        self._values: Iterator[int] = iter(())

    def __call__(self) -> int:
        for value in self._values:
            return value
        self._values = iter(draw(self._cr, self._sequence, BLOCK))
        return next(self._values)


def draw(cr, sequence: str, count: int) -> list[int]:
    cr.execute(
        "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count]
    )
    return [value for (value,) in cr.fetchall()]


class Links:
    """Rows of one table with all their values, collected until `flush`."""

    def __init__(self, table: str, *columns: str):
        self.table = table
        self._names = columns
        self._template = "\t".join(["%s"] * len(columns)) + "\n"
        self._lines: list[str] = []

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, *values) -> None:
        self._lines.append(self._template % values)

    def flush(self, cr) -> None:
        if self._lines:
            copy(cr, self.table, self._names, "".join(self._lines))
            self._lines.clear()


class Rows(Links):
    """Rows after a pattern.

    :param columns: the columns that vary, in the order in which `add` takes them
    """

    def __init__(self, pattern: Pattern, *columns: str):
        missing = set(columns) - set(pattern.row)
        if missing:
            raise ValueError(f"{pattern.table} has no column {', '.join(missing)}")
        forgotten = pattern.own - set(columns) - {"id"}
        if forgotten:
            raise ValueError(
                f"{pattern.table}: {', '.join(sorted(forgotten))} must come with each "
                "row, they refer to records that exist in the pattern only"
            )
        shifts = {k: v for k, v in pattern.shifts.items() if k not in columns}
        fixed = {k: v for k, v in pattern.fixed.items() if k not in columns}
        super().__init__(pattern.table, *columns, *shifts, *fixed)
        self._shifts = tuple(shifts.values())
        variable = ["%s"] * (len(columns) + len(shifts))
        known = [text(value).replace("%", "%%") for value in fixed.values()]
        self._template = "\t".join([*variable, *known]) + "\n"

    def add(self, moment: Moment, *values) -> None:
        texts = moment.texts(self._shifts)
        self._lines.append(self._template % (*values, *texts))


def copy(cr, table: str, columns: Sequence[str], rows: str) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    cr.copy_expert(
        f'COPY "{table}" ({names}) FROM STDIN', io.StringIO(rows), size=1 << 18
    )
