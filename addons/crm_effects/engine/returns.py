"""Return of an introduction from its dated costs and benefits.

Cash conventions, never mixed and always named:

* ``monthly``: months from the first one on, discounted by (1+r)^(1/12) a month;
* ``excel``: the same months, each at its end, as the NPV of spreadsheets has it;
* ``tei_annual``: Initial is everything before go-live, then years after go-live,
  each at its end;
* ``dated``: every amount on its day, actual days over 365.

The MIRR goes by the periods of the convention, months for dated amounts. Payback
runs along the months in every convention.
"""

import calendar
import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass

from . import cashflow, checks
from .answers import Sentence

CONVENTIONS = ("monthly", "excel", "tei_annual", "dated")
MONTHS = 12


@dataclass(frozen=True)
class Item:
    """An amount on a day: ``benefit`` may be negative, ``cost`` is positive.

    ``ahead``: it is expected, not measured or booked.
    """

    date: datetime.date
    cost: float = 0.0
    benefit: float = 0.0
    ahead: bool = False

    @property
    def net(self) -> float:
        return self.benefit - self.cost


@dataclass(frozen=True)
class Return:
    """What an introduction returns; ``None`` where there is no such figure.

    ``irr`` holds every yearly internal rate, ``irr_note`` says why there is none or
    that there are several. Paybacks are months from the first amount on.
    """

    npv: float = 0.0
    pv_cost: float = 0.0
    pv_benefit: float = 0.0
    roi: float | None = None
    irr: tuple[float, ...] = ()
    irr_note: Sentence | None = None
    mirr: float | None = None
    payback: float | None = None
    payback_date: datetime.date | None = None
    discounted_payback: float | None = None
    discounted_payback_date: datetime.date | None = None
    months: tuple[datetime.date, ...] = ()
    cumulative: tuple[float, ...] = ()


def evaluate(
    items: Iterable[Item],
    rate: float,
    *,
    go_live: datetime.date | None = None,
    convention: str = "monthly",
) -> Return:
    """Return of ``items`` at the yearly ``rate``.

    >>> from datetime import date
    >>> spent = Item(date(2025, 1, 9), cost=100)
    >>> gained = Item(date(2025, 5, 9), benefit=150)
    >>> found = evaluate([spent, gained], 0.0)
    >>> found.npv, found.roi, found.payback
    (50.0, 0.5, 3.6666666666666665)
    """
    rate = checks.rate(rate)
    if convention not in CONVENTIONS:
        raise ValueError(
            f"convention must be one of {', '.join(CONVENTIONS)}, got {convention!r}"
        )
    flow = sorted(items, key=lambda item: item.date)
    if not flow:
        return Return()
    first, net = monthly_flow(flow)
    times = moments(flow, convention, go_live or flow[0].date)
    factors = [(1.0 + rate) ** -t for t in times]
    pv_cost = math.fsum(f * i.cost for f, i in zip(factors, flow, strict=True))
    pv_benefit = math.fsum(f * i.benefit for f, i in zip(factors, flow, strict=True))
    rates = _yearly_rates(times, flow, convention)
    monthly = cashflow.monthly_rate(rate)
    plain = cashflow.payback(net)
    discounted = cashflow.discounted_payback(monthly, net)
    return Return(
        npv=pv_benefit - pv_cost,
        pv_cost=pv_cost,
        pv_benefit=pv_benefit,
        roi=(pv_benefit - pv_cost) / pv_cost if pv_cost > 0.0 else None,
        irr=rates,
        irr_note=_irr_note(rates, net),
        mirr=cashflow.mirr(_periods(times, flow, 1), rate, rate)
        if convention == "tei_annual"
        else _yearly(cashflow.mirr(net, monthly, monthly)),
        payback=plain,
        payback_date=moment(first, plain),
        discounted_payback=discounted,
        discounted_payback_date=moment(first, discounted),
        months=tuple(add_months(first, i) for i in range(len(net))),
        cumulative=tuple(math.fsum(net[: i + 1]) for i in range(len(net))),
    )


