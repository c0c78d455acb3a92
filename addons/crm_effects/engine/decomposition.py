"""Exact split of a change into the contributions of its drivers (LMDI-I).

For a product V = x1 * x2 * ... the logarithmic mean Divisia index gives driver i

    L(V1, V0) * ln(x_i1 / x_i0),   L(a, b) = (a - b) / ln(a / b),  L(a, a) = a,

and the parts sum to V1 - V0 without a residual (Ang 2005). Zeros are treated by
their analytical limits (Wood & Lenzen 2006), not by a small number: where V
vanishes at one end, the drivers that vanish there share the whole change
equally and the others get nothing. A driver that is zero at both ends makes V
zero at both ends, and every part is zero.
"""

import math
from collections.abc import Iterable

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
