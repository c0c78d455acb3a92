"""Comparison of units: difference in differences, synthetic control."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import stdtrit

from . import checks, design
from .answers import Estimate, Refusal, Sentence

Array = NDArray[np.float64]
Series = Sequence[float | None]

FEWEST_DONORS = 5
FEWEST_BEFORE = 12  # a fit on less than a year follows the noise
EXACT_FIT = 1e-12  # relative error before the start that counts as none
POOR_FIT = 0.10  # pre-start error of the mix, relative to the treated mean


def difference_in_differences(
    treated_before: Series,
    treated_after: Series,
    control_before: Series,
    control_after: Series,
    *,
    level: float = 0.95,
    paired: bool = False,
) -> Estimate:
    """Change of the treated mean minus change of the control mean.

    The four arguments hold observations of units; ``None`` is a missing one. With
    ``paired`` the i-th unit is the same before and after, and its two observations
    may be correlated; otherwise all observations are independent. The interval
    uses Welch's degrees of freedom. ``counterfactual`` is the treated mean that
    the change of the control predicts.

    >>> found = difference_in_differences([10, 12], [17, 19], [5, 7], [8, 10])
    >>> found.effect, found.counterfactual
    (4.0, (14.0,))
    """
    level = checks.level(level)
    ours = _group(treated_before, treated_after, "treated", paired)
    theirs = _group(control_before, control_after, "control", paired)
    effect = ours.change - theirs.change
    parts = [*ours.parts, *theirs.parts]
    variance = max(sum(value for value, _freedom in parts), 0.0)
    spread = sum(value**2 / freedom for value, freedom in parts)
    freedom = variance**2 / spread if spread else 1.0
    half = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(variance)
    return Estimate(
        effect=effect,
        low=effect - half,
        high=effect + half,
        counterfactual=(ours.before + theirs.change,),
        method="did_2x2",
        level=level,
        se=math.sqrt(variance),
    )


def synthetic_control(
    treated: Sequence[float],
    donors: Mapping[str, Sequence[float]] | Iterable[Sequence[float]],
    start: int,
    *,
    level: float = 0.95,
) -> Estimate | Refusal:
    """Mean gap after ``start`` between a unit and the convex mix that copied it.

    Donor weights are non-negative, sum to one and minimise the squared error before
    the start. As a placebo every donor is treated alike: ``placebo_share`` is the
    share of units whose error grew at least as much, and the interval scales the
    placebo effects, each relative to its own error before, to the treated unit
    (Student t, one degree of freedom per donor).
    """
    ours = np.array(checks.numbers(treated, "treated"))
    pool = _donors(donors, len(ours))
    start = checks.whole(start, "start", 0, len(ours))
    level = checks.level(level)
    refusal = _too_few(len(pool), start, len(ours) - start)
    if refusal:
        return refusal
    weights = _convex(pool[:, :start], ours[:start])
    mix = weights @ pool
    gap = ours - mix
    placebos = [_placebo(pool, i, start) for i in range(len(pool))]
    floor = EXACT_FIT * (float(np.abs(ours).max()) or 1.0)
    se = _spread(placebos, start, floor) * max(_rms(gap[:start]), floor)
    half = float(stdtrit(len(pool), (1 + level) / 2)) * se
    effect, after = float(gap[start:].mean()), len(gap) - start
    own = _growth(gap, start, floor)
    as_clear = sum(_growth(placebo, start, floor) >= own for placebo in placebos)
    return Estimate(
        effect=effect,
        low=effect - half,
        high=effect + half,
        counterfactual=tuple(map(float, mix[start:])),
        method="synth",
        warnings=_doubts(_rms(gap[:start]), ours[:start], len(pool), level),
        level=level,
        se=se,
        counterfactual_low=tuple(map(float, mix[start:] - half)),
        counterfactual_high=tuple(map(float, mix[start:] + half)),
        cumulative=effect * after,
        cumulative_low=(effect - half) * after,
        cumulative_high=(effect + half) * after,
        months_before=start,
        months_after=after,
        weights=tuple(map(float, weights)),
        placebo_share=(1 + as_clear) / (len(pool) + 1),
    )


def _donors(
    donors: Mapping[str, Sequence[float]] | Iterable[Sequence[float]], length: int
) -> Array:
    """Donor series as rows."""
    if isinstance(donors, Mapping):
        pairs: list[tuple[object, Sequence[float]]] = list(donors.items())
    else:
        pairs = list(enumerate(checks.items(donors, "donors")))
    rows = []
    for key, series in pairs:
        row = checks.numbers(series, f"donors[{key!r}]")
        if len(row) != length:
            raise ValueError(
                f"donors[{key!r}] must have the length of treated ({length}),"
                f" got {len(row)}"
            )
        rows.append(row)
    return np.array(rows, dtype=float).reshape(len(rows), length)


def _too_few(donors: int, before: int, after: int) -> Refusal | None:
    if donors < FEWEST_DONORS:
        return Refusal(
            Sentence(
                "few_donors",
                "A synthetic control needs at least {needed} untreated units, there"
                " are {donors}. Use a control group instead.",
                needed=FEWEST_DONORS,
                donors=donors,
            )
        )
    if before < FEWEST_BEFORE:
        return design.few_before(before, FEWEST_BEFORE)
    return None if after else design.few_after(after, 1)


def _convex(pool: Array, target: Array) -> Array:
    """Weights w >= 0, sum(w) = 1 that minimise |w'pool - target|^2.

    With A = (pool - target)' the sum constraint turns into one more row: the
    minimiser of |A u|^2 + (1'u - 1)^2 over u >= 0 is proportional to w.
    """
    gaps = (pool - target).T
    scale = float(np.linalg.norm(gaps)) or 1.0
    rows = np.vstack([gaps / scale, np.ones(len(pool))])
    share, _residual = nnls(rows, np.append(np.zeros(len(target)), 1.0))
    return np.asarray(share / share.sum())


def _placebo(pool: Array, unit: int, start: int) -> Array:
    """Gap of a donor to the mix of the other donors."""
    others = np.delete(pool, unit, axis=0)
    return np.asarray(
        pool[unit] - _convex(others[:, :start], pool[unit, :start]) @ others
    )


def _growth(gap: Array, start: int, floor: float) -> float:
    """How much larger the error is after the start than before."""
    return _rms(gap[start:]) / max(_rms(gap[:start]), floor)


def _spread(placebos: list[Array], start: int, floor: float) -> float:
    """Typical placebo effect, each in units of its own error before the start."""
    return _rms(
        np.array([g[start:].mean() / max(_rms(g[:start]), floor) for g in placebos])
    )


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _doubts(
    error: float, history: Array, donors: int, level: float
) -> tuple[Sentence, ...]:
    notes = []
    if error > POOR_FIT * abs(float(history.mean())):
        notes.append(
            Sentence(
                "poor_fit",
                "No mix of the other units follows this one before the start: the"
                " comparison is weak.",
            )
        )
    if (1 / (donors + 1)) > 1 - level:
        notes.append(
            Sentence(
                "few_placebos",
                "With {donors} untreated units chance alone reaches the first rank in"
                " one case of {units}.",
                donors=donors,
                units=donors + 1,
            )
        )
    return tuple(notes)


@dataclass(frozen=True)
class _Group:
    """Means of one group and the variances (with freedom) of its change."""

    before: float
    change: float
    parts: tuple[tuple[float, float], ...]


def _group(before: Series, after: Series, name: str, paired: bool) -> _Group:
    old = checks.observations(before, f"{name}_before")
    new = checks.observations(after, f"{name}_after")
    first, second = _seen(old, f"{name}_before"), _seen(new, f"{name}_after")
    parts = [(float(x.var(ddof=1)) / len(x), len(x) - 1.0) for x in (first, second)]
    if paired:
        checks.same_length(old, new, f"{name}_before and {name}_after")
        shared = _shared(old, new) / (len(first) * len(second))
        freedom = min(len(first), len(second)) - 1.0
        parts = [(parts[0][0] + parts[1][0] - 2.0 * shared, freedom)]
    mean = float(first.mean())
    return _Group(mean, float(second.mean()) - mean, tuple(parts))


def _seen(series: Series, name: str) -> Array:
    found = np.array([v for v in series if v is not None], dtype=float)
    if len(found) < 2:
        raise ValueError(f"{name} must hold at least 2 observations, got {series!r}")
    return found


def _shared(old: Series, new: Series) -> float:
    """Number of complete pairs times their covariance."""
    pairs = [
        (a, b) for a, b in zip(old, new, strict=True) if a is not None and b is not None
    ]
    if len(pairs) < 2:
        return 0.0
    return len(pairs) * float(np.cov(np.array(pairs).T)[0, 1])
