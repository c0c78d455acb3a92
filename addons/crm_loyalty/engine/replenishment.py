"""Rhythm of a customer's purchases of one product, and what he will need next.

Two models of the next purchase (days since the epoch of the dates, units of the
product):

* *interval*: he buys every ``m`` days, ``m`` the median interval: ``t_n + m``;
* *consumption*: he holds our product in stock, uses it at the rate
  ``(q_1 + … + q_{n-1}) / (t_n - t_1)`` and reorders when the last purchase is used
  up: ``t_n + q_n / rate``.

The model with the smaller error on the customer's own past is used: every purchase
from the third on is forecast from those before it. On a tie consumption wins, because
it also answers an unusually large or small last purchase.

`sql/replenishment.py` says the same in SQL, for all customers at once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median, pstdev
from typing import Literal

Day = date | int
Model = Literal["interval", "consumption"]

MINIMUM_PURCHASES = 3
# Purchase days looked back on: a rhythm of years ago is no longer the customer's.
HISTORY = 24
# Overdue ratio = days since the last purchase over the expected cover.
DUE, LATE, LAPSED = 1.0, 1.25, 2.0
# Days; a quotient of quantities that equals an interval may miss it by a rounding.
TIE = 1e-6
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Replenishment:
    """What one customer will need of one product, and how sure that is.

    Days are of the type given (``date``, or plain day numbers). ``interval_date`` and
    ``consumption_date`` are the answers of either model; ``consumption_date`` is
    ``None`` where it lies beyond the calendar. ``error`` is the mean absolute error
    in days of the chosen model on the past. ``confidence`` lies between 0 and 1: the
    share of evidence ``1 - 1/intervals`` times the regularity ``1 / (1 + CV²)`` of
    the intervals.
    """

    purchases: int
    last_date: Day
    last_quantity: float
    median_interval: float
    spread: float
    rate: float
    interval_date: Day
    consumption_date: Day | None
    expected_date: Day
    expected_quantity: float
    model: Model
    error: float
    confidence: float

    def overdue_ratio(self, today: Day) -> float:
        """Return days since the last purchase over the days it was expected to last."""
        cover = _day_number(self.expected_date) - _day_number(self.last_date)
        return (_day_number(today) - _day_number(self.last_date)) / max(cover, 1)

    def state(self, today: Day, late: float = LATE, lapsed: float = LAPSED) -> str:
        """Return ``on_time``, ``due``, ``late`` or ``lapsed``."""
        ratio = self.overdue_ratio(today)
        if ratio < DUE:
            return "on_time"
        return "due" if ratio <= late else "late" if ratio <= lapsed else "lapsed"


def net_purchases(
    dates: Sequence[Day], quantities: Sequence[float]
) -> tuple[list[Day], list[float]]:
    """Return the last purchase days and what the customer kept of each.

    Quantities below zero are returns. A return lessens the purchase day before it; a
    purchase wholly returned never was one, and a return without a purchase before it
    is left out.

    >>> net_purchases([0, 30, 30, 60, 65], [10, 12, -2, 20, -20])
    ([0, 30], [10.0, 10.0])
    """
    per_day: dict[Day, list[float]] = defaultdict(list)
    for day, quantity in zip(dates, quantities, strict=True):
        per_day[day].append(quantity)
    visits: list[tuple[Day, list[float]]] = []
    for day in sorted(per_day):
        if max(per_day[day]) > 0:
            visits.append((day, []))
        if visits:
            visits[-1][1].extend(per_day[day])
    kept = [(day, round(math.fsum(parts), DECIMALS)) for day, parts in visits]
    kept = [(day, quantity) for day, quantity in kept if quantity > 0][-HISTORY:]
    return [day for day, _ in kept], [quantity for _, quantity in kept]


def forecast(
    dates: Sequence[Day],
    quantities: Sequence[float],
    model: Model | None = None,
) -> Replenishment | None:
    """Forecast the next purchase; ``None`` under three purchase days.

    ``dates`` in any order, purchases of one day are added; ``quantities`` are net of
    returns and positive. ``model`` forces one of the two, e.g. the better one of the
    product category.

    >>> answer = forecast([0, 30, 60], [10, 10, 20])
    >>> answer.rate, answer.interval_date, answer.expected_date, answer.model
    (0.3333333333333333, 90, 120, 'consumption')
    >>> round(answer.expected_quantity, 6)
    10.0
    """
    days, amounts = _purchase_days(dates, quantities)
    if model not in (None, "interval", "consumption"):
        raise ValueError(f"model must be 'interval' or 'consumption', got {model!r}")
    if len(days) < MINIMUM_PURCHASES:
        return None
    intervals = _intervals(days)
    rhythm = median(intervals)
    rate = math.fsum(amounts[:-1]) / (days[-1] - days[0])
    kind: type[Day] = date if isinstance(dates[0], date) else int
    by_interval = _as_day(days[-1] + rhythm, kind)
    by_consumption = _as_day(days[-1] + _cover(days, amounts), kind)
    errors = _past_errors(days, amounts)
    tied = math.isclose(*errors, abs_tol=TIE)
    chosen = model or (
        "interval" if errors[0] < errors[1] and not tied else "consumption"
    )
    if by_consumption is None:
        chosen = "interval"
    last = _as_day(days[-1], kind)
    expected = by_interval if chosen == "interval" else by_consumption
    if last is None or by_interval is None or expected is None:
        return None  # the calendar ends before the next purchase
    return Replenishment(
        purchases=len(days),
        last_date=last,
        last_quantity=amounts[-1],
        median_interval=rhythm,
        spread=median(abs(interval - rhythm) for interval in intervals),
        rate=rate,
        interval_date=by_interval,
        consumption_date=by_consumption,
        expected_date=expected,
        expected_quantity=rate * rhythm,
        model=chosen,
        error=errors[chosen == "consumption"],
        confidence=_confidence(intervals),
    )


def _purchase_days(
    dates: Sequence[Day], quantities: Sequence[float]
) -> tuple[list[int], list[float]]:
    """Return distinct day numbers in order and the quantity of each."""
    if len(dates) != len(quantities):
        raise ValueError(
            f"quantities must have the length of dates ({len(dates)}), "
            f"got {len(quantities)}"
        )
    if len({isinstance(day, date) for day in dates}) > 1:
        raise ValueError("dates must be all dates or all day numbers, got both")
    per_day: dict[int, float] = defaultdict(float)
    for day, quantity in zip(dates, quantities, strict=True):
        try:
            positive = math.isfinite(quantity) and quantity > 0
        except TypeError:
            positive = False
        if not positive:
            raise ValueError(f"quantities must be positive numbers, got {quantity!r}")
        per_day[_day_number(day)] += quantity
    days = sorted(per_day)
    return days, [per_day[day] for day in days]


def _day_number(day: Day) -> int:
    if isinstance(day, date):  # a datetime counts as its day
        return day.toordinal()
    if isinstance(day, int) and not isinstance(day, bool):
        return day
    raise ValueError(f"dates must be dates or whole day numbers, got {day!r}")


def _as_day(number: float, kind: type[Day]) -> Day | None:
    """Return the day of a number, rounded half up; ``None`` beyond the calendar."""
    if not math.isfinite(number):
        return None
    # rounded first: 30.5 days reached by two ways of adding must not differ by a day
    nearest = math.floor(round(number, DECIMALS) + 0.5)
    if kind is not date:
        return nearest
    return date.fromordinal(nearest) if number < date.max.toordinal() else None


def _intervals(days: Sequence[int]) -> list[int]:
    return [after - before for before, after in zip(days, days[1:], strict=False)]


def _cover(days: Sequence[int], amounts: Sequence[float]) -> float:
    """Return the days the last purchase lasts at the rate of those before it."""
    return amounts[-1] / math.fsum(amounts[:-1]) * (days[-1] - days[0])


def _past_errors(days: Sequence[int], amounts: Sequence[float]) -> tuple[float, float]:
    """Return mean absolute errors in days of the interval and consumption models."""
    interval_errors, consumption_errors = [], []
    for known in range(MINIMUM_PURCHASES - 1, len(days)):
        past, used = days[:known], amounts[:known]
        waited = days[known] - past[-1]
        interval_errors.append(abs(median(_intervals(past)) - waited))
        consumption_errors.append(abs(_cover(past, used) - waited))
    return fmean(interval_errors), fmean(consumption_errors)


def _confidence(intervals: Sequence[int]) -> float:
    variation = pstdev(intervals) / fmean(intervals)
    return (1 - 1 / len(intervals)) / (1 + variation**2)
