"""Points as a debt: the published example of the standard and hand-made numbers."""

import math

import pytest
from crm_loyalty.engine.liability import allocate, position, recognised
from hypothesis import given
from hypothesis import strategies as st

amounts = st.floats(0, 1e9)
shares = st.floats(0, 1)


class TestPublishedExample:
    """IFRS 15 IE267–IE270 (Example 52): customers buy goods for 100,000 and get
    10,000 points worth 1 each; 95 % are expected to be redeemed."""

    def test_split_of_the_price(self):
        split = allocate(100_000, 10_000, 1, 0.95)
        assert round(split.goods) == 91_324
        assert round(split.points) == 8_676

    def test_unrounded(self):
        split = allocate(100_000, 10_000, 1, 0.95)
        assert split.points == pytest.approx(8_675.80, abs=0.005)
        first = recognised(split.points, 4_500, 9_500)
        assert first == pytest.approx(4_109.59, abs=0.005)
        second = recognised(split.points, 8_500, 9_700)
        assert second - first == pytest.approx(3_492.92, abs=0.005)

    def test_first_year(self):
        revenue = round(recognised(8_676, 4_500, 9_500))
        assert revenue == 4_110
        assert 8_676 - revenue == 4_566

    def test_second_year_with_a_new_estimate(self):
        revenue = round(recognised(8_676, 8_500, 9_700) - 4_110)
        assert revenue == 3_493
        assert 8_676 - 4_110 - revenue == 1_073


def test_second_example():
    """2,000 of goods with 2,000 points worth 0.10, of which 85 % will be redeemed."""
    split = allocate(2_000, 2_000, 0.10, 0.85)
    assert round(split.goods) == 1_843
    assert round(split.points) == 157


class TestAllocate:
    def test_points_nobody_redeems_are_free(self):
        assert allocate(100, 50, 1, 0).points == 0

    def test_half_and_half(self):
        split = allocate(100, 100, 1, 1)
        assert (split.goods, split.points) == (50, 50)

    def test_nothing_sold(self):
        assert allocate(0, 0, 1, 1).points == 0
        assert allocate(0, 100, 1, 1).points == 0

    @given(amounts, amounts, st.floats(0, 100), shares)
    def test_parts_make_the_price(self, price, points, value, redemption):
        split = allocate(price, points, value, redemption)
        assert split.goods + split.points == pytest.approx(price)
        assert 0 <= split.goods <= price + 1e-6

    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            ((-1, 1, 1, 0.5), "price"),
            ((1, math.nan, 1, 0.5), "points"),
            ((1, 1, math.inf, 0.5), "point_value"),
            ((1, 1, 1, 95), "redemption"),
        ],
    )
    def test_bad_input_is_named(self, arguments, named):
        with pytest.raises(ValueError, match=named):
            allocate(*arguments)


class TestRecognised:
    def test_all_redeemed_is_all_revenue(self):
        assert recognised(80, 10, 10) == 80

    def test_more_redeemed_than_expected(self):
        assert recognised(80, 12, 10) == 80

    def test_before_the_first_redemption(self):
        assert recognised(80, 0, 10) == 0
        assert recognised(80, 0, 0) == 0

    @given(amounts, amounts, amounts)
    def test_never_more_than_was_allocated(self, allocated, redeemed, expected):
        assert 0 <= recognised(allocated, redeemed, expected) <= allocated + 1e-6


class TestPosition:
    def test_hand_made(self):
        found = position(1_000, 300, 100, 0.10, 0.80)
        assert found.outstanding == 600
        assert found.liability == pytest.approx(48)
        assert (found.redemption_rate, found.breakage_rate) == (0.3, 0.1)

    def test_no_points_no_rates(self):
        found = position(0, 0, 0, 1, 1)
        assert (found.liability, found.redemption_rate, found.breakage_rate) == (
            0,
            None,
            None,
        )

    def test_overdrawn_is_no_negative_debt(self):
        assert position(100, 150, 0, 1, 1).liability == 0

    def test_bad_input_is_named(self):
        with pytest.raises(ValueError, match="expired must be a number ≥ 0, got -1"):
            position(1, 0, -1, 1, 1)
        with pytest.raises(ValueError, match="redemption must be from 0 to 1, got 80"):
            position(1, 0, 0, 1, 80)
