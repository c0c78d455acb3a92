"""Value of a cash flow: NPV, IRR as a set, MIRR, payback, TEI table.

Amounts are signed (money in is positive) and equally spaced unless dates are
given; rates are per period, 0.10 being 10 %. Three conventions are kept apart:

* ``npv``: the first amount is at time 0 and is not discounted;
* ``excel_npv``: the first amount is already one period away (spreadsheet NPV);
* ``xnpv``/``xirr``: dated amounts, actual days over 365.

An internal rate solves sum(a_i * v**t_i) = 0 for v = 1/(1+r) > 0. By Descartes'
rule (valid for real exponents too) there are at most as many roots as sign
changes, so none or several are ordinary answers: rates come back as a tuple and
an empty tuple means that no rate in (-1, 10] balances the flow. Roots are
bracketed by a scan, never iterated from a guess.

Sources: Brigham & Ehrhardt, Financial Management; Microsoft's documentation of
NPV, IRR, MIRR, XNPV, XIRR; Forrester, Total Economic Impact methodology.
"""

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from . import checks

DAYS_PER_YEAR = 365.0  # the convention of XNPV/XIRR
HIGHEST_RATE = 10.0  # 1000 % per period: beyond it a rate says nothing
SCAN_POINTS = 4001  # about 0.1 % per step of ln(1+r) in the usual range
TOUCHING = 1e-13  # |balance| / sum|terms| that counts as a double root
BOUNDARY = 1e-12  # slack so that a root at exactly 1000 % is found

Array = NDArray[np.float64]
Balance = Callable[[float], float]


def npv(rate: float, amounts: Iterable[float]) -> float:
    """Net present value, the first amount at time 0.

    >>> round(npv(0.10, [-100, 10, 60, 80]), 2)
    18.78
    """
    rate = checks.rate(rate)
    flow = checks.numbers(amounts, "amounts")
    return math.fsum(_discounted(rate, flow))


def excel_npv(rate: float, amounts: Iterable[float]) -> float:
    """Net present value as spreadsheets define it: the first amount is discounted.

    >>> round(excel_npv(0.10, [-10000, 3000, 4200, 6800]), 2)
    1188.44
    """
    return npv(rate, amounts) / (1.0 + rate)


def irr(amounts: Iterable[float]) -> tuple[float, ...]:
    """Every internal rate of return in (-1, 10], ascending; empty if none.

    >>> irr([-1.6, 10, -10])  # Brigham's project M: two rates, both useless
    (0.25, 4.0)
    >>> irr([100, 100])  # nothing was invested
    ()
    """
    flow = checks.numbers(amounts, "amounts")
    return _rates(np.arange(len(flow), dtype=float), np.array(flow))


def xnpv(
    rate: float, dates: Iterable[datetime.date], amounts: Iterable[float]
) -> float:
    """Net present value of dated amounts on the earliest of the dates."""
    rate = checks.rate(rate)
    years, flow = _dated(dates, amounts)
    return math.fsum(flow * (1.0 + rate) ** -years)


def xirr(dates: Iterable[datetime.date], amounts: Iterable[float]) -> tuple[float, ...]:
    """Every yearly rate in (-1, 10] that balances dated amounts, ascending.

    >>> from datetime import date
    >>> xirr([date(2025, 1, 1), date(2026, 1, 1)], [-100, 110])
    (0.1,)
    """
    return _rates(*_dated(dates, amounts))


def mirr(
    amounts: Iterable[float], finance_rate: float, reinvest_rate: float
) -> float | None:
    """Modified internal rate: deficits financed, surpluses reinvested.

    ``None`` when the flow has no negative or no positive amount.

    >>> round(mirr([-1000, 100, 250, 500, 500], 0.10, 0.10), 8)
    0.10401627
    """
    flow = checks.numbers(amounts, "amounts")
    finance_rate = checks.rate(finance_rate, "finance_rate")
    reinvest_rate = checks.rate(reinvest_rate, "reinvest_rate")
    periods = len(flow) - 1
    spent = -math.fsum(_discounted(finance_rate, [min(a, 0.0) for a in flow]))
    earned = math.fsum(_discounted(reinvest_rate, [max(a, 0.0) for a in flow]))
    if spent <= 0.0 or earned <= 0.0 or not periods:
        return None
    return (earned / spent) ** (1.0 / periods) * (1.0 + reinvest_rate) - 1.0


def payback(amounts: Iterable[float]) -> float | None:
    """Periods until the cumulative flow first recovers from its deficit.

    Linear inside the period; 0 when there never is a deficit, ``None`` when it
    is never recovered.

    >>> payback([-100, 10, 60, 80])
    2.375
    """
    return _recovery(checks.numbers(amounts, "amounts"))


