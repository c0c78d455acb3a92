"""The demo's three stories: an honest tracker finds the truth put into them."""

import importlib.util
import math
import random
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from crm_effects.engine import causal, evidence

# by its path: the package of the demo also holds a model, and so needs Odoo
FOLDER = Path(__file__).parents[2] / "addons/crm_effects/demo"


def by_path(name):
    spec = importlib.util.spec_from_file_location(
        f"crm_effects_{name}", FOLDER / f"{name}.py"
    )
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


story = by_path("story")
customers = by_path("customers")

SEASONS = (1, 5, 9)  # calendar months in which the history may begin


def revenue(told, *names, months=story.MONTHS):
    return [sum(told[name][i].revenue for name in names) for i in range(months)]


@pytest.fixture(params=SEASONS)
def told(request):
    return story.teams(request.param)


def against_east(told, *names):
    return causal.controlled_time_series(
        revenue(told, *names), revenue(told, "East"), story.CRM, log=True
    )


def contact_base(told):
    return causal.interrupted_time_series(
        revenue(told, *told, months=story.CRM), story.CONTACT_BASE, log=True
    )


def test_the_crm_works(told):
    found = against_east(told, "North", "South")
    assert found.low < math.log1p(story.REVENUE_LIFT) < found.high
    assert evidence.grade(found) == "A"


def test_the_market_alone_is_not_proven(told):
    sales = revenue(told, *told)
    year, next_year = sum(sales[12:24]), sum(sales[24:36])
    assert next_year > 1.08 * year, "everybody can see that sales rose"
    assert evidence.proof(evidence.grade(contact_base(told))) != "proven"


def test_the_telephone_brings_next_to_nothing(told):
    found = against_east(told, "West")
    assert found.low < math.log1p(story.CALLS_LIFT) < found.high
    assert evidence.proof(evidence.grade(found)) != "proven"


def test_less_stock_is_found():
    found = causal.interrupted_time_series(story.stock(), story.CRM, log=True)
    assert found.low < math.log1p(story.STOCK_LIFT) < found.high
    assert evidence.grade(found) == "B"


def test_the_seed_is_no_lucky_one():
    """Other draws of the same world: 95 % intervals of twelve may miss twice."""
    worlds = [story.teams(3, seed) for seed in range(12)]
    crm = [against_east(world, "North", "South") for world in worlds]
    lift = math.log1p(story.REVENUE_LIFT)
    assert sum(one.low < lift < one.high for one in crm) >= 10
    market = [evidence.grade(contact_base(world)) for world in worlds]
    assert sum(evidence.proof(grade) == "proven" for grade in market) <= 2


def test_same_story_every_time():
    assert story.teams(7) == story.teams(7)
    assert story.stock() == story.stock()


def test_enough_customers_come_back_for_the_purchase_models():
    """At least 200 with two days of purchase in three years, some long silent, some
    new."""
    start, end = date(2021, 1, 1), date(2025, 1, 1)
    days: dict[int, set[date]] = {}
    draw = random.Random(1)
    for team in range(4):
        known = list(range(1000 * team, 1000 * team + 120))
        buyers = customers.Customers(known, start, end, team)
        for _order in range(480):
            day = start + timedelta(days=draw.randrange((end - start).days))
            buyer = buyers.pick(day)
            if day > date(2022, 1, 1):
                days.setdefault(buyer, set()).add(day)
    assert sum(len(bought) > 1 for bought in days.values()) >= 200
    last = [max(bought) for bought in days.values()]
    assert sum(day < date(2023, 1, 1) for day in last) > 20
    assert sum(min(bought) > date(2024, 1, 1) for bought in days.values()) > 20
