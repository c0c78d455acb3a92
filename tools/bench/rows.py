"""What is measured, how big, and what it must be."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

SERVER_LIMIT = 0.3  # seconds
REPEATS = 7


@dataclass
class Row:
    """One requirement with what was measured.

    :param passed: None when it was not measured, with the reason in `note`
    """

    name: str
    size: str
    must: str
    measured: str = ""
    passed: bool | None = None
    note: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Sizes:
    """Numbers of customers, orders, lines; and repetitions."""

    scoring: tuple[int, int, int]
    indicators: tuple[int, int, int]
    every_indicator: tuple[int, int, int]
    months: int
    draws: int
    model_customers: int
    pairs: int  # of confirmations, with ours and without


EVERY_INDICATOR = (40_000, 200_000, 700_000)
"""What the demand names; smaller companies hide what grows."""

SMALL = Sizes(
    scoring=(60_000, 180_000, 360_000),
    indicators=(3_000, 12_000, 40_000),
    every_indicator=EVERY_INDICATOR,
    months=36,
    draws=100_000,
    model_customers=1_000_000,
    pairs=25,
)
FULL = Sizes(
    scoring=(1_000_000, 3_000_000, 10_000_000),
    indicators=(100_000, 500_000, 2_000_000),
    every_indicator=EVERY_INDICATOR,
    months=36,
    draws=100_000,
    model_customers=1_000_000,
    pairs=200,
)


def timed_row(name: str, size: str, seconds: float, limit: float | None) -> Row:
    """:param limit: seconds; None where nothing is demanded"""
    return Row(
        name,
        size,
        "no demand" if limit is None else f"≤ {limit:g} s",
        f"{seconds:.2f} s",
        None if limit is None else seconds <= limit,
        figures={"seconds": seconds},
    )


def server_row(
    name: str, size: str, call: Callable[[], object], limit: float = SERVER_LIMIT
) -> Row:
    call()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    median = statistics.median(times)
    return Row(
        name,
        size,
        f"≤ {limit * 1000:.0f} ms",
        f"{median * 1000:.0f} ms",
        median <= limit,
        figures={"milliseconds": median * 1000},
    )


def table(rows: list[Row]) -> str:
    head = Row("what", "size", "must", "measured")
    marks = {True: "pass", False: "FAIL", None: "—"}
    cells = [
        (row.name, row.size, row.must, row.measured or row.note, mark)
        for row, mark in zip(
            [head, *rows], ["", *(marks[row.passed] for row in rows)], strict=True
        )
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        for line in cells
    )
