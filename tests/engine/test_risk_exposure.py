"""Expected money, leverage, and the matrix against the money."""

import pytest
from crm_risk.engine.distributions import Fixed, Lognormal, Pert, Triangular
from crm_risk.engine.exposure import emv, leverage, risk_effect
from crm_risk.engine.matrix import count_conflicts, level, score
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


def test_conflict_is_a_greater_loss_under_a_lower_score():
    assert count_conflicts([(12, 5), (6, 9), (6, 4), (16, 7)]) == 2


@pytest.mark.parametrize(
    "risks", [[], [(6, 5), (6, 9)], [(6, 5), (9, 5)], [(4, 1), (9, 2), (16, 3)]]
)
def test_equals_and_agreement_are_no_conflict(risks):
    assert count_conflicts(risks) == 0


def test_reversed_order_is_all_conflict():
    assert count_conflicts([(n, -n) for n in range(1, 26)]) == 25 * 24 / 2


@given(st.lists(st.tuples(st.integers(1, 25), st.integers(0, 50)), max_size=12))
def test_conflicts_equal_the_definition(risks):
    assert count_conflicts(risks) == sum(
        low < high and money > cheaper
        for low, money in risks
        for high, cheaper in risks
    )


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
        (lambda: count_conflicts([(1, float("nan"))]), ["emv", "nan"]),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError) as error:
        call()
    assert all(word in str(error.value) for word in words)
