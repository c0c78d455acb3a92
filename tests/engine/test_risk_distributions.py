"""Impact distributions: moments against scipy's own distributions."""

import math

import numpy as np
import pytest
from crm_risk.engine.distributions import Fixed, Lognormal, Pert, Triangular
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

NAN, INF = math.nan, math.inf


def draws(impact, size=40_000):
    return impact.amounts(impact.draw(np.random.default_rng(1), size))


@pytest.mark.parametrize(
    ("impact", "oracle"),
    [
        (Triangular(10, 20, 60), stats.triang(0.2, 10, 50)),
        (Triangular(10, 10, 60), stats.triang(0, 10, 50)),
        (Triangular(10, 60, 60), stats.triang(1, 10, 50)),
        (Pert(10, 20, 60), stats.beta(1.8, 4.2, 10, 50)),
        (Pert(0, 0, 1), stats.beta(1, 5)),
        (Pert(0, 1, 1), stats.beta(5, 1)),
        (Lognormal(10_000, 200_000), stats.lognorm(0.910644, 0, math.exp(10.708206))),
    ],
)
def test_moments_and_shape(impact, oracle):
    assert impact.mean == pytest.approx(oracle.mean(), rel=1e-5)
    assert impact.variance == pytest.approx(oracle.var(), rel=1e-4)
    # Kolmogorov–Smirnov at 40 000 draws: 2.2/√n is passed with chance .9999.
    assert stats.kstest(draws(impact), oracle.cdf).statistic < 2.2 / 200


def test_fixed():
    assert (Fixed(7).mean, Fixed(7).variance) == (7, 0)
    assert set(draws(Fixed(7), 10)) == {7}


@pytest.mark.parametrize("kind", [Triangular, Pert])
@given(st.floats(0, 1e9))
def test_no_width_no_variance(kind, amount):
    impact = kind(amount, amount, amount)
    assert impact.mean == amount
    assert impact.variance == 0
    assert set(draws(impact, 5)) == {amount}


@pytest.mark.parametrize(
    "impact",
    [Fixed(8), Triangular(1, 2, 6), Pert(1, 2, 6), Lognormal(1, 9)],
)
def test_scaling_keeps_the_shape(impact):
    half = impact.scaled(0.3)
    assert half.mean == pytest.approx(0.3 * impact.mean)
    assert half.shape == impact.shape
    assert draws(half) == pytest.approx(0.3 * draws(impact))
    assert impact.scaled(0).mean == 0


@pytest.mark.parametrize(
    ("kind", "arguments", "words"),
    [
        (Fixed, (-1,), ["amount", "-1"]),
        (Fixed, (NAN,), ["amount", "nan"]),
        (Fixed, (1e101,), ["amount", "1e+101"]),
        (Fixed, ("5",), ["amount", "'5'"]),
        (Triangular, (20, 10, 60), ["low", "mode", "20", "10"]),
        (Triangular, (10, 70, 60), ["mode", "high", "70", "60"]),
        (Pert, (-1, 2, 3), ["low", "-1"]),
        (Pert, (1, NAN, 3), ["mode", "nan"]),
        (Pert, (1, 2, INF), ["high", "inf"]),
        (Lognormal, (0, 10), ["p05", "0"]),
        (Lognormal, (10, 5), ["p05", "p95", "10", "5"]),
        (Lognormal, (1, NAN), ["p95", "nan"]),
        (Lognormal, (1e-300, 1e100), ["p05", "p95", "1e-300"]),
    ],
)
def test_bad_input(kind, arguments, words):
    with pytest.raises(ValueError) as error:
        kind(*arguments)
    assert all(word in str(error.value) for word in words)


def test_bad_scaling():
    for impact in (Fixed(1), Pert(1, 2, 3), Lognormal(1, 2)):
        with pytest.raises(ValueError, match="factor"):
            impact.scaled(-0.1)
