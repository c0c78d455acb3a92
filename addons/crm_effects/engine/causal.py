"""What an introduction changed: estimates with intervals, or a reasoned refusal.

* ``interrupted_time_series`` ("its_ar1"): level, trend, season, control series and
  a step at go-live with AR(1) errors, the autocorrelation integrated out (see
  ``ar1``). Series without a season are taken without a trend too unless asked.
* ``controlled_time_series`` ("did"): the same on treated against control; what
  both had in common - market, season, prices - cancels.
* ``difference_in_differences`` ("did_2x2"): four groups of observed units.
* ``synthetic_control`` ("synth"): convex mix of donors, placebo inference.
* ``minimum_detectable_effect``: what a go-live could show at all, asked before it.

Effects are in the unit of the values, or on the natural-log scale with
``log=True`` (0.08 is about +8 %); counterfactual paths are always in the unit of
the values, one per month after the start. A ``Refusal`` is an answer: the data
cannot tell, and its reason says what is missing.

Sources: Bernal, Cummins, Gasparrini 2017 (interrupted time series); Card &
Krueger 1994 (difference in differences); Abadie, Diamond, Hainmueller 2010
(synthetic control).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from . import ar1, checks, design
from .answers import Estimate, Refusal, Sentence
from .comparison import difference_in_differences, synthetic_control
from .design import CYCLES_BEFORE, FEWEST_AFTER, SEASON, Series

Array = NDArray[np.float64]

MOST_PLACEBOS = 40  # fake start dates tried; keeps an estimate under half a second

__all__ = [
    "Estimate",
    "Refusal",
    "controlled_time_series",
    "difference_in_differences",
    "interrupted_time_series",
    "minimum_detectable_effect",
    "months_to_detect",
    "synthetic_control",
]


def interrupted_time_series(
    values: Series,
    start: int,
    *,
    season: int | None = SEASON,
    log: bool = False,
    controls: Iterable[Sequence[float]] | None = None,
    slope: bool = False,
    level: float = 0.95,
    trend: bool | None = None,
    events: Iterable[Sequence[float]] | None = None,
    dose: Sequence[float] | None = None,
) -> Estimate | Refusal:
    """Effect of a step at index ``start`` in a monthly series, oldest first.

    ``None`` in ``values`` is a month without data. ``season`` is the length of the
    cycle (``None``: there is none); with less than two cycles before the start it
    is refused unless ``controls`` (untreated series of the same months) carry the
    season. ``slope`` lets the effect grow or fade; ``trend`` defaults to yes for
    seasonal series. ``events`` are columns of 0 and 1, each a step of its own whose
    size is not credited to the introduction. ``dose`` is the part (0 to 1) of the
    whole that is introduced in a month, for a roll-out in stages; by default 0
    before the start and 1 from it on.

    >>> flat = [10.0, 11.0, 9.0, 10.0] * 6
    >>> found = interrupted_time_series(flat + [x + 5 for x in flat], 24, season=4)
    >>> round(found.effect, 6), found.is_clear
    (5.0, True)
    >>> interrupted_time_series(flat[:13], 10).reason.code
    'season'
    """
    series = checks.observations(values, "values", positive=log)
    start = checks.whole(start, "start", 0, len(series))
    level = checks.level(level)
    cycle = design.cycle(season)
    others = design.controls(controls, len(series), log)
    y = design.array(series, log)
    before, after = design.counts(y, start)
    refusal = design.too_short(before, after, cycle, bool(others))
    if refusal:
        return refusal
    seasonal = cycle if before >= CYCLES_BEFORE * cycle else 0
    with_trend = cycle > 0 if trend is None else trend
    step = design.treatment(len(y), start, slope, dose)
    columns = [
        *design.baseline(len(y), start, seasonal, with_trend or slope),
        *others,
        *design.events(events, y),
        *step,
    ]
    refusal = design.unidentified(y, np.stack(columns, axis=1))
    if refusal:
        return refusal
    posterior = ar1.fit(y, np.stack(columns, axis=1))
    notes = design.notes(before, after, cycle, bool(others), posterior)
    return _estimate(series, start, posterior, log, level, notes, step)


def controlled_time_series(
    treated: Series,
    control: Series,
    start: int,
    *,
    log: bool = False,
    level: float = 0.95,
    events: Iterable[Sequence[float]] | None = None,
    dose: Sequence[float] | None = None,
) -> Estimate | Refusal:
    """Difference in differences of two monthly series with AR(1) errors.

    Assumes that without the introduction treated would have moved as control did:
    by the same percentage with ``log``, else by the same amount. ``placebo_share``
    is the share of start dates, fake ones before the true one included, that look
    at least as clear as the true one. ``events`` and ``dose`` as above; an event
    that both groups had needs no column, it cancels.
    """
    ours = checks.observations(treated, "treated", positive=log)
    theirs = checks.observations(control, "control", positive=log)
    checks.same_length(ours, theirs, "treated and control")
    start = checks.whole(start, "start", 0, len(ours))
    level = checks.level(level)
    y = design.array(ours, log) - design.array(theirs, log)
    before, after = design.counts(y, start)
    refusal = design.too_short(before, after, 0, True)
    if refusal:
        return refusal
    step = design.treatment(len(y), start, False, dose)
    columns = [
        *design.baseline(len(y), start, 0, False),
        *design.events(events, y),
        *step,
    ]
    refusal = design.unidentified(y, np.stack(columns, axis=1))
    if refusal:
        return refusal
    posterior = ar1.fit(y, np.stack(columns, axis=1))
    notes = design.notes(before, after, 0, True, posterior)
    if design.diverging(y[:start]):
        notes += (
            Sentence(
                "pretrend",
                "The two groups were already moving apart before the start.",
            ),
        )
    seen = [None if np.isnan(d) else v for v, d in zip(ours, y, strict=True)]
    found = _estimate(seen, start, posterior, log, level, notes, step, "did")
    return replace(found, placebo_share=_placebo_share(y, start, found))


def minimum_detectable_effect(
    values: Series,
    months_after: int,
    *,
    season: int | None = SEASON,
    log: bool = False,
    slope: bool = False,
    level: float = 0.95,
    power: float = 0.8,
    trend: bool | None = None,
) -> float | None:
    """Smallest step that ``months_after`` months would show with chance ``power``.

    ``values`` is the history before the go-live. ``None`` when that history is too
    short for an estimate at all. On the log scale with ``log``.
    """
    series = checks.observations(values, "values", positive=log)
    after = checks.whole(months_after, "months_after", 1)
    level, power = checks.level(level), checks.level(power, "power")
    y, cycle = design.array(series, log), design.cycle(season)
    before, total = int(np.count_nonzero(~np.isnan(y))), len(y) + after
    if design.too_short(before, after, cycle, False):
        return None
    with_trend = cycle > 0 if trend is None else trend
    base = design.baseline(total, len(y), cycle, with_trend or slope)
    past = np.stack(base, axis=1)[: len(y)]
    if design.unidentified(y, past):
        return None
    posterior = ar1.fit(y, past)
    matrix = np.stack([*base, *design.treatment(total, len(y), slope)], axis=1)
    step = np.zeros(matrix.shape[1])
    step[len(base)] = 1.0
    per_unit = ar1.design_variances(matrix, step)
    se = math.sqrt(float(posterior.weights @ (posterior.variances * per_unit)))
    quantiles = stdtrit(posterior.freedom, [(1 + level) / 2, power])
    return float(sum(quantiles)) * se


def months_to_detect(
    values: Series,
    effect: float,
    *,
    longest: int = 36,
    season: int | None = SEASON,
    log: bool = False,
) -> int | None:
    """Months after go-live needed to show ``effect``; ``None`` beyond ``longest``."""
    size = abs(checks.number(effect, "effect"))
    for months in range(FEWEST_AFTER, longest + 1):
        least = minimum_detectable_effect(values, months, season=season, log=log)
        if least is None:
            return None
        if least <= size:
            return months
    return None


def _estimate(
    series: Series,
    start: int,
    posterior: ar1.Fit,
    log: bool,
    level: float,
    notes: tuple[Sentence, ...],
    step: list[Array],
    method: str = "its_ar1",
) -> Estimate:
    """Effect, path without it and total from the posterior of the last columns."""
    shapes = np.stack(step, axis=1)[start:]
    actual = series[start:]
    seen = np.array([v is not None for v in actual])
    mean_effect = _combination(posterior, shapes[seen].mean(axis=0))
    low, high = mean_effect.interval(level)
    paths = _paths(posterior, shapes, level, (mean_effect.mean, low, high))
    middle, upper, lower = (_without(actual, path, log) for path in paths)
    total = [_gap(actual, path) for path in (middle, upper, lower)]
    return Estimate(
        effect=mean_effect.mean,
        low=low,
        high=high,
        counterfactual=middle,
        method=method,
        warnings=notes,
        level=level,
        log=log,
        se=mean_effect.sd,
        rho=posterior.rho,
        counterfactual_low=lower,
        counterfactual_high=upper,
        cumulative=total[0],
        cumulative_low=total[1],
        cumulative_high=total[2],
        months_before=sum(v is not None for v in series[:start]),
        months_after=int(seen.sum()),
    )


def _placebo_share(y: Array, start: int, found: Estimate) -> float | None:
    """Share of start dates with an effect as many standard errors from zero."""
    fake = range(design.FEWEST_BEFORE, start - design.STEADY_AFTER + 1)
    step = 1 + len(fake) // MOST_PLACEBOS
    clarity = [c for date in fake[::step] if (c := _clarity(y[:start], date))]
    if not clarity or not found.se:
        return None
    own = abs(found.effect) / found.se
    return (1 + sum(c >= own for c in clarity)) / (1 + len(clarity))


def _clarity(y: Array, start: int) -> float | None:
    """Size of a step at ``start`` in standard errors; ``None`` if not estimable."""
    columns = [
        *design.baseline(len(y), start, 0, False),
        *design.treatment(len(y), start, False),
    ]
    x = np.stack(columns, axis=1)
    if design.unidentified(y, x):
        return None
    step = _combination(ar1.fit(y, x), np.ones(1))
    return abs(step.mean) / step.sd


def _combination(posterior: ar1.Fit, last: Array) -> ar1.Mixture:
    """Posterior of a combination of the last coefficients."""
    c = np.zeros(posterior.coefficients.shape[1])
    c[-len(last) :] = last
    return posterior.combination(c)


def _paths(
    posterior: ar1.Fit,
    shapes: Array,
    level: float,
    constant: tuple[float, float, float],
) -> Array:
    """Effect per month: mean, low, high; rows are the three, columns months."""
    if (shapes == shapes[0]).all():
        return np.repeat(np.array(constant)[:, None], len(shapes), axis=1)
    months = [_combination(posterior, shape) for shape in shapes]
    return np.array([(m.mean, *m.interval(level)) for m in months]).T


def _without(actual: Series, effects: Array, log: bool) -> tuple[float | None, ...]:
    """The actual path with the effect taken out."""
    return tuple(
        None if v is None else v * math.exp(-e) if log else v - float(e)
        for v, e in zip(actual, effects, strict=True)
    )


def _gap(actual: Series, path: Sequence[float | None]) -> float:
    """Sum of actual minus path over the months that have data."""
    return math.fsum(
        v - p
        for v, p in zip(actual, path, strict=True)
        if v is not None and p is not None
    )
