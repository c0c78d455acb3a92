"""Significance of customers: RFM scores, ABC and XYZ classes.

* RFM. A score is the customer's fifth of the ranking, ``1 + floor(5 (rank - 1) / n)``
  with the lowest value ranked 1 and equal values ranked equally. ``ntile`` would give
  equal customers different scores, and a cumulative distribution would lift the
  many one-time buyers to the middle; this rule keeps ties together and at the bottom.
* ABC. Customers by falling value: A is the smallest group of the best that brings the
  first 80 % of the total, B the next 15 %, C the rest.
* XYZ. Coefficient of variation of the purchases per period (population deviation over
  mean): X up to 10 %, Y up to 25 %, Z above.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

SCORES = 5
ABC_THRESHOLDS = (0.80, 0.95)
XYZ_THRESHOLDS = (0.10, 0.25)
# Money summed as binary fractions: 0.1 + 0.7 must reach the 80 % line.
ROUNDING = 1e-9


def quintile_scores(values: Sequence[float]) -> list[int]:
    """Return the score 1 (lowest fifth) to 5 (highest) of every value.

    >>> quintile_scores([10, 20, 30, 40, 50])
    [1, 2, 3, 4, 5]
    >>> quintile_scores([0, 0, 0, 7, 9])
    [1, 1, 1, 4, 5]
    """
    _check_numbers("values", values)
    ordered = sorted(values)
    size = len(ordered)
    # bisect_left counts the smaller values, which is rank - 1
    return [1 + SCORES * bisect_left(ordered, value) // size for value in values]


def score_breakpoints(
    values: Sequence[float], scores: Sequence[int]
) -> dict[int, float]:
    """Return the lowest value that received each score: the answer to "why 3?".

    >>> score_breakpoints([0, 0, 0, 7, 9], [1, 1, 1, 4, 5])
    {1: 0, 4: 7, 5: 9}
    """
    _check_numbers("values", values)
    if len(values) != len(scores):
        raise ValueError(
            f"scores must have the length of values ({len(values)}), got {len(scores)}"
        )
    lowest: dict[int, float] = {}
    for value, score in sorted(zip(values, scores, strict=True)):
        lowest.setdefault(score, value)
    return dict(sorted(lowest.items()))


def threshold_scores(values: Sequence[float], thresholds: Sequence[float]) -> list[int]:
    """Return scores by fixed lower limits of the scores 2, 3, 4 and 5.

    For firms with few large customers, where a fifth of the ranking means nothing.

    >>> threshold_scores([0, 999, 1000, 50000], [1000, 5000, 20000, 50000])
    [1, 1, 2, 5]
    """
    _check_numbers("values", values)
    _check_numbers("thresholds", thresholds)
    if len(thresholds) != SCORES - 1 or list(thresholds) != sorted(thresholds):
        raise ValueError(
            f"thresholds must be {SCORES - 1} rising numbers, got {list(thresholds)}"
        )
    return [1 + bisect_right(thresholds, value) for value in values]


def abc(
    values: Sequence[float], thresholds: tuple[float, float] = ABC_THRESHOLDS
) -> list[str]:
    """Return class A, B or C of every value.

    A customer belongs to the class in which his own part of the total begins, so A is
    never empty and always brings at least the first threshold. Equal values share the
    better class. Values of zero or below bring nothing and are C.

    >>> abc([50, 30, 10, 5, 5])
    ['A', 'A', 'B', 'B', 'B']
    >>> abc([97, 2, 1])
    ['A', 'C', 'C']
    """
    _check_numbers("values", values)
    first, second = _checked_pair(thresholds, highest=1.0)
    ordered = sorted((value for value in values if value > 0), reverse=True)
    total = math.fsum(ordered)
    better: dict[float, float] = {}
    for value, before in zip(ordered, accumulate(ordered, initial=0.0), strict=False):
        better.setdefault(value, before)

    def class_of(value: float) -> str:
        if value <= 0:
            return "C"
        share = better[value] / total + ROUNDING
        return "A" if share < first else "B" if share < second else "C"

    return [class_of(value) for value in values]


def xyz(
    series: Sequence[Sequence[float]],
    thresholds: tuple[float, float] = XYZ_THRESHOLDS,
) -> list[str | None]:
    """Return class X, Y or Z of every customer's purchases per period.

    ``None`` where regularity has no meaning: fewer than two periods, or a mean that
    is not positive.

    >>> xyz([[100, 100, 100], [80, 120], [10, 0, 90], [], [0, 0]])
    ['X', 'Y', 'Z', None, None]
    """
    first, second = _checked_pair(thresholds, highest=math.inf)

    def class_of(variation: float | None) -> str | None:
        if variation is None:
            return None
        variation -= ROUNDING
        return "X" if variation <= first else "Y" if variation <= second else "Z"

    return [class_of(variation_coefficient(periods)) for periods in series]


def variation_coefficient(periods: Sequence[float]) -> float | None:
    """Return population standard deviation over mean, ``None`` if it has no meaning.

    >>> variation_coefficient([80, 120])
    0.2
    """
    _check_numbers("series", periods)
    if len(periods) < 2:
        return None
    mean = math.fsum(periods) / len(periods)
    if mean <= 0:
        return None
    variance = math.fsum((value - mean) ** 2 for value in periods) / len(periods)
    return math.sqrt(variance) / mean


def _checked_pair(
    thresholds: tuple[float, float], highest: float
) -> tuple[float, float]:
    _check_numbers("thresholds", thresholds)
    if len(thresholds) != 2 or not 0 < thresholds[0] < thresholds[1] <= highest:
        raise ValueError(
            f"thresholds must be two rising shares above 0, got {tuple(thresholds)}"
        )
    return thresholds


def _check_numbers(argument: str, values: Sequence[float]) -> None:
    for value in values:
        try:
            finite = math.isfinite(value)
        except TypeError:
            finite = False
        if not finite:
            raise ValueError(f"{argument} must be finite numbers, got {value!r}")
