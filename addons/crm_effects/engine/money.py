"""Money of a measured change: a product of few factors, each of which is shown.

    money = sign * change * volume * value * share * correction

``change`` is actual minus counterfactual in the unit of the indicator and
``sign`` turns an improvement positive. ``volume`` is what a ratio is a ratio of
(orders for an average order value), 1 for sums. ``value`` depends on the method:

* margin: the contribution-margin ratio, for revenue;
* cost: 1, the indicator is money already;
* unit: money per unit;
* hours: the loaded hourly cost; the correction factor says how much of the time
  saved becomes work (Nucleus: 50 to 100 %);
* carrying: yearly holding cost / 12, for stock or receivables;
* release: 1, booked once - cash set free is not a yearly saving.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from . import checks

METHODS = ("margin", "cost", "unit", "hours", "carrying", "release", "none")
ONE_OFF = ("release",)
MONTHS = 12
INTEGRATION_PER_LICENCE = 2 / 3  # rule of thumb of the trade, until a company knows
CARRYING_RATE = 0.25  # capital, storage and risk a year: 20 to 30 % is usual


@dataclass(frozen=True)
class Rule:
    """How a change becomes money; ratios are fractions, 0.31 for 31 %."""

    method: str
    sign: int = 1
    margin_ratio: float = 0.0
    unit_value: float = 0.0
    hourly_cost: float = 0.0
    carrying_rate: float = 0.0
    share: float = 1.0
    correction: float = 1.0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(
                f"method must be one of {', '.join(METHODS)}, got {self.method!r}"
            )
        if self.sign not in (1, -1):
            raise ValueError(f"sign must be 1 or -1, got {self.sign!r}")

    @property
    def value(self) -> float:
        """Money per unit of change and volume."""
        return {
            "margin": self.margin_ratio,
            "cost": 1.0,
            "unit": self.unit_value,
            "hours": self.hourly_cost,
            "carrying": self.carrying_rate / MONTHS,
            "release": 1.0,
            "none": 0.0,
        }[self.method]

    def money(self, change: float, volume: float = 1.0) -> float:
        """Money of one change.

        >>> Rule("margin", margin_ratio=0.31).money(12, 410)
        1525.2
        >>> Rule("hours", hourly_cost=54_000, correction=0.8).money(0.1, 20)
        86400.0
        """
        factors = self.value * self.share * self.correction
        return round(self.sign * change * volume * factors, 9)


def monthly(
    rule: Rule,
    changes: Sequence[float | None],
    volumes: Sequence[float | None] | None = None,
) -> tuple[float, ...]:
    """Money per month; a month without data has none.

    A one-off method books its mean change in the first month that has data.

    >>> monthly(Rule("cost", sign=-1), [-5, None, -7])
    (5.0, 0.0, 7.0)
    >>> monthly(Rule("release", sign=-1), [-5, None, -7])
    (6.0, 0.0, 0.0)
    """
    sizes = [1.0] * len(changes) if volumes is None else list(volumes)
    checks.same_length(changes, sizes, "changes and volumes")
    money = [
        0.0 if change is None else rule.money(change, size or 0.0)
        for change, size in zip(changes, sizes, strict=True)
    ]
    if rule.method not in ONE_OFF:
        return tuple(money)
    seen = [i for i, change in enumerate(changes) if change is not None]
    total = sum(money) / len(seen) if seen else 0.0
    return tuple(total if [i] == seen[:1] else 0.0 for i in range(len(money)))


def integration_cost(licence: float, ratio: float = INTEGRATION_PER_LICENCE) -> float:
    """Integration that usually comes with a licence, as a part of its price.

    >>> integration_cost(300_000)
    200000.0
    >>> integration_cost(300_000, 1.5)
    450000.0
    """
    if checks.number(ratio, "ratio") < 0.0:
        raise ValueError(f"ratio must not be negative, got {ratio!r}")
    return round(checks.number(licence, "licence") * ratio, 9)
