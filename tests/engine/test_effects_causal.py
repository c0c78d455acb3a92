"""Causal estimates against published figures, oracles and simulated truth.

Published: the Nile break of 1898/99, Card & Krueger's survey. Simulated: monthly
series with trend, two seasonal waves, AR(1) noise of 6 % and a known step. Real:
customers of a wholesaler split at random into two teams, a known effect injected
into one of them.
"""

import csv
import gzip
import os
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from crm_effects.engine import ar1, causal, design
from crm_effects.engine.causal import Estimate, Refusal

DATA = Path(
    os.environ.get("CRM_SUITE_DATA")
    or Path(__file__).resolve().parents[3] / "shared" / "data"
)
# Annual flow at Aswan 1871-1970, 10^8 m3 (Cobb 1978), public domain figures
NILE = [
    *(1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110),
    *(994, 1020, 960, 1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220),
    *(1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969),
    *(831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862),
    *(698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010),
    *(771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749),
    *(838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746),
    *(919, 718, 714, 740),
]
STEP = 0.08
NOISE = 0.06


def simulated(seed, before, after, rho=0.3, step=STEP, common=None):
    """Log of a monthly series: level, trend, season, AR(1) noise, a step."""
    months = before + after
    t = np.arange(months)
    series = 4 + 0.005 * t + 0.10 * np.cos(np.pi * t / 6) + 0.07 * np.sin(np.pi * t / 6)
    series += 0.04 * np.cos(np.pi * t / 3)
    series += noise(np.random.default_rng(seed), months, rho)
    if common is not None:
        series += common
    return (series + step * (t >= before)).tolist()


def noise(generator, months, rho, size=NOISE):
    shocks = generator.normal(size=months + 50) * size * np.sqrt(1 - rho**2)
    errors = np.zeros(months + 50)
    for i in range(1, len(errors)):
        errors[i] = rho * errors[i - 1] + shocks[i]
    return errors[50:]


def coverage(seeds, before, after, rho):
    found = [
        causal.interrupted_time_series(simulated(seed, before, after, rho), before)
        for seed in range(seeds)
    ]
    return np.mean([e.low <= STEP <= e.high for e in found])


class TestPublished:
    def test_nile(self):
        found = causal.interrupted_time_series(NILE, 28, season=None)
        assert found.effect == pytest.approx(-249.58, abs=0.005)
        assert found.low == pytest.approx(-319.95, abs=0.005)
        assert found.high == pytest.approx(-180.12, abs=0.005)
        assert found.rho == pytest.approx(0.184, abs=0.0005)
        assert found.is_clear
        assert len(found.counterfactual) == 72

    def test_nile_means(self):
        """What everybody computes first: the plain difference of two means."""
        found = causal.difference_in_differences(
            NILE[:28], NILE[28:], [0.0, 0.0], [0.0, 0.0]
        )
        assert found.effect == pytest.approx(-247.7778, abs=5e-5)

    def test_card_krueger(self):
        """All available stores; the published 2.76 comes from rounded means."""
        stores = card_krueger()
        found = causal.difference_in_differences(
            *(stores["1"][wave] for wave in "01"), *(stores["0"][wave] for wave in "01")
        )
        assert found.effect == pytest.approx(2.7536, abs=5e-5)

    def test_card_krueger_balanced(self):
        """Table 3, row 4: stores observed in both waves, 2.75 (1.34)."""
        waves = []
        for stores in (card_krueger()["1"], card_krueger()["0"]):
            pairs = zip(stores["0"], stores["1"], strict=True)
            waves += zip(*(pair for pair in pairs if None not in pair), strict=True)
        found = causal.difference_in_differences(*waves, paired=True)
        assert found.effect == pytest.approx(2.75, abs=0.005)
        assert found.se == pytest.approx(1.34, abs=0.005)

    def test_card_krueger_published_means(self):
        """Table 3: NJ 20.44 to 21.03, PA 23.33 to 21.17; rounded means give 2.75."""
        pairs = [[x, x] for x in (20.44, 21.03, 23.33, 21.17)]
        found = causal.difference_in_differences(*pairs)
        assert found.effect == pytest.approx(2.75)
        assert found.counterfactual == pytest.approx((20.44 - 2.16,))


