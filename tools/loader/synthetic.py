"""A trading company that never was: customers who come and go, buy at rates of their
own, more before Christmas and more every year; and some who bring things back.

Customers' rates are gamma, their lifetimes exponential (the heterogeneity that
purchase-process models assume); season and growth thin the process.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from . import counts
from .model import (
    Count,
    Credit,
    Customer,
    Document,
    Item,
    Opportunity,
    Product,
    Return,
    Sale,
)
from .moments import Moment

SEASON = (0.85, 0.8, 0.95, 0.9, 1.0, 0.95, 0.9, 0.85, 1.05, 1.15, 1.45, 1.3)
GROWTH = 0.01  # of demand, per month
INFLATION = 0.002  # of prices, per month
RATE_SHAPE = 0.8  # gamma: many buy rarely, few often
LIFETIME_MONTHS = 30
RETURNED_SHARE = 0.03  # of orders
LEAD_SHARE = 0.3  # of orders, born as opportunities
LOST_PER_WON = 0.6
OPEN_SHARE = 0.02  # of orders: customers with one more deal in the pipeline
LEAD_DAYS = (3, 60)  # from opportunity to order
RETURN_DAYS = (3, 20)
OPENING_HOURS = (8, 18)  # UTC
DAY = 86_400
MONTH = 30.4375 * DAY  # for rates; calendar months are taken from dates


@dataclass(frozen=True)
class Size:
    customers: int
    orders: int
    lines: int
    months: int = 36
    seed: int = 1
    products: int = 2_000
    end: datetime = field(default_factory=lambda: counts.month_of(datetime.now()))

    def __post_init__(self):
        for name in ("customers", "orders", "lines", "months", "products"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if self.lines < self.orders:
            raise ValueError(
                f"lines ({self.lines}) must be at least orders ({self.orders}): "
                "every order has a line"
            )

    @property
    def start(self) -> datetime:
        year, month = divmod(self.end.year * 12 + self.end.month - 1 - self.months, 12)
        return datetime(year, month + 1, 1)


@dataclass
class Orders:
    """Arrays, one element per order or per line; orders sorted by time."""

    customer: np.ndarray
    second: np.ndarray  # since `Size.start`
    first_line: np.ndarray  # of each order, and the end of the last
    product: np.ndarray
    quantity: np.ndarray


class Synthetic:
    """:param sellers: pairs of user and team, each with a share of the customers"""

    def __init__(self, size: Size, sellers: list[tuple[int, int]], goods: bool = True):
        self.size = size
        self._sellers = sellers
        self._goods = goods
        self._random = np.random.default_rng(size.seed)
        self.customers = [
            Customer(f"Customer {number:07d}", f"S{number:07d}", "GB")
            for number in range(size.customers)
        ]
        self.products = self._products()
        self._orders = self._draw()

    def _products(self) -> list[Product]:
        prices = np.maximum(50, self._random.lognormal(6.8, 0.9, self.size.products))
        margins = self._random.uniform(0.25, 0.55, self.size.products)
        return [
            Product(
                f"P{number:05d}",
                f"Article {number:05d}",
                int(price),
                int(price * (1 - margin)) if self._goods else 0,
                self._goods,
            )
            for number, (price, margin) in enumerate(zip(prices, margins, strict=True))
        ]

    def _draw(self) -> Orders:
        customer, second = self._purchases()
        size, random = self.size, self._random
        lines = 1 + random.multinomial(
            size.lines - size.orders, np.full(size.orders, 1 / size.orders)
        )
        popularity = 1 / np.arange(1, size.products + 1) ** 0.8
        product = _weighted(random, popularity, size.lines)
        quantity = random.geometric(0.25, size.lines)
        first = np.concatenate([[0], np.cumsum(lines)])
        return Orders(customer, second, first, product, quantity.astype(np.int32))

    def _purchases(self) -> tuple[np.ndarray, np.ndarray]:
        """Customer and time of every order: draws within lifetimes, thinned by season
        and growth until there are enough."""
        size, random = self.size, self._random
        horizon = (size.end - size.start).total_seconds()
        born = random.uniform(-horizon / 2, horizon * 0.97, size.customers)
        dead = born + random.exponential(LIFETIME_MONTHS * MONTH, size.customers)
        opens, closes = np.maximum(born, 0), np.clip(dead, 0, horizon)
        window = np.maximum(closes - opens, 0)
        weight = window * random.gamma(RATE_SHAPE, 1, size.customers)
        customers, seconds, missing = [], [], size.orders
        while missing:
            who = _weighted(random, weight, 2 * missing + 10)
            when = opens[who] + random.uniform(0, 1, len(who)) * window[who]
            kept = random.uniform(0, 1, len(who)) < self._demand(when)
            customers.append(who[kept][:missing])
            seconds.append(when[kept][:missing])
            missing -= len(customers[-1])
        second = self._opening_hours(np.concatenate(seconds))
        order = np.argsort(second, kind="stable")
        return np.concatenate(customers)[order], second[order]

    def _demand(self, second: np.ndarray) -> np.ndarray:
        """Between 0 and 1: season and growth at that time."""
        size = self.size
        month = (second / MONTH).astype(int)
        season = np.array(SEASON)[(month + size.start.month - 1) % 12]
        level = season * (1 + GROWTH) ** month
        return level / (max(SEASON) * (1 + GROWTH) ** (size.months + 1))

    def _opening_hours(self, second: np.ndarray) -> np.ndarray:
        opens, closes = (hour * 3600 for hour in OPENING_HOURS)
        clock = self._random.integers(opens, closes, len(second))
        return (second // DAY).astype(np.int64) * DAY + clock

    # ---- documents

    def documents(self) -> Iterator[Document]:
        """In the order of their moments."""
        pending: list[tuple[datetime, int, Document]] = []
        if self._goods:
            for number, count in enumerate(self._counts()):
                pending.append((count.moment.at, number - 1_000_000, count))
        heapq.heapify(pending)
        for number in range(self.size.orders):
            sale, credit = self._sale(number)
            while pending and pending[0][0] <= sale.moment.at:
                yield heapq.heappop(pending)[2]
            if credit:
                heapq.heappush(pending, (credit.moment.at, number, credit))
            yield from self._deals(sale)
            yield sale
        while pending:
            yield heapq.heappop(pending)[2]

    def _sale(self, number: int) -> tuple[Sale, Credit | None]:
        orders = self._orders
        at = self.size.start + timedelta(seconds=int(orders.second[number]))
        who = int(orders.customer[number])
        user, team = self._sellers[who % len(self._sellers)]
        sale = Sale(
            Moment(at),
            f"W{number:08d}",
            self.customers[who],
            self._items(number, at),
            user,
            team,
        )
        sale.delivered = self._goods
        return sale, self._credit(sale, number)

    def _deals(self, sale: Sale) -> Iterator[Opportunity]:
        """The opportunity that the sale won, and others that were not won."""
        draw = self._random.random()
        if draw < LEAD_SHARE:
            sale.opportunity = self._deal(sale, "won")
            yield sale.opportunity
            if draw < LEAD_SHARE * LOST_PER_WON:
                yield self._deal(sale, "lost")
        elif draw > 1 - OPEN_SHARE:
            yield self._deal(sale, "open")

    def _deal(self, sale: Sale, outcome: str) -> Opportunity:
        days = int(self._random.integers(*LEAD_DAYS))
        return Opportunity(
            Moment(sale.moment.at - timedelta(days=days)),
            sale.customer,
            sale.amount,
            sale.user_id,
            sale.team_id,
            outcome,
            None if outcome == "open" else sale.moment,
        )

    def _items(self, number: int, at: datetime) -> list[Item]:
        orders = self._orders
        start, end = orders.first_line[number : number + 2]
        factor = (1 + INFLATION) ** ((at - self.size.start).days / 30)
        chosen = zip(
            (self.products[index] for index in orders.product[start:end].tolist()),
            orders.quantity[start:end].tolist(),
            strict=True,
        )
        return [
            Item(product, quantity, round(product.price * factor))
            for product, quantity in chosen
        ]

    def _credit(self, sale: Sale, number: int) -> Credit | None:
        if not self._goods or self._random.random() >= RETURNED_SHARE:
            return None
        at = sale.moment.at + timedelta(days=int(self._random.integers(*RETURN_DAYS)))
        if at >= self.size.end:
            return None
        item = sale.items[0]
        item.returned = int(self._random.integers(1, item.quantity + 1))
        back = Return(item.product, item.returned, item.price, sale, item)
        return Credit(Moment(at), f"CW{number:08d}", sale.customer, [back])

    def _counts(self) -> list[Count]:
        """Needs per month and product, summed in arrays."""
        orders, size = self._orders, self.size
        edges = [_shift(size.start, month) for month in range(size.months + 1)]
        seconds = [(edge - size.start).total_seconds() for edge in edges]
        month = np.searchsorted(seconds, orders.second, side="right") - 1
        per_line = np.repeat(month, np.diff(orders.first_line))
        flat = np.bincount(
            per_line * size.products + orders.product,
            weights=orders.quantity,
            minlength=size.months * size.products,
        )
        shipped: dict[datetime, Counter] = defaultdict(Counter)
        for place, need in enumerate(flat.reshape(size.months, size.products)):
            for product in np.flatnonzero(need):
                shipped[edges[place]][self.products[product]] = int(need[product])
        return counts.plan(shipped, {})


def _weighted(random, weights: np.ndarray, count: int) -> np.ndarray:
    """Indices drawn in proportion to their weights."""
    edges = np.cumsum(weights, dtype=float)
    draws = np.searchsorted(edges, random.uniform(0, edges[-1], count), side="right")
    return np.minimum(draws, len(weights) - 1).astype(np.int32)


def _shift(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return datetime(year, month + 1, 1)
