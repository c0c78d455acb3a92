"""Rhythm of purchases: the worked example, back-test choice, bad input."""

import math
from datetime import date, datetime, timedelta

import pytest
from crm_loyalty.engine.replenishment import HISTORY, forecast, net_purchases
from hypothesis import given
from hypothesis import strategies as st

START = date(2025, 1, 1)


def day(number):
    return START + timedelta(days=number)


class TestWorkedExample:
    """10 on day 0, 10 on day 30, 20 on day 60."""

    @pytest.fixture
    def answer(self):
        return forecast([day(0), day(30), day(60)], [10, 10, 20])

    def test_rate_is_a_third_a_day(self, answer):
        assert answer.rate == pytest.approx(1 / 3)

    def test_stock_lasts_sixty_days(self, answer):
        assert answer.consumption_date == day(120)

    def test_interval_model_says_day_ninety(self, answer):
        assert answer.median_interval == 30
        assert answer.interval_date == day(90)

    def test_double_quantity_is_believed(self, answer):
        assert answer.model == "consumption"
        assert answer.expected_date == day(120)
        assert answer.expected_quantity == pytest.approx(10)

    def test_confidence(self, answer):
        # two equal intervals: evidence 1 - 1/2, regularity 1
        assert answer.confidence == pytest.approx(0.5)

    def test_state_follows_the_expected_cover_of_sixty_days(self, answer):
        assert answer.overdue_ratio(day(90)) == pytest.approx(0.5)
        assert answer.state(day(119)) == "on_time"
        assert answer.state(day(120)) == "due"
        assert answer.state(day(135)) == "due"
        assert answer.state(day(136)) == "late"
        assert answer.state(day(180)) == "late"
        assert answer.state(day(181)) == "lapsed"

    def test_limits_of_the_states_can_be_set(self, answer):
        assert answer.state(day(136), late=1.5) == "due"
        assert answer.state(day(151), late=1.5, lapsed=1.5) == "lapsed"


class TestReturns:
    def test_return_lessens_the_purchase_before_it(self):
        assert net_purchases([0, 30, 35], [10, 20, -5]) == ([0, 30], [10, 15])

    def test_return_on_the_day_itself(self):
        assert net_purchases([0, 0], [-4, 10]) == ([0], [6])

    def test_purchase_wholly_returned_never_was(self):
        assert net_purchases([0, 30, 40, 60], [10, 20, -25, 5]) == ([0, 60], [10, 5])

    def test_return_of_something_never_bought(self):
        assert net_purchases([0, 10], [-5, 10]) == ([10], [10])

    def test_only_the_last_days_count(self):
        days, quantities = net_purchases(range(100), [1] * 100)
        assert days == list(range(100 - HISTORY, 100))
        assert quantities == [1] * HISTORY

    def test_tenths_add_up(self):
        assert net_purchases([0, 0, 0], [0.1, 0.2, -0.3]) == ([], [])


class TestChoiceOfModel:
    def test_steady_rhythm_with_random_quantities_uses_the_interval(self):
        # every 30 days whatever was bought: consumption errs, interval does not
        answer = forecast([0, 30, 60, 90, 120], [10, 40, 10, 40, 10])
        assert answer.model == "interval"
        assert answer.expected_date == 150
        assert answer.error == 0

    def test_quantity_that_sets_the_wait_uses_consumption(self):
        # one unit a day: the wait equals the quantity bought before
        answer = forecast([0, 10, 50, 60, 100], [10, 40, 10, 40, 20])
        assert answer.model == "consumption"
        assert answer.rate == pytest.approx(1)
        assert answer.expected_date == 120

    def test_model_can_be_forced(self):
        answer = forecast([0, 30, 60], [10, 10, 20], model="interval")
        assert (answer.model, answer.expected_date) == ("interval", 90)

    def test_spread_is_the_median_deviation(self):
        # intervals 10, 10, 40: median 10, deviations 0, 0, 30
        assert forecast([0, 10, 20, 60], [1] * 4).spread == 0
        # intervals 10, 20, 30: median 20, deviations 10, 0, 10
        assert forecast([0, 10, 30, 60], [1] * 4).spread == 10


class TestNoAnswer:
    def test_fewer_than_three_purchases(self):
        assert forecast([], []) is None
        assert forecast([day(0), day(5)], [1, 1]) is None

    def test_one_day_counts_once(self):
        assert forecast([day(0), day(5), day(5)], [1, 1, 1]) is None

    def test_beyond_the_calendar(self):
        end = [date(9999, 12, 29), date(9999, 12, 30), date(9999, 12, 31)]
        assert forecast(end, [1, 1, 1]) is None

    def test_absurd_last_quantity_leaves_the_interval(self):
        answer = forecast([day(0), day(30), day(60)], [1, 1, 1e9])
        assert answer.consumption_date is None
        assert (answer.model, answer.expected_date) == ("interval", day(90))


class TestInput:
    def test_order_of_the_rows_does_not_matter(self):
        assert forecast([60, 0, 30], [20, 10, 10]) == forecast(
            [0, 30, 60], [10, 10, 20]
        )

    def test_purchases_of_one_day_are_added(self):
        split = forecast([0, 30, 30, 60], [10, 4, 6, 20])
        assert split == forecast([0, 30, 60], [10, 10, 20])

    def test_datetime_counts_as_its_day(self):
        times = [datetime(2025, 1, 1, 23), datetime(2025, 1, 31, 1), day(60)]
        assert forecast(times, [10, 10, 20]).expected_date == day(120)

    @pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf, None])
    def test_bad_quantity_is_named(self, bad):
        with pytest.raises(ValueError, match="quantities") as error:
            forecast([0, 1, 2], [1, 1, bad])
        assert repr(bad) in str(error.value)

    @pytest.mark.parametrize("bad", [1.5, "2025-01-01", None, True])
    def test_bad_date_is_named(self, bad):
        with pytest.raises(ValueError, match="dates") as error:
            forecast([bad], [1])
        assert repr(bad) in str(error.value)

    def test_lengths_must_agree(self):
        with pytest.raises(ValueError, match="quantities must have the length"):
            forecast([0, 1], [1])

    def test_dates_and_numbers_do_not_mix(self):
        with pytest.raises(ValueError, match="dates must be all dates"):
            forecast([0, day(1)], [1, 1])

    def test_unknown_model(self):
        with pytest.raises(ValueError, match="model.*'magic'"):
            forecast([0, 1, 2], [1, 1, 1], model="magic")


history = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(1, 500)), min_size=3, max_size=25
)


@given(history)
def test_any_history_gives_a_later_date_and_a_share_of_confidence(rows):
    answer = forecast([row[0] for row in rows], [row[1] for row in rows])
    if answer is None:
        assert len({row[0] for row in rows}) < 3
        return
    assert answer.expected_date >= answer.last_date
    assert answer.expected_quantity > 0
    assert 0 < answer.confidence < 1
    assert answer.error >= 0


@given(history, st.integers(1, 1000))
def test_shift_in_time_shifts_the_answer(rows, shift):
    answer = forecast([row[0] for row in rows], [row[1] for row in rows])
    moved = forecast([row[0] + shift for row in rows], [row[1] for row in rows])
    if answer is not None:
        assert moved.expected_date == answer.expected_date + shift
        assert moved.confidence == answer.confidence