def card_krueger():
    """Full-time equivalents by state (1 = New Jersey), wave and store."""
    path = DATA / "card_krueger" / "card-krueger.csv"
    if not path.exists():
        pytest.skip(f"Card-Krueger survey not found under {DATA}")
    stores = defaultdict(lambda: defaultdict(dict))
    with path.open(newline="") as handle:
        for row in csv.DictReader(handle):
            value = None if row["fte"] == "NA" else float(row["fte"])
            stores[row["nj"]][row["d"]][row["id"]] = value
    return {
        state: {wave: [by[wave][store] for store in sorted(by["0"])] for wave in "01"}
        for state, by in stores.items()
    }


class TestRegression:
    """The integrated regression against dense algebra and statsmodels."""

    @pytest.mark.parametrize("missing", [(), (3, 4, 11)])
    def test_every_rho_is_generalised_least_squares(self, missing):
        y = np.array(simulated(1, 30, 10))
        y[list(missing)] = np.nan
        x = np.stack([*design.baseline(40, 30, 12, True), *design.treatment(40, 30, 0)])
        fit = ar1.fit(y, x.T)
        seen = ~np.isnan(y)
        lags = np.abs(np.subtract.outer(*[np.flatnonzero(seen)] * 2))
        logs = []
        for rho, beta, covariance in zip(
            ar1.RHO_GRID, fit.coefficients, fit.covariances, strict=True
        ):
            sigma = np.power(rho, lags, where=lags > 0, out=np.ones(lags.shape))
            oracle = sm.GLS(y[seen], x.T[seen], sigma=sigma / (1 - rho**2)).fit()
            assert beta == pytest.approx(oracle.params, rel=1e-6, abs=1e-9)
            errors = np.sqrt(np.diag(covariance))
            assert errors == pytest.approx(oracle.bse, rel=1e-6)
            inverse = np.linalg.inv(sigma / (1 - rho**2))
            logs.append(
                -0.5
                * (
                    oracle.df_resid * np.log(oracle.scale)
                    - np.linalg.slogdet(inverse)[1]
                    + np.linalg.slogdet(x.T[seen].T @ inverse @ x.T[seen])[1]
                )
            )
        weights = np.exp(np.array(logs) - max(logs))
        assert fit.weights == pytest.approx(weights / weights.sum(), abs=1e-9)

    def test_mixture_of_one_is_student_t(self):
        """97.5 % point of t with 10 degrees of freedom: 2.228."""
        mixture = ar1.Mixture(np.ones(1), np.array([5.0]), np.array([2.0]), 10)
        low, high = mixture.interval(0.95)
        assert (low, high) == pytest.approx((5 - 4.456, 5 + 4.456), abs=0.001)
        assert mixture.sd == pytest.approx(2 * np.sqrt(10 / 8))
        assert mixture.cdf(5.0) == pytest.approx(0.5)


