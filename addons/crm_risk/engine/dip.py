"""The productivity dip after a go-live: how deep, how long, whether it is over.

A figure is read week by week. Its **baseline** is the median of the weeks before, so
that one holiday does not move it; its **level now** is the median of the last weeks.
Everything else is told as a share of the baseline::

    shortfall of a week = 1 − value / baseline      (higher is better)
                        = value / baseline − 1      (lower is better)

A week is *below* when its shortfall exceeds the tolerance, and the dip is *over* when
the last weeks in a row are not below. Weeks without data say nothing. Source: the dip
and the stabilisation period of ERP introductions (Conference Board 2001; 117 firms,
75 % with a moderate to severe dip).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from .checks import check_between, check_integer, check_number, check_positive

TOLERANCE = 0.05
"""Weeks differ by some percent without any reason."""

LEAST_WEEKS = 4
"""Fewer weeks do not make a baseline."""

RECENT_WEEKS = 4
STEADY_WEEKS = 2
"""So many weeks in a row back at the baseline end the dip."""

Weeks = Sequence[float | None]
"""One value a week, oldest first; ``None`` is a week without data."""


@dataclass(frozen=True)
class Dip:
    """What happened to a figure since the go-live.

    ``depth``        largest shortfall as a share of the baseline, 0 if there was none
    ``weeks_below``  number of weeks below the baseline
    ``recovered``    the last weeks are back; ``None`` where no week was below
    """

    depth: float
    weeks_below: int
    recovered: bool | None


def typical(values: Weeks, least: int = 1, last: int | None = None) -> float | None:
    """Median of the (``last``) weeks with data, ``None`` if they are under ``least``.

    >>> typical([10, None, 12, 8, 11])
    10.5
    >>> typical([10, 12], least=LEAST_WEEKS) is None
    True
    >>> typical([1, 1, 1, 8, 8, 8, 8], last=RECENT_WEEKS)
    8.0
    """
    check_integer("least", least, 1)
    known = [value for value in values if value is not None]
    if last is not None:
        known = known[-check_integer("last", last, 1) :]
    return median(known) if len(known) >= least else None


def shortfall(value: float, baseline: float, lower_is_better: bool = False) -> float:
    """How much worse than the baseline, as a share of it; negative where better.

    >>> shortfall(8, 10), shortfall(15, 10, lower_is_better=True)
    (0.2, 0.5)
    """
    ratio = check_number("value", value) / check_positive("baseline", baseline)
    return round(ratio - 1 if lower_is_better else 1 - ratio, 12)


def dip(
    baseline: float,
    values: Weeks,
    lower_is_better: bool = False,
    tolerance: float = TOLERANCE,
) -> Dip:
    """Depth and length of the dip in the weeks after a go-live.

    >>> dip(10, [7, 8, None, 9, 10, 11])
    Dip(depth=0.3, weeks_below=3, recovered=True)
    >>> dip(10, [7, 8, 10])
    Dip(depth=0.3, weeks_below=2, recovered=False)
    >>> dip(10, [10, 9.8])
    Dip(depth=0.02, weeks_below=0, recovered=None)
    """
    check_between("tolerance", tolerance, 0, 1)
    short = [
        shortfall(value, baseline, lower_is_better)
        for value in values
        if value is not None
    ]
    below = [one > tolerance for one in short]
    steady = len(below) >= STEADY_WEEKS and not any(below[-STEADY_WEEKS:])
    return Dip(
        depth=max([0.0, *short]),
        weeks_below=sum(below),
        recovered=steady if any(below) else None,
    )
