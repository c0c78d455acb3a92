"""Return of an introduction whose effects, risks and costs are not certain.

Each draw is one possible future. An effect is one estimate, so all its months move
together: with z from a standard normal the amount of a month is

    mean + z * (high - mean) / 1.96      z > 0
    mean + z * (mean - low) / 1.96       z < 0

low and high being the ends of its 95 % interval. A declared effect is triangular
between its ends. What lies ahead is lost by ``share`` when a linked risk happens;
what has been measured is not. A risk that threatens several effects happens to all
of them or to none. A planned cost with an uplift u grows by a triangular (0, u, 2u)
part of itself, u on average.

Common random numbers: every effect and risk has a stream of its own, so that a
change of one leaves the draws of the others untouched.
"""

import datetime
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import checks, returns

Z975 = 1.959963984540054  # half width of a 95 % interval in standard deviations
MAX_DRAWS = 200_000
SHAPES = ("normal", "triangular")
CURVE_POINTS = 41

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """An amount on a day: of an effect (positive is good) or a cost (positive)."""

    date: datetime.date
    amount: float
    low: float
    high: float
    ahead: bool = False


@dataclass(frozen=True)
class Threat:
    """A risk that takes ``share`` of what an effect is expected to bring."""

    key: str
    probability: float
    share: float

    def __post_init__(self) -> None:
        for name in ("probability", "share"):
            value = checks.number(getattr(self, name), name)
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1, got {value!r}")


@dataclass(frozen=True)
class Stream:
    """The months of one effect and what threatens them."""

    key: str
    rows: tuple[Row, ...]
    threats: tuple[Threat, ...] = ()
    shape: str = "normal"

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ValueError(
                f"shape must be one of {', '.join(SHAPES)}, got {self.shape!r}"
            )


@dataclass(frozen=True)
class Cost:
    """A cost on a day; ``uplift`` is the part by which it may grow on average."""

    date: datetime.date
    amount: float
    uplift: float = 0.0


@dataclass(frozen=True)
class Outlook:
    """What the futures say; a payback of ``None`` lies beyond the horizon.

    ``curve`` holds (chance, NPV not exceeded). Paybacks are months from the first
    amount on.
    """

    mean: float
    p10: float
    p50: float
    p90: float
    probability_positive: float
    payback_p10: float | None
    payback_p50: float | None
    payback_p90: float | None
    probability_payback: float
    curve: tuple[tuple[float, float], ...]


def expected_factor(threats: Iterable[Threat]) -> float:
    """Part that is left on average: the product of (1 - p * share).

    >>> expected_factor([Threat("a", 0.4, 0.5), Threat("b", 0.1, 1.0)])
    0.7200000000000001
    """
    return math.prod(1.0 - threat.probability * threat.share for threat in threats)


def simulate(
    streams: Sequence[Stream],
    costs: Sequence[Cost],
    rate: float,
    *,
    go_live: datetime.date | None = None,
    convention: str = "monthly",
    draws: int = 10_000,
    seed: int = 0,
) -> Outlook | None:
    """Futures of the return; ``None`` without any amount.

    >>> from datetime import date
    >>> sure = Row(date(2025, 2, 1), 150, 150, 150)
    >>> found = simulate([Stream("a", (sure,))], [Cost(date(2025, 1, 1), 100)], 0.0)
    >>> found.p10, found.p50, found.p90, found.probability_positive
    (50.0, 50.0, 50.0, 1.0)
    """
    checks.whole(draws, "draws", 1, MAX_DRAWS)
    checks.whole(seed, "seed", 0)
    dates = [r.date for s in streams for r in s.rows] + [c.date for c in costs]
    if not dates:
        return None
    calendar = _Calendar(dates, rate, convention, go_live)
    occurred = _Occurrence(streams, seed, draws)
    value, path = np.zeros(draws), np.zeros((calendar.size, draws))
    for stream in streams:
        _add_stream(value, path, stream, calendar, occurred, seed)
    _add_costs(value, path, costs, calendar, seed)
    return _outlook(value, _paybacks(path))


def chances(
    curve: Sequence[Sequence[float]], steps: int = 24
) -> list[tuple[float, float]]:
    """(amount, chance that it is not exceeded) at equal distances, for a drawing.

    ``curve`` holds (chance, amount) as in :class:`Outlook`.

    >>> chances([(0.0, 0.0), (0.5, 10.0), (1.0, 30.0)], 3)
    [(0.0, 0.0), (10.0, 0.5), (20.0, 0.75), (30.0, 1.0)]
    """
    shares, amounts = (np.array(column) for column in zip(*curve, strict=True))
    places = np.linspace(amounts[0], amounts[-1], steps + 1)
    found = np.interp(places, amounts, shares)
    return [(float(x), float(y)) for x, y in zip(places, found, strict=True)]


