"""How a chance moves: published odds arithmetic and its properties."""

import math

import pytest
from crm_risk.engine.likelihood import (
    adjusted,
    adjusted_rate,
    odds_factor,
    severity,
    treated,
    with_odds,
)
from hypothesis import given
from hypothesis import strategies as st

RED, AMBER, TARGET = (3, 1), (3, 0), (3, -1)


# Thresholds rising (lower is better) and falling (higher is better).
@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, -1), (0, -1), (12.5, -0.5), (20, 0), (30, 0.5), (40, 1), (400, 1)],
)
def test_severity_lower_is_better(value, expected):
    assert severity(value, 5, 20, 40) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(95, -1), (100, -1), (90, -0.5), (85, 0), (77.5, 0.5), (70, 1), (0, 1)],
)
def test_severity_higher_is_better(value, expected):
    assert severity(value, 95, 85, 70) == expected


def test_no_data_moves_nothing():
    assert severity(None, 5, 20, 40) == 0


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        ([RED], 0.42857),
        ([RED, RED], 0.69231),
        ([TARGET], 0.07692),
        ([AMBER], 0.2),
        ([RED, RED, RED], 0.69231),
        ([RED, TARGET], 0.2),
        ([], 0.2),
    ],
)
def test_case_13_indicators(signals, expected):
    assert adjusted(0.2, signals) == pytest.approx(expected, abs=1e-5)


def test_amber_leaves_the_chance_exactly():
    assert adjusted(0.2, [AMBER]) == 0.2


def test_case_14_approach():
    assert with_odds(0.75, 2) == pytest.approx(0.85714, abs=1e-5)


def test_certain_stays_certain():
    assert adjusted(0, [RED, RED]) == 0
    assert adjusted(1, [TARGET]) == 1


def test_cap_holds_both_ways_and_can_be_set():
    assert odds_factor([(3, 1)] * 5) == 9
    assert odds_factor([(3, -1)] * 5) == pytest.approx(1 / 9)
    assert odds_factor([(3, 1)] * 5, cap=100) == 100
    assert odds_factor([(3, 1)], cap=1) == 1
    assert odds_factor([(1e300, 1)] * 9, cap=50) == 50


def test_rate_is_multiplied():
    assert adjusted_rate(0.5, [RED]) == 1.5
    assert adjusted_rate(0, [RED]) == 0


def test_responses_multiply_what_is_left():
    assert treated(0.4, [0.5, 0.25]) == pytest.approx(0.15)
    assert treated(100, [1]) == 0
    assert treated(100, []) == 100


chances = st.floats(0, 1)
signals = st.lists(st.tuples(st.floats(0.01, 100), st.floats(-1, 1)), max_size=6)


@given(chances, signals)
def test_stays_a_chance_and_within_the_cap(p, moves):
    q = adjusted(p, moves)
    assert 0 <= q <= 1
    if 1e-6 < p < 1 - 1e-6:
        ratio = (q / (1 - q)) / (p / (1 - p))
        assert 1 / 9 * 0.999 <= ratio <= 9 * 1.001


@given(chances, chances, signals)
def test_keeps_the_order_of_chances(p, q, moves):
    low, high = sorted((p, q))
    assert adjusted(low, moves) <= adjusted(high, moves) + 1e-12


@given(st.floats(0.001, 0.999), st.floats(1.01, 50), st.floats(-1, 1))
def test_opposite_signal_undoes(p, weight, level):
    there = adjusted(p, [(weight, level)], cap=1000)
    back = adjusted(there, [(weight, -level)], cap=1000)
    assert back == pytest.approx(p, rel=1e-9)


thresholds = st.tuples(*[st.floats(-1e6, 1e6)] * 3).filter(
    lambda t: sorted(t)[0] + 1e-3 < sorted(t)[1] < sorted(t)[2] - 1e-3
)


@given(thresholds, st.floats(-1e7, 1e7), st.floats(-1e7, 1e7), st.booleans())
def test_worse_is_never_milder(numbers, one, two, falling):
    target, amber, red = sorted(numbers, reverse=falling)
    better, worse = sorted((one, two), reverse=falling)
    low, high = (severity(x, target, amber, red) for x in (better, worse))
    assert -1 <= low <= high <= 1


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: severity(1, 20, 5, 40), ["target", "amber", "red", "20", "5", "40"]),
        (lambda: severity(1, 5, 5, 40), ["target", "amber", "red"]),
        (lambda: severity(1, 5, 5, 5), ["target", "amber", "red"]),
        (lambda: severity(NAN, 5, 20, 40), ["value", "nan"]),
        (lambda: severity(1, NAN, 20, 40), ["target", "nan"]),
        (lambda: severity(1, 5, INF, 40), ["amber", "inf"]),
        (lambda: severity(1, 5, 20, None), ["red", "None"]),
        (lambda: adjusted(1.2, []), ["probability", "1.2"]),
        (lambda: adjusted(NAN, []), ["probability", "nan"]),
        (lambda: adjusted(0.2, [(0, 1)]), ["weight", "0"]),
        (lambda: adjusted(0.2, [(-3, 1)]), ["weight", "-3"]),
        (lambda: adjusted(0.2, [(3, 2)]), ["severity", "2"]),
        (lambda: adjusted(0.2, [(3, NAN)]), ["severity", "nan"]),
        (lambda: adjusted(0.2, [RED], cap=0.5), ["cap", "0.5"]),
        (lambda: adjusted(0.2, [RED], cap=INF), ["cap", "inf"]),
        (lambda: adjusted_rate(-1, []), ["rate", "-1"]),
        (lambda: with_odds(0.2, 0), ["factor", "0"]),
        (lambda: treated(1, [1.5]), ["reduction", "1.5"]),
        (lambda: treated(-1, []), ["amount", "-1"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError) as error:
        call()
    assert all(word in str(error.value) for word in words)
