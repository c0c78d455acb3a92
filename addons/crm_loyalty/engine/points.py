"""Arithmetic of a points account.

An account is a list of *awards* (points given, each with what is left of it) and of
draws from them. Points are kept to two digits, rounded down: a customer is never given
a fraction that the rules do not give. Two invariants hold after every movement:

    sum of movements  = balance
    sum of remainders = max(balance, 0)

so a new award first covers a balance below zero.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from math import floor
from typing import NamedTuple

DIGITS = 2
# Half of the smallest amount: two figures closer than that are the same.
TOLERANCE = 0.005
# Floating error of a product of two-digit amounts, far below the smallest amount.
_FLOAT_ERROR = 1e-6


class Draw(NamedTuple):
    """Points taken from one award."""

    award: int
    points: float


class Draws(NamedTuple):
    draws: tuple[Draw, ...]
    shortage: float


def is_zero(points: float) -> bool:
    """Tell whether points are none at all.

    >>> is_zero(0.004), is_zero(-0.01)
    (True, False)
    """
    return abs(points) < TOLERANCE


def rounded_down(points: float) -> float:
    """Cut points after two digits, forgiving the error of floating figures.

    >>> rounded_down(23.339), rounded_down(100 * 0.7), rounded_down(0.1 + 0.2)
    (23.33, 70.0, 0.3)
    """
    return floor(points * 10**DIGITS + _FLOAT_ERROR) / 10**DIGITS


def target(full: float, share: float, cap: float | None = None) -> float:
    """Return what an order has earned when a share of it is reached.

    `full` are the points of the whole order, `share` how much of it is delivered,
    invoiced or paid, `cap` the most the customer may still be given.

    >>> target(100, 0.7)
    70.0
    >>> target(100, 1.2), target(100, -0.1), target(100, 1, cap=60)
    (100.0, 0.0, 60)
    """
    points = rounded_down(full * min(max(share, 0.0), 1.0))
    return points if cap is None else min(points, max(cap, 0.0))


def draw(awards: Iterable[tuple[int, float]], points: float) -> Draws:
    """Take points from awards (id, what is left) in the order given.

    >>> draw([(1, 30.0), (2, 50.0)], 40)
    Draws(draws=(Draw(award=1, points=30.0), Draw(award=2, points=10.0)), shortage=0.0)
    >>> draw([(1, 30.0)], 40).shortage
    10.0
    """
    draws = []
    for award, left in awards:
        if is_zero(points):
            break
        part = round(min(left, points), 6)
        if not is_zero(part):
            draws.append(Draw(award, part))
            points = round(points - part, 6)
    return Draws(tuple(draws), 0.0 if is_zero(points) else points)


def left_of_award(points: float, balance: float) -> float:
    """Return what is left of a new award once it has covered a debt.

    >>> left_of_award(100, balance=250), left_of_award(100, balance=40)
    (100, 40)
    >>> left_of_award(100, balance=-20)
    0.0
    """
    return min(points, max(balance, 0.0))


def reached_share(
    weights: Iterable[tuple[float, float]],
) -> float:
    """Return the share of an order that is reached.

    `weights` are (what a line weighs, how much of that is reached), in one unit.

    >>> reached_share([(70, 70), (30, 0)])
    0.7
    >>> reached_share([])
    0.0
    """
    pairs = list(weights)
    whole = sum(weight for weight, _reached in pairs)
    return sum(reached for _weight, reached in pairs) / whole if whole > 0 else 0.0


def taken_back(taken: float, missing: float) -> float:
    """Return how much of what came back was not given out again.

    `taken` came back (returned, credited), `missing` is what the order still lacks
    (delivered or invoiced less than ordered): an exchange takes nothing back.

    >>> taken_back(taken=3, missing=3), taken_back(taken=3, missing=0)
    (3, 0)
    """
    return max(0, min(taken, missing))


def expiration(available: date, days: int) -> date | None:
    """Return the last day points can be spent, none if they do not expire.

    >>> expiration(date(2026, 1, 1), 365), expiration(date(2026, 1, 1), 0)
    (datetime.date(2027, 1, 1), None)
    """
    return available + timedelta(days=days) if days else None


def most_usable(money: float, percent: float, value: float) -> float:
    """Return the most points an order may be paid with.

    >>> most_usable(money=200, percent=30, value=0.5)
    120.0
    """
    return rounded_down(money * percent / 100 / value)
