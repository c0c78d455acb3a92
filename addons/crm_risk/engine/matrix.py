"""The risk matrix: levels, scores, and where it misleads.

A level is the number of the band a value falls into, counted from 1; the
score of a risk is probability level times impact level. The matrix is for
talk: it orders risks by money only roughly (Cox 2008, "What's Wrong with Risk
Matrices?"), so :func:`conflicts` names the risks it puts below cheaper ones.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Conflict:
    """``key`` costs more than ``cheaper`` although the matrix puts it lower."""

    key: Hashable
    cheaper: Hashable
    gap: float


def conflicts(risks: Iterable[tuple[Hashable, int, float]]) -> tuple[Conflict, ...]:
    """Risks the matrix ranks below a cheaper one, widest gap first.

    :param risks: (key, score, EMV) of each risk
    :return: for each understated risk the cheapest one that scores higher;
        empty if the matrix orders like money

    >>> conflicts([("a", 12, 5.0), ("b", 6, 9.0), ("c", 4, 1.0)])
    (Conflict(key='b', cheaper='a', gap=4.0),)
    """
    by_score: dict[int, list[tuple[float, Hashable]]] = {}
    for key, points, money in risks:
        by_score.setdefault(points, []).append((check_number("emv", money), key))
    found: list[Conflict] = []
    cheapest: tuple[float, Hashable] | None = None
    for points in sorted(by_score, reverse=True):
        group = by_score[points]
        if cheapest is not None:
            found += [
                Conflict(key, cheapest[1], money - cheapest[0])
                for money, key in group
                if money > cheapest[0]
            ]
        least = min(group, key=lambda pair: pair[0])
        if cheapest is None or least[0] < cheapest[0]:
            cheapest = least
    return tuple(sorted(found, key=lambda conflict: -conflict.gap))
