"""Design matrices of monthly series, and what makes them insufficient."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from . import ar1, checks
from .answers import Refusal, Sentence

Array = NDArray[np.float64]
Series = Sequence[float | None]

SEASON = 12  # months in a year
HARMONICS = 2  # two pairs of waves describe most trade seasons
CYCLES_BEFORE = 2  # with one cycle a season cannot be told from a step
FEWEST_BEFORE = 6
FEWEST_AFTER = 3  # one or two months are an anecdote
STEADY_AFTER = 6  # below it the first months' disturbance may be all there is
FEWEST_FREEDOM = 4  # residual degrees of freedom for a variance of the effect
SIGNIFICANT = 1.96


def cycle(season: int | None) -> int:
    """Length of the season in months; 0 when there is none."""
    if season is None:
        return 0
    cycle = checks.whole(season, "season", 0)
    return cycle if cycle > 1 else 0


def array(series: Series, log: bool) -> Array:
    values = np.array([np.nan if v is None else v for v in series], dtype=float)
    return np.log(values) if log else values


def counts(y: Array, start: int) -> tuple[int, int]:
    seen = ~np.isnan(y)
    return int(seen[:start].sum()), int(seen[start:].sum())


def controls(
    controls: Iterable[Sequence[float]] | None, length: int, log: bool
) -> list[Array]:
    """Control series as centred and scaled regressors."""
    columns = []
    for i, control in enumerate(() if controls is None else controls):
        name = f"controls[{i}]"
        found = checks.numbers(control, name)
        if log:
            checks.observations(found, name, positive=True)
        if len(found) != length:
            raise ValueError(
                f"{name} must have the length of values ({length}), got {len(found)}"
            )
        column = np.log(found) if log else np.array(found)
        centred = column - column.mean()
        columns.append(centred / (np.abs(centred).max() or 1.0))
    return columns


def baseline(length: int, start: int, season: int, trend: bool) -> list[Array]:
    """Columns that describe the series without an effect."""
    t = np.arange(length, dtype=float)
    columns = [np.ones(length)]
    if trend:
        columns.append((t - start) / max(length, 1))
    for wave in range(1, min(HARMONICS, season // 2) + 1):
        angle = 2.0 * np.pi * wave * t / season
        columns.append(np.cos(angle))
        if 2 * wave != season:  # at the shortest wave the sine is zero everywhere
            columns.append(np.sin(angle))
    return columns


def treatment(
    length: int, start: int, slope: bool, dose: Sequence[float] | None = None
) -> list[Array]:
    """The step and, if wanted, a change of slope centred on the months after.

    With ``dose`` the step rises with the part of the whole that is introduced.
    """
    if dose is not None:
        return [_dose(dose, length, start)]
    t = np.arange(length, dtype=float)
    step = (t >= start).astype(float)
    if not slope:
        return [step]
    middle = (start + length - 1) / 2.0
    return [step, step * (t - middle) / max(length, 1)]


def _dose(dose: Sequence[float], length: int, start: int) -> Array:
    found = np.array(checks.numbers(dose, "dose"))
    if len(found) != length:
        raise ValueError(f"dose must have the length {length}, got {len(found)}")
    if found.min() < 0.0 or found.max() > 1.0:
        raise ValueError("dose must lie between 0 and 1")
    if found[:start].any() or not found[start:].any():
        raise ValueError("dose must be 0 before the start and rise after it")
    return found


def events(events: Iterable[Sequence[float]] | None, y: Array) -> list[Array]:
    """Columns of events; one that no observed month tells from the rest is left out.

    >>> [column.tolist() for column in events([[0, 0, 1], [0, 0, 0]], np.ones(3))]
    [[0.0, 0.0, 1.0]]
    """
    columns = []
    for i, event in enumerate(() if events is None else events):
        column = np.array(checks.numbers(event, f"events[{i}]"))
        if len(column) != len(y):
            raise ValueError(
                f"events[{i}] must have the length of values ({len(y)}), got"
                f" {len(column)}"
            )
        if np.ptp(column[~np.isnan(y)]):
            columns.append(column)
    return columns


def too_short(before: int, after: int, cycle: int, controlled: bool) -> Refusal | None:
    """Why so many months before and after cannot carry an estimate."""
    if after < FEWEST_AFTER:
        return few_after(after, FEWEST_AFTER)
    needed = CYCLES_BEFORE * cycle
    if cycle and not controlled and before < needed:
        return Refusal(
            Sentence(
                "season",
                "The season cannot be told from the effect: {months} month(s) of data"
                " before the start, {needed} are needed. Import {missing} earlier"
                " month(s) or compare with a control group.",
                months=before,
                needed=needed,
                missing=needed - before,
            )
        )
    return few_before(before, FEWEST_BEFORE) if before < FEWEST_BEFORE else None


def few_after(months: int, needed: int) -> Refusal:
    return Refusal(
        Sentence(
            "few_after",
            "Only {months} month(s) of data after the start; at least {needed} are"
            " needed: wait until they are measured.",
            months=months,
            needed=needed,
        )
    )


def few_before(months: int, needed: int) -> Refusal:
    return Refusal(
        Sentence(
            "few_before",
            "Only {months} month(s) of data before the start; at least {needed} are"
            " needed. Import {missing} earlier month(s).",
            months=months,
            needed=needed,
            missing=needed - months,
        )
    )


def unidentified(y: Array, x: Array) -> Refusal | None:
    """The model has more unknowns than these months can tell apart."""
    seen = ~np.isnan(y)
    needed = x.shape[1] + FEWEST_FREEDOM
    if int(seen.sum()) < needed:
        return Refusal(
            Sentence(
                "short",
                "The history is too short: {months} month(s) of data, {needed} are"
                " needed for this estimate.",
                months=int(seen.sum()),
                needed=needed,
            )
        )
    if np.linalg.matrix_rank(x[seen], tol=1e-9 * math.sqrt(len(x))) < x.shape[1]:
        return Refusal(
            Sentence(
                "collinear",
                "The effect cannot be told apart: a control series repeats the step,"
                " the trend, the season or another control.",
            )
        )
    return None


def notes(
    before: int, after: int, cycle: int, controlled: bool, posterior: ar1.Fit
) -> tuple[Sentence, ...]:
    notes = []
    if after < STEADY_AFTER:
        notes.append(
            Sentence(
                "early",
                "Only {months} months after the start: the effect may not be steady"
                " yet.",
                months=after,
            )
        )
    if controlled and before < CYCLES_BEFORE * (cycle or SEASON):
        notes.append(
            Sentence(
                "control_season",
                "With {months} months before the start the season is taken from the"
                " control group.",
                months=before,
            )
        )
    if posterior.variances.max() <= 0 or np.ptp(posterior.residuals) < 1e-9:
        notes.append(
            Sentence("no_noise", "The series has no noise: the interval is empty.")
        )
    elif _second_order(posterior.residuals):
        notes.append(
            Sentence(
                "persistent",
                "Deviations last longer than the model assumes: the interval may be"
                " too narrow.",
            )
        )
    return tuple(notes)


def _second_order(noise: Array) -> bool:
    """Whether the partial autocorrelation at lag 2 is significant."""
    power = float(noise @ noise)
    first, second = (float(noise[k:] @ noise[:-k]) / power for k in (1, 2))
    partial = (second - first**2) / (1.0 - first**2)
    return abs(partial) > SIGNIFICANT / math.sqrt(len(noise))


def diverging(gap: Array) -> bool:
    """Whether the gap before the start has a significant trend of its own."""
    design = np.stack(baseline(len(gap), 0, 0, True), axis=1)
    if unidentified(gap, design):
        return False
    low, high = ar1.fit(gap, design).combination(np.array([0.0, 1.0])).interval(0.95)
    return low > 0.0 or high < 0.0
