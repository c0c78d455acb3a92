"""What the draws of a simulation add up to: moments, quantiles, shares.

Quantiles are inverted CDFs: an amount that was drawn, exact for discrete
losses. Moments are merged chunk by chunk (Chan, Golub, LeVeque 1979), and of
the draws themselves only the totals and the rows that can still belong to the
worst fifth are kept, so that memory does not grow with draws × risks.
"""

import math
from dataclasses import dataclass

import numpy as np

from .checks import check_between, check_number
from .distributions import Floats

TAIL_LEVEL = 0.8
"""The tail whose make-up is reported: futures at or beyond P80."""

LEAST_DRAWS = 4_000
"""No sampling error is trusted below: enough for ten draws beyond P99.7."""

ERROR_BAND = 3
"""Standard deviations of a rank: narrower, one tie in three would pass for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """Distribution of the register's loss.

    ``variance_share`` and ``tail_share`` follow the order of the risks and sum
    to 1; they are empty where nothing varies, or where the tail is no loss.
    An opportunity, or a risk that falls when others rise, has a share below 0.
    """

    totals: Floats
    """Loss of every draw, ascending."""
    mean: float
    sd: float
    risk_means: tuple[float, ...]
    variance_share: tuple[float, ...]
    """Cov(Xᵢ, S) / Var(S)."""
    tail_share: tuple[float, ...]
    """E[Xᵢ | S ≥ P80] / E[S | S ≥ P80]."""

    @property
    def iterations(self) -> int:
        """Draws made; fewer than allowed if they sufficed for the precision."""
        return len(self.totals)

    def quantile(self, q: float) -> float:
        """Least amount that is not exceeded with chance ``q``, 0…1."""
        return _quantile(self.totals, check_between("q", q, 0, 1))

    @property
    def curve(self) -> tuple[tuple[float, float], ...]:
        """S-curve: 101 points (chance 0…1, amount not exceeded)."""
        return tuple((n / 100, _quantile(self.totals, n / 100)) for n in range(101))

    def probability_within(self, amount: float) -> float:
        """Chance that the loss does not exceed ``amount``."""
        amount = check_number("amount", amount)
        # Sums of the same money in another order differ in the last bits.
        amount += 1e-9 * max(1.0, abs(amount))
        return float(np.searchsorted(self.totals, amount, "right")) / self.iterations

    def expected_shortfall(self, q: float = 0.95) -> float:
        """Mean loss of the worst ``1 − q`` of futures (q < 1).

        >>> Exposure(np.arange(1.0, 11), 5.5, 2.9, (), (), ()).expected_shortfall(0.75)
        9.2
        """
        worst = (1 - check_between("q", q, 0, 1)) * self.iterations
        if worst == 0:
            raise ValueError(f"q must be below 1, got {q!r}")
        # Rounded: (1 − 0.8) · 10 must be the two worst of ten, not 1.999….
        whole = int(worst + 1e-9)
        total = float(self.totals[self.iterations - whole :].sum())
        if whole < self.iterations:
            total += (worst - whole) * float(self.totals[-whole - 1])
        return total / worst

    def standard_error(self, q: float) -> float | None:
        """Sampling error of ``quantile(q)``: what other seeds would change it by.

        A sixth of the distance of the draws whose rank lies three standard
        deviations of a binomial, √(N·q·(1−q)), below and above (David & Nagaraja
        2003, *Order Statistics*, 7.1): wide enough to see a jump of the curve beside
        the quantile. ``None`` where there are too few draws beyond ``q``.

        >>> Exposure(np.arange(100.0), 0, 0, (), (), ()).standard_error(0.5)
        5.0
        """
        return _standard_error(self.totals, check_between("q", q, 0, 1))

    def relative_error(self, q: float) -> float | None:
        """Standard error as a share of the quantile, or of the standard deviation
        where the quantile is 0."""
        return _relative(self.standard_error(q), self.quantile(q), self.sd)


class Tally:
    """Running moments of one scenario, its totals and its worst fifth."""

    def __init__(self, risks: int, iterations: int) -> None:
        self._totals = np.zeros(iterations)
        self._done = 0
        self._means = np.zeros(risks)
        self._covariances = np.zeros(risks)
        self._square = 0.0
        self._tail = _Tail(risks, iterations - _rank(iterations, TAIL_LEVEL) + 1)

    def add(self, losses: Floats) -> None:
        """Take in a chunk of losses (risks × rows)."""
        totals = losses.sum(axis=0)
        rows = len(totals)
        self._merge(losses, totals, rows)
        self._totals[self._done : self._done + rows] = totals
        self._done += rows
        self._tail.add(losses, totals)

    def _merge(self, losses: Floats, totals: Floats, rows: int) -> None:
        """Pairwise update: no cancellation of large sums."""
        means = losses.mean(axis=1)
        centred = totals - means.sum()
        shift = means - self._means
        weight = self._done * rows / (self._done + rows)
        self._covariances += losses @ centred - means * centred.sum()
        self._covariances += shift * shift.sum() * weight
        self._square += float(centred @ centred) + float(shift.sum()) ** 2 * weight
        self._means += shift * (rows / (self._done + rows))

    def is_precise(self, level: float, precision: float) -> bool:
        """The sampling error of the quantile is at most ``precision`` of it."""
        if self._done < LEAST_DRAWS:
            return False
        ranks = _error_ranks(self._done, level)
        if ranks is None:
            return False
        places = [rank - 1 for rank in (*ranks, _rank(self._done, level))]
        parted = np.partition(self._totals[: self._done], places)
        low, high, quantile = (float(parted[place]) for place in places)
        sd = math.sqrt(self._square / self._done)
        error = _relative((high - low) / (2 * ERROR_BAND), quantile, sd)
        return error is not None and error <= precision

    def exposure(self) -> Exposure:
        totals = np.sort(self._totals[: self._done])
        totals.flags.writeable = False
        varies = totals[0] < totals[-1]
        return Exposure(
            totals=totals,
            mean=float(self._means.sum()),
            sd=math.sqrt(self._square / self._done) if varies else 0.0,
            risk_means=tuple(self._means.tolist()),
            variance_share=_shares(self._covariances) if varies else (),
            tail_share=_shares(self._tail.sums(_quantile(totals, TAIL_LEVEL))),
        )


class _Tail:
    """Sums over the worst draws, without keeping all draws.

    Holds the rows above the ``keep``-th largest total so far, and of the rows
    equal to it only their sum: a register in which mostly nothing happens has
    any number of equal zeros.
    """

    def __init__(self, risks: int, keep: int) -> None:
        self._keep = keep
        self._floor = -math.inf
        self._at_floor = np.zeros(risks)
        self._losses: list[Floats] = []
        self._totals: list[Floats] = []
        self._held = 0

    def add(self, losses: Floats, totals: Floats) -> None:
        self._at_floor += losses @ (totals == self._floor)
        above = np.flatnonzero(totals > self._floor)
        self._losses.append(losses[:, above])
        self._totals.append(totals[above])
        self._held += len(above)
        # Pruning at twice the need keeps its cost below that of drawing.
        if self._held >= 2 * self._keep:
            self._prune()

    def _prune(self) -> None:
        held = np.concatenate(self._totals)
        self._floor = float(np.partition(held, -self._keep)[-self._keep])
        self._at_floor = np.zeros_like(self._at_floor)
        # Block by block: a copy of all rows would double the memory.
        for number, (losses, totals) in enumerate(
            zip(self._losses, self._totals, strict=True)
        ):
            self._at_floor += losses @ (totals == self._floor)
            above = np.flatnonzero(totals > self._floor)
            self._losses[number] = losses[:, above]
            self._totals[number] = totals[above]
        self._held = sum(len(totals) for totals in self._totals)

    def sums(self, least: float) -> Floats:
        """Sum of each risk's losses over the draws of at least ``least``."""
        result = np.zeros_like(self._at_floor)
        if least == self._floor:
            result += self._at_floor
        for losses, totals in zip(self._losses, self._totals, strict=True):
            result += losses[:, totals >= least].sum(axis=1)
        return result