class TestInterruptedTimeSeries:
    def test_exact_step_without_noise(self):
        """100 a month, 130 after: the effect is 30, over 12 months 360."""
        found = causal.interrupted_time_series([100] * 24 + [130] * 12, 24)
        assert found.effect == pytest.approx(30)
        assert found.counterfactual == pytest.approx([100] * 12)
        assert found.cumulative == pytest.approx(360)
        assert "no_noise" in codes(found)

    def test_log_scale(self):
        """100 rising to 125: ln 1.25 on the log scale, 25 a month in money."""
        found = causal.interrupted_time_series([100] * 24 + [125] * 12, 24, log=True)
        assert found.effect == pytest.approx(np.log(1.25))
        assert found.counterfactual == pytest.approx([100] * 12)
        assert found.cumulative == pytest.approx(300)

    def test_trend_and_season_are_not_an_effect(self):
        t = np.arange(48)
        values = 100 + 2 * t + 10 * np.cos(np.pi * t / 6) + 4 * np.sin(np.pi * t / 3)
        found = causal.interrupted_time_series(values.tolist(), 36)
        assert found.effect == pytest.approx(0, abs=1e-6)

    def test_slope(self):
        """An effect growing by 2 a month from 10: mean over 12 months 21."""
        t = np.arange(48)
        values = 100 + t + (t >= 36) * (10 + 2.0 * (t - 36))
        found = causal.interrupted_time_series(values.tolist(), 36, slope=True)
        assert found.effect == pytest.approx(21)
        gaps = values[36:] - np.array(found.counterfactual)
        assert gaps == pytest.approx(10 + 2.0 * np.arange(12))

    @pytest.mark.parametrize("log", [False, True])
    def test_path_total_and_interval_agree(self, log):
        values = np.exp(simulated(3, 24, 12))
        found = causal.interrupted_time_series(values.tolist(), 24, log=log)
        assert found.low < found.effect < found.high
        for path, total in (
            (found.counterfactual, found.cumulative),
            (found.counterfactual_high, found.cumulative_low),
            (found.counterfactual_low, found.cumulative_high),
        ):
            assert sum(values[24:]) - sum(path) == pytest.approx(total)
        assert found.cumulative_low < found.cumulative < found.cumulative_high
        assert (found.months_before, found.months_after) == (24, 12)

    def test_wider_at_higher_level(self):
        values = simulated(4, 24, 12)
        wide, narrow = (
            causal.interrupted_time_series(values, 24, level=level)
            for level in (0.99, 0.8)
        )
        assert wide.low < narrow.low < narrow.effect < narrow.high < wide.high
        assert wide.effect == narrow.effect

    def test_scale_and_shift(self):
        values = np.array(simulated(5, 24, 12))
        plain = causal.interrupted_time_series(values.tolist(), 24)
        moved = causal.interrupted_time_series((1000 * values - 77).tolist(), 24)
        assert moved.effect == pytest.approx(1000 * plain.effect)
        assert moved.high == pytest.approx(1000 * plain.high)

    def test_month_without_data(self):
        values = simulated(6, 30, 12)
        values[7] = values[35] = None
        found = causal.interrupted_time_series(values, 30)
        assert isinstance(found, Estimate)
        assert found.counterfactual[5] is None
        assert (found.months_before, found.months_after) == (29, 11)

    def test_market_rise_in_control_is_no_effect(self):
        """+10 % in both series: the control takes it, the interval holds zero."""
        market = noise(np.random.default_rng(9), 36, 0.3)
        rise = market + 0.10 * (np.arange(36) >= 24)
        ours = simulated(10, 24, 12, step=0.0, common=rise)
        theirs = simulated(11, 24, 12, step=0.0, common=rise)
        alone = causal.interrupted_time_series(ours, 24)
        controlled = causal.interrupted_time_series(ours, 24, controls=[theirs])
        assert controlled.low < 0 < controlled.high
        assert abs(controlled.effect) < abs(alone.effect)

    def test_deterministic(self):
        values = simulated(8, 24, 12)
        runs = [causal.interrupted_time_series(values, 24) for _run in range(2)]
        assert runs[0] == runs[1]


class TestCoverage:
    """Nominal 95 % intervals over simulated truth."""

    def test_reduced(self):
        """80 seeds: fewer than 68 covers would be a chance of 1 in 3000 at 94 %."""
        assert coverage(80, 24, 12, 0.3) >= 68 / 80

    def test_over_all_cases(self):
        """2,400 histories; the standard error of each case is one point of percent."""
        shares = [
            coverage(400, before, 12, rho)
            for before in (24, 36)
            for rho in (0.0, 0.3, 0.6)
        ]
        assert 0.93 <= np.mean(shares) <= 0.96
        assert min(shares) >= 0.92
        assert max(shares) <= 0.98

    @pytest.mark.slow
    @pytest.mark.parametrize("after", [6, 3])
    def test_few_months_after(self, after):
        assert 0.92 <= coverage(400, 24, after, 0.3) <= 0.98

    def test_naive_interval_would_fail(self):
        """The same data, season ignored and errors taken as independent."""
        covered = 0
        for seed in range(80):
            y = np.array(simulated(seed, 24, 12, 0.6))
            x = np.stack([np.ones(36), np.arange(36), np.arange(36) >= 24], axis=1)
            low, high = sm.OLS(y, x.astype(float)).fit().conf_int()[2]
            covered += low <= STEP <= high
        assert covered < 60


