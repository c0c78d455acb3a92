"""Gamma-Gamma model of the value of a purchase (Fader, Hardie, note 025).

The value of a customer's purchase is Gamma(p, ν), ν spread over customers as
Gamma(q, v); how often he buys and for how much are taken as independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from .numbers import (
    Array,
    Objective,
    checked_weights,
    columns,
    maximum,
    require,
    require_counts,
)

# Values that differ by less than this share are one value.
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class SpendModel:
    """A fitted Gamma-Gamma model.

    ``correlation`` of frequency and mean value: above 0.3 the independence the model
    takes for granted is gone and its answers mislead. ``mean_value`` is the observed
    mean over customers.
    """

    p: float
    q: float
    v: float
    log_likelihood: float = 0.0
    correlation: float = 0.0
    mean_value: float = 0.0

    def expected_value(self, frequency: ArrayLike, mean_value: ArrayLike) -> Array:
        """Return the expected value of a future purchase.

        With frequency 0 it is the mean over customers. Where the model has no finite
        mean (p·frequency + q ≤ 1) the observed mean answers.

        >>> model = SpendModel(6.25, 3.74, 15.44)
        >>> model.expected_value([2, 0], [22.35, 0]).round(2).tolist()
        [24.66, 35.22]
        """
        x, m = columns(frequency=frequency, mean_value=mean_value)
        require_counts("frequency", x)
        require((m >= 0) | (x == 0), "mean_value", "≥ 0 where frequency > 0", m)
        weight = self.p * x + self.q - 1
        finite = weight > 0
        paid = np.where(x > 0, x * m, 0.0)
        expected = (self.v + paid) * self.p / np.where(finite, weight, 1.0)
        return np.where(finite, expected, np.where(x > 0, m, self.mean_value))


def fit_gamma_gamma(
    frequency: ArrayLike, mean_value: ArrayLike, weights: ArrayLike | None = None
) -> SpendModel | None:
    """Fit Gamma-Gamma on the rows with frequency ≥ 1 and mean value > 0.

    ``frequency`` is the number of purchases behind ``mean_value``. ``None`` where no
    answer exists: fewer than two such rows, or all their values equal.
    """
    x, m = columns(frequency=frequency, mean_value=mean_value)
    require_counts("frequency", x)
    w = checked_weights(weights, x.size)
    used = (x >= 1) & (m > 0) & (w > 0)
    x, m, w = x[used], m[used], w[used]
    if x.size < 2 or np.ptp(m) <= SAME * m.max():
        return None
    scale = float(np.average(m, weights=w))
    size = float(w.sum())
    logs, value = maximum(
        _spend_objective(x, m / scale, w),
        starts=[(6.0, 4.0, 0.5), (1.0, 2.0, 1.0)],
        size=size,
    )
    p, q, v = np.exp(logs)
    return SpendModel(
        p=float(p),
        q=float(q),
        v=float(v * scale),
        log_likelihood=value - size * float(np.log(scale)),
        correlation=_correlation(x, m, w),
        mean_value=scale,
    )


def _spend_objective(x: Array, m: Array, w: Array) -> Objective:
    """Return minus log-likelihood and gradient by the logarithms of p, q, v."""
    counts, back = np.unique(x, return_inverse=True)
    per_count = np.bincount(back, weights=w)
    size, paid = w.sum(), x * m
    log_m, log_paid = w @ np.log(m), w @ (x * np.log(paid))

    def objective(logs: Array) -> tuple[float, Array]:
        p, q, v = np.exp(logs)
        shape, sums = p * x + q, v + paid
        log_sums = np.log(sums)
        joint, own = p * counts + q, p * counts
        value = per_count @ (gammaln(joint) - gammaln(own))
        value += size * (q * logs[2] - gammaln(q))
        value += p * log_paid - log_m - w @ (shape * log_sums)
        slope = digamma(joint)
        by_p = (per_count * counts) @ (slope - digamma(own))
        by_p += log_paid - w @ (x * log_sums)
        by_q = per_count @ slope + size * (logs[2] - digamma(q)) - w @ log_sums
        by_v = size * q / v - w @ (shape / sums)
        gradient = np.array([by_p, by_q, by_v])
        return -float(value), -gradient * np.exp(logs)

    return objective


def _correlation(x: Array, m: Array, w: Array) -> float:
    """Return the weighted correlation, 0 where the frequency never varies."""
    if np.ptp(x) == 0:
        return 0.0
    return float(
        np.cov(x, m, aweights=w)[0, 1]
        / np.sqrt(np.cov(x, aweights=w) * np.cov(m, aweights=w))
    )
