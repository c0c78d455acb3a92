"""Four-stage maturity: levels 1 manual, 2 IT-assisted, 3 automated, 4 integrated.

A chain is as strong as its weakest link: the stage of a company is the lowest level
over the gate dimensions (data, channels, integration), the average over all
dimensions is its progress inside the stage. Levels that a database can show follow
from a share of records and three rising bounds.
"""

from collections.abc import Iterable, Sequence

from .checks import check_integer, check_not_negative

LEVELS = (1, 2, 3, 4)

LEAST_RECORDS = 10
"""Under so many records a share says nothing about the way of working."""


def level_of(
    numerator: float,
    denominator: float,
    bounds: Sequence[float],
    *,
    least: float = LEAST_RECORDS,
) -> int | None:
    """Level that a share of records shows; ``None`` where they are too few.

    :param bounds: shares from which levels 2, 3, 4 begin, rising; a list cut short
        means that the levels above cannot be told from records

    >>> level_of(3, 10, (0.05, 0.30))
    3
    >>> level_of(1, 40, (0.05, 0.30)), level_of(2, 40, (0.05, 0.30))
    (1, 2)
    >>> level_of(9, 9, (0.05, 0.30)) is None
    True
    """
    amount = check_not_negative("numerator", numerator)
    whole = check_not_negative("denominator", denominator)
    if amount > whole:
        raise ValueError(f"numerator must be at most {whole!r}, got {amount!r}")
    if list(bounds) != sorted(bounds) or not len(bounds) <= len(LEVELS) - 1:
        raise ValueError(f"bounds must be at most 3 rising shares, got {bounds!r}")
    if not whole or whole < least:
        return None
    return 1 + sum(amount / whole >= bound for bound in bounds)


def stage(levels: Iterable[int | None]) -> int | None:
    """Lowest of the gates' levels; ``None`` while one is not answered.

    >>> stage([3, 2, 4]), stage([3, None, 4]), stage([])
    (2, None, None)
    """
    found = list(levels)
    if not found or None in found:
        return None
    return min(_check_level(level) for level in found)


def progress(levels: Iterable[int | None]) -> float | None:
    """Mean of the levels answered.

    >>> progress([1, 2, 3, None]), progress([None])
    (2.0, None)
    """
    found = [_check_level(level) for level in levels if level is not None]
    return sum(found) / len(found) if found else None


def gap(level: int | None, target: int) -> int:
    """Levels still to climb; none where the level is not known.

    >>> gap(1, 3), gap(4, 3), gap(None, 3)
    (2, 0, 0)
    """
    wanted = _check_level(target)
    return 0 if level is None else max(wanted - _check_level(level), 0)


def _check_level(level: int) -> int:
    return check_integer("level", level, LEVELS[0], LEVELS[-1])