class TestRefusal:
    @pytest.mark.parametrize(
        ("length", "start", "arguments", "code", "words"),
        [
            (13, 9, {}, "season", "Import 15 earlier month(s)"),
            (18, 12, {}, "season", "12 month(s) of data before the start, 24"),
            (35, 23, {}, "season", "Import 1 earlier month(s)"),
            (36, 34, {}, "few_after", "Only 2 month(s)"),
            (24, 24, {}, "few_after", "Only 0 month(s)"),
            (24, 0, {}, "season", "Import 24 earlier month(s)"),
            (8, 5, {"season": None}, "few_before", "Import 1 earlier month(s)"),
            (9, 6, {"season": None, "slope": True, "trend": True}, None, None),
        ],
    )
    def test_reason_names_what_is_missing(self, length, start, arguments, code, words):
        values = [100.0 + 3 * (i % 5) for i in range(length)]
        found = causal.interrupted_time_series(values, start, **arguments)
        if code is None:
            assert isinstance(found, Estimate)
            return
        assert isinstance(found, Refusal)
        assert found.reason.code == code
        assert words in found.reason
        for value in found.reason.values.values():
            assert str(value) in found.reason

    def test_months_without_data_do_not_count(self):
        values = simulated(1, 24, 12)
        values[3] = None
        assert causal.interrupted_time_series(values, 24).reason.code == "season"

    def test_control_that_repeats_the_step(self):
        values = simulated(1, 24, 12)
        control = [0.0] * 24 + [1.0] * 12
        found = causal.interrupted_time_series(values, 24, controls=[control])
        assert found.reason.code == "collinear"

    def test_too_many_controls(self):
        values = simulated(1, 8, 5)
        controls = [simulated(i, 8, 5) for i in range(2, 9)]
        found = causal.interrupted_time_series(values, 8, controls=controls)
        assert found.reason.code == "short"

    def test_enough_history_is_not_refused(self):
        found = causal.interrupted_time_series(simulated(1, 24, 3), 24)
        assert isinstance(found, Estimate)
        assert "early" in codes(found)


class TestControlledTimeSeries:
    def test_common_season_cancels(self):
        """The same waves in both; treated gains exactly 20 % from month 8."""
        t = np.arange(13)
        control = 1000 * np.exp(0.3 * np.cos(t))
        treated = 2 * control * np.where(t >= 8, 1.2, 1.0)
        found = causal.controlled_time_series(
            treated.tolist(), control.tolist(), 8, log=True
        )
        assert found.effect == pytest.approx(np.log(1.2))
        assert found.counterfactual == pytest.approx(2 * control[8:])
        assert found.method == "did"

    def test_market_growth_is_no_effect(self):
        market = 0.10 * (np.arange(36) >= 24)
        for seed in range(5):
            ours = simulated(seed, 24, 12, step=0.0, common=market)
            theirs = simulated(seed + 100, 24, 12, step=0.0, common=market)
            found = causal.controlled_time_series(ours, theirs, 24)
            assert found.low < 0 < found.high

    def test_fake_dates_look_less_clear(self):
        """A step of six standard deviations ranks first of all dates tried."""
        theirs = [100.0 + (i * 7) % 3 for i in range(42)]
        ours = [100.0 + (i * 5) % 3 + 6 * (i >= 30) for i in range(42)]
        found = causal.controlled_time_series(ours, theirs, 30)
        # fake starts at the months 6 to 24 of 30: 19 of them
        assert found.placebo_share == pytest.approx(1 / 20)
        still = [100.0 + (i * 5) % 3 for i in range(42)]
        nothing = causal.controlled_time_series(still, theirs, 30)
        assert nothing.placebo_share > 0.1

    def test_diverging_groups_are_reported(self):
        theirs = [100.0 + (i * 7) % 3 for i in range(30)]
        ours = [v + 5 * i for i, v in enumerate(theirs)]
        found = causal.controlled_time_series(ours, theirs[::-1], 20)
        assert "pretrend" in codes(found)

    def test_few_months(self):
        found = causal.controlled_time_series([1, 2, 3, 4, 5, 6], [1] * 6, 3)
        assert found.reason.code == "few_before"

    @pytest.mark.parametrize("splits", [20, pytest.param(100, marks=pytest.mark.slow)])
    def test_real_customers_split_at_random(self, splits):
        """13 real months, no season to be had: the control group finds +15 %."""
        sales = online_retail()
        truth, covered, placebo = np.log(1.15), 0, 0
        for seed in range(splits):
            half = np.random.default_rng(seed).random(len(sales)) < 0.5
            ours, theirs = sales[half].sum(axis=0), sales[~half].sum(axis=0)
            lifted = ours * np.where(np.arange(12) >= 7, 1.15, 1.0)
            found = causal.controlled_time_series(
                lifted.tolist(), theirs.tolist(), 7, log=True
            )
            covered += found.low <= truth <= found.high
            still = causal.controlled_time_series(
                ours.tolist(), theirs.tolist(), 7, log=True
            )
            placebo += still.is_clear
        assert covered / splits >= 0.85
        assert placebo / splits <= 0.15


