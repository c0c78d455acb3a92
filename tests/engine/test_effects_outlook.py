"""Chance of a target from the straight trend, Wilson's interval."""

import numpy as np
import pytest
from crm_effects.engine.outlook import attainment, forecast, wilson


def test_straight_line_is_continued():
    found = forecast([10, 12, 14, 16], 3)
    assert found.mean == pytest.approx(22)
    assert found.chance(22) == 1.0
    assert found.chance(23) == 0.0
    assert found.chance(22, higher=False) == 1.0


def test_too_few_months():
    assert forecast([1, None, 2, 3], 1) is None


def test_interval_covers():
    """95 % intervals of 2000 lines with white noise hold 93.5-96.5 % of the truth."""
    generator, inside, trials = np.random.default_rng(5), 0, 2000
    for _trial in range(trials):
        truth = 50 + 0.5 * np.arange(19) + generator.normal(0, 3, 19)
        found = forecast(truth[:12].tolist(), 7)
        inside += found.low <= truth[18] <= found.high
    assert 0.935 <= inside / trials <= 0.965


def test_chances_add_up():
    found = forecast([10, 12, 11, 15, 14, 16], 4)
    assert found.chance(18) + found.chance(18, higher=False) == pytest.approx(1)
    assert found.chance(found.mean) == pytest.approx(0.5)
    assert found.chance(found.high) == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("start", "now", "target", "part"),
    [(60, 45, 40, 0.75), (0.7, 0.8, 0.9, 0.5), (10, 8, 20, -0.2), (5, 9, 5, None)],
)
def test_attainment(start, now, target, part):
    found = attainment(start, now, target)
    assert found is None if part is None else found == pytest.approx(part)


def test_wilson():
    """60 of 100 (reference: 50.2 to 69.1 %)."""
    low, high = wilson(60, 100)
    assert (round(100 * low, 1), round(100 * high, 1)) == (50.2, 69.1)
    assert wilson(0, 0) is None
