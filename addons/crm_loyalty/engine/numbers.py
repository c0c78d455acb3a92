"""Checked columns of figures and the maximum of a likelihood, shared by the models."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array]]

# Shape parameters stay within e^±LOG_LIMIT: where customers are all alike the
# likelihood has no inner maximum, and this far out it is flat.
LOG_LIMIT = 9.0


def columns(**arguments: ArrayLike) -> tuple[Array, ...]:
    """Return the arguments as arrays of one length and finite numbers.

    >>> columns(age=[1, 2], frequency=[3])
    Traceback (most recent call last):
    ...
    ValueError: frequency must have the length of age (2), got 1
    """
    found: list[Array] = []
    first = next(iter(arguments))
    for name, values in arguments.items():
        try:
            column = np.asarray(values, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must be numbers, got {values!r}") from None
        if column.ndim != 1:
            raise ValueError(f"{name} must be one-dimensional, got {column.ndim} axes")
        if found and column.size != found[0].size:
            raise ValueError(
                f"{name} must have the length of {first} ({found[0].size}), "
                f"got {column.size}"
            )
        require(np.isfinite(column), name, "finite numbers", column)
        found.append(column)
    return tuple(found)


def require(kept: NDArray[np.bool_], name: str, rule: str, column: Array) -> None:
    """Raise ValueError with the first value of the column that breaks the rule."""
    if not kept.all():
        row = int(np.argmin(kept))
        raise ValueError(
            f"{name} must be {rule}, got {float(column[row])!r}, row {row}"
        )


def require_counts(name: str, column: Array) -> None:
    require(
        (column >= 0) & (column == np.floor(column)), name, "whole numbers ≥ 0", column
    )


def checked_weights(weights: ArrayLike | None, size: int) -> Array:
    """Return the weights, all 1 where none are given."""
    if weights is None:
        return np.ones(size)
    (column,) = columns(weights=weights)
    if column.size != size:
        raise ValueError(f"weights must have the length {size}, got {column.size}")
    require(column >= 0, "weights", "numbers ≥ 0", column)
    return column


def distinct(*table: Array) -> tuple[tuple[Array, ...], NDArray[np.intp]]:
    """Return the columns of the distinct rows, and where each row went.

    Ten times faster on a million rows than ``numpy.unique`` over an axis.
    """
    key = np.zeros(table[0].size, dtype=np.int64)
    for column in table:
        values, place = np.unique(column, return_inverse=True)
        key = np.unique(key * values.size + place, return_inverse=True)[1]
    _, first, back = np.unique(key, return_index=True, return_inverse=True)
    return tuple(column[first] for column in table), back


def maximum(
    objective: Objective, starts: Sequence[Sequence[float]], size: float
) -> tuple[Array, float]:
    """Return the logarithms of the best positive parameters, and the likelihood.

    ``objective`` gives minus the log-likelihood of ``size`` customers and its
    gradient by the logarithms.
    """

    def per_customer(logs: Array) -> tuple[float, Array]:
        value, gradient = objective(logs)
        return value / size, gradient / size

    best, lowest = np.zeros(0), np.inf
    for start in starts:  # the next start only where the one before ran to the edge
        found = minimize(
            per_customer,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-LOG_LIMIT, LOG_LIMIT)] * len(start),
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
        )
        if found.fun < lowest:
            best, lowest = found.x, float(found.fun)
        if np.abs(found.x).max() < LOG_LIMIT:
            break
    return best, -lowest * size
