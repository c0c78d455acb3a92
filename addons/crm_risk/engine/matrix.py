"""The risk matrix: levels, scores, and where it misleads.

A level is the number of the band a value falls into, counted from 1; the
score of a risk is probability level times impact level. The matrix is for
talk: it orders risks by money only roughly (Cox 2008, "What's Wrong with Risk
Matrices?"), so :func:`count_conflicts` tells how often it puts
the greater loss below a cheaper one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from .checks import check_integer, check_number


def level(value: float, bounds: Sequence[float]) -> int:
    """Number of the band ``value`` falls into; ``bounds`` are lower ends.

    A value on a border belongs to the upper band, one under the first border
    to the first band.

    >>> [level(p, [0, 0.1, 0.3, 0.5, 0.7]) for p in (0, 0.1, 0.29, 1)]
    [1, 2, 2, 5]
    """
    numbers = [check_number("bounds", bound) for bound in bounds]
    if not numbers or any(a >= b for a, b in zip(numbers, numbers[1:], strict=False)):
        raise ValueError(f"bounds must rise and not be empty, got {numbers!r}")
    return max(1, bisect_right(numbers, check_number("value", value)))


def score(probability_level: int, impact_level: int) -> int:
    """Probability level times impact level.

    >>> score(4, 5)
    20
    """
    return check_integer("probability_level", probability_level, 1) * check_integer(
        "impact_level", impact_level, 1
    )


def count_conflicts(risks: Iterable[tuple[int, float]]) -> int:
    """Pairs of risks in which the lower score carries the greater expected loss.

    Equal scores and equal amounts contradict nothing. Counted in order of falling
    score, so that it takes n log n steps rather than one for each pair.

    :param risks: (score, EMV) of each risk

    >>> count_conflicts([(12, 5.0), (6, 9.0), (6, 5.0), (4, 7.0)])
    3
    """
    by_score: dict[int, list[float]] = {}
    for points, money in risks:
        by_score.setdefault(points, []).append(check_number("emv", money))
    above: list[float] = []
    count = 0
    for points in sorted(by_score, reverse=True):
        count += sum(bisect_left(above, money) for money in by_score[points])
        above += by_score[points]
        above.sort()
    return count