def discounted_payback(rate: float, amounts: Iterable[float]) -> float | None:
    """``payback`` of the discounted amounts.

    >>> round(discounted_payback(0.10, [-100, 10, 60, 80]), 4)
    2.6875
    """
    flow = checks.numbers(amounts, "amounts")
    return _recovery(_discounted(checks.rate(rate), flow))


def monthly_rate(annual_rate: float) -> float:
    """The monthly rate that compounds to ``annual_rate`` in twelve months.

    >>> round(monthly_rate(0.10), 9)
    0.00797414
    """
    return math.expm1(math.log1p(checks.rate(annual_rate, "annual_rate")) / 12.0)


def triangular_mean(low: float, mode: float, high: float) -> float:
    """Risk factor of the older TEI studies: mean of a triangular distribution.

    >>> round(triangular_mean(0.80, 1.00, 1.05), 9)
    0.95
    """
    low, mode, high = checks.numbers((low, mode, high), "low, mode, high")
    if not low <= mode <= high:
        raise ValueError(
            f"low, mode, high must be ascending, got {low}, {mode}, {high}"
        )
    return (low + mode + high) / 3.0


@dataclass(frozen=True)
class Tei:
    """A Total Economic Impact table: Initial, Year 1 ... Year n.

    ``costs``, ``benefits`` and ``net`` are per column; ``roi`` is
    (PV benefits - PV costs) / PV costs, ``None`` without costs; ``payback`` is in
    years from the start, ``None`` if the costs are not recovered.
    """

    columns: tuple[str, ...]
    costs: tuple[float, ...]
    benefits: tuple[float, ...]
    net: tuple[float, ...]
    total_costs: float
    total_benefits: float
    total_net: float
    pv_costs: float
    pv_benefits: float
    npv: float
    roi: float | None
    payback: float | None

    @property
    def payback_months(self) -> float | None:
        return None if self.payback is None else self.payback * 12.0


def tei(
    costs: Sequence[float] | Sequence[Sequence[float]],
    benefits: Sequence[float] | Sequence[Sequence[float]],
    rate: float,
) -> Tei:
    """TEI table of costs and benefits, both given as positive amounts.

    Each side is one row of amounts (Initial, Year 1, ...) or several such rows;
    Initial is not discounted, years count at their end.

    >>> table = tei([100, 0], [0, 220], 0.10)
    >>> round(table.npv, 9), round(table.roi, 9)
    (100.0, 1.0)
    """
    rate = checks.rate(rate)
    spent, gained = _row(costs, "costs"), _row(benefits, "benefits")
    checks.same_length(spent, gained, "costs and benefits")
    net = [gain - cost for cost, gain in zip(spent, gained, strict=True)]
    pv_costs, pv_benefits = npv(rate, spent), npv(rate, gained)
    if pv_costs < 0.0:
        raise ValueError(f"costs must be given as positive amounts, got {costs!r}")
    return Tei(
        columns=("Initial", *(f"Year {i}" for i in range(1, len(net)))),
        costs=tuple(spent),
        benefits=tuple(gained),
        net=tuple(net),
        total_costs=math.fsum(spent),
        total_benefits=math.fsum(gained),
        total_net=math.fsum(net),
        pv_costs=pv_costs,
        pv_benefits=pv_benefits,
        npv=pv_benefits - pv_costs,
        roi=(pv_benefits - pv_costs) / pv_costs if pv_costs else None,
        payback=payback(net),
    )


def _row(rows: Sequence[Any], name: str) -> list[float]:
    """One row of amounts; several rows are summed column by column."""
    found = checks.items(rows, name)
    if not found or not isinstance(found[0], Sequence | np.ndarray):
        return checks.numbers(found, name)
    parsed = [checks.numbers(row, f"{name}[{i}]") for i, row in enumerate(found)]
    for row in parsed[1:]:
        checks.same_length(parsed[0], row, f"rows of {name}")
    return [math.fsum(column) for column in zip(*parsed, strict=True)]


def _discounted(rate: float, flow: Sequence[float]) -> list[float]:
    return [amount * (1.0 + rate) ** -i for i, amount in enumerate(flow)]


def _recovery(flow: Sequence[float]) -> float | None:
    """Time of the first return of the running total to zero after a deficit."""
    total, deficit = 0.0, False
    for period, amount in enumerate(flow):
        before, total = total, total + amount
        if deficit and total >= 0.0:
            return period - 1 + before / (before - total)
        deficit = deficit or total < 0.0
    return None if deficit else 0.0


def _dated(
    dates: Iterable[datetime.date], amounts: Iterable[float]
) -> tuple[Array, Array]:
    """Years since the earliest date and the amounts, in order of date."""
    days, flow = checks.items(dates, "dates"), checks.numbers(amounts, "amounts")
    checks.same_length(days, flow, "dates and amounts")
    for i, day in enumerate(days):
        if not isinstance(day, datetime.date):
            raise ValueError(f"dates[{i}] must be a date, got {day!r}")
    ordinals = np.array([day.toordinal() for day in days], dtype=float)
    order = np.argsort(ordinals, kind="stable")
    years = (ordinals - ordinals.min()) / DAYS_PER_YEAR
    return years[order], np.array(flow)[order]


