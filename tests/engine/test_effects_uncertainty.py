"""Simulation of the return: exact where it can be, in its sampling error elsewhere."""

import math
from datetime import date

import numpy as np
import pytest
from crm_effects.engine import returns
from crm_effects.engine.uncertainty import (
    Cost,
    Row,
    Stream,
    Threat,
    expected_factor,
    simulate,
)
from hypothesis import given
from hypothesis import strategies as st

JAN, FEB = date(2025, 1, 1), date(2025, 2, 1)
Z975, Z90 = 1.959964, 1.281552


def effect(low, mean, high, *, ahead=True, threats=(), shape="normal", key="a"):
    row = Row(FEB, mean, low, high, ahead)
    return Stream(key, (row,), tuple(threats), shape)


def test_quantiles_of_one_measured_effect():
    """1000 with a 95 % interval of ±196: the normal with σ = 100; cost 900."""
    found = simulate(
        [effect(804, 1000, 1196)], [Cost(JAN, 900)], 0.0, draws=100_000, seed=1
    )
    sigma = 196 / Z975
    assert found.p50 == pytest.approx(100, abs=2)
    assert found.p10 == pytest.approx(100 - Z90 * sigma, abs=2)
    assert found.p90 == pytest.approx(100 + Z90 * sigma, abs=2)
    # P(NPV > 0) = Φ(1)
    assert found.probability_positive == pytest.approx(0.841345, abs=0.005)
    assert found.probability_payback == pytest.approx(0.841345, abs=0.005)


def test_mean_of_a_declared_effect_is_triangular():
    """(0.80, 1.00, 1.05) has the mean 0.95 of the older TEI studies."""
    found = simulate(
        [effect(800, 1000, 1050, shape="triangular")], [], 0.0, draws=100_000, seed=3
    )
    assert found.mean == pytest.approx(950, rel=0.002)


def test_a_risk_takes_its_share_of_what_is_ahead():
    """p 40 %, share 50 %: 1000 becomes 800 on average; measured amounts stay."""
    threat = Threat("staff", 0.4, 0.5)
    ahead = simulate(
        [effect(1000, 1000, 1000, threats=[threat])], [], 0.0, draws=100_000
    )
    assert ahead.mean == pytest.approx(800, rel=0.005)
    assert ahead.p10 == pytest.approx(500)
    assert ahead.p90 == pytest.approx(1000)
    assert expected_factor([threat]) == pytest.approx(0.8)
    past = simulate([effect(1000, 1000, 1000, ahead=False, threats=[threat])], [], 0.0)
    assert past.p10 == past.p90 == 1000


def test_a_risk_of_two_effects_happens_to_both_or_to_none():
    threat = Threat("staff", 0.5, 1.0)
    streams = [effect(100, 100, 100, threats=[threat], key=name) for name in ("a", "b")]
    found = simulate(streams, [], 0.0, draws=20_000)
    amounts = {round(amount) for _chance, amount in found.curve}
    assert amounts <= {0, 200} | {a for a in amounts if 0 < a < 200 and a != 100}
    assert found.p10 == 0
    assert found.p90 == 200


def test_uplift_of_a_planned_cost():
    """20 % on 1000: triangular (0, 20, 40) %, 1200 on average, 1400 at most."""
    found = simulate([], [Cost(JAN, 1000, 0.2)], 0.0, draws=100_000)
    assert found.mean == pytest.approx(-1200, rel=0.002)
    assert found.curve[0][1] >= -1400
    assert found.curve[-1][1] <= -1000
    assert found.payback_p50 is None
    assert found.probability_payback == 0.0


def test_same_seed_same_futures():
    streams = [effect(0, 1000, 3000, threats=[Threat("x", 0.3, 0.5)])]
    first, second, other = (
        simulate(streams, [Cost(JAN, 500)], 0.1, seed=seed) for seed in (7, 7, 8)
    )
    assert first == second
    assert first.p10 != other.p10


def test_without_amounts_there_is_no_outlook():
    assert simulate([], [], 0.1) is None


@pytest.mark.parametrize("convention", returns.CONVENTIONS)
def test_without_doubt_it_is_the_plain_return(convention):
    """Intervals of no width and no risks: every mark is the NPV and the payback."""
    rows = tuple(
        Row(returns.add_months(JAN, i), 100, 100, 100, i > 6) for i in range(1, 25)
    )
    spent = Cost(date(2025, 1, 9), 1500)
    items = [returns.Item(spent.date, cost=1500)] + [
        returns.Item(row.date, benefit=row.amount) for row in rows
    ]
    plain = returns.evaluate(items, 0.1, go_live=FEB, convention=convention)
    found = simulate(
        [Stream("a", rows)], [spent], 0.1, go_live=FEB, convention=convention, draws=5
    )
    for mark in (found.p10, found.p50, found.p90, found.mean):
        assert mark == pytest.approx(plain.npv)
    assert found.payback_p10 == pytest.approx(plain.payback)
    assert found.payback_p90 == pytest.approx(15)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 1000))
def test_a_likelier_risk_never_helps(p, more, share, seed):
    low, high = sorted((p, more))
    marks = [
        simulate(
            [effect(500, 1000, 1500, threats=[Threat("x", chance, share)])],
            [Cost(JAN, 700)],
            0.1,
            draws=50,
            seed=seed,
        )
        for chance in (low, high)
    ]
    assert marks[1].mean <= marks[0].mean + 1e-9


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Threat("x", 1.2, 0.5), "probability must lie between 0 and 1"),
        (lambda: Threat("x", 0.2, math.nan), "share must be a finite number"),
        (lambda: Stream("x", (), (), "flat"), "shape must be one of"),
        (lambda: simulate([], [], 0.1, draws=0), "draws must be from 1"),
        (lambda: simulate([], [Cost(JAN, 1)], -2), "rate must be greater than -1"),
    ],
)
def test_bad_input(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_curve_rises():
    found = simulate([effect(0, 1000, 2000)], [Cost(JAN, 500)], 0.1)
    amounts = np.array([amount for _chance, amount in found.curve])
    assert (np.diff(amounts) >= 0).all()
    assert [c for c, _amount in found.curve][:: len(found.curve) - 1] == [0.0, 1.0]
