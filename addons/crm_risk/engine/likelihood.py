"""How a chance moves: indicators, approaches and responses.

Everything acts on **odds**, o = p / (1 − p), so that a chance never leaves
0…1, and always starts from the inherent chance, so that it cannot drift::

    severity   s = −1 at target, 0 at amber, +1 at red, linear between,
                   held at −1 and +1 outside
    factor     f = Π weight^s, held inside [1/cap, cap]
    adjusted   o' = o · f          (a rate per year: λ' = λ · f)
    treated    p' = p · Π (1 − reduction)

A chance of exactly 0 or 1 is certain and stays. Source: logistic odds-ratio
updating (log-odds add), as in scorecards; the cap keeps a handful of
correlated indicators from proving anything.
"""

import math
from collections.abc import Iterable, Sequence

from .checks import check_between, check_not_negative, check_number, check_positive

Signal = tuple[float, float]
"""(odds weight, severity): weight 3 means "red triples the odds"."""

DEFAULT_CAP = 9.0
"""Two full reds of the default weight 3: further ones add no certainty."""


def severity(value: float | None, target: float, amber: float, red: float) -> float:
    """How bad a measured value is: −1 at target, 0 at amber, +1 at red.

    Works both ways round: thresholds that rise mean "lower is better", that
    fall mean "higher is better". ``None`` (no data) moves nothing and gives 0.

    >>> severity(30, 5, 20, 40), severity(5, 5, 20, 40), severity(99, 5, 20, 40)
    (0.5, -1.0, 1.0)
    >>> severity(90, 95, 85, 70)
    -0.5
    """
    target, amber, red = (
        check_number(name, number)
        for name, number in (("target", target), ("amber", amber), ("red", red))
    )
    if not (target < amber < red or target > amber > red):
        raise ValueError(
            "target, amber and red must rise or fall in this order, got"
            f" target={target!r}, amber={amber!r}, red={red!r}"
        )
    if value is None:
        return 0.0
    beyond = check_number("value", value) - amber
    if beyond * (red - amber) >= 0:
        return min(1.0, beyond / (red - amber))
    return max(-1.0, beyond / (amber - target))


def odds_factor(signals: Iterable[Signal], cap: float = DEFAULT_CAP) -> float:
    """Π weight^severity, held inside ``[1/cap, cap]``.

    >>> odds_factor([(3, 1), (2, -1)])
    1.5
    >>> odds_factor([(3, 1), (3, 1), (3, 1)])
    9.0
    """
    if check_number("cap", cap) < 1:
        raise ValueError(f"cap must be at least 1, got {cap!r}")
    factor = 1.0
    log_factor = 0.0
    for weight, level in signals:
        weight = check_positive("weight", weight)
        level = check_between("severity", level, -1, 1)
        factor *= weight**level
        log_factor += level * math.log(weight)
    if log_factor >= math.log(cap):
        return float(cap)
    return factor if log_factor > -math.log(cap) else 1 / cap


def with_odds(probability: float, factor: float) -> float:
    """The chance whose odds are ``factor`` times those of ``probability``.

    >>> round(with_odds(0.75, 2), 5)
    0.85714
    """
    p = check_between("probability", probability, 0, 1)
    factor = check_positive("factor", factor)
    return p * factor / (1 - p + p * factor)


def adjusted(
    probability: float, signals: Sequence[Signal], cap: float = DEFAULT_CAP
) -> float:
    """The inherent chance as the indicators of today move it.

    :param probability: inherent chance, 0…1
    :param signals: (odds weight > 0, severity −1…1) of each indicator
    :param cap: the odds move by at most this factor, either way

    >>> round(adjusted(0.2, [(3, 1)]), 5), round(adjusted(0.2, [(3, -1)]), 5)
    (0.42857, 0.07692)
    >>> adjusted(0.2, [(3, 0)])
    0.2
    """
    factor = odds_factor(signals, cap)
    p = check_between("probability", probability, 0, 1)
    return p if factor == 1 else with_odds(p, factor)


def adjusted_rate(
    rate: float, signals: Sequence[Signal], cap: float = DEFAULT_CAP
) -> float:
    """Events a year as the indicators of today move them: λ times the factor.

    >>> adjusted_rate(0.5, [(3, 1)])
    1.5
    """
    return check_not_negative("rate", rate) * odds_factor(signals, cap)


def chance_of_any(rate: float) -> float:
    """Chance of at least one event where ``rate`` of them are expected.

    >>> round(chance_of_any(0.7), 5)
    0.50341
    """
    return -math.expm1(-check_not_negative("rate", rate))


def treated(amount: float, reductions: Iterable[float]) -> float:
    """A chance, rate or impact after responses that each take away a share.

    >>> treated(0.4, [0.5, 0.25])
    0.15000000000000002
    """
    left = check_not_negative("amount", amount)
    for reduction in reductions:
        left *= 1 - check_between("reduction", reduction, 0, 1)
    return left


def enhanced(probability: float, shares: Iterable[float]) -> float:
    """The chance of an opportunity after responses that each add a share of what it
    lacks to certainty.

    >>> enhanced(0.4, [0.5])
    0.7
    >>> enhanced(0.4, []), enhanced(0.4, [1])
    (0.4, 1.0)
    """
    p = check_between("probability", probability, 0, 1)
    added = list(shares)  # without any, p stays exactly what it was
    return 1 - treated(1 - p, added) if added else p


def grown(amount: float, shares: Iterable[float]) -> float:
    """A rate or gain of an opportunity after responses that each add a share of it.

    >>> grown(100, [0.5, 0.2])
    180.0
    """
    more = check_not_negative("amount", amount)
    for share in shares:
        more *= 1 + check_between("share", share, 0, 1)
    return more
