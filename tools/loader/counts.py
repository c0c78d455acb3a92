"""Stock counts: no source knows what lay on the shelves, so a count on the evening
before each month finds what is needed for the months to come."""

from collections import Counter
from datetime import datetime, timedelta

from .model import Count
from .moments import Moment

COVER_MONTHS = 2  # of what will be shipped
EVENING_BEFORE = timedelta(hours=6)


def plan(
    shipped: dict[datetime, Counter], back: dict[datetime, Counter]
) -> list[Count]:
    """
    :param shipped: quantity by product, by first day of the month
    :param back: what came back, likewise
    """
    months = sorted({*shipped, *back})
    books: Counter = Counter()
    counts = []
    for place, month in enumerate(months):
        wanted: Counter = Counter()
        for ahead in months[place : place + COVER_MONTHS]:
            wanted.update(shipped.get(ahead, {}))
        found = [
            (product, need - books[product] + 1)  # never quite to zero
            for product, need in wanted.items()
            if need >= books[product]
        ]
        if found:
            counts.append(Count(Moment(month - EVENING_BEFORE), found))
        books.update(dict(found))
        books.update(back.get(month, {}))
        books.subtract(shipped.get(month, {}))
    return counts


def month_of(at: datetime) -> datetime:
    return datetime(at.year, at.month, 1)
