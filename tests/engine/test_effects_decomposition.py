"""LMDI split: the reference example, the limits at zero, exactness."""

import math

import pytest
from crm_effects.engine.decomposition import (
    lmdi,
    logarithmic_mean,
    price_volume_mix,
)
from hypothesis import given
from hypothesis import strategies as st

DRIVER = st.floats(0, 1e6).filter(lambda x: x == 0 or x > 1e-6)


def test_sales_example():
    """100 leads x 20 % x 500 become 120 x 22 % x 510: 3464 more revenue."""
    parts = lmdi([100, 0.20, 500], [120, 0.22, 510])
    assert parts == pytest.approx((2123.37, 1110.01, 230.63), abs=0.005)
    assert sum(parts) == pytest.approx(3464)


def test_logarithmic_mean():
    assert logarithmic_mean(13464, 10000) == pytest.approx(11646.27, abs=0.005)
    assert logarithmic_mean(7, 7) == 7
    assert logarithmic_mean(0, 7) == 0
    assert logarithmic_mean(1, math.e) == pytest.approx(math.e - 1)


def test_only_the_changed_driver_gets_a_part():
    assert lmdi([10, 5], [10, 8]) == pytest.approx((0, 30))


def test_order_of_time_only_changes_the_sign():
    there, back = lmdi([2, 3, 4], [5, 3, 1]), lmdi([5, 3, 1], [2, 3, 4])
    assert there == pytest.approx([-part for part in back])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([0, 5], [10, 5], (50, 0)),  # the driver that appears takes all
        ([0, 4], [10, 5], (50, 0)),
        ([10, 5], [0, 8], (-50, 0)),
        ([0, 0, 3], [4, 5, 3], (30, 30, 0)),  # two appear: equal shares
        ([0, 5], [0, 8], (0, 0)),  # zero at both ends
        ([0, 5], [7, 0], (0, 0)),  # one appears, one vanishes: no change to split
        ([0], [12], (12,)),
    ],
)
def test_limits_at_zero(before, after, expected):
    assert lmdi(before, after) == pytest.approx(expected)


def test_limit_is_approached():
    """The split with a tiny start tends to the split with a zero start."""
    near = lmdi([1e-300, 4], [10, 5])
    assert near[0] == pytest.approx(50, rel=0.01)
    assert sum(near) == pytest.approx(50)


@given(st.lists(st.tuples(DRIVER, DRIVER), min_size=1, max_size=6))
def test_parts_sum_to_the_change(drivers):
    before, after = zip(*drivers, strict=True)
    change = math.prod(after) - math.prod(before)
    size = max(math.prod(after), math.prod(before), 1e-9)
    assert math.fsum(lmdi(before, after)) == pytest.approx(change, abs=1e-8 * size)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([1, -2], [1, 2], ("before[1]", "-2")),
        ([1], [1, 2], ("before and after", "1 and 2")),
        ([], [], ("before", "0")),
        ([1], [float("nan")], ("after[0]", "nan")),
        ([1e300, 1e300], [1, 1], ("before", "1e+300")),
    ],
)
def test_bad_input(before, after, words):
    with pytest.raises(ValueError) as caught:
        lmdi(before, after)
    for word in words:
        assert word in str(caught.value)


def test_price_volume_mix_by_hand():
    """20 pieces at 20 on average become 30, worth 700 at old prices and 710 now; one
    good of 50 is gone, one of 70 is new."""
    old = {"pump": (10, 100), "motor": (10, 300), "belt": (5, 50)}
    new = {"pump": (10, 110), "motor": (20, 600), "valve": (7, 70)}
    found = price_volume_mix(old, new)
    parts = (found.volume, found.mix, found.price, found.new, found.dropped)
    assert parts == pytest.approx((200, 100, 10, 70, -50))


GOODS = st.dictionaries(
    st.integers(0, 6), st.tuples(st.floats(0.01, 1e6), st.floats(0, 1e6))
)


@given(GOODS, GOODS)
def test_price_volume_mix_has_no_rest(old, new):
    found = price_volume_mix(old, new)
    change = math.fsum(r for _q, r in new.values()) - math.fsum(
        r for _q, r in old.values()
    )
    parts = (found.volume, found.mix, found.price, found.new, found.dropped)
    size = max(1.0, *map(abs, parts))  # two large parts may nearly cancel
    assert found.total == pytest.approx(change, abs=1e-9 * size)


@given(GOODS)
def test_dearer_goods_are_price_alone(goods):
    found = price_volume_mix(
        goods, {one: (q, 1.1 * r) for one, (q, r) in goods.items()}
    )
    revenue = math.fsum(r for _q, r in goods.values())
    assert found.price == pytest.approx(0.1 * revenue, abs=1e-6 + 1e-9 * revenue)
    assert found.volume == pytest.approx(0, abs=1e-6 + 1e-9 * revenue)
    assert (found.new, found.dropped) == (0, 0)


def test_quantities_must_be_positive():
    with pytest.raises(ValueError, match="quantity of pump after must be positive"):
        price_volume_mix({}, {"pump": (0, 5)})
