"""A part of a report as data, laid out alike on paper and in a workbook."""

from dataclasses import dataclass, field

TEXT, COUNT, POINTS, SHARE, MONEY, DAY, MONTH = (
    "text",
    "count",
    "points",
    "share",
    "money",
    "day",
    "month",
)


@dataclass(frozen=True)
class Column:
    title: str
    kind: str = TEXT


@dataclass(frozen=True)
class Section:
    """A table with a sentence above it; `empty` is said where there is no row. A value
    of `None` is unknown, not zero. `is_shaded`: shares are shaded by their size.
    `kinds`: of the rows of a table whose rows differ, by position."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple, ...]
    empty: str
    text: str = ""
    is_shaded: bool = False
    kinds: tuple[str, ...] = field(default=())

    def kind(self, row: int, column: int) -> str:
        kind = self.columns[column].kind
        return self.kinds[row] if kind == "row" else kind
