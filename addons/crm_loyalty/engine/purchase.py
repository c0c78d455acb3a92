"""Purchase-process models: is the customer still buying, and how often.

BG/NBD (Fader, Hardie, Lee 2005) and MBG/NBD (Batislam, Denizel, Filiztekin 2007). A
living customer buys at random at a rate λ; rates are spread over customers as
Gamma(r, α). After a purchase he leaves for good with probability p, spread as
Beta(a, b). In BG/NBD only repeat purchases are occasions to leave, so everyone without
one counts as alive; in MBG/NBD the first purchase is an occasion too. Both are one
model with ``frequency + entry`` occasions survived, ``entry`` 0 or 1.

Units: ``recency`` (time from first to last purchase), ``age`` (time since the first)
and ``horizon`` in weeks, ``frequency`` in repeat purchase days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv, betaln, digamma, expit, gammaln, hyp2f1

from .numbers import (
    Array,
    Objective,
    checked_weights,
    columns,
    distinct,
    maximum,
    require,
    require_counts,
)
from .spend import SpendModel, fit_gamma_gamma

__all__ = [
    "PurchaseModel",
    "SpendModel",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "fit_mbg_nbd",
    "log_likelihood",
    "regularity",
]

# Around a = 1 the expectation is a quotient 0/0; the mean of both sides is exact to
# the square of this step.
STEP = 1e-4
# Points of the quadrature over the chance to leave; with a > 300 it hardly varies.
NODES = 32
# Weeks; recency and age may be rounded on their own.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class PurchaseModel:
    """A fitted purchase process; ``entry`` is 0 for BG/NBD and 1 for MBG/NBD.

    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426)
    >>> model.expected_purchases(39, [2], [30.43], [38.86]).round(3).tolist()
    [1.226]
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = 0.0
    entry: int = 0

    def expected_purchases(
        self,
        horizon: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Array:
        """Return the purchases expected in the next ``horizon`` weeks.

        A customer just won has frequency, recency and age 0.
        """
        _check_horizon(horizon)
        x, tx, t = _history(frequency, recency, age)
        (xs, ts), back = distinct(x, t)  # what follows for the living ignores recency
        return self._expected_if_alive(horizon, xs, ts)[back] * self._alive(x, tx, t)

    def probability_alive(
        self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Array:
        """Return the probability that the customer has not left for good."""
        return self._alive(*_history(frequency, recency, age))

    def probability_of_purchase(
        self,
        horizon: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Array:
        """Return the probability of at least one purchase in the next weeks.

        Who is alive leaves at a purchase only, so he stays without one for ``horizon``
        weeks as a Poisson process does: ((α + t) / (α + t + horizon)) ^ (r + x).

        >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426)
        >>> model.probability_of_purchase(39, [0], [0], [0]).round(7).tolist()
        [0.4262136]
        """
        _check_horizon(horizon)
        x, tx, t = _history(frequency, recency, age)
        waited = self.alpha + t
        none = np.exp((self.r + x) * (np.log(waited) - np.log(waited + horizon)))
        return (1 - none) * self._alive(x, tx, t)

    def probability_of_count(self, count: int, horizon: float) -> float:
        """Return the probability of ``count`` purchases of a customer just won.

        >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426)
        >>> round(model.probability_of_count(0, 39), 7)
        0.5737864
        """
        _check_horizon(horizon)
        if count < 0 or count != int(count):
            raise ValueError(f"count must be a whole number ≥ 0, got {count!r}")
        if horizon == 0:
            return float(count == 0)
        survived, bought = count + self.entry, horizon / (self.alpha + horizon)
        log_count = gammaln(self.r + count) - gammaln(self.r) - gammaln(count + 1)
        log_count += self.r * np.log1p(-bought) + count * np.log(bought)
        log_all = betaln(self.a, self.b)
        chance = np.exp(log_count + betaln(self.a, self.b + survived) - log_all)
        if survived:  # left at the last occasion, whatever he would have bought
            left = np.exp(betaln(self.a + 1, self.b + survived - 1) - log_all)
            chance += left * (betainc(count, self.r, bought) if count else 1.0)
        return float(chance)

    def _alive(self, x: Array, tx: Array, t: Array) -> Array:
        survived = x + self.entry
        before = np.where(survived > 0, self.b + survived - 1, 1.0)
        log_odds_left = np.log(self.a / before) + (self.r + x) * np.log(
            (self.alpha + t) / (self.alpha + tx)
        )
        return np.where(survived > 0, expit(-log_odds_left), 1.0)

    def _expected_if_alive(self, horizon: float, x: Array, t: Array) -> Array:
        if abs(self.a - 1) >= STEP:
            return self._expected_at(self.a, horizon, x, t)
        sides = [self.a - 2 * STEP, self.a + 2 * STEP]
        return np.mean([self._expected_at(a, horizon, x, t) for a in sides], axis=0)

    def _expected_at(self, a: float, horizon: float, x: Array, t: Array) -> Array:
        """Return E[(1 - e^(-λ p horizon)) / p] of customers alive at age t.

        The published ``₂F₁(r+x, b+x; a+b+x-1; z)`` overflows for frequent buyers. By
        Euler's transformation the first two arguments stop growing with x, and the
        powers of (α+t)/(α+t+horizon) merge into one.
        """
        z = horizon / (self.alpha + t + horizon)
        c = a + self.b + x + self.entry - 1
        series = hyp2f1(a - 1, a + self.b + self.entry - 1 - self.r, c, z)
        with np.errstate(invalid="ignore"):
            expected = c / (a - 1) * (1 - (1 - z) ** (a - 1) * series)
        lost = ~np.isfinite(expected)  # the series overflows from a = 300 on
        if lost.any():
            expected[lost] = self._expected_by_quadrature(horizon, x[lost], t[lost])
        return expected

    def _expected_by_quadrature(self, horizon: float, x: Array, t: Array) -> Array:
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        survived = (self.b + x + self.entry)[:, None]
        leaving = betaincinv(self.a, survived, (nodes + 1) / 2)
        rate = (horizon / (self.alpha + t))[:, None]
        bought = -np.expm1(-(self.r + x)[:, None] * np.log1p(leaving * rate))
        return (bought / leaving) @ weights / 2


def fit_bg_nbd(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> PurchaseModel | None:
    """Fit BG/NBD by maximum likelihood; ``weights`` = customers sharing a row.

    ``None`` where no answer exists: nobody has a repeat purchase, or no time passed.
    """
    return _fit(frequency, recency, age, weights, entry=0)


def fit_mbg_nbd(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> PurchaseModel | None:
    """Fit MBG/NBD by maximum likelihood; see :func:`fit_bg_nbd`."""
    return _fit(frequency, recency, age, weights, entry=1)


def log_likelihood(
    model: PurchaseModel,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> float:
    """Return the log-likelihood of the customers under any parameters."""
    x, tx, t = _history(frequency, recency, age)
    objective = _objective(x, tx, t, checked_weights(weights, x.size), model.entry)
    return -objective(np.log([model.r, model.alpha, model.a, model.b]))[0]


def regularity(previous: ArrayLike, last: ArrayLike) -> float | None:
    """Return k of Wheat & Morrison (1990): 1 = random purchases, more = rhythm.

    ``previous`` and ``last`` are the last two intervals of each customer. ``None``
    for fewer than two customers, or where all are perfectly regular (k has no bound).

    >>> regularity([10, 30], [30, 10])  # shares 1/4 and 3/4, variance 1/8
    0.5
    """
    first, second = columns(previous=previous, last=last)
    require(first > 0, "previous", "positive", first)
    require(second > 0, "last", "positive", second)
    if first.size < 2:
        return None
    variance = float(np.var(first / (first + second), ddof=1))
    return (1 - 4 * variance) / (8 * variance) if variance > 1e-12 else None


def _fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None,
    entry: int,
) -> PurchaseModel | None:
    history = _history(frequency, recency, age)
    w = checked_weights(weights, history[0].size)
    rows, back = distinct(*history)
    w = np.bincount(back, weights=w, minlength=rows[0].size)
    x, tx, t = (column[w > 0] for column in rows)
    w = w[w > 0]
    if not x.any() or not t.any():
        return None
    size, scale = float(w.sum()), float(np.average(t, weights=w))
    pace = max(float(np.average(x, weights=w)), 1e-3)
    logs, value = maximum(
        _objective(x, tx / scale, t / scale, w, entry),
        starts=[(1.0, 1.0 / pace, 1.0, 1.0), (0.3, 0.1, 0.8, 2.5)],
        size=size,
    )
    r, alpha, a, b = (float(number) for number in np.exp(logs))
    value -= float(w @ x) * float(np.log(scale))
    return PurchaseModel(r, alpha * scale, a, b, value, entry)


def _objective(x: Array, tx: Array, t: Array, w: Array, entry: int) -> Objective:
    """Return minus log-likelihood and gradient by the logarithms of r, α, a, b."""
    counts, back = np.unique(x, return_inverse=True)
    per_count, size = np.bincount(back, weights=w), w.sum()
    occasions, survived = counts + entry, x + entry

    def objective(logs: Array) -> tuple[float, Array]:
        r, alpha, a, b = np.exp(logs)
        lived, bought = alpha + t, alpha + tx
        log_lived, log_bought = np.log(lived), np.log(bought)
        before = np.where(survived > 0, b + survived - 1, 1.0)
        log_left = logs[2] - np.log(before) - (r + x) * log_bought
        log_left = np.where(survived > 0, log_left, -np.inf)
        log_any = np.logaddexp(-(r + x) * log_lived, log_left)
        left = w * np.exp(log_left - log_any)
        stay = w - left
        value = per_count @ (gammaln(r + counts) + betaln(a, b + occasions))
        value += size * (r * logs[1] - gammaln(r) - betaln(a, b)) + w @ log_any
        by_r = per_count @ digamma(r + counts) + size * (logs[1] - digamma(r))
        by_r -= stay @ log_lived + left @ log_bought
        by_alpha = size * r / alpha - (r + x) @ (stay / lived + left / bought)
        joint = size * digamma(a + b) - per_count @ digamma(a + b + occasions)
        by_a = joint + left.sum() / a
        by_b = joint + per_count @ digamma(b + occasions) - size * digamma(b)
        by_b -= left @ (1 / before)
        gradient = np.array([by_r, by_alpha, by_a, by_b])
        return -float(value), -gradient * np.exp(logs)

    return objective


def _history(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> tuple[Array, Array, Array]:
    x, tx, t = columns(frequency=frequency, recency=recency, age=age)
    require_counts("frequency", x)
    require(tx >= 0, "recency", "≥ 0", tx)
    require(tx <= t + ROUNDING, "recency", "at most the age", tx)
    require((x > 0) | (tx == 0), "recency", "0 where frequency is 0", tx)
    return x, np.minimum(tx, t), t


def _check_horizon(horizon: float) -> None:
    if not (np.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon must be a number of weeks ≥ 0, got {horizon!r}")
