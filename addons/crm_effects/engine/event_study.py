"""Month by month around the go-live: what treated had beyond control, with intervals.

The event study of a difference in differences. Let y be treated minus control, on the
natural-log scale with ``log``, and a the level of y before the go-live:

    y_t = a + d_t + u_t,   d_t = 0 before the go-live,

with AR(1) errors u, the autocorrelation integrated out (see ``ar1``). The coefficient
of a month is d_t = y_t - a, where a is estimated from the months before the go-live,
the month itself left out. Its interval holds the uncertainty of a, the noise of the
month, and what the two have in common:

    var(d_t) = var(u_t) + var(a) - 2 cov(u_t, a).

Before the go-live nothing was introduced: these coefficients show whether the groups
moved alike, and about one of twenty intervals leaves zero out by chance. After it they
show how the effect came: at once, slowly, or for a while.

Source: the dynamic specification of difference in differences, as in Freyaldenhoven,
Hansen, Pérez & Shapiro 2021 (NBER 29170), "Visualization, identification, and
estimation in the linear panel event-study design".
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import ar1, checks, design
from .answers import Refusal
from .design import Series

Array = NDArray[np.float64]

MONTHS = 12  # shown on either side; estimated from all months before


class Coefficient(NamedTuple):
    """One month: 0 is the first one after the go-live, -1 the last one before it."""

    month: int
    mean: float
    low: float
    high: float


def event_study(
    treated: Series,
    control: Series,
    start: int,
    *,
    log: bool = False,
    level: float = 0.95,
    months: int = MONTHS,
) -> tuple[Coefficient, ...] | Refusal:
    """Coefficients of up to ``months`` months before and after index ``start``.

    ``None`` is a month without data, and has no coefficient.

    >>> ours = [10, 11, 9, 10, 10, 9, 11, 10, 20, 21]
    >>> found = event_study(ours, [10] * 10, 8)
    >>> [one.month for one in found][:2], [round(one.mean) for one in found][-2:]
    ([-8, -7], [10, 11])
    """
    ours = checks.observations(treated, "treated", positive=log)
    theirs = checks.observations(control, "control", positive=log)
    checks.same_length(ours, theirs, "treated and control")
    start = checks.whole(start, "start", 0, len(ours))
    gap = design.array(ours, log) - design.array(theirs, log)
    return of_gap(gap, start, checks.level(level), months)


def staged(
    units: Sequence[tuple[Series, int, float]],
    control: Series,
    *,
    log: bool = False,
    level: float = 0.95,
    months: int = MONTHS,
) -> tuple[Coefficient, ...] | Refusal:
    """The same for units that went live at different times.

    ``units`` are (series, index of the first month after its own go-live, weight).
    Their gaps to the control are laid over each other at their go-lives and averaged;
    a month counts where every unit has one.

    >>> calm = [10, 11, 9, 10, 10, 9, 11, 10]
    >>> units = [(calm + [20, 20, 20], 8, 1.0), (calm + [10, 20, 20], 9, 3.0)]
    >>> found = staged(units, [10] * 11)
    >>> [one.month for one in found][-2:], [round(one.mean) for one in found][-2:]
    ([0, 1], [10, 10])
    """
    theirs = design.array(checks.observations(control, "control", positive=log), log)
    gaps, total = [], sum(weight for _series, _start, weight in units)
    first = min((start for _series, start, _weight in units), default=0)
    last = max((start for _series, start, _weight in units), default=0)
    span = len(theirs) - last
    for i, (series, start, weight) in enumerate(units):
        ours = checks.observations(series, f"units[{i}]", positive=log)
        checks.same_length(ours, theirs, f"units[{i}] and control")
        gap = design.array(ours, log) - theirs
        gaps.append(gap[start - first : start + span] * weight / total)
    gap = np.sum(gaps, axis=0) if gaps else np.empty(0)
    return of_gap(gap, first, checks.level(level), months)


def of_gap(
    gap: Array, start: int, level: float, months: int
) -> tuple[Coefficient, ...] | Refusal:
    """Coefficients of a series that should stay level without the introduction."""
    before = int(np.count_nonzero(~np.isnan(gap[:start])))
    needed = design.FEWEST_BEFORE
    if before < needed:
        return design.few_before(before, needed)
    return tuple(_coefficients(gap, start, level, months))


def _coefficients(
    gap: Array, start: int, level: float, months: int
) -> Iterator[Coefficient]:
    for t in range(max(0, start - months), min(len(gap), start + months)):
        if np.isnan(gap[t]):
            continue
        known = gap.copy()
        known[start:] = known[t] = np.nan
        own = _deviation(known, t, float(gap[t]))
        yield Coefficient(t - start, own.mean, *own.interval(level))


def _deviation(known: Array, t: int, value: float) -> ar1.Mixture:
    """How far ``value`` in month ``t`` stands from the level of the ``known`` ones."""
    found = ar1.fit(known, np.ones((len(known), 1)))
    seen = np.flatnonzero(~np.isnan(known))
    rho = ar1.RHO_GRID
    steady = 1.0 / (1.0 - rho**2)  # variance of u per variance of the innovations
    distances = np.abs(seen[:, None] - seen[None, :])
    correlations = rho[:, None, None] ** distances
    ones = np.ones((len(rho), len(seen), 1))
    weights = np.linalg.solve(correlations, ones)[:, :, 0]  # of a month in a
    weights /= weights.sum(axis=1, keepdims=True)
    common = (weights * rho[:, None] ** np.abs(seen - t)).sum(axis=1)
    noise = found.variances * steady * (1.0 - 2.0 * common)
    spread = noise + found.covariances[:, 0, 0]
    return ar1.Mixture(
        found.weights,
        value - found.coefficients[:, 0],
        np.sqrt(np.maximum(spread, np.finfo(float).tiny)),
        found.freedom,
    )


__all__ = [
    "Coefficient",
    "event_study",
    "of_gap",
    "staged",
]
