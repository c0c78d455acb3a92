"""What if: the return under other assumptions about what lies ahead.

Facts do not change: what has been measured and booked stays as it is, only the
amounts ahead are multiplied and moved. The tornado changes one assumption at a time
and leaves the others as they are in the base.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from . import checks, returns
from .returns import Item


@dataclass(frozen=True)
class Assumptions:
    """Multipliers of what lies ahead; ``delay`` in whole months, ``rate`` a year."""

    rate: float
    benefit: float = 1.0
    cost: float = 1.0
    delay: int = 0
    adoption: float = 1.0

    def __post_init__(self) -> None:
        checks.rate(self.rate)
        for name in ("benefit", "cost", "adoption"):
            if checks.number(getattr(self, name), name) < 0.0:
                raise ValueError(
                    f"{name} must not be negative, got {getattr(self, name)!r}"
                )
        checks.whole(self.delay, "delay", 0)


@dataclass(frozen=True)
class Bar:
    """One assumption of a tornado and the NPV at its two ends."""

    name: str
    low: float
    high: float

    @property
    def swing(self) -> float:
        return abs(self.high - self.low)


def assume(
    items: Iterable[Item],
    assumptions: Assumptions,
    *,
    last: datetime.date | None = None,
) -> list[Item]:
    """The items under ``assumptions``; benefits moved beyond ``last`` are lost.

    >>> from datetime import date
    >>> gain = Item(date(2025, 5, 1), benefit=100, ahead=True)
    >>> [late] = assume([gain], Assumptions(0.1, benefit=0.8, delay=2))
    >>> late.benefit, late.date
    (80.0, datetime.date(2025, 7, 1))
    """
    result = []
    for item in items:
        if not item.ahead:
            result.append(item)
        elif item.cost:
            result.append(replace(item, cost=item.cost * assumptions.cost))
        else:
            part = assumptions.benefit * assumptions.adoption
            day = _moved(item.date, assumptions.delay)
            if last is None or day <= last:
                result.append(replace(item, date=day, benefit=item.benefit * part))
    return result


def tornado(
    items: Sequence[Item],
    base: Assumptions,
    low: Assumptions,
    high: Assumptions,
    *,
    go_live: datetime.date | None = None,
    convention: str = "monthly",
    last: datetime.date | None = None,
) -> list[Bar]:
    """NPV with one assumption at a time at its low and its high end, widest first."""

    def value(assumptions: Assumptions) -> float:
        flow = assume(items, assumptions, last=last)
        return returns.evaluate(
            flow, assumptions.rate, go_live=go_live, convention=convention
        ).npv

    bars = []
    for field in fields(Assumptions):
        name = field.name
        ends = [
            value(replace(base, **{name: getattr(end, name)})) for end in (low, high)
        ]
        bars.append(Bar(name, *ends))
    return sorted(bars, key=lambda bar: -bar.swing)


def _moved(day: datetime.date, months: int) -> datetime.date:
    return returns.add_months(day, months) if months else day