def _rates(times: Array, flow: Array) -> tuple[float, ...]:
    """Every r in (-1, 10] with sum(flow * (1+r)**-times) = 0."""
    times, flow = _merged(times, flow)
    changes = int(np.count_nonzero(np.diff(np.sign(flow))))
    if not changes:
        return ()
    balance = _balance(times, flow)
    grid = _grid(times, flow)
    if changes == 1:  # Descartes: exactly one root, though it may exceed 1000 %
        grid = grid[[0, -1]]
    values = _scan(times, flow, grid)
    # derivative of the balance times (1+r)**times[0]: it turns at a double root
    slope = _balance(times[1:], (flow * (times[0] - times))[1:])
    touches = _touches(balance, slope, grid, values)
    return _as_rates([*_crossings(balance, grid, values), *touches])


def _merged(times: Array, flow: Array) -> tuple[Array, Array]:
    """Amounts of equal time summed, zero amounts dropped."""
    moments, position = np.unique(times, return_inverse=True)
    sums = np.bincount(position, weights=flow)
    return moments[sums != 0.0], sums[sums != 0.0]


def _balance(times: Array, flow: Array) -> Balance:
    """The relative balance in [-1, 1] at x = ln(1+r); same roots, no overflow."""

    def balance(x: float) -> float:
        anchor = times[0] if x >= 0.0 else times[-1]
        terms = flow * np.exp((anchor - times) * x)
        return float(terms.sum() / np.abs(terms).sum())

    return balance


def _scan(times: Array, flow: Array, grid: Array) -> Array:
    """The relative balance at every point of the grid."""
    total, size = np.zeros_like(grid), np.zeros_like(grid)
    anchor = np.where(grid >= 0.0, times[0], times[-1])
    for moment, amount in zip(times, flow, strict=True):
        term = amount * np.exp((anchor - moment) * grid)
        total += term
        size += np.abs(term)
    return np.asarray(total / size)


def _grid(times: Array, flow: Array) -> Array:
    """Points of x = ln(1+r) from where the last amount outweighs all others."""
    others = float(np.abs(flow[:-1]).sum() / abs(flow[-1]))
    lowest = -math.log(max(others, 1.0)) / (times[-1] - times[-2]) - 1.0
    # below this 1 + r cannot be told from 0 in double precision
    lowest = max(lowest, math.log(1e-15))
    highest = math.log1p(HIGHEST_RATE) + BOUNDARY
    points = SCAN_POINTS * max(1, round((highest - lowest) / 8.0))
    return np.linspace(lowest, highest, points)


def _crossings(balance: Balance, grid: Array, values: Array) -> list[float]:
    """Roots where the balance changes its sign between neighbours."""
    exact = [float(x) for x in grid[values == 0.0]]
    starts = np.flatnonzero(values[:-1] * values[1:] < 0.0)
    return exact + [_solve(balance, grid[i], grid[i + 1]) for i in starts]


def _touches(
    balance: Balance, slope: Balance, grid: Array, values: Array
) -> list[float]:
    """Roots between neighbours of one sign: a touch, or a close pair."""
    size = np.abs(values)
    dips = 1 + np.flatnonzero((size[1:-1] <= size[:-2]) & (size[1:-1] <= size[2:]))
    roots: list[float] = []
    for i in dips:
        left, middle, right = values[i - 1 : i + 2]
        if left * middle > 0.0 and middle * right > 0.0:
            roots += _dip(balance, slope, float(grid[i - 1]), float(grid[i + 1]))
    return roots


def _dip(balance: Balance, slope: Balance, left: float, right: float) -> list[float]:
    """Roots around the turning point; by Rolle a pair has one between them."""
    if slope(left) * slope(right) >= 0.0:
        return []
    turn = _solve(slope, left, right)
    depth = balance(turn)
    if abs(depth) <= TOUCHING:
        return [turn]
    if depth * balance(left) > 0.0:
        return []
    return [_solve(balance, left, turn), _solve(balance, turn, right)]


def _solve(balance: Balance, left: float, right: float) -> float:
    return float(brentq(balance, left, right, xtol=1e-16, rtol=1e-15))


def _as_rates(logs: Iterable[float]) -> tuple[float, ...]:
    """Logs of growth as ascending rates, numerical twins merged."""
    rates: list[float] = []
    for value in sorted(math.expm1(x) for x in logs):
        snapped = round(value, 15)
        if -1.0 < snapped and not (rates and abs(snapped - rates[-1]) < 1e-12):
            rates.append(min(snapped, HIGHEST_RATE))
    return tuple(rates)
