"""Expected money, leverage, and the matrix against the money."""

import pytest
from crm_risk.engine.distributions import Fixed, Lognormal, Pert, Triangular
from crm_risk.engine.exposure import emv, leverage, risk_effect
from crm_risk.engine.matrix import Conflict, conflicts, level, score
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("frequency", "impact", "expected"),
    [
        (0.4, Pert(10, 20, 60), 10),
        (0.4, Triangular(10, 20, 60), 12),
        (0.7, Pert(10, 20, 60), 17.5),
        (3, Fixed(5), 15),
        (0.5, Lognormal(10_000, 200_000), 33_850),
        (0, Fixed(5), 0),
    ],
)
def test_emv(frequency, impact, expected):
    assert emv(frequency, impact) == pytest.approx(expected, rel=1e-5)
    assert emv(frequency, impact, is_opportunity=True) == -emv(frequency, impact)


def test_leverage():
    assert leverage(10, 5, 2) == 2.5
    assert leverage(5, 10, 2) == -2.5
    assert leverage(10, 5, 0) is None


def test_risk_effect():
    effect = risk_effect(reduced=[(100, 60), (30, 35)], introduced=[10, 2])
    assert (effect.reduced, effect.introduced, effect.net) == (35, 12, 23)
    assert risk_effect([], []).net == 0


BANDS = [0, 0.1, 0.3, 0.5, 0.7]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 1), (0.0999, 1), (0.1, 2), (0.3, 3), (0.69, 4), (0.7, 5), (1, 5), (-1, 1)],
)
def test_level(value, expected):
    assert level(value, BANDS) == expected


def test_score():
    assert score(4, 5) == 20


def test_conflicts_names_the_cheapest_above():
    found = conflicts([("a", 12, 5), ("b", 6, 9), ("c", 6, 4), ("d", 16, 7)])
    assert found == (Conflict("b", "a", 4),)


def test_equal_scores_are_no_conflict():
    assert conflicts([("a", 6, 5), ("b", 6, 9)]) == ()
    assert conflicts([]) == ()


@given(st.lists(st.tuples(st.integers(1, 25), st.integers(0, 50)), max_size=12))
def test_conflicts_equal_the_definition(pairs):
    risks = [(key, points, float(money)) for key, (points, money) in enumerate(pairs)]
    understated = {
        key
        for key, points, money in risks
        if any(p > points and m < money for _, p, m in risks)
    }
    found = conflicts(risks)
    assert {conflict.key for conflict in found} == understated
    assert [c.gap for c in found] == sorted((c.gap for c in found), reverse=True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: emv(-0.1, Fixed(1)), ["frequency", "-0.1"]),
        (lambda: leverage(1, 0, -2), ["cost", "-2"]),
        (lambda: leverage(float("nan"), 0, 2), ["emv_without", "nan"]),
        (lambda: level(0.5, []), ["bounds"]),
        (lambda: level(0.5, [0, 0.3, 0.3]), ["bounds", "0.3"]),
        (lambda: level(float("inf"), BANDS), ["value", "inf"]),
        (lambda: score(0, 3), ["probability_level", "0"]),
        (lambda: score(2, 1.5), ["impact_level", "1.5"]),
        (lambda: conflicts([("a", 1, float("nan"))]), ["emv", "nan"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError) as error:
        call()
    assert all(word in str(error.value) for word in words)
