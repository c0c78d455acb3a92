"""The synthetic company: as big as asked, the same for the same seed, and alive."""

from collections import Counter
from datetime import datetime

import numpy as np
import pytest

from tools.loader.model import Count, Credit, Opportunity, Sale
from tools.loader.synthetic import Size, Synthetic

END = datetime(2026, 1, 1)
SELLERS = [(11, 1), (12, 1), (13, 2)]


def company(customers=300, orders=2000, lines=6000, **more):
    size = Size(customers, orders, lines, end=END, products=50, **more)
    made = Synthetic(size, SELLERS)
    return made, list(made.documents())


def of(kind, documents):
    return [document for document in documents if isinstance(document, kind)]


def test_sizes_are_exact():
    made, documents = company()
    sales = of(Sale, documents)
    assert len(made.customers) == 300
    assert len(sales) == 2000
    assert sum(len(sale.items) for sale in sales) == 6000


def test_documents_come_in_order_inside_the_period():
    _, documents = company(months=24)
    timed = [d.moment.at for d in documents if not isinstance(d, Opportunity)]
    assert timed == sorted(timed)
    sold = [sale.moment.at for sale in of(Sale, documents)]
    assert datetime(2024, 1, 1) <= sold[0] and sold[-1] < END


def test_the_same_seed_makes_the_same_company():
    def prints(seed):
        _, documents = company(seed=seed)
        return [(sale.moment.at, sale.amount) for sale in of(Sale, documents)]

    assert prints(1) == prints(1)
    assert prints(1) != prints(2)


def test_customers_repeat_but_not_all_alike():
    """Gamma rates: the busiest tenth buys several times its share."""
    _, documents = company()
    bought = Counter(sale.customer for sale in of(Sale, documents))
    busiest = sum(count for _, count in bought.most_common(30))
    assert busiest > 3 * 2000 / 10
    assert max(bought.values()) > 10


def test_season_is_there():
    """November is wanted 1.45 : 0.8 times as much as February."""
    _, documents = company(customers=2000, orders=20_000, lines=20_000)
    months = Counter(sale.moment.at.month for sale in of(Sale, documents))
    assert months[11] / months[2] == pytest.approx(1.45 / 0.8 * 31 / 28, rel=0.25)


def test_returns_give_back_what_was_sold():
    _, documents = company()
    credits = of(Credit, documents)
    assert 0.01 * 2000 < len(credits) < 0.05 * 2000
    for credit in credits:
        (item,) = credit.items
        assert credit.moment.at > item.sale.moment.at
        assert 0 < item.quantity <= item.item.quantity
        assert item.item.returned == item.quantity


def test_opportunities_are_won_lost_and_open():
    _, documents = company()
    outcomes = Counter(deal.outcome for deal in of(Opportunity, documents))
    won = [sale for sale in of(Sale, documents) if sale.opportunity]
    assert outcomes["won"] == len(won) == pytest.approx(0.3 * 2000, rel=0.15)
    assert outcomes["lost"] == pytest.approx(0.18 * 2000, rel=0.25)
    assert outcomes["open"] > 0


def test_every_seller_has_customers():
    _, documents = company()
    pairs = {(sale.user_id, sale.team_id) for sale in of(Sale, documents)}
    assert pairs == set(SELLERS)


def test_counts_cover_the_demand():
    _, documents = company()
    shelves = Counter()
    for document in documents:
        if isinstance(document, Count):
            shelves.update(dict(document.found))
        elif isinstance(document, Sale):
            for item in document.items:
                shelves[item.product] -= item.quantity
                assert shelves[item.product] > 0


@pytest.mark.parametrize("size", [(0, 1, 1), (1, 0, 1), (1, 2, 1), (1, 1, 0)])
def test_impossible_sizes_are_refused_in_words(size):
    with pytest.raises(ValueError, match="must be"):
        Size(*size)


def test_one_of_each_is_enough():
    _, documents = company(customers=1, orders=1, lines=1, months=1)
    assert len(of(Sale, documents)) == 1
    assert np.isfinite(documents[-1].moment.at.timestamp())
