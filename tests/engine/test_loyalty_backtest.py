"""Back-test: tenths by hand, dates by hand, probability of a purchase by simulation."""

import math

import numpy as np
import pytest
from crm_loyalty.engine.backtest import calibration, date_accuracy
from crm_loyalty.engine.purchase import PurchaseModel


def tenths(chances, weights=None):
    zeros = np.zeros(len(chances))
    return calibration(chances, chances, zeros, zeros, zeros, weights)


class TestCalibration:
    def test_ten_customers_are_ten_groups(self):
        found = tenths([n / 10 for n in range(10)])
        assert [group.number for group in found] == list(range(1, 11))
        assert found[0].predicted == pytest.approx(0.9)

    def test_equal_customers_stay_together(self):
        """Five sure ones fill the first half, so the next begins in the sixth tenth."""
        found = tenths([0.8] * 5 + [0.2] * 5)
        assert [(group.number, group.customers) for group in found] == [(1, 5), (6, 5)]

    def test_rows_count_as_their_customers(self):
        found = tenths([0.9, 0.1], weights=[10, 90])
        assert [(group.number, group.customers) for group in found] == [
            (1, 10),
            (2, 90),
        ]

    def test_means_are_per_customer_and_visits_in_all(self):
        """A hundred at 0.5 of whom 40 came 60 times, 1 visit expected of each."""
        [group] = calibration([0.5], [0.5], [0.4], [1.0], [60], [100])
        assert (group.bought, group.expected_visits, group.visits) == (0.4, 100, 60)

    def test_nobody(self):
        assert tenths([]) == ()

    def test_share_above_one_is_refused(self):
        with pytest.raises(ValueError, match=r"predicted.*1\.5"):
            calibration([0.5], [1.5], [0], [0], [0])


class TestDates:
    def test_limit_of_a_fifth_counts_as_met(self):
        found = date_accuracy([6, -6, 7], [30, 30, 30])
        assert found.hit_rate == pytest.approx(2 / 3)
        assert found.mean_error == pytest.approx(19 / 3)

    def test_who_stayed_away_is_no_hit_and_has_no_error(self):
        found = date_accuracy([0, math.nan], [30, 30])
        assert (found.hit_rate, found.mean_error) == (0.5, 0)

    def test_nobody_came(self):
        found = date_accuracy([math.nan], [30])
        assert (found.forecasts, found.hit_rate, found.mean_error) == (1, 0, None)

    def test_no_forecast(self):
        found = date_accuracy([], [])
        assert (found.forecasts, found.hit_rate, found.mean_error) == (0, None, None)


@pytest.mark.parametrize("entry", [0, 1])
def test_probability_of_purchase_is_that_of_simulated_newcomers(entry):
    """A newcomer survives his entry (if that is an occasion to leave), then waits an
    exponential time at his own rate."""
    model = PurchaseModel(r=0.8, alpha=6.0, a=0.9, b=2.5, entry=entry)
    random = np.random.default_rng(3)
    size = 400_000
    rate = random.gamma(model.r, 1 / model.alpha, size)
    stays = random.uniform(size=size) >= random.beta(model.a, model.b, size) * entry
    waits = random.exponential(1 / np.maximum(rate, 1e-300))
    found = model.probability_of_purchase(13, [0], [0], [0])[0]
    assert found == pytest.approx((stays & (waits <= 13)).mean(), abs=0.004)
