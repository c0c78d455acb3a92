"""Difference of two groups: a published example, scipy as an oracle, coverage."""

import math
import statistics

import numpy as np
import pytest
from crm_loyalty.engine.uplift import Group, TooFew, measure
from scipy import stats

# Equal-sized samples with unequal spread, a textbook example of Welch's test.
FIRST = [
    *(27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1),
    *(21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4),
]
SECOND = [
    *(27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0),
    *(24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4),
]


def group(values):
    return Group(len(values), statistics.fmean(values), statistics.stdev(values))


def test_textbook_example():
    """Published: means 20.8 and 23.0, variances 7.9 and 3.8, 25.0 degrees, P 0.021."""
    found = measure(group(FIRST), group(SECOND), minimum=15)
    assert round(found.treated.mean, 1) == 20.8
    assert round(found.control.mean, 1) == 23.0
    assert round(found.treated.sd**2, 1) == 7.9
    assert round(found.control.sd**2, 1) == 3.8
    assert round(found.degrees, 1) == 25.0
    assert round(found.p_value, 3) == 0.021
    assert found.is_proven and found.high < 0


def test_same_as_scipy():
    random = np.random.default_rng(7)
    for _sample in range(20):
        treated = random.lognormal(3, 1, random.integers(30, 300))
        control = random.lognormal(3, 1.3, random.integers(30, 60))
        oracle = stats.ttest_ind(treated, control, equal_var=False)
        limits = oracle.confidence_interval(0.95)
        found = measure(group(treated.tolist()), group(control.tolist()))
        assert found.low == pytest.approx(limits.low)
        assert found.high == pytest.approx(limits.high)
        assert found.p_value == pytest.approx(oracle.pvalue)
        assert found.degrees == pytest.approx(oracle.df)


def test_interval_holds_the_truth_19_times_of_20():
    """2,000 pairs with a true effect of 5: 95 % ± 4 standard deviations of 0.49 %."""
    random = np.random.default_rng(11)
    treated = random.normal(105, 20, (2_000, 60))
    control = random.normal(100, 35, (2_000, 40))
    held = 0
    for one, other in zip(treated, control, strict=True):
        found = measure(
            Group(60, float(one.mean()), float(one.std(ddof=1))),
            Group(40, float(other.mean()), float(other.std(ddof=1))),
        )
        held += found.low <= 5 <= found.high
    assert abs(held / 2_000 - 0.95) < 0.0195


class TestShape:
    def test_round_numbers(self):
        """Standard error √(400/100 + 400/100) = 2.83; t(198) = 1.972: ± 5.58."""
        found = measure(Group(100, 60, 20), Group(100, 50, 20))
        assert found.effect == 10
        assert found.relative == 0.2
        assert (round(found.low, 2), round(found.high, 2)) == (4.42, 15.58)

    def test_a_wider_level_has_a_wider_interval(self):
        groups = Group(50, 60, 20), Group(50, 50, 20)
        narrow, wide = measure(*groups, level=0.8), measure(*groups, level=0.99)
        assert wide.low < narrow.low < narrow.high < wide.high

    def test_no_difference_is_not_proven(self):
        found = measure(Group(40, 50, 20), Group(40, 50, 20))
        assert not found.is_proven
        assert found.p_value == 1

    def test_nobody_bought_anything(self):
        found = measure(Group(40, 0, 0), Group(40, 0, 0))
        assert (found.effect, found.low, found.high, found.p_value) == (0, 0, 0, 1)
        assert found.relative is None

    def test_constant_groups_that_differ(self):
        found = measure(Group(40, 3, 0), Group(40, 2, 0))
        assert (found.low, found.high, found.p_value) == (1, 1, 0)

    def test_returns_above_purchases_have_no_relative_effect(self):
        assert measure(Group(40, 5, 1), Group(40, -5, 1)).relative is None

    @pytest.mark.parametrize(("n", "m"), [(29, 100), (100, 29), (0, 0)])
    def test_too_few(self, n, m):
        assert measure(Group(n, 1, 1), Group(m, 1, 1)) == TooFew(n, m, 30)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((-1, 0.0, 0.0), "n must be"),
        ((1, math.nan, 0.0), "mean and sd"),
        ((1, 0.0, math.inf), "mean and sd"),
        ((1, 0.0, -1.0), "sd must be"),
    ],
)
def test_bad_group_is_named(values, named):
    with pytest.raises(ValueError, match=named):
        Group(*values)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_bad_level_is_named(level):
    with pytest.raises(ValueError, match="level must be between 0 and 1"):
        measure(Group(40, 1, 1), Group(40, 1, 1), level=level)


def test_bad_minimum_is_named():
    with pytest.raises(ValueError, match="minimum must be ≥ 2"):
        measure(Group(40, 1, 1), Group(40, 1, 1), minimum=1)
