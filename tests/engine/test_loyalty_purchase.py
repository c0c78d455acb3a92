"""Purchase models: every published CDNOW figure, simulation, quadrature, bad input.

Figures of Fader, Hardie, Lee (2005), note 021 and note 025, Batislam et al. (2007),
the BTYD manual, Wheat & Morrison (1990). Data: CDNOW, 2,357 customers, 39 weeks of
calibration, 39 weeks of hold-out; taken from the folder in CRM_SUITE_DATA.
"""

import csv
import math
import os
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from crm_loyalty.engine.purchase import (
    PurchaseModel,
    SpendModel,
    fit_bg_nbd,
    fit_gamma_gamma,
    fit_mbg_nbd,
    log_likelihood,
    regularity,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

PROJECT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CRM_SUITE_DATA", PROJECT.parent / "shared" / "data"))
PUBLISHED = PurchaseModel(r=0.243, alpha=4.414, a=0.793, b=2.426)
PUBLISHED_SPEND = SpendModel(p=6.25, q=3.74, v=15.44)
CUSTOMER = ([2], [30.43], [38.86])
CALIBRATION_END = date(1997, 9, 30)


def cdnow(name):
    path = DATA / "cdnow" / name
    if not path.exists():
        pytest.skip(f"real data absent: {path} (set CRM_SUITE_DATA)")
    return path


@pytest.fixture(scope="module")
def summary():
    """Frequency, recency and age in weeks of the 2,357 customers."""
    with cdnow("cdnow_customers_summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2357
    return tuple(
        np.array([float(row[key]) for row in rows])
        for key in ("frequency", "recency", "T")
    )


@pytest.fixture(scope="module")
def spending():
    """Frequency and mean value of repeat purchases."""
    with cdnow("cdnow_customers_summary_with_transactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    return tuple(np.array([float(row[key]) for row in rows]) for key in ("x", "zbar"))


@pytest.fixture(scope="module")
def purchase_days():
    """Sorted distinct purchase days per customer, all 78 weeks."""
    days = defaultdict(set)
    for line in cdnow("CDNOW_sample.txt").read_text().splitlines():
        _master, customer, day, *_ = line.split()
        days[customer].add(datetime.strptime(day, "%Y%m%d").date())
    return [sorted(found) for found in days.values()]


class TestPublishedBgNbd:
    def test_fit(self, summary):
        model = fit_bg_nbd(*summary)
        found = (model.r, model.alpha, model.a, model.b)
        assert found == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=5e-4)
        assert found == pytest.approx(
            (0.242593, 4.413532, 0.792886, 2.425754), abs=2e-6
        )
        assert model.log_likelihood == pytest.approx(-9582.425561, abs=1e-5)

    def test_likelihood_at_the_published_values(self, summary):
        assert log_likelihood(PUBLISHED, *summary) == pytest.approx(
            -9582.426831, abs=1e-5
        )

    def test_expected_purchases_of_one_customer(self):
        expected = PUBLISHED.expected_purchases(39, *CUSTOMER)
        assert expected[0] == pytest.approx(1.226028, abs=1e-6)

    def test_probability_alive_of_one_customer(self):
        alive = PUBLISHED.probability_alive(*CUSTOMER)
        assert alive[0] == pytest.approx(0.726579, abs=1e-6)

    @pytest.mark.parametrize(
        ("weeks", "expected"),
        [
            (0.1429, 0.00783),
            (1, 0.05327),
            (3, 0.15087),
            (31.8571, 1.0420),
            (78, 1.8605),
        ],
    )
    def test_purchases_of_a_new_customer(self, weeks, expected):
        found = PUBLISHED.expected_purchases(weeks, [0], [0], [0])[0]
        assert found == pytest.approx(expected, rel=3e-5, abs=5e-6)

    @pytest.mark.parametrize(
        ("count", "weeks", "chance"),
        [(0, 39, 0.5737864), (10, 2, 1.0786896e-07), (11, 30, 0.0019995214)],
    )
    def test_probability_of_a_count(self, count, weeks, chance):
        found = PUBLISHED.probability_of_count(count, weeks)
        assert found == pytest.approx(chance, rel=1e-7)

    def test_hold_out_forecast(self, summary):
        # 1,882 were bought: the model is known to forecast 12 % too little
        found = fit_bg_nbd(*summary).expected_purchases(39, *summary).sum()
        assert found == pytest.approx(1653.4, abs=0.05)

    def test_one_time_buyers_count_as_alive(self, summary):
        x, tx, t = summary
        once = x == 0
        alive = PUBLISHED.probability_alive(x[once], tx[once], t[once])
        assert (alive == 1).all()


class TestPublishedMbgNbd:
    def test_fit(self, summary):
        model = fit_mbg_nbd(*summary)
        found = (model.r, model.alpha, model.a, model.b)
        assert found == pytest.approx((0.525, 6.183, 0.891, 1.614), abs=5e-4)
        assert found == pytest.approx(
            (0.524838, 6.182992, 0.891356, 1.614000), abs=2e-6
        )
        assert model.log_likelihood == pytest.approx(-9582.132685, abs=1e-5)

    def test_one_time_buyers_may_have_left(self, summary):
        x, tx, t = summary
        once = x == 0
        alive = fit_mbg_nbd(*summary).probability_alive(x[once], tx[once], t[once])
        assert (alive < 0.6).all()


class TestPublishedGammaGamma:
    def test_fit(self, spending):
        model = fit_gamma_gamma(*spending)
        found = (model.p, model.q, model.v)
        assert found == pytest.approx((6.25, 3.74, 15.44), abs=8e-3)
        assert found == pytest.approx((6.248801, 3.744589, 15.447752), abs=2e-5)
        assert model.log_likelihood == pytest.approx(-4055.923244, abs=1e-5)

    def test_mean_over_customers(self, spending):
        model = fit_gamma_gamma(*spending)
        assert model.expected_value([0], [0])[0] == pytest.approx(35.171, abs=5e-4)

    def test_first_ten_customers(self, spending):
        x, mean = spending
        published = [24.65, 18.91, 35.17, 35.17, 35.17]
        published += [71.46, 18.91, 35.17, 27.28, 35.17]
        found = fit_gamma_gamma(x, mean).expected_value(x[:10], mean[:10])
        assert found.tolist() == pytest.approx(published, abs=0.05)

    def test_correlation_is_reported(self, spending):
        assert fit_gamma_gamma(*spending).correlation == pytest.approx(0.1139, abs=5e-5)

    def test_value_of_a_year(self, summary, spending):
        first = [0, 1, 2, 5, 8]  # customers 1, 2, 3, 6, 9
        purchases = PUBLISHED.expected_purchases(52, *(c[first] for c in summary))
        value = PUBLISHED_SPEND.expected_value(*(c[first] for c in spending))
        published = [38.44, 4.92, 8.88, 300.09, 45.94]
        assert (purchases * value).tolist() == pytest.approx(published, abs=5e-3)


class TestPublishedRhythm:
    def test_regularity(self, purchase_days):
        gaps = [np.diff([day.toordinal() for day in days]) for days in purchase_days]
        gaps = [gap for gap in gaps if len(gap) >= 2]
        assert len(gaps) == 736
        k = regularity([gap[-2] for gap in gaps], [gap[-1] for gap in gaps])
        assert k == pytest.approx(1.0092, abs=5e-3)

    def test_intervals(self, purchase_days):
        gaps = np.concatenate(
            [np.diff([day.toordinal() for day in days]) for days in purchase_days]
        )
        assert len(gaps) == 4339
        assert np.median(gaps) == 34
        assert gaps.mean() == pytest.approx(70.86, abs=5e-3)

    def test_repeat_days_of_both_halves(self, purchase_days):
        assert sum(map(len, purchase_days)) == 6696
        early = [[d for d in days if d <= CALIBRATION_END] for days in purchase_days]
        assert sum(len(days) - 1 for days in early) == 2457
        assert sum(map(len, purchase_days)) - sum(map(len, early)) == 1882
        assert sum(len(days) > 1 for days in early) == 946

    @pytest.mark.parametrize("shape", [1, 2, 3, 5])
    def test_regularity_of_simulated_gamma_intervals(self, shape):
        draws = np.random.default_rng(shape).gamma(shape, size=(2, 200_000))
        assert regularity(*draws) == pytest.approx(shape, rel=0.03)

    def test_no_answer(self):
        assert regularity([], []) is None
        assert regularity([1], [2]) is None
        assert regularity([5, 5], [5, 5]) is None


def simulate(size, model, weeks, seed):
    """Let customers of a known model live: the definition, not the formula."""
    random = np.random.default_rng(seed)
    rate = random.gamma(model.r, 1 / model.alpha, size)
    leave = random.beta(model.a, model.b, size)
    age = random.uniform(*weeks, size)
    x, tx, now = np.zeros(size), np.zeros(size), np.zeros(size)
    living = np.arange(size)
    if model.entry:
        living = living[random.random(size) > leave]
    while living.size:
        now[living] += random.exponential(1 / rate[living])
        living = living[now[living] <= age[living]]
        x[living] += 1
        tx[living] = now[living]
        living = living[random.random(living.size) > leave[living]]
    return x, tx, age


class TestSimulation:
    @pytest.mark.parametrize(("entry", "fit"), [(0, fit_bg_nbd), (1, fit_mbg_nbd)])
    def test_parameters_are_recovered(self, entry, fit):
        truth = PurchaseModel(r=0.8, alpha=6, a=0.9, b=2.5, entry=entry)
        model = fit(*simulate(60_000, truth, (26, 104), seed=7))
        found = (model.r, model.alpha, model.a, model.b)
        assert found == pytest.approx((0.8, 6, 0.9, 2.5), rel=0.1)

    def test_spend_parameters_are_recovered(self):
        random = np.random.default_rng(3)
        x = random.poisson(4, 60_000) + 1.0
        scale = random.gamma(4, 1 / 20, x.size)
        mean = random.gamma(5 * x, 1 / scale) / x
        model = fit_gamma_gamma(x, mean)
        assert (model.p, model.q, model.v) == pytest.approx((5, 4, 20), rel=0.05)

    @pytest.mark.parametrize("entry", [0, 1])
    def test_forecast_of_the_second_half(self, entry):
        truth = PurchaseModel(r=0.8, alpha=6, a=0.9, b=2.5, entry=entry)
        random = np.random.default_rng(11)
        size, half = 60_000, 52
        rate = random.gamma(truth.r, 1 / truth.alpha, size)
        leave = random.beta(truth.a, truth.b, size)
        x, tx, later = np.zeros(size), np.zeros(size), np.zeros(size)
        now, living = np.zeros(size), np.arange(size)
        if entry:
            living = living[random.random(size) > leave]
        while living.size:
            now[living] += random.exponential(1 / rate[living])
            living = living[now[living] <= 2 * half]
            early = living[now[living] <= half]
            x[early] += 1
            tx[early] = now[early]
            later[living[now[living] > half]] += 1
            living = living[random.random(living.size) > leave[living]]
        expected = truth.expected_purchases(half, x, tx, np.full(size, half))
        assert expected.sum() == pytest.approx(later.sum(), rel=0.02)
        # and among customers whose past looks alike
        for count in (0, 1, 2, 5):
            alike = x == count
            assert expected[alike].mean() == pytest.approx(later[alike].mean(), rel=0.1)


def by_quadrature(model, horizon, x, tx, t):
    """Expectation by numeric integration over λ and p of one customer."""
    survived = model.b + x + model.entry
    rate = (model.r + x, model.alpha + t)

    def bought(share):
        leave = special.betaincinv(model.a, survived, share)
        if leave == 0:
            return rate[0] * horizon / rate[1]
        return -math.expm1(-rate[0] * math.log1p(leave * horizon / rate[1])) / leave

    living, _error = integrate.quad(bought, 0, 1, limit=200, epsrel=1e-7)
    return living * model.probability_alive([x], [tx], [t])[0]


class TestNumerics:
    @settings(max_examples=30, deadline=None)
    @given(
        shapes=st.tuples(*[st.floats(0.05, 20)] * 4),
        entry=st.integers(0, 1),
        x=st.integers(1, 2000),
        weeks=st.tuples(st.floats(0.1, 300), st.floats(0.1, 300)),
        horizon=st.floats(0.1, 300),
    )
    def test_expectation_equals_the_integral(self, shapes, entry, x, weeks, horizon):
        model = PurchaseModel(*shapes, entry=entry)
        tx, t = sorted(weeks)
        found = model.expected_purchases(horizon, [x], [tx], [t])[0]
        expected = by_quadrature(model, horizon, x, tx, t)
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-12)

    @pytest.mark.parametrize("a", [1 - 1e-5, 1, 1 + 1e-9, 1 + 1e-4, 500, 5000])
    def test_expectation_at_awkward_shapes(self, a):
        model = PurchaseModel(r=1.1, alpha=6, a=a, b=2.4, entry=1)
        found = model.expected_purchases(52, [30], [80], [104])[0]
        expected = by_quadrature(model, 52, 30, 80, 104)
        assert found == pytest.approx(expected, rel=1e-5)

    @pytest.mark.parametrize("entry", [0, 1])
    def test_chances_of_all_counts_sum_to_one_and_to_the_mean(self, entry):
        model = PurchaseModel(r=0.8, alpha=6, a=0.9, b=2.5, entry=entry)
        chances = [model.probability_of_count(n, 20) for n in range(250)]
        assert sum(chances) == pytest.approx(1, abs=1e-9)
        mean = sum(n * chance for n, chance in enumerate(chances))
        expected = model.expected_purchases(20, [0], [0], [0])[0]
        assert mean == pytest.approx(expected, rel=1e-6)

    def test_no_time_no_purchases(self):
        assert PUBLISHED.expected_purchases(0, *CUSTOMER)[0] == 0
        assert PUBLISHED.probability_of_count(0, 0) == 1
        assert PUBLISHED.probability_of_count(3, 0) == 0

    @settings(max_examples=25, deadline=None)
    @given(
        rows=st.lists(
            st.tuples(st.integers(0, 60), st.integers(0, 100), st.integers(0, 60)),
            min_size=1,
            max_size=40,
        ),
        fit=st.sampled_from([fit_bg_nbd, fit_mbg_nbd]),
    )
    def test_any_valid_history_gives_finite_answers(self, rows, fit):
        x = [row[0] for row in rows]
        tx = [row[1] if row[0] else 0 for row in rows]
        age = [start + row[2] for start, row in zip(tx, rows, strict=True)]
        model = fit(x, tx, age)
        if model is None:
            assert not any(x) or not any(age)
            return
        alive = model.probability_alive(x, tx, age)
        assert ((alive >= 0) & (alive <= 1)).all()
        expected = model.expected_purchases(52, x, tx, age)
        assert np.isfinite(expected).all()
        assert (expected >= 0).all()

    def test_silence_lowers_the_odds_of_being_alive(self):
        ages = [40.0, 60, 80, 200]
        alive = PUBLISHED.probability_alive([5] * 4, [39.0] * 4, ages)
        assert (np.diff(alive) < 0).all()


class TestWeights:
    def test_weights_are_repeated_rows(self, summary):
        columns = [column[:300] for column in summary]
        twice = [np.concatenate([column, column]) for column in columns]
        weighted = fit_mbg_nbd(*columns, weights=[2] * 300)
        repeated = fit_mbg_nbd(*twice)
        assert weighted.r == pytest.approx(repeated.r, rel=1e-6)
        assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood)

    def test_weight_zero_is_no_customer(self):
        x, tx, age = [1, 2, 0, 9], [5, 9, 0, 1], [10, 10, 10, 10]
        without = fit_bg_nbd(x[:3], tx[:3], age[:3])
        weighted = fit_bg_nbd(x, tx, age, weights=[1, 1, 1, 0])
        assert weighted.log_likelihood == pytest.approx(without.log_likelihood)

    def test_unit_of_time_only_scales_alpha(self, summary):
        x, tx, age = summary
        weeks, days = fit_mbg_nbd(x, tx, age), fit_mbg_nbd(x, tx * 7, age * 7)
        assert days.alpha == pytest.approx(weeks.alpha * 7, rel=1e-5)
        assert days.r == pytest.approx(weeks.r, rel=1e-5)


