"""Checks of arguments, shared by the engine: every refusal is one sentence."""

import math
from numbers import Integral, Real
from typing import Any


def check_number(name: str, value: Any) -> float:
    """Return ``value`` as a finite float.

    >>> check_number("impact", 3)
    3.0
    >>> check_number("impact", float("nan"))
    Traceback (most recent call last):
    ValueError: impact must be a finite number, got nan
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {number!r}")
    return number


MAX_AMOUNT = 1e100
"""Squares and sums of amounts must stay finite numbers."""


def check_amount(name: str, value: Any) -> float:
    """Return ``value`` as a float usable as an amount of money.

    >>> check_amount("low", -5)
    Traceback (most recent call last):
    ValueError: low must not be negative, got -5.0
    """
    number = check_not_negative(name, value)
    if number > MAX_AMOUNT:
        raise ValueError(f"{name} must be at most {MAX_AMOUNT}, got {number!r}")
    return number


def check_between(name: str, value: Any, low: float, high: float) -> float:
    """Return ``value`` as a float inside ``[low, high]``.

    >>> check_between("probability", 1.5, 0, 1)
    Traceback (most recent call last):
    ValueError: probability must be between 0 and 1, got 1.5
    """
    number = check_number(name, value)
    if not low <= number <= high:
        raise ValueError(f"{name} must be between {low} and {high}, got {number!r}")
    return number


def check_not_negative(name: str, value: Any) -> float:
    """Return ``value`` as a float that is zero or more."""
    number = check_number(name, value)
    if number < 0:
        raise ValueError(f"{name} must not be negative, got {number!r}")
    return number


def check_positive(name: str, value: Any) -> float:
    """Return ``value`` as a float above zero."""
    number = check_number(name, value)
    if number <= 0:
        raise ValueError(f"{name} must be above zero, got {number!r}")
    return number


def check_integer(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return ``value`` as an int of at least ``low`` and at most ``high``.

    >>> check_integer("iterations", 2.5, 1)
    Traceback (most recent call last):
    ValueError: iterations must be a whole number, got 2.5
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    number = int(value)
    if number < low:
        raise ValueError(f"{name} must be at least {low}, got {number}")
    if high is not None and number > high:
        raise ValueError(f"{name} must be at most {high}, got {number}")
    return number
