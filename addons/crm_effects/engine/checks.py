"""Input checks shared by the engine: one sentence per mistake, argument named."""

import math
from collections.abc import Iterable, Sequence
from typing import Any


def number(value: Any, name: str) -> float:
    """``value`` as a finite float.

    >>> number("x", "rate")
    Traceback (most recent call last):
    ValueError: rate must be a finite number, got 'x'
    """
    try:
        result = float(value) if not isinstance(value, str) else math.nan
    except (TypeError, ValueError, OverflowError):
        result = math.nan
    if not math.isfinite(result):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return result


def rate(value: Any, name: str = "rate") -> float:
    """A rate per period: a finite number above -1 (a loss of everything)."""
    result = number(value, name)
    if result <= -1.0:
        raise ValueError(f"{name} must be greater than -1, got {value!r}")
    return result


def items(values: Iterable[Any], name: str) -> list[Any]:
    """``values`` as a list; text and single numbers are refused by name."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ValueError(f"{name} must be a sequence, got {values!r}")
    return list(values)


def numbers(values: Iterable[Any], name: str, *, least: int = 1) -> list[float]:
    """``values`` as finite floats, at least ``least`` of them."""
    found = items(values, name)
    if len(found) < least:
        raise ValueError(
            f"{name} must hold at least {least} value(s), got {len(found)}"
        )
    return [number(value, f"{name}[{i}]") for i, value in enumerate(found)]


def observations(
    values: Iterable[Any], name: str, *, positive: bool = False
) -> list[float | None]:
    """A series in which ``None`` is a period without data.

    With ``positive`` every observed value has to be above zero (log scale).
    """
    result: list[float | None] = []
    for i, value in enumerate(items(values, name)):
        observed = None if value is None else number(value, f"{name}[{i}]")
        if positive and observed is not None and observed <= 0.0:
            raise ValueError(
                f"{name}[{i}] must be positive on the log scale, got {value!r}"
            )
        result.append(observed)
    if not result:
        raise ValueError(f"{name} must hold at least 1 value(s), got 0")
    return result


def level(value: Any, name: str = "level") -> float:
    """A confidence level strictly between 0 and 1."""
    result = number(value, name)
    if not 0.0 < result < 1.0:
        raise ValueError(f"{name} must lie between 0 and 1, got {value!r}")
    return result


def whole(value: Any, name: str, low: int, high: int | None = None) -> int:
    """An integer from ``low`` to ``high``."""
    if isinstance(value, bool) or number(value, name) != int(value):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    if value < low or (high is not None and value > high):
        span = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be {span}, got {value!r}")
    return int(value)


def same_length(first: Sequence[Any], second: Sequence[Any], names: str) -> None:
    """Both sequences must be equally long; ``names`` says which they are."""
    if len(first) != len(second):
        raise ValueError(
            f"{names} must have the same length, got {len(first)} and {len(second)}"
        )