def _shares(parts: Floats) -> tuple[float, ...]:
    whole = float(parts.sum())
    return tuple((parts / whole).tolist()) if whole > 0 else ()


def _rank(size: int, q: float) -> int:
    """Place, from 1, of the inverted-CDF quantile among ``size`` draws.

    >>> _rank(10, 0.7), _rank(10, 0.71), _rank(10, 0)
    (7, 8, 1)
    """
    return max(1, math.ceil(size * q - 1e-9))


def _error_ranks(size: int, q: float) -> tuple[int, int] | None:
    """Ranks, from 1, of the draws between which the true quantile surely lies.

    >>> _error_ranks(100, 0.5), _error_ranks(100, 0.999)
    ((35, 65), None)
    """
    spread = ERROR_BAND * math.sqrt(size * q * (1 - q))
    low, high = math.floor(size * q - spread), math.ceil(size * q + spread)
    return (low, high) if low >= 1 and high <= size else None


def _standard_error(ascending: Floats, q: float) -> float | None:
    ranks = _error_ranks(len(ascending), q)
    if ranks is None:
        return None
    low, high = (float(ascending[rank - 1]) for rank in ranks)
    return (high - low) / (2 * ERROR_BAND)


def _relative(error: float | None, quantile: float, sd: float) -> float | None:
    return error if not error else error / (abs(quantile) or sd)


def _quantile(ascending: Floats, q: float) -> float:
    return float(ascending[_rank(len(ascending), q) - 1])
