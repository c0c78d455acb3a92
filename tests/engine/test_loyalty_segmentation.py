"""Scores and classes on numbers that can be checked by hand."""

import math
import os
from collections import Counter
from pathlib import Path

import pytest
from crm_loyalty.engine.segmentation import (
    abc,
    quintile_scores,
    score_breakpoints,
    threshold_scores,
    xyz,
)
from hypothesis import given
from hypothesis import strategies as st

DATA = Path(
    os.environ.get("CRM_SUITE_DATA")
    or Path(__file__).resolve().parents[3] / "shared" / "data"
)


def cdnow_frequency():
    """Purchase days of each of the 2,357 customers in 78 weeks."""
    path = DATA / "cdnow" / "CDNOW_sample.txt"
    if not path.exists():
        pytest.skip(f"real data absent: {path} (set CRM_SUITE_DATA)")
    days = {tuple(line.split()[1:3]) for line in path.read_text().splitlines()}
    return list(Counter(customer for customer, _day in days).values())


numbers = st.lists(st.integers(-1000, 1000), max_size=60)


class TestQuintileScores:
    def test_five_customers_get_the_five_scores(self):
        assert quintile_scores([50, 10, 40, 20, 30]) == [5, 1, 4, 2, 3]

    def test_published_counts_on_cdnow(self):
        scores = Counter(quintile_scores(cdnow_frequency()))
        # ntile would spread the 1,218 one-time buyers over three scores
        assert scores == {1: 1218, 3: 403, 4: 358, 5: 378}

    def test_all_equal_is_the_lowest_score(self):
        assert quintile_scores([7, 7, 7]) == [1, 1, 1]

    def test_nobody(self):
        assert quintile_scores([]) == []

    @given(numbers)
    def test_rank_formula(self, values):
        for value, score in zip(values, quintile_scores(values), strict=True):
            rank = 1 + sum(other < value for other in values)
            assert score == 1 + math.floor(5 * (rank - 1) / len(values))

    @given(numbers)
    def test_order_is_kept_and_ties_are_equal(self, values):
        scored = sorted(zip(values, quintile_scores(values), strict=True))
        for (low, low_score), (high, high_score) in zip(
            scored, scored[1:], strict=False
        ):
            assert low_score <= high_score
            assert low != high or low_score == high_score

    @pytest.mark.parametrize("bad", [math.nan, math.inf, None, "12"])
    def test_bad_value_is_named(self, bad):
        with pytest.raises(ValueError, match="values") as error:
            quintile_scores([1, bad])
        assert repr(bad) in str(error.value)


def test_breakpoints_are_the_lowest_value_of_a_score():
    values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    scores = quintile_scores(values)
    assert scores == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert score_breakpoints(values, scores) == {1: 10, 2: 30, 3: 50, 4: 70, 5: 90}


def test_breakpoints_need_a_score_per_value():
    with pytest.raises(ValueError, match="scores must have the length of values"):
        score_breakpoints([1, 2], [1])


class TestThresholdScores:
    def test_limit_belongs_to_the_higher_score(self):
        assert threshold_scores([9, 10, 39, 40], [10, 20, 30, 40]) == [1, 2, 4, 5]

    @pytest.mark.parametrize("bad", [[1, 2, 3], [4, 3, 2, 1], [1, 2, 3, math.nan]])
    def test_bad_thresholds(self, bad):
        with pytest.raises(ValueError, match="thresholds"):
            threshold_scores([1], bad)


class TestAbc:
    def test_eighty_fifteen_five(self):
        assert abc([80, 15, 5]) == ["A", "B", "C"]

    def test_order_of_the_input_is_kept(self):
        # 100 in all; before: 50 → 0, 30 → 50, 14 → 80, 4 → 94, 2 → 98
        assert abc([4, 50, 2, 14, 30]) == ["B", "A", "C", "B", "A"]

    def test_one_giant_is_still_a(self):
        assert abc([1, 98, 1]) == ["C", "A", "C"]

    def test_equal_customers_share_a_class(self):
        assert set(abc([10] * 10)) == {"A"}

    def test_nothing_bought_or_more_returned_is_c(self):
        assert abc([100, 0, -50]) == ["A", "C", "C"]
        assert abc([0, -1]) == ["C", "C"]
        assert abc([]) == []

    def test_own_thresholds(self):
        assert abc([50, 30, 20], (0.5, 0.8)) == ["A", "B", "C"]

    @pytest.mark.parametrize("bad", [(0.9, 0.5), (0, 0.5), (0.5, 1.5), (0.5,)])
    def test_bad_thresholds(self, bad):
        with pytest.raises(ValueError, match="thresholds"):
            abc([1], bad)

    @given(st.lists(st.integers(1, 10_000), min_size=1, max_size=60))
    def test_a_brings_the_first_threshold_and_none_of_it_is_needless(self, values):
        classes = abc(values)
        best = sorted((v for v, c in zip(values, classes, strict=True) if c == "A"))
        assert sum(best) >= 0.8 * sum(values) - 1e-6
        smallest = [value for value in best if value != best[0]]
        assert sum(smallest) < 0.8 * sum(values) + 1e-6


class TestXyz:
    def test_limits_belong_to_the_steadier_class(self):
        # mean 100; population deviation 10, 25, 26
        assert xyz([[90, 110], [75, 125], [74, 126]]) == ["X", "Y", "Z"]

    def test_no_answer(self):
        assert xyz([[5], [], [0, 0, 0], [10, -20]]) == [None] * 4

    def test_own_thresholds(self):
        assert xyz([[90, 110]], (0.05, 0.1)) == ["Y"]

    @given(st.lists(st.integers(1, 1000), min_size=2, max_size=24), st.integers(1, 99))
    def test_unit_of_measure_does_not_matter(self, periods, factor):
        assert xyz([periods]) == xyz([[value * factor for value in periods]])

    def test_bad_series_is_named(self):
        with pytest.raises(ValueError, match="series.*nan"):
            xyz([[1, math.nan]])
