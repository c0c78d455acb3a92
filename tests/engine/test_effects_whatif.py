"""Scenarios change what lies ahead, never what has happened."""

from dataclasses import replace
from datetime import date

import pytest
from crm_effects.engine import returns
from crm_effects.engine.returns import Item
from crm_effects.engine.whatif import Assumptions, assume, tornado

PAST = [Item(date(2025, 1, 1), cost=1000), Item(date(2025, 2, 1), benefit=100)]
AHEAD = [
    Item(date(2025, 3, 1), cost=50, ahead=True),
    *(Item(date(2025, month, 1), benefit=200, ahead=True) for month in (4, 5, 6)),
]
BASE = Assumptions(0.0)


def value(items, rate=0.0):
    return returns.evaluate(items, rate).npv


def test_base_changes_nothing():
    assert assume(PAST + AHEAD, BASE) == PAST + AHEAD


def test_facts_stay():
    harsh = Assumptions(0.0, benefit=0.0, cost=9.0, delay=5)
    assert assume(PAST, harsh) == PAST


def test_multipliers():
    """600 × 0.8 × 0.5 = 240 of benefits, 50 × 1.2 = 60 of costs; the past -900."""
    changed = Assumptions(0.0, benefit=0.8, cost=1.2, adoption=0.5)
    assert value(assume(PAST + AHEAD, changed)) == pytest.approx(-900 + 240 - 60)


def test_delay_loses_what_falls_beyond_the_horizon():
    late = Assumptions(0.0, delay=2)
    moved = assume(AHEAD, late, last=date(2025, 7, 31))
    assert [item.date.month for item in moved if item.benefit] == [6, 7]
    assert len(assume(AHEAD, late)) == 4


def test_tornado_is_one_at_a_time_and_sorted():
    low = Assumptions(0.2, benefit=0.5, cost=1.2, delay=1, adoption=0.9)
    high = Assumptions(0.0, benefit=1.1, cost=1.0, delay=0, adoption=1.0)
    bars = tornado(PAST + AHEAD, BASE, low, high)
    assert {bar.name for bar in bars} == {
        "rate",
        "benefit",
        "cost",
        "delay",
        "adoption",
    }
    swings = [bar.swing for bar in bars]
    assert swings == sorted(swings, reverse=True)
    by_name = {bar.name: bar for bar in bars}
    base = value(PAST + AHEAD)
    assert by_name["benefit"].low == pytest.approx(base - 300)
    assert by_name["benefit"].high == pytest.approx(base + 60)
    assert by_name["cost"].low == pytest.approx(base - 10)
    for name, bar in by_name.items():
        alone = replace(BASE, **{name: getattr(low, name)})
        assert bar.low == pytest.approx(value(assume(PAST + AHEAD, alone), alone.rate))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"benefit": -1.0}, "benefit must not be negative"),
        ({"delay": 1.5}, "delay must be a whole number"),
        ({"rate": -1.0}, "rate must be greater than -1"),
    ],
)
def test_bad_input(values, words):
    with pytest.raises(ValueError, match=words):
        Assumptions(**{"rate": 0.1, **values})