class _Calendar:
    """Discount factor and month of every day."""

    def __init__(
        self,
        dates: list[datetime.date],
        rate: float,
        convention: str,
        go_live: datetime.date | None,
    ) -> None:
        days = sorted(set(dates))
        items = [returns.Item(day) for day in days]
        times = returns.moments(items, convention, go_live or days[0])
        growth = 1.0 + checks.rate(rate)
        self.factor = {
            day: growth**-time for day, time in zip(days, times, strict=True)
        }
        self._first = days[0]
        self.size = 1 + returns.months_between(days[0], days[-1])

    def month(self, day: datetime.date) -> int:
        return returns.months_between(self._first, day)


class _Occurrence:
    """Whether each risk happens, once for all effects it threatens."""

    def __init__(self, streams: Sequence[Stream], seed: int, draws: int) -> None:
        self._draws = draws
        threats = {t.key: t for stream in streams for t in stream.threats}
        self._happens: Mapping[str, Any] = {
            key: _random(seed, f"risk {key}").random(draws) < threat.probability
            for key, threat in threats.items()
        }

    def left(self, threats: Iterable[Threat]) -> Array:
        """Part of the effect that is left, draw by draw."""
        part = np.ones(self._draws)
        for threat in threats:
            part *= 1.0 - threat.share * self._happens[threat.key]
        return part


def _random(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _add_stream(
    value: Array,
    path: Array,
    stream: Stream,
    calendar: _Calendar,
    occurred: _Occurrence,
    seed: int,
) -> None:
    up, down = _positions(stream, len(value), seed)
    left = occurred.left(stream.threats)
    for row in stream.rows:
        drawn = row.amount + up * (row.high - row.amount)
        drawn -= down * (row.amount - row.low)
        if row.ahead:
            drawn *= left
        value += calendar.factor[row.date] * drawn
        path[calendar.month(row.date)] += drawn


def _positions(stream: Stream, draws: int, seed: int) -> tuple[Array, Array]:
    """How far each draw goes from the mean to the high and to the low end."""
    generator = _random(seed, f"effect {stream.key}")
    if stream.shape == "normal":
        z = generator.standard_normal(draws) / Z975
        return np.maximum(z, 0.0), np.maximum(-z, 0.0)
    below = sum(row.amount - row.low for row in stream.rows)
    above = sum(row.high - row.amount for row in stream.rows)
    if below + above <= 0.0:
        return np.zeros(draws), np.zeros(draws)
    peak = below / (below + above)
    x = generator.triangular(0.0, min(max(peak, 0.0), 1.0), 1.0, draws)
    up = np.maximum(x - peak, 0.0) / (1.0 - peak) if peak < 1.0 else np.zeros(draws)
    down = np.maximum(peak - x, 0.0) / peak if peak > 0.0 else np.zeros(draws)
    return up, down


def _add_costs(
    value: Array,
    path: Array,
    costs: Sequence[Cost],
    calendar: _Calendar,
    seed: int,
) -> None:
    growth = _random(seed, "costs").triangular(0.0, 1.0, 2.0, len(value))
    for cost in costs:
        drawn = cost.amount * (1.0 + cost.uplift * growth)
        value -= calendar.factor[cost.date] * drawn
        path[calendar.month(cost.date)] -= drawn


def _paybacks(path: Array) -> Array:
    """Months to payback of every draw as ``cashflow.payback`` has it; inf is never."""
    total = np.cumsum(path, axis=0)
    deficit = np.logical_or.accumulate(total < 0.0, axis=0)
    back = np.zeros(total.shape, dtype=bool)
    back[1:] = deficit[:-1] & (total[1:] >= 0.0)
    found, month = back.any(axis=0), back.argmax(axis=0)
    column = np.arange(total.shape[1])
    before, after = total[month - 1, column], total[month, column]
    with np.errstate(divide="ignore", invalid="ignore"):
        months = month - 1 + before / (before - after)
    return np.where(found, months, np.where(deficit[-1], np.inf, 0.0))


def _outlook(value: Array, paybacks: Array) -> Outlook:
    chances = np.linspace(0.0, 1.0, CURVE_POINTS)
    amounts = np.quantile(value, chances)
    p10, p50, p90 = (float(x) for x in np.quantile(value, (0.1, 0.5, 0.9)))
    # the order of months without interpolation: half-way to never is never
    months = np.quantile(paybacks, (0.1, 0.5, 0.9), method="inverted_cdf")
    early, middle, late = (float(m) if math.isfinite(m) else None for m in months)
    return Outlook(
        mean=float(value.mean()),
        p10=p10,
        p50=p50,
        p90=p90,
        probability_positive=float((value > 0.0).mean()),
        payback_p10=early,
        payback_p50=middle,
        payback_p90=late,
        probability_payback=float(np.isfinite(paybacks).mean()),
        curve=tuple(
            (round(float(chance), 6), float(amount))
            for chance, amount in zip(chances, amounts, strict=True)
        ),
    )
