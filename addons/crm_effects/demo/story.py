"""The truth of the demo: four years of a trading house, told without a database.

Four teams sell the same range. The market grows by about ten percent a year for all
of them, prices rise by 3 % in month 30 and a loyalty programme starts in month 42,
again for all; the season is everybody's, and the noise remembers 30 % of the month
before. Three introductions meet this market:

* a contact base for all teams, live in month 24: nothing comes of it. Sales are ten
  percent higher a year later all the same, which is the market;
* the CRM of North and South, live in month 36: 8 % more revenue, nine points more of
  the lines delivered in time, 12 % less stock;
* telephone sales in West, live in month 36: a third of the people use it, it brings
  1 % and costs 60 % more than planned.

East gets nothing but the contact base: whatever happens there is the market.

Goods are due a month after delivery. Most customers pay before that, some late, a few
very late, and no introduction changes it.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 110  # a typical draw: tests try others
MONTHS, BEFORE = 48, 36
CONTACT_BASE, CRM = 24, 36  # months of the go-lives
PRICE_RISE, LOYALTY_LAUNCH = 30, 42
GROWTH = 0.008  # a month, of the whole market
PRICE_LIFT, LOYALTY_LIFT = 0.03, 0.02
REVENUE_LIFT, ON_TIME_LIFT, STOCK_LIFT = 0.08, 0.09, -0.12
CALLS_LIFT = 0.01
SEASON = ((0.08, 10.5), (0.05, 4.5))  # yearly and half-yearly: height, month of the top
MARKET_NOISE, TEAM_NOISE, MEMORY = 0.025, 0.025, 0.3
ON_TIME, ON_TIME_NOISE = 0.78, 0.015
STOCK, STOCK_NOISE = 640_000.0, 0.02
ORDERS = 8.0  # a month and team, in the first one
ORDERS_OF_LIFT = 0.6  # the rest of more revenue is larger orders
TERMS = 30  # days
PAYERS = ((0.7, -10, 0), (0.25, 1, 30), (0.05, 31, 90))  # share, days after due


@dataclass(frozen=True)
class Team:
    """One sales team: revenue of the first month and what its introduction brings."""

    name: str
    revenue: float
    lift: float = 0.0
    on_time: float = 0.0


TEAMS = (
    Team("North", 190_000.0, REVENUE_LIFT, ON_TIME_LIFT),
    Team("South", 150_000.0, REVENUE_LIFT, ON_TIME_LIFT),
    Team("East", 170_000.0),
    Team("West", 90_000.0, CALLS_LIFT),
)


@dataclass(frozen=True)
class Month:
    """What one team did in one month."""

    revenue: float
    orders: int
    on_time: float


def teams(calendar: int, seed: int = SEED) -> dict[str, list[Month]]:
    """Every team's months, oldest first; ``calendar`` is the month (1 to 12) of the
    first one.

    >>> [len(months) for months in teams(1).values()]
    [48, 48, 48, 48]
    """
    generator = random.Random(seed)
    market = list(_market(generator, calendar))
    return {
        team.name: list(_months(generator, team, market, calendar)) for team in TEAMS
    }


def stock(seed: int = SEED) -> list[float]:
    """Value of the stock at the month ends.

    >>> values = stock()
    >>> len(values), sum(values[36:]) < 0.95 * sum(values[24:36])
    (48, True)
    """
    errors = _noise(random.Random(seed + 1), STOCK_NOISE)
    return [
        round(STOCK * (1 + STOCK_LIFT * (i >= CRM)) * math.exp(error), 2)
        for i, error in enumerate(errors)
    ]


def _market(generator: random.Random, calendar: int) -> Iterator[float]:
    """Logarithm of what all teams share."""
    for i, error in enumerate(_noise(generator, MARKET_NOISE)):
        yield (
            GROWTH * i
            + _season(calendar + i)
            + math.log1p(PRICE_LIFT) * (i >= PRICE_RISE)
            + math.log1p(LOYALTY_LIFT) * (i >= LOYALTY_LAUNCH)
            + error
        )


def _season(month: int) -> float:
    """Logarithm of the season in a calendar month, counted on over the years."""
    return sum(
        height * math.cos(2 * math.pi * waves * (month - top) / 12)
        for waves, (height, top) in enumerate(SEASON, start=1)
    )


def _months(
    generator: random.Random, team: Team, market: list[float], calendar: int
) -> Iterator[Month]:
    own = _noise(generator, TEAM_NOISE)
    service = _noise(generator, ON_TIME_NOISE)
    for i in range(MONTHS):
        live = i >= CRM
        lift = math.log1p(team.lift) * live
        more = (GROWTH * i + _season(calendar + i)) / 2 + ORDERS_OF_LIFT * lift
        yield Month(
            revenue=round(team.revenue * math.exp(lift + market[i] + own[i]), 2),
            orders=round(ORDERS * math.exp(more) + generator.uniform(-0.5, 0.5)),
            on_time=min(1.0, ON_TIME + team.on_time * live + service[i]),
        )


def _noise(generator: random.Random, size: float) -> list[float]:
    """An autocorrelated series as long as the history."""
    errors, last = [], 0.0
    for _month in range(MONTHS):
        shock = generator.gauss(0.0, size * math.sqrt(1 - MEMORY**2))
        last = MEMORY * last + shock
        errors.append(last)
    return errors
