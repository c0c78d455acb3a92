"""Linear regression with AR(1) errors, the autocorrelation integrated out.

Model: y = X b + u, u_t = rho * u_(t-1) + e_t, e ~ N(0, sigma^2), stationary.
Flat priors on b and ln(sigma) and a flat prior on rho over the grid below give
the exact marginal

    w(rho) ~ exp{-1/2 [(n-k) ln s^2(rho) - ln(1-rho^2) + ln|X'X(rho)|]}

where X(rho), y(rho) are Prais-Winsten transformed rows (the first one scaled by
sqrt(1-rho^2)), and given rho any combination c'b is Student t with n-k degrees
of freedom. A linear combination is therefore a finite mixture of t
distributions: its mean, standard deviation and quantiles follow without
simulation, so that results are deterministic.

Missing periods are allowed: with a gap of g periods the transformed row is
(y_t - rho^g y_(t-g)) * sqrt((1-rho^2) / (1-rho^2g)).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import stdtr

Array = NDArray[np.float64]

# Errors of monthly business series are rarely below -0.5 or, once trend and
# season are in the model, above 0.95; 30 points already integrate to 9 digits.
RHO_GRID: Array = np.linspace(-0.5, 0.95, 30)
EXACT_FIT = 1e-24  # relative residual variance below which a fit has no noise


@dataclass(frozen=True)
class Mixture:
    """A mixture of Student t distributions of equal degrees of freedom."""

    weights: Array
    centres: Array
    scales: Array
    freedom: int

    @property
    def mean(self) -> float:
        return float(self.weights @ self.centres)

    @property
    def sd(self) -> float:
        """Standard deviation; needs at least three degrees of freedom."""
        inflation = self.freedom / (self.freedom - 2)
        second = inflation * self.scales**2 + self.centres**2
        return float(np.sqrt(max(self.weights @ second - self.mean**2, 0.0)))

    def cdf(self, x: float) -> float:
        return float(
            self.weights @ stdtr(self.freedom, (x - self.centres) / self.scales)
        )

    def quantile(self, q: float) -> float:
        """Value below which a share ``q`` of the probability lies."""
        reach = float(self.scales.max())
        low, high = float(self.centres.min()) - reach, float(self.centres.max()) + reach
        while self.cdf(low) > q:
            low -= (reach := 2.0 * reach)
        reach = float(self.scales.max())
        while self.cdf(high) < q:
            high += (reach := 2.0 * reach)
        return float(brentq(lambda x: self.cdf(x) - q, low, high, xtol=1e-300))

    def interval(self, level: float) -> tuple[float, float]:
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)


@dataclass(frozen=True)
class Fit:
    """Posterior of a regression: one row per value of rho."""

    weights: Array  # (r,)
    coefficients: Array  # (r, k)
    covariances: Array  # (r, k, k), s^2(rho) included
    variances: Array  # (r,) of the innovations
    residuals: Array  # (n,) y - X b at the posterior mean of b
    freedom: int

    @property
    def rho(self) -> float:
        """Posterior mean of the autocorrelation."""
        return float(self.weights @ RHO_GRID)

    @property
    def mean(self) -> Array:
        """Posterior mean of the coefficients."""
        return np.asarray(self.weights @ self.coefficients)

    def combination(self, c: Array) -> Mixture:
        """Posterior of c'b."""
        spread = np.einsum("i,rij,j->r", c, self.covariances, c)
        return Mixture(
            self.weights,
            self.coefficients @ c,
            np.sqrt(np.maximum(spread, np.finfo(float).tiny)),
            self.freedom,
        )


def fit(y: Array, x: Array) -> Fit:
    """Fit ``y`` (n,), NaN where a period has no data, on ``x`` (n, k).

    ``x`` must have full column rank over the observed rows and n > k.
    """
    seen = np.flatnonzero(~np.isnan(y))
    gaps = np.diff(seen)
    basis, triangle = np.linalg.qr(x[seen])  # better conditioned than x itself
    target = y[seen]
    freedom = len(seen) - x.shape[1]
    floor = max(float(target @ target) / len(target), 1.0) * EXACT_FIT
    rows = [_fit_at(rho, target, basis, gaps, freedom, floor) for rho in RHO_GRID]
    logs = np.array([row[0] for row in rows])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    back = np.linalg.inv(triangle)
    coefficients = np.array([row[1] for row in rows]) @ back.T
    covariances = np.array([back @ row[2] @ back.T for row in rows])
    variances = np.array([row[3] for row in rows])
    noise = target - x[seen] @ (weights @ coefficients)
    return Fit(weights, coefficients, covariances, variances, noise, freedom)


def design_variances(x: Array, c: Array) -> Array:
    """Variance of c'b per unit innovation variance, for every rho of the grid."""
    steps = np.ones(len(x) - 1, dtype=int)
    result = []
    for rho in RHO_GRID:
        rows = whiten(x, rho, steps)
        result.append(float(c @ np.linalg.solve(rows.T @ rows, c)))
    return np.array(result)


def whiten(rows: Array, rho: float, gaps: NDArray[np.int_]) -> Array:
    """Prais-Winsten transform of a vector or of the rows of a matrix."""
    scale, carry = _scales(rho, gaps), rho**gaps
    if rows.ndim == 2:
        scale, carry = scale[:, None], carry[:, None]
    return np.asarray(scale * np.concatenate([rows[:1], rows[1:] - carry * rows[:-1]]))


def _scales(rho: float, gaps: NDArray[np.int_]) -> Array:
    """What makes every transformed row have the innovation variance."""
    keep = 1.0 - rho**2
    first = np.sqrt(keep)
    return np.concatenate([[first], np.sqrt(keep / (1.0 - rho ** (2 * gaps)))])


def _fit_at(
    rho: float,
    y: Array,
    x: Array,
    gaps: NDArray[np.int_],
    freedom: int,
    floor: float,
) -> tuple[float, Array, Array, float]:
    """Log weight, coefficients, covariance, innovation variance at one rho."""
    target, rows = whiten(y, rho, gaps), whiten(x, rho, gaps)
    moment = rows.T @ rows
    inverse = np.linalg.inv(moment)
    beta = inverse @ (rows.T @ target)
    noise = target - rows @ beta
    variance = max(float(noise @ noise) / freedom, floor)
    log_weight = -0.5 * (
        freedom * np.log(variance)
        - 2.0 * np.log(_scales(rho, gaps)).sum()
        + np.linalg.slogdet(moment)[1]
    )
    return float(log_weight), beta, inverse * variance, variance