class TestNoAnswer:
    @pytest.mark.parametrize("fit", [fit_bg_nbd, fit_mbg_nbd])
    def test_purchases(self, fit):
        assert fit([], [], []) is None
        assert fit([0, 0], [0, 0], [10, 20]) is None
        assert fit([3], [5], [9], weights=[0]) is None

    def test_spend(self):
        assert fit_gamma_gamma([], []) is None
        assert fit_gamma_gamma([0, 0, 3], [9, 9, 9]) is None
        assert fit_gamma_gamma([1, 2, 3], [10, 10, 10]) is None

    def test_spend_leaves_out_what_it_cannot_use(self, spending):
        x, mean = spending
        used = (x > 0) & (mean > 0)
        assert fit_gamma_gamma(x, mean) == fit_gamma_gamma(x[used], mean[used])

    def test_no_finite_mean_is_answered_by_the_observed_one(self):
        model = SpendModel(p=0.1, q=0.5, v=10, mean_value=42)
        assert model.expected_value([0, 2], [0, 17]).tolist() == [42, 17]


GOOD = {"frequency": [1, 2], "recency": [5, 9], "age": [10, 20]}


class TestBadInput:
    @pytest.mark.parametrize("fit", [fit_bg_nbd, fit_mbg_nbd])
    @pytest.mark.parametrize(
        ("argument", "values", "told"),
        [
            ("frequency", [1, -2], "-2"),
            ("frequency", [1, 1.5], "1.5"),
            ("frequency", [1, math.nan], "nan"),
            ("frequency", [1], "got 2"),
            ("frequency", ["one", 2], "one"),
            ("recency", [5, -1], "-1"),
            ("recency", [5, 21], "21"),
            ("recency", [5, math.inf], "inf"),
            ("age", [10, None], "nan"),
            ("weights", [1, -3], "-3"),
            ("weights", [1], "got 1"),
        ],
    )
    def test_fit(self, fit, argument, values, told):
        with pytest.raises(ValueError, match=told):
            fit(**{**GOOD, argument: values})

    def test_argument_is_named(self):
        with pytest.raises(ValueError, match="recency.*21"):
            fit_bg_nbd([1, 2], [5, 21], [10, 20])
        with pytest.raises(ValueError, match="recency.*frequency"):
            fit_bg_nbd([0], [5], [10])
        with pytest.raises(ValueError, match="one-dimensional"):
            fit_bg_nbd([[1]], [[1]], [[1]])

    @pytest.mark.parametrize("bad", [-1, math.nan, math.inf])
    def test_horizon(self, bad):
        with pytest.raises(ValueError, match="horizon"):
            PUBLISHED.expected_purchases(bad, *CUSTOMER)

    def test_count(self):
        with pytest.raises(ValueError, match="count.*-1"):
            PUBLISHED.probability_of_count(-1, 10)

    def test_spend(self):
        with pytest.raises(ValueError, match="frequency.*-1"):
            fit_gamma_gamma([-1], [5])
        with pytest.raises(ValueError, match="mean_value.*nan"):
            fit_gamma_gamma([1], [math.nan])
        with pytest.raises(ValueError, match="mean_value.*-5"):
            PUBLISHED_SPEND.expected_value([1], [-5])

    def test_regularity(self):
        with pytest.raises(ValueError, match="last.*0"):
            regularity([1, 2], [1, 0])
