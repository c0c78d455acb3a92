"""How good a forecast was on days held out: the past is told apart at a cut-off, the
model sees what lies before it, and its words are compared with what came after.

*Calibration.* Customers by falling probability in ten equal groups; equal customers
stay together. In each group the mean probability of a purchase stands beside the share
who bought, and the expected visits beside those made. A calibrated model says 30 %
where 30 % buy.

*Dates.* A forecast date is a hit where the visit came within a fifth of the usual
interval of it. Who did not come has no error in days and is no hit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .numbers import Array, checked_weights, columns, require

GROUPS = 10
# A date is a hit within this share of the usual interval.
TOLERANCE = 0.2


@dataclass(frozen=True, slots=True)
class Decile:
    """One tenth of the customers; means per customer, visits in all."""

    number: int
    customers: float
    alive: float
    predicted: float
    bought: float
    expected_visits: float
    visits: float


def calibration(
    alive: ArrayLike,
    predicted: ArrayLike,
    bought: ArrayLike,
    expected: ArrayLike,
    visits: ArrayLike,
    weights: ArrayLike | None = None,
) -> tuple[Decile, ...]:
    """Return the tenths of the customers, the surest first.

    Per row: probability of being active, predicted probability of a purchase in the
    held-out time, share of the row's customers who bought, expected visits per
    customer, visits of all its customers; ``weights`` = customers of the row.

    >>> for group in calibration([0.9, 0.1], [0.8, 0.1], [1, 0], [2, 0.1], [3, 0]):
    ...     print(group.number, group.predicted, group.bought, group.visits)
    1 0.8 1.0 3.0
    6 0.1 0.0 0.0
    """
    sure, chance, came, hoped, made = columns(
        alive=alive,
        predicted=predicted,
        bought=bought,
        expected=expected,
        visits=visits,
    )
    for name, column in (("alive", sure), ("predicted", chance), ("bought", came)):
        require((column >= 0) & (column <= 1), name, "shares from 0 to 1", column)
    size = checked_weights(weights, sure.size)
    number = _tenths(chance, size)
    return tuple(
        _decile(int(n), number == n, size, sure, chance, came, hoped, made)
        for n in np.unique(number)
    )


def _tenths(chance: Array, size: Array) -> Array:
    """Return the group 1 to 10 in which the customers of a row begin."""
    values, row = np.unique(-chance, return_inverse=True)
    together = np.bincount(row, weights=size, minlength=values.size)
    before = np.cumsum(together) - together
    total = max(float(size.sum()), 1e-12)
    return 1 + np.minimum(np.floor(GROUPS * before / total), GROUPS - 1)[row]


def _decile(
    number: int,
    mine: Array,
    size: Array,
    sure: Array,
    chance: Array,
    came: Array,
    hoped: Array,
    made: Array,
) -> Decile:
    weight = size[mine]
    return Decile(
        number=number,
        customers=float(weight.sum()),
        alive=float(np.average(sure[mine], weights=weight)),
        predicted=float(np.average(chance[mine], weights=weight)),
        bought=float(np.average(came[mine], weights=weight)),
        expected_visits=float(weight @ hoped[mine]),
        visits=float(made[mine].sum()),
    )


@dataclass(frozen=True, slots=True)
class DateAccuracy:
    """How well forecast dates were met; ``None`` where there was nothing to meet."""

    forecasts: int
    hit_rate: float | None
    mean_error: float | None


def date_accuracy(
    error: ArrayLike, interval: ArrayLike, weights: ArrayLike | None = None
) -> DateAccuracy:
    """Compare forecast days with the visits that came.

    ``error`` in days, visit minus forecast, NaN where nobody came; ``interval`` is the
    usual one, from which the tolerance follows.

    >>> date_accuracy([2, -8, float("nan")], [30, 30, 30])
    DateAccuracy(forecasts=3, hit_rate=0.3333333333333333, mean_error=5.0)
    """
    missed = np.asarray(error, dtype=float)
    came = np.isfinite(missed)
    days, usual = columns(error=np.where(came, missed, 0.0), interval=interval)
    require(usual > 0, "interval", "positive", usual)
    size = checked_weights(weights, days.size)
    total, seen = float(size.sum()), float(size[came].sum())
    if not total:
        return DateAccuracy(0, None, None)
    hit = came & (np.abs(days) <= TOLERANCE * usual)
    return DateAccuracy(
        forecasts=int(total),
        hit_rate=float(size[hit].sum()) / total,
        mean_error=float(size[came] @ np.abs(days[came])) / seen if seen else None,
    )
