"""Customers who come, buy at rates of their own, and go again.

Rates differ as a gamma distribution, lifetimes as an exponential one: what the models
of purchases suppose, so that they have something to find.
"""

import random
from datetime import date, timedelta
from typing import NamedTuple

RATE_SHAPE = 2.0  # gamma: many buy rarely, few often
LIFETIME = 1200.0  # days, on average
BEFORE = 720.0  # days: at the start there are customers already


class Customer(NamedTuple):
    """Whom orders are written for, and when he buys."""

    id: int
    rate: float
    first: date
    last: date


class Customers:
    """Buyers of one team, who appear evenly over the history and before it."""

    def __init__(self, ids: list[int], start: date, end: date, seed: int):
        self._random = random.Random(seed)
        self._all = [self._make(one, start, end) for one in ids]

    def _make(self, identifier: int, start: date, end: date) -> Customer:
        span = (end - start).days
        born = start + timedelta(days=self._random.uniform(-BEFORE, span))
        stays = self._random.expovariate(1 / LIFETIME)
        return Customer(
            identifier,
            self._random.gammavariate(RATE_SHAPE, 1.0),
            born,
            born + timedelta(days=stays),
        )

    def pick(self, day: date) -> int:
        """One who buys on the day; anybody, should nobody be left."""
        there = [one for one in self._all if one.first <= day <= one.last]
        rates = [one.rate for one in there or self._all]
        [found] = self._random.choices(there or self._all, rates)
        return found.id
