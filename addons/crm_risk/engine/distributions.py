"""What a risk costs when it happens: four distributions of an amount of money.

===========  ==========================  ====================================
class        given by                    moments
===========  ==========================  ====================================
Fixed        x                           x, 0
Triangular   low, mode, high             (a+m+b)/3, (a²+m²+b²−am−ab−mb)/18
Pert         low, mode, high             (a+4m+b)/6, (μ−a)(b−μ)/7
Lognormal    5 % and 95 % quantile       e^{μ+σ²/2}, mean²·(e^{σ²}−1)
===========  ==========================  ====================================

PERT is the beta distribution on [a, b] with α = 1 + 4(m−a)/(b−a) and
β = 1 + 4(b−m)/(b−a) (Vose 2008, shape parameter γ = 4). The lognormal is the
fat tail of cost overruns: σ = (ln p95 − ln p05) / (2·1.644854).

An amount is made in two steps: :meth:`Impact.draw` takes *unit draws* that
depend on the shape alone, :meth:`Impact.amounts` turns them into money. Two
impacts of equal ``shape`` (one a scaled version of the other, say) turn the
same unit draws into comparable amounts.

All amounts are in one currency and not negative: a gain is a risk flagged as
opportunity, not a negative loss.
"""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .checks import MAX_AMOUNT, check_amount, check_not_negative, check_positive

Floats: TypeAlias = NDArray[np.float64]

Z95 = 1.6448536269514722
"""Φ⁻¹(0.95): the 5 % and 95 % quantiles lie this many σ from the median."""

PERT_WEIGHT = 4.0
"""γ of the PERT distribution: weight of the mode against the two ends."""


class Impact:
    """An amount of money, unknown until the risk happens."""

    @property
    def mean(self) -> float:
        raise NotImplementedError

    @property
    def variance(self) -> float:
        raise NotImplementedError

    @property
    def shape(self) -> tuple[Any, ...]:
        """Equal for impacts that can share their unit draws."""
        return (type(self).__name__,)

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        """Unit draws, independent of scale."""
        raise NotImplementedError

    def amounts(self, unit: Floats) -> Floats:
        """Money for each unit draw."""
        raise NotImplementedError

    def scaled(self, factor: float) -> "Impact":
        """The same shape with every amount multiplied by ``factor`` ≥ 0."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Fixed(Impact):
    """A known amount.

    >>> Fixed(100).mean
    100.0
    """

    amount: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", check_amount("amount", self.amount))

    @property
    def mean(self) -> float:
        return self.amount

    @property
    def variance(self) -> float:
        return 0.0

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        return np.ones(size)

    def amounts(self, unit: Floats) -> Floats:
        return unit * self.amount

    def scaled(self, factor: float) -> "Fixed":
        return Fixed(self.amount * check_not_negative("factor", factor))


@dataclass(frozen=True, slots=True)
class _ThreePoint(Impact):
    """Least, most likely and greatest amount."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        for name in ("low", "mode", "high"):
            object.__setattr__(self, name, check_amount(name, getattr(self, name)))
        if not self.low <= self.mode <= self.high:
            raise ValueError(
                "low, mode and high must rise in this order, got"
                f" low={self.low!r}, mode={self.mode!r}, high={self.high!r}"
            )

    @property
    def _width(self) -> float:
        return self.high - self.low

    @property
    def _peak(self) -> float:
        """Place of the mode between the ends, 0…1."""
        return (self.mode - self.low) / self._width if self._width else 0.0

    def amounts(self, unit: Floats) -> Floats:
        return self.low + self._width * unit

    def scaled(self, factor: float) -> "_ThreePoint":
        factor = check_not_negative("factor", factor)
        return type(self)(self.low * factor, self.mode * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Triangular(_ThreePoint):
    """Straight lines from ``low`` up to ``mode`` and down to ``high``.

    >>> Triangular(10, 20, 60).mean
    30.0
    """

    @property
    def mean(self) -> float:
        return self.low + (self.mode - self.low + self._width) / 3

    @property
    def variance(self) -> float:
        left, right, width = self.mode - self.low, self.high - self.mode, self._width
        return (left * left + right * right + width * width) / 36

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        return rng.random(size)

    def amounts(self, unit: Floats) -> Floats:
        peak = self._peak
        rising = np.sqrt(unit * peak)
        falling = 1 - np.sqrt((1 - unit) * (1 - peak))
        return self.low + self._width * np.where(unit < peak, rising, falling)


@dataclass(frozen=True, slots=True)
class Pert(_ThreePoint):
    """Smooth bell between ``low`` and ``high``, kinder to the ends.

    >>> Pert(10, 20, 60).mean, Pert(10, 20, 60).variance
    (25.0, 75.0)
    """

    @property
    def mean(self) -> float:
        rise = PERT_WEIGHT * (self.mode - self.low) + self._width
        return self.low + rise / (PERT_WEIGHT + 2)

    @property
    def variance(self) -> float:
        return (self.mean - self.low) * (self.high - self.mean) / (PERT_WEIGHT + 3)

    @property
    def shape(self) -> tuple[Any, ...]:
        # Rounded: scaling by 0.7 must not make a new shape by the last bit.
        return ("Pert", round(self._peak, 9))

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        peak = self.shape[1]
        return rng.beta(1 + PERT_WEIGHT * peak, 1 + PERT_WEIGHT * (1 - peak), size)


@dataclass(frozen=True, slots=True)
class Lognormal(Impact):
    """Amount whose 5 % and 95 % quantiles are known; the tail above is fat.

    >>> round(Lognormal(10_000, 200_000).mean, -2)
    67700.0
    """

    p05: float
    p95: float

    def __post_init__(self) -> None:
        for name in ("p05", "p95"):
            object.__setattr__(self, name, check_positive(name, getattr(self, name)))
        if self.p05 > self.p95:
            raise ValueError(
                f"p05 must not exceed p95, got p05={self.p05!r}, p95={self.p95!r}"
            )
        if self.log_mean + self.log_sd**2 > math.log(MAX_AMOUNT):
            raise ValueError(
                "p05 and p95 lie too far apart for a finite mean and variance,"
                f" got p05={self.p05!r}, p95={self.p95!r}"
            )

    @property
    def log_mean(self) -> float:
        return (math.log(self.p05) + math.log(self.p95)) / 2

    @property
    def log_sd(self) -> float:
        return (math.log(self.p95) - math.log(self.p05)) / (2 * Z95)

    @property
    def mean(self) -> float:
        return math.exp(self.log_mean + self.log_sd**2 / 2)

    @property
    def variance(self) -> float:
        return self.mean**2 * math.expm1(self.log_sd**2)

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        return rng.standard_normal(size)

    def amounts(self, unit: Floats) -> Floats:
        return np.exp(self.log_mean + self.log_sd * unit)

    def scaled(self, factor: float) -> Impact:
        factor = check_not_negative("factor", factor)
        return Lognormal(self.p05 * factor, self.p95 * factor) if factor else Fixed(0)