def annual_table(
    items: Iterable[Item], rate: float, go_live: datetime.date
) -> cashflow.Tei:
    """The items as a TEI table: Initial before go-live, then years after it.

    >>> from datetime import date
    >>> live = date(2025, 1, 1)
    >>> spent = Item(date(2024, 9, 1), cost=100)
    >>> gained = Item(date(2025, 7, 1), benefit=220)
    >>> annual_table([spent, gained], 0.10, live).benefits
    (0.0, 220.0)
    """
    flow = sorted(items, key=lambda item: item.date)
    if not flow:
        raise ValueError("items must hold at least 1 value(s), got 0")
    times = [round(time) for time in moments(flow, "tei_annual", go_live)]
    costs, benefits = [0.0] * (1 + max(times)), [0.0] * (1 + max(times))
    for time, item in zip(times, flow, strict=True):
        costs[time] += item.cost
        benefits[time] += item.benefit
    return cashflow.tei(costs, benefits, rate)


def monthly_flow(items: Iterable[Item]) -> tuple[datetime.date, list[float]]:
    """First month and the net amount of every month from it on."""
    rows = list(items)
    first = min(item.date for item in rows).replace(day=1)
    net = [0.0] * (1 + max(months_between(first, item.date) for item in rows))
    for item in rows:
        net[months_between(first, item.date)] += item.net
    return first, net


def months_between(first: datetime.date, second: datetime.date) -> int:
    """Number of month borders between two dates."""
    return MONTHS * (second.year - first.year) + second.month - first.month


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The first day of the month ``months`` after that of ``day``."""
    year, month = divmod(MONTHS * day.year + day.month - 1 + months, MONTHS)
    return datetime.date(year, month + 1, 1)


def moments(items: list[Item], convention: str, go_live: datetime.date) -> list[float]:
    """Years from the present (the first amount) to each of the ordered items."""
    if convention == "dated":
        start = items[0].date
        return [(i.date - start).days / cashflow.DAYS_PER_YEAR for i in items]
    if convention != "tei_annual":
        start, wait = items[0].date, 1 if convention == "excel" else 0
        return [(wait + months_between(start, i.date)) / MONTHS for i in items]
    after = [months_between(go_live, i.date) for i in items]
    return [0.0 if months < 0 else 1.0 + months // MONTHS for months in after]


def _yearly_rates(
    times: list[float], items: list[Item], convention: str
) -> tuple[float, ...]:
    """Internal rates per year in the convention's own periods."""
    if convention == "dated":
        return cashflow.xirr([i.date for i in items], [i.net for i in items])
    per_year = 1 if convention == "tei_annual" else MONTHS
    flow = _periods(times, items, per_year)
    yearly = [math.expm1(per_year * math.log1p(r)) for r in cashflow.irr(flow)]
    return tuple(r for r in yearly if -1.0 < r <= cashflow.HIGHEST_RATE)


def _periods(times: list[float], items: list[Item], per_year: int) -> list[float]:
    """Net amount of every period from the present on."""
    flow = [0.0] * (1 + round(max(times) * per_year))
    for time, item in zip(times, items, strict=True):
        flow[round(time * per_year)] += item.net
    return flow


def _irr_note(rates: tuple[float, ...], net: list[float]) -> Sentence | None:
    if len(rates) > 1:
        return Sentence(
            "irr_several",
            "{count} rates balance these flows: judge by NPV and MIRR.",
            count=len(rates),
        )
    if rates:
        return None
    if min(net) >= 0.0 or max(net) <= 0.0:
        return Sentence(
            "irr_one_sign", "No internal rate: all months have the same sign."
        )
    return Sentence("irr_none", "No internal rate up to 1000 % balances these flows.")


def _yearly(rate: float | None) -> float | None:
    return None if rate is None else math.expm1(MONTHS * math.log1p(rate))


def moment(first: datetime.date, months: float | None) -> datetime.date | None:
    """The day that lies ``months`` after the first of the first month."""
    if months is None:
        return None
    whole = add_months(first, math.floor(months))
    days = calendar.monthrange(whole.year, whole.month)[1]
    return whole + datetime.timedelta(days=math.floor((months % 1.0) * days))
