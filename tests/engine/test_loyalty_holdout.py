"""Membership by chance: stable, independent of each other, of the share wanted."""

import math

import pytest
from crm_loyalty.engine.holdout import PLACES, is_held_out, place, threshold
from hypothesis import given
from hypothesis import strategies as st

secrets = st.text(min_size=1)
customers = st.integers(1, 10**9)
percents = st.floats(0, 100)


@given(secrets, customers)
def test_a_place_is_inside_and_stays(secret, customer):
    first = place(secret, customer)
    assert 0 <= first < PLACES
    assert place(secret, customer) == first


@given(secrets, customers, percents, percents)
def test_a_larger_share_keeps_out_whom_the_smaller_did(secret, customer, one, other):
    low, high = sorted((one, other))
    if is_held_out(secret, customer, low):
        assert is_held_out(secret, customer, high)


@given(secrets, customers)
def test_nobody_and_everybody(secret, customer):
    assert not is_held_out(secret, customer, 0)
    assert is_held_out(secret, customer, 100)


@pytest.mark.parametrize("percent", [1, 5, 10, 50])
def test_share_is_within_binomial_limits(percent):
    """Four standard deviations of 100,000 draws: one failure in 16,000."""
    n, share = 100_000, percent / 100
    kept = sum(is_held_out("samovar", customer, percent) for customer in range(n))
    assert abs(kept - n * share) < 4 * math.sqrt(n * share * (1 - share))


def test_neighbours_are_spread_evenly():
    """χ² of 100,000 consecutive customers in 100 cells: 99 degrees, 0.1 % at 148.2."""
    cells = [0] * 100
    for customer in range(100_000):
        cells[place("samovar", customer) * 100 // PLACES] += 1
    assert sum((count - 1000) ** 2 / 1000 for count in cells) < 148.2


def test_programmes_draw_independently():
    """Of 10,000 customers a tenth is out of each of two programmes, a hundredth of
    both: 100 ± 4 standard deviations of √(10,000 · 0.01 · 0.99) = 9.95."""
    both = sum(
        is_held_out("one", customer, 10) and is_held_out("two", customer, 10)
        for customer in range(10_000)
    )
    assert abs(both - 100) < 40


def test_known_place():
    """SHA-256 of "abc:1" begins with these eight digits in any implementation."""
    from hashlib import sha256

    assert place("abc", 1) == int.from_bytes(sha256(b"abc:1").digest()[:4], "big")


@pytest.mark.parametrize("percent", [-1, 100.5, math.nan])
def test_bad_share_is_named(percent):
    with pytest.raises(ValueError, match="percent must be from 0 to 100"):
        threshold(percent)


def test_empty_secret_is_refused():
    with pytest.raises(ValueError, match="secret"):
        place("", 1)
