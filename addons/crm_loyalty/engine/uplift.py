"""What a programme brought per customer, against customers kept out of it at random.

Both groups were drawn by chance, so the difference of their means is the effect of
the programme. Revenues of the two groups differ in spread as well: the interval is
Welch's (Welch 1947; degrees of freedom by Satterthwaite 1946). Amounts are in the
currency of the input, per customer; who bought nothing counts with 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import t as student

# Revenue is skewed: below this many customers its mean is not yet normal.
MINIMUM = 30


@dataclass(frozen=True)
class Group:
    """Number of customers, mean and standard deviation (n − 1) of their figure."""

    n: int
    mean: float
    sd: float

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError(f"n must be ≥ 0, got {self.n!r}")
        if not (math.isfinite(self.mean) and math.isfinite(self.sd)):
            raise ValueError(
                f"mean and sd must be finite, got {self.mean!r}, {self.sd!r}"
            )
        if self.sd < 0:
            raise ValueError(f"sd must be ≥ 0, got {self.sd!r}")

    @property
    def error(self) -> float:
        """Variance of the mean."""
        return self.sd**2 / self.n


@dataclass(frozen=True)
class Uplift:
    """Effect per customer with its interval; ``relative`` to the mean of those kept
    out, ``None`` where that is not positive."""

    effect: float
    low: float
    high: float
    degrees: float
    p_value: float
    relative: float | None
    treated: Group
    control: Group

    @property
    def is_proven(self) -> bool:
        """The interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class TooFew:
    """No answer: a group is smaller than ``minimum``."""

    treated: int
    control: int
    minimum: int


def measure(
    treated: Group, control: Group, *, level: float = 0.95, minimum: int = MINIMUM
) -> Uplift | TooFew:
    """Compare the customers of a programme with those kept out of it.

    >>> found = measure(Group(100, 60.0, 20.0), Group(100, 50.0, 20.0))
    >>> round(found.effect, 2), round(found.relative, 2), round(found.degrees)
    (10.0, 0.2, 198)
    >>> round(found.low, 2), round(found.high, 2), found.is_proven
    (4.42, 15.58, True)
    >>> measure(Group(100, 60.0, 20.0), Group(5, 50.0, 20.0))
    TooFew(treated=100, control=5, minimum=30)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level!r}")
    if minimum < 2:
        raise ValueError(f"minimum must be ≥ 2, got {minimum!r}")
    if min(treated.n, control.n) < minimum:
        return TooFew(treated.n, control.n, minimum)
    effect = treated.mean - control.mean
    error = math.sqrt(treated.error + control.error)
    degrees = _degrees(treated, control)
    reach = error * float(student.ppf((1 + level) / 2, degrees))
    return Uplift(
        effect=effect,
        low=effect - reach,
        high=effect + reach,
        degrees=degrees,
        p_value=_p_value(effect, error, degrees),
        relative=effect / control.mean if control.mean > 0 else None,
        treated=treated,
        control=control,
    )


def _degrees(treated: Group, control: Group) -> float:
    """Satterthwaite; of the pooled sample where nobody differs from his group."""
    total = treated.error + control.error
    if total == 0:
        return treated.n + control.n - 2
    return total**2 / (
        treated.error**2 / (treated.n - 1) + control.error**2 / (control.n - 1)
    )


def _p_value(effect: float, error: float, degrees: float) -> float:
    """Chance of such a difference or a larger one without an effect."""
    if error == 0:
        return 1.0 if effect == 0 else 0.0
    return 2 * float(student.sf(abs(effect) / error, degrees))