def online_retail():
    """Monthly revenue per known customer, December 2010 to November 2011."""
    path = DATA / "online_retail" / "online_retail_2010-12_2011-12.csv.gz"
    if not path.exists():
        pytest.skip(f"Online Retail not found under {DATA}")
    sums = defaultdict(lambda: np.zeros(12))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            month = month_index(row["InvoiceDate"])
            if row["CustomerID"] and month < 12 and float(row["UnitPrice"]) > 0:
                amount = float(row["Quantity"]) * float(row["UnitPrice"])
                sums[row["CustomerID"]][month] += max(amount, 0.0)
    return np.array(list(sums.values()))


def month_index(stamp):
    year, month = int(stamp[:4]), int(stamp[5:7])
    return 12 * (year - 2010) + month - 12


class TestDifferenceInDifferences:
    def test_by_hand(self):
        """Treated 11 to 18, control 6 to 9: 7 - 3 = 4; each variance is 2/2 = 1."""
        found = causal.difference_in_differences([10, 12], [17, 19], [5, 7], [8, 10])
        assert found.effect == 4
        assert found.se == pytest.approx(2)
        # Welch: (4 * 1)^2 / (4 * 1^2 / 1) = 4 degrees of freedom, t = 2.776
        assert (found.low, found.high) == pytest.approx(
            (4 - 5.553, 4 + 5.553), abs=1e-3
        )

    def test_paired_units_are_compared_with_themselves(self):
        """Every unit rises by exactly 3: paired, nothing is uncertain."""
        before, after = [10, 50, 90], [13, 53, 93]
        loose = causal.difference_in_differences(before, after, [1, 2], [1, 2])
        tight = causal.difference_in_differences(
            before, after, [1, 2], [1, 2], paired=True
        )
        assert loose.effect == tight.effect == 3
        assert tight.high - tight.low < 1e-6 < loose.high - loose.low

    def test_missing_observations(self):
        found = causal.difference_in_differences(
            [10, None, 12], [17, 19, None], [5, 7], [8, 10]
        )
        assert found.effect == 4


class TestSyntheticControl:
    def donors(self, count=6, months=36, seed=0):
        generator = np.random.default_rng(seed)
        common = np.cumsum(generator.normal(size=months))
        return [
            (100 + 10 * i + (1 + 0.2 * i) * common + generator.normal(size=months))
            for i in range(count)
        ]

    def test_weights_and_effect_recovered(self):
        """Treated is 0.25 of donor 1 and 0.75 of donor 4, plus 7 after month 24."""
        pool = self.donors()
        treated = 0.25 * pool[1] + 0.75 * pool[4]
        treated[24:] += 7
        found = causal.synthetic_control(treated, pool, 24)
        assert found.weights == pytest.approx((0, 0.25, 0, 0, 0.75, 0), abs=1e-6)
        assert found.effect == pytest.approx(7)
        assert found.counterfactual == pytest.approx(treated[24:] - 7)
        assert found.placebo_share == pytest.approx(1 / 7)
        assert found.cumulative == pytest.approx(84)

    def test_weights_are_convex_and_optimal(self):
        pool = np.array(self.donors(seed=5))
        treated = pool.mean(axis=0) + np.random.default_rng(1).normal(size=36)
        found = causal.synthetic_control(treated, pool, 24)
        weights = np.array(found.weights)
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)

        def error(w):
            return float(np.sum((treated[:24] - w @ pool[:, :24]) ** 2))

        generator = np.random.default_rng(2)
        for other in generator.dirichlet(np.ones(6), size=200):
            mixed = 0.99 * weights + 0.01 * other
            assert error(weights) <= error(mixed) + 1e-9

    def test_no_effect_stays_inside_the_interval(self):
        covered = 0
        for seed in range(40):
            first, *others = (
                self.donors(count=9, seed=seed)[::-1][3:]
                + self.donors(count=9, seed=seed)[6:]
            )
            found = causal.synthetic_control(first, others, 24)
            covered += found.low <= 0 <= found.high
        assert covered >= 34

    def test_five_donors_needed(self):
        pool = self.donors(count=5)
        found = causal.synthetic_control(pool[0], pool[1:], 24)
        assert found.reason.code == "few_donors"
        assert "at least 5" in found.reason
        assert "there are 4" in found.reason

    def test_year_before_needed(self):
        pool = self.donors()
        assert causal.synthetic_control(pool[0], pool[1:], 11).reason.code == (
            "few_before"
        )
        assert causal.synthetic_control(pool[0], pool[1:], 36).reason.code == (
            "few_after"
        )

    def test_doubts_are_told(self):
        pool = self.donors()
        outside = [v + 500 for v in pool[0]]
        found = causal.synthetic_control(outside, pool, 24)
        assert {"poor_fit", "few_placebos"} <= codes(found)

    def test_named_donors(self):
        pool = self.donors()
        named = {f"Team {i}": series for i, series in enumerate(pool[1:])}
        assert causal.synthetic_control(pool[0], named, 24).effect == pytest.approx(
            causal.synthetic_control(pool[0], pool[1:], 24).effect
        )


