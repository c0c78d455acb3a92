"""Points as a debt to customers: IFRS 15, customer options for additional goods.

Points given with a sale are a promise of their own (B40): a part of the price is not
revenue yet. The part follows the stand-alone prices (B42, IE267–IE270): of the goods
as sold, of the points their value times the share that will be redeemed. It becomes
revenue as points are redeemed, in proportion to all that are expected to be (B46);
points that will never be redeemed (breakage) thereby become revenue with the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Allocation:
    """The price of a sale, split between the goods and the points given with them."""

    goods: float
    points: float


@dataclass(frozen=True)
class Position:
    """Points of a programme at the end of a period, and what they are worth."""

    outstanding: float
    liability: float
    redemption_rate: float | None
    breakage_rate: float | None


def allocate(
    price: float, points: float, point_value: float, redemption: float
) -> Allocation:
    """Split a price; ``redemption`` is the share of points expected to be redeemed.

    The example of the standard (IE267–IE270): 100,000 of goods, 10,000 points worth 1
    each, of which 95 % will be redeemed.

    >>> split = allocate(100_000, 10_000, 1, 0.95)
    >>> round(split.goods), round(split.points)
    (91324, 8676)
    """
    _require_amounts(price=price, points=points, point_value=point_value)
    _require_share(redemption)
    worth = points * point_value * redemption
    if price + worth == 0:
        return Allocation(0.0, 0.0)
    goods = price * price / (price + worth)
    return Allocation(goods, price - goods)


def recognised(allocated: float, redeemed: float, expected: float) -> float:
    """Return what has become revenue so far of the amount allocated to points.

    ``redeemed`` counts from the beginning, ``expected`` is the number of points that
    will be redeemed in all by the newest estimate. In the example 4,500 of 9,500
    are redeemed in the first year; by the second 8,500 of 9,700:

    >>> first, second = recognised(8676, 4500, 9500), recognised(8676, 8500, 9700)
    >>> round(first), round(second - round(first)), round(8676 - second)
    (4110, 3493, 1073)
    """
    _require_amounts(allocated=allocated, redeemed=redeemed, expected=expected)
    if redeemed >= expected:  # the estimate was too low: nothing is owed any more
        return allocated if redeemed else 0.0
    return allocated * redeemed / expected


def position(
    issued: float,
    redeemed: float,
    expired: float,
    point_value: float,
    redemption: float,
) -> Position:
    """Return what is outstanding after points were issued, redeemed and expired.

    The debt of a period's end: outstanding points × value × share expected to be
    redeemed. Rates are shares of the points issued, ``None`` before any was.

    >>> position(1000, 300, 100, 0.10, 0.80)
    Position(outstanding=600, liability=48.0, redemption_rate=0.3, breakage_rate=0.1)
    """
    _require_amounts(
        issued=issued, redeemed=redeemed, expired=expired, point_value=point_value
    )
    _require_share(redemption)
    outstanding = issued - redeemed - expired
    return Position(
        outstanding=outstanding,
        # more redeemed than issued is a claim on the customer, no negative debt
        liability=max(outstanding, 0) * point_value * redemption,
        redemption_rate=redeemed / issued if issued else None,
        breakage_rate=expired / issued if issued else None,
    )


def _require_amounts(**amounts: float) -> None:
    for name, amount in amounts.items():
        if not (math.isfinite(amount) and amount >= 0):
            raise ValueError(f"{name} must be a number ≥ 0, got {amount!r}")


def _require_share(redemption: float) -> None:
    if not 0 <= redemption <= 1:
        raise ValueError(f"redemption must be from 0 to 1, got {redemption!r}")
