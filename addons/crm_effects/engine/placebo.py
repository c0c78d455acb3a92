"""Fake go-live dates: what the method finds where nothing happened.

Only months before the true start are used, so nothing of the effect is in them. If
fake dates often look as clear as the true one, chance finds such effects anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import ar1, checks, design
from .design import CYCLES_BEFORE, SEASON, Series

MOST_DATES = 12  # spread evenly; more would only repeat their neighbours


@dataclass(frozen=True)
class Placebo:
    """The effect found at a fake start, with its interval, and in standard errors."""

    start: int
    effect: float
    low: float
    high: float
    clarity: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out: a false alarm."""
        return self.low > 0.0 or self.high < 0.0


def placebo_dates(
    values: Series,
    start: int,
    *,
    control: Series | None = None,
    season: int | None = SEASON,
    log: bool = False,
    level: float = 0.95,
) -> tuple[Placebo, ...]:
    """Effects at fake starts before ``start``; empty where no date can be tried.

    With ``control`` the difference of the two series is looked at, which has neither
    season nor trend of its own.

    >>> flat = [10.0, 11.0, 9.0, 10.0] * 6
    >>> found = placebo_dates(flat + [20.0] * 6, 24, season=4)
    >>> len(found), any(placebo.is_clear for placebo in found)
    (12, False)
    """
    y = design.array(checks.observations(values, "values", positive=log), log)
    start = checks.whole(start, "start", 0, len(y))
    level, cycle = checks.level(level), design.cycle(season)
    if control is not None:
        theirs = checks.observations(control, "control", positive=log)
        checks.same_length(list(y), theirs, "values and control")
        y, cycle = y - design.array(theirs, log), 0
    past = y[:start]
    seasonal = cycle if np.isfinite(past).sum() >= CYCLES_BEFORE * cycle else 0
    dates = range(design.FEWEST_BEFORE, start - design.STEADY_AFTER + 1)
    found = [_try(past, date, seasonal, cycle > 0, level) for date in _spread(dates)]
    return tuple(placebo for placebo in found if placebo)


def share_as_clear(placebos: Sequence[Placebo], effect: float, se: float) -> float:
    """Share of dates, the true one included, at least as many errors from zero.

    >>> share_as_clear([Placebo(8, 1, -1, 3, 1.0), Placebo(9, 0, -2, 2, 0.0)], 6, 2)
    0.3333333333333333
    """
    own = abs(effect) / se
    return (1 + sum(p.clarity >= own for p in placebos)) / (1 + len(placebos))


def _spread(dates: range) -> list[int]:
    """At most ``MOST_DATES`` of the dates, evenly."""
    if len(dates) <= MOST_DATES:
        return list(dates)
    step = (len(dates) - 1) / (MOST_DATES - 1)
    return [dates[round(i * step)] for i in range(MOST_DATES)]


def _try(
    y: ar1.Array, start: int, seasonal: int, trend: bool, level: float
) -> Placebo | None:
    columns = [
        *design.baseline(len(y), start, seasonal, trend),
        *design.treatment(len(y), start, False),
    ]
    x = np.stack(columns, axis=1)
    if design.unidentified(y, x):
        return None
    last = np.zeros(x.shape[1])
    last[-1] = 1.0
    step = ar1.fit(y, x).combination(last)
    low, high = step.interval(level)
    clarity = abs(step.mean) / step.sd if step.sd else 0.0
    return Placebo(start, step.mean, low, high, clarity)
