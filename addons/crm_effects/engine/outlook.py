"""Where an indicator is heading: its straight trend, and the chance of a target.

Ordinary least squares on the months; the figure of a month to come has a Student t
distribution with n - 2 degrees of freedom around the line, its spread growing with
the distance:  s * sqrt(1 + 1/n + (t - mean t)^2 / sum (t - mean t)^2).
Under ``LEAST_MONTHS`` observations there is no trend and no answer.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from . import checks

LEAST_MONTHS = 4
LEVEL = 0.95


@dataclass(frozen=True)
class Forecast:
    """The figure expected and its 95 % interval."""

    mean: float
    low: float
    high: float
    spread: float
    freedom: int

    def chance(self, target: float, *, higher: bool = True) -> float:
        """Chance that the figure is at least (``higher``) or at most the target.

        >>> forecast([1, 2, 3, 4, 5], 1).chance(6)
        1.0
        """
        target = checks.number(target, "target")
        if self.spread < 1e-12 * max(1.0, abs(self.mean)):
            gap = self.mean - target if higher else target - self.mean
            return 1.0 if gap >= -1e-9 * max(1.0, abs(target)) else 0.0
        beyond = float(student.sf((target - self.mean) / self.spread, self.freedom))
        return beyond if higher else 1.0 - beyond


def forecast(values: Iterable[float | None], ahead: int) -> Forecast | None:
    """Figure ``ahead`` months after the last of ``values``; ``None`` if too few.

    >>> round(forecast([10, 12, None, 16, 18], 2).mean, 9)
    22.0
    """
    series = checks.observations(values, "values")
    checks.whole(ahead, "ahead", 0)
    known = [(i, value) for i, value in enumerate(series) if value is not None]
    if len(known) < LEAST_MONTHS:
        return None
    times = np.array([i for i, _value in known], dtype=float)
    figures = np.array([value for _i, value in known])
    slope, level = np.polyfit(times, figures, 1)
    freedom = len(known) - 2
    rest = figures - (level + slope * times)
    noise = math.sqrt(float(rest @ rest) / freedom)
    moment = len(series) - 1 + ahead
    distance = (moment - times.mean()) ** 2 / float(((times - times.mean()) ** 2).sum())
    spread = noise * math.sqrt(1.0 + 1.0 / len(known) + distance)
    mean = float(level + slope * moment)
    width = float(student.ppf((1.0 + LEVEL) / 2.0, freedom)) * spread
    return Forecast(mean, mean - width, mean + width, spread, freedom)


def attainment(start: float, now: float, target: float) -> float | None:
    """Part of the way from the start to the target; ``None`` without a way.

    >>> attainment(60, 45, 40)
    0.75
    """
    way = target - start
    return None if way == 0.0 else (now - start) / way


def wilson(positive: float, total: float) -> tuple[float, float] | None:
    """95 % interval of a share (Wilson 1927); ``None`` without observations.

    >>> [round(100 * end, 1) for end in wilson(60, 100)]
    [50.2, 69.1]
    """
    if total <= 0.0:
        return None
    z2 = 1.959963984540054**2
    share = positive / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = math.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2)))
    half /= 1 + z2 / total
    return middle - half, middle + half
