"""Maturity and preparation: properties and figures one can check by hand."""

import pytest
from crm_risk.engine import maturity, preparation
from hypothesis import given
from hypothesis import strategies as st

LEVEL = st.integers(1, 4)
SHARE = st.floats(0, 1)


class TestMaturity:
    @pytest.mark.parametrize(
        ("numerator", "level"), [(0, 1), (19, 1), (20, 2), (49, 2), (50, 3), (80, 4)]
    )
    def test_bounds_belong_to_the_higher_level(self, numerator, level):
        assert maturity.level_of(numerator, 100, (0.2, 0.5, 0.8)) == level

    def test_every_percent_meets_its_bound(self):
        """55 of 100 is 55 %, whatever floating point makes of 0.55 × 100."""
        for percent in range(1, 101):
            assert maturity.level_of(percent, 100, (percent / 100,)) == 2

    def test_a_short_list_ends_at_its_level(self):
        assert maturity.level_of(100, 100, (0.05, 0.30)) == 3

    def test_too_few_or_none(self):
        assert maturity.level_of(9, 9, (0.5,)) is None
        assert maturity.level_of(0, 0, (0.5,), least=0) is None

    @given(st.integers(10, 1000), st.data())
    def test_more_is_never_lower(self, whole, data):
        low = data.draw(st.integers(0, whole))
        high = data.draw(st.integers(low, whole))
        bounds = (0.2, 0.5, 0.8)
        assert maturity.level_of(low, whole, bounds) <= maturity.level_of(
            high, whole, bounds
        )

    @given(st.lists(LEVEL, min_size=1))
    def test_stage_is_the_weakest_link(self, levels):
        assert maturity.stage(levels) == min(levels)
        assert maturity.stage([*levels, None]) is None
        assert min(levels) <= maturity.progress(levels) <= max(levels)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: maturity.level_of(3, 2, (0.5,)), "numerator must be at most 2"),
            (lambda: maturity.level_of(-1, 2, (0.5,)), "numerator must not be"),
            (lambda: maturity.level_of(1, 20, (0.5, 0.2)), "rising shares"),
            (lambda: maturity.level_of(1, 20, (0.1, 0.2, 0.3, 0.4)), "at most 3"),
            (lambda: maturity.stage([5]), "level must be at most 4, got 5"),
            (lambda: maturity.gap(0, 3), "level must be at least 1, got 0"),
        ],
    )
    def test_bad_input_is_named(self, call, words):
        with pytest.raises(ValueError, match=words):
            call()


class TestPreparation:
    def test_weights_add_up_to_one(self):
        assert sum(preparation.QUALITY_WEIGHTS.values()) == pytest.approx(1)

    @given(SHARE)
    def test_equal_parts_give_that_index(self, share):
        shares = dict.fromkeys(preparation.QUALITY_WEIGHTS, share)
        assert preparation.quality_index(shares) == pytest.approx(100 * share)

    @given(st.dictionaries(st.sampled_from([*preparation.QUALITY_WEIGHTS]), SHARE))
    def test_index_lies_between_its_parts(self, shares):
        index = preparation.quality_index(shares)
        if not shares:
            assert index is None
        else:
            low, high = 100 * min(shares.values()), 100 * max(shares.values())
            assert low - 1e-9 <= index <= high + 1e-9

    def test_pain_is_time_and_loss(self):
        """20 a month × 12 = 240; a quarter of an hour at 40 is 10, plus 5 lost."""
        assert preparation.pain_cost(20, 15, 40, loss=5) == 240 * (10 + 5)

    def test_four_strategies_and_no_more(self):
        names = ("strength", "weakness", "opportunity", "threat")
        found = {
            (inside, outside): preparation.strategy_of(inside, outside)
            for inside in names
            for outside in names
        }
        assert sorted(filter(None, found.values())) == ["so", "st", "wo", "wt"]

    @given(st.lists(st.sampled_from(["yes", "partly", "no", "unknown", None])))
    def test_unknown_answers_do_not_count(self, answers):
        known = [one for one in answers if one in preparation.ANSWER_POINTS]
        assert preparation.answers_score(answers) == preparation.answers_score(known)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: preparation.quality_index({"beauty": 1}), "beauty"),
            (lambda: preparation.quality_index({"validity": 2}), "validity must be"),
            (lambda: preparation.pain_cost(-1, 5, 5), "monthly must not be negative"),
            (lambda: preparation.repair_cost(1, -5, 5), "minutes must not be negative"),
            (lambda: preparation.priority(6, 1), "benefit must be between 1 and 5"),
            (lambda: preparation.priority(1, 0), "effort must be between 1 and 5"),
        ],
    )
    def test_bad_input_is_named(self, call, words):
        with pytest.raises(ValueError, match=words):
            call()
