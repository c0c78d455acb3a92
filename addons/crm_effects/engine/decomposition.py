"""Exact split of a change into the contributions of its drivers (LMDI-I), and of
revenue into price, volume and mix.

For a product V = x1 * x2 * ... the logarithmic mean Divisia index gives driver i

    L(V1, V0) * ln(x_i1 / x_i0),   L(a, b) = (a - b) / ln(a / b),  L(a, a) = a,

and the parts sum to V1 - V0 without a residual (Ang 2005). Zeros are treated by
their analytical limits (Wood & Lenzen 2006), not by a small number: where V
vanishes at one end, the drivers that vanish there share the whole change
equally and the others get nothing. A driver that is zero at both ends makes V
zero at both ends, and every part is zero.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import checks


def logarithmic_mean(a: float, b: float) -> float:
    """The logarithmic mean of two positive numbers; 0 if one of them is 0.

    >>> round(logarithmic_mean(13464, 10000), 2)
    11646.27
    """
    a, b = checks.number(a, "a"), checks.number(b, "b")
    if min(a, b) < 0.0:
        raise ValueError(f"a and b must not be negative, got {a} and {b}")
    if min(a, b) == 0.0:
        return 0.0
    low, high = min(a, b), max(a, b)
    growth = (high - low) / low
    if growth == 0.0:
        return low
    if growth < 1.0:  # close numbers: no cancellation
        return low * growth / math.log1p(growth)
    return (high - low) / (math.log(high) - math.log(low))


def lmdi(before: Iterable[float], after: Iterable[float]) -> tuple[float, ...]:
    """Contribution of each driver to the change of their product, in its unit.

    ``before`` and ``after`` hold the same drivers in the same order, none of
    them negative. The parts sum to the change of the product.

    >>> [round(part, 2) for part in lmdi([100, 0.20, 500], [120, 0.22, 510])]
    [2123.37, 1110.01, 230.63]
    """
    old, new = _drivers(before, "before"), _drivers(after, "after")
    checks.same_length(old, new, "before and after")
    start, end = math.prod(old), math.prod(new)
    if 0.0 in old or 0.0 in new:
        return _limits(old, new, end - start)
    weight = logarithmic_mean(end, start)
    return tuple(
        weight * (math.log(x1) - math.log(x0)) for x0, x1 in zip(old, new, strict=True)
    )


def _drivers(values: Iterable[float], name: str) -> list[float]:
    found = checks.numbers(values, name)
    for i, value in enumerate(found):
        if value < 0.0:
            raise ValueError(f"{name}[{i}] must not be negative, got {value!r}")
    if not math.isfinite(math.prod(found)):
        raise ValueError(f"{name} must have a finite product, got {found!r}")
    return found


def _limits(old: list[float], new: list[float], change: float) -> tuple[float, ...]:
    """The split where a driver vanishes at one end."""
    vanishing = [(x0 == 0.0) != (x1 == 0.0) for x0, x1 in zip(old, new, strict=True)]
    share = change / sum(vanishing) if any(vanishing) else 0.0
    return tuple(share if gone else 0.0 for gone in vanishing)


@dataclass(frozen=True)
class PriceVolumeMix:
    """Parts of a change of revenue; they sum to it without a residual."""

    volume: float
    mix: float
    price: float
    new: float
    dropped: float

    @property
    def total(self) -> float:
        return self.volume + self.mix + self.price + self.new + self.dropped


def price_volume_mix(
    before: Mapping[Any, tuple[float, float]],
    after: Mapping[Any, tuple[float, float]],
) -> PriceVolumeMix:
    """Split of the change of revenue of goods (quantity, revenue) by good.

    Of goods sold in both periods, at the old price p0 and the new one p1:

    * volume: the change of the whole quantity, at the mean old price;
    * mix: that dearer or cheaper goods make up more of it, at old prices;
    * price: sum of q1 * (p1 - p0).

    Goods sold in one period only are new or dropped, with all their revenue. Quantities
    must be positive and in one unit per good.

    >>> old, new = {"a": (10, 100), "b": (10, 300)}, {"a": (10, 110), "b": (20, 600)}
    >>> price_volume_mix(old, new)
    PriceVolumeMix(volume=200.0, mix=100.0, price=10.0, new=0.0, dropped=0.0)
    """
    old, new = _goods(before, "before"), _goods(after, "after")
    both = [good for good in old if good in new]
    quantity0 = math.fsum(old[good][0] for good in both)
    quantity1 = math.fsum(new[good][0] for good in both)
    revenue0 = math.fsum(old[good][1] for good in both)
    revenue1 = math.fsum(new[good][1] for good in both)
    at_old_prices = math.fsum(
        new[good][0] * old[good][1] / old[good][0] for good in both
    )
    at_old_mix = quantity1 * revenue0 / quantity0 if both else 0.0
    return PriceVolumeMix(
        volume=at_old_mix - revenue0,
        mix=at_old_prices - at_old_mix,
        price=revenue1 - at_old_prices,
        new=math.fsum(new[good][1] for good in new if good not in old),
        dropped=0.0 - math.fsum(old[good][1] for good in old if good not in new),
    )


def _goods(
    values: Mapping[Any, tuple[float, float]], name: str
) -> dict[Any, tuple[float, float]]:
    found = {}
    for good, (quantity, revenue) in values.items():
        sold = checks.number(quantity, f"quantity of {good} {name}")
        if sold <= 0.0:
            raise ValueError(
                f"quantity of {good} {name} must be positive, got {quantity!r}"
            )
        found[good] = (sold, checks.number(revenue, f"revenue of {good} {name}"))
    return found
