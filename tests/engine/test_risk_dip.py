"""The dip after a go-live: hand-computed weeks, and properties of any weeks."""

import pytest
from crm_risk.engine.dip import Dip, dip, shortfall, typical
from hypothesis import given
from hypothesis import strategies as st

POSITIVE = st.floats(min_value=0.01, max_value=1e6)
WEEKS = st.lists(st.none() | POSITIVE, max_size=30)


def test_eight_for_ten():
    assert dip(10, [6, 8, 8, 8, 8]) == Dip(0.4, 5, False)


def test_two_steady_weeks_end_it():
    assert dip(10, [6, 10, 9.5]).recovered is True
    assert dip(10, [6, 9.5, 9.4]).recovered is False
    assert dip(10, [6, 10]).recovered is False, "one week is luck"


def test_five_percent_is_no_dip():
    assert dip(100, [95, 96]) == Dip(0.05, 0, None)
    assert dip(100, [94.9, 96]).weeks_below == 1


def test_no_weeks_yet():
    assert dip(10, []) == Dip(0.0, 0, None)
    assert dip(10, [None, None]) == Dip(0.0, 0, None)


def test_lower_is_better():
    assert dip(10, [15, 10, 10], lower_is_better=True) == Dip(0.5, 1, True)


def test_one_holiday_does_not_move_the_baseline():
    assert typical([10, 10, 10, 0, 10]) == 10


def test_weeks_without_data_are_not_zero():
    assert typical([None, 4, None, 6]) == 5
    assert typical([None]) is None
    assert typical([1, 2, 3], least=4) is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, [1]), "baseline must be above zero"),
        ((float("nan"), [1]), "baseline must be a finite number"),
        ((10, [float("inf")]), "value must be a finite number"),
        ((10, [1], False, 2), "tolerance must be between 0 and 1"),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError, match=words):
        dip(*arguments)


@given(POSITIVE, WEEKS)
def test_bounds(baseline, weeks):
    seen = dip(baseline, weeks)
    known = [week for week in weeks if week is not None]
    assert 0 <= seen.depth < 1
    assert 0 <= seen.weeks_below <= len(known)
    assert (seen.recovered is None) == (seen.weeks_below == 0)


@given(POSITIVE, WEEKS, st.sampled_from([0.5, 2.0, 8.0]))
def test_money_or_pieces_is_the_same_dip(baseline, weeks, unit):
    scaled = [week if week is None else week * unit for week in weeks]
    assert dip(baseline * unit, scaled) == dip(baseline, weeks)


@given(POSITIVE, WEEKS)
def test_depth_is_the_worst_week(baseline, weeks):
    worst = [shortfall(week, baseline) for week in weeks if week is not None]
    assert dip(baseline, weeks).depth == max([0.0, *worst])