class TestMinimumDetectableEffect:
    def test_longer_history_and_wait_help(self):
        values = simulated(12, 48, 0)
        by_months = [
            causal.minimum_detectable_effect(values, months) for months in (3, 6, 12)
        ]
        assert all(b < a for a, b in pairwise(by_months))

    def test_noise_scales_it(self):
        values = np.array(simulated(12, 48, 0))
        plain = causal.minimum_detectable_effect(values.tolist(), 12)
        assert causal.minimum_detectable_effect(
            (10 * values).tolist(), 12
        ) == pytest.approx(10 * plain)

    def test_order_of_magnitude(self):
        """6 % noise, 24+12 months: half-width about 10 %, so roughly 14 % at 80 %."""
        found = [
            causal.minimum_detectable_effect(simulated(seed, 24, 0), 12)
            for seed in range(30)
        ]
        assert 0.08 < np.median(found) < 0.20

    def test_such_an_effect_is_detected(self):
        """White noise, no season: the textbook case; 80 % of 120 is 96."""
        hits = 0
        for seed in range(120):
            series = np.random.default_rng(seed).normal(size=48)
            least = causal.minimum_detectable_effect(
                series[:36].tolist(), 12, season=None
            )
            series[36:] += least
            hits += causal.interrupted_time_series(
                series.tolist(), 36, season=None
            ).is_clear
        assert hits >= 96

    def test_short_history_has_no_answer(self):
        assert causal.minimum_detectable_effect([1.0] * 13, 6) is None

    def test_months_to_detect(self):
        values = simulated(12, 48, 0)
        least = causal.minimum_detectable_effect(values, 9)
        months = causal.months_to_detect(values, least)
        assert months is not None
        assert months <= 9
        assert causal.months_to_detect(values, 1e-6) is None


class TestBadInput:
    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: its([1, 2, 3], 7), ("start", "7")),
            (lambda: its([1, 2, 3], -1), ("start", "-1")),
            (lambda: its([1, 2, 3], 1.5), ("start", "1.5")),
            (lambda: its([1, float("nan")], 1), ("values[1]", "nan")),
            (lambda: its([1, "a"], 1), ("values[1]", "'a'")),
            (lambda: its([], 0), ("values", "0")),
            (lambda: its([1, 0, 2], 1, log=True), ("values[1]", "positive")),
            (lambda: its([1, 2, 3], 1, level=1), ("level", "1")),
            (lambda: its([1, 2, 3], 1, season=-4), ("season", "-4")),
            (lambda: its([1, 2], 1, controls=[[1]]), ("controls[0]", "(2), got 1")),
            (
                lambda: causal.controlled_time_series([1, 2], [1], 1),
                ("treated and control", "2 and 1"),
            ),
            (
                lambda: causal.difference_in_differences([1], [1, 2], [1, 2], [1, 2]),
                ("treated_before", "[1.0]"),
            ),
            (
                lambda: causal.difference_in_differences(
                    [1, 2, 3], [1, 2], [1, 2], [1, 2], paired=True
                ),
                ("treated_before and treated_after", "3 and 2"),
            ),
            (
                lambda: causal.synthetic_control([1, 2], [[1, 2], [1]], 1),
                ("donors[1]", "(2), got 1"),
            ),
            (
                lambda: causal.minimum_detectable_effect([1, 2], 0),
                ("months_after", "0"),
            ),
            (
                lambda: causal.minimum_detectable_effect([1, 2], 3, power=2),
                ("power", "2"),
            ),
        ],
    )
    def test_message(self, call, words):
        with pytest.raises(ValueError) as caught:
            call()
        for word in words:
            assert word in str(caught.value)


def its(values, start, **arguments):
    return causal.interrupted_time_series(values, start, **arguments)


def codes(found):
    return {note.code for note in found.warnings}
