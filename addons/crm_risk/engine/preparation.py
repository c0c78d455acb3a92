"""Figures of the preparation: quality of data, cost of pains, answers, strategies.

Quality of customer data is a weighted mean of four shares of customers free of a
fault (ISO/IEC 25012 dimensions of accuracy of identity, completeness, currentness,
validity)::

    index = 100 · (0.30 uniqueness + 0.30 completeness + 0.20 freshness + 0.20 validity)

A pain of a process costs what it eats of paid time, plus what is lost each time::

    cost a year = times a month · 12 · (minutes / 60 · hourly rate + loss)
"""

from collections.abc import Iterable, Mapping

from .checks import check_between, check_not_negative

QUALITY_WEIGHTS = {
    "uniqueness": 0.30,
    "completeness": 0.30,
    "freshness": 0.20,
    "validity": 0.20,
}
MONTHS, MINUTES = 12, 60

ANSWER_POINTS = {"yes": 1.0, "partly": 0.5, "no": 0.0}
"""What an answer is worth; an unknown one is not zero, it is left out."""

STRATEGIES = {
    ("strength", "opportunity"): "so",
    ("weakness", "opportunity"): "wo",
    ("strength", "threat"): "st",
    ("weakness", "threat"): "wt",
}


def quality_index(shares: Mapping[str, float | None]) -> float | None:
    """Index 0…100 of the shares free of faults; ``None`` without any.

    A part that could not be measured is left out and the others keep their
    proportion: no data is neither good nor bad.

    >>> round(quality_index({"uniqueness": 0.9, "completeness": 0.8,
    ...                      "freshness": 0.5, "validity": 1.0}), 6)
    81.0
    >>> round(quality_index({"uniqueness": 0.9, "completeness": 0.7,
    ...                      "freshness": None, "validity": None}), 6)
    80.0
    >>> quality_index({}) is None
    True
    """
    unknown = set(shares) - set(QUALITY_WEIGHTS)
    if unknown:
        raise ValueError(f"shares must be of {[*QUALITY_WEIGHTS]}, got {[*unknown]}")
    known = {
        name: check_between(name, share, 0, 1)
        for name, share in shares.items()
        if share is not None
    }
    weight = sum(QUALITY_WEIGHTS[name] for name in known)
    if not weight:
        return None
    return 100 * sum(QUALITY_WEIGHTS[n] * share for n, share in known.items()) / weight


def repair_cost(records: float, minutes: float, hourly_rate: float) -> float:
    """Money it takes to mend ``records`` by hand.

    >>> repair_cost(120, 5, 30)
    300.0
    """
    checked = [
        check_not_negative(name, value)
        for name, value in (
            ("records", records),
            ("minutes", minutes),
            ("hourly_rate", hourly_rate),
        )
    ]
    return checked[0] * checked[1] / MINUTES * checked[2]


def pain_cost(
    monthly: float, minutes: float, hourly_rate: float, loss: float = 0.0
) -> float:
    """Money a pain eats in a year.

    :param monthly: how often a month it happens
    :param minutes: paid time it takes each time
    :param hourly_rate: loaded cost of an hour
    :param loss: further money lost each time

    >>> pain_cost(100, 30, 20)
    12000.0
    >>> pain_cost(10, 0, 20, loss=50)
    6000.0
    """
    times = check_not_negative("monthly", monthly)
    time = repair_cost(1, minutes, hourly_rate)
    return times * MONTHS * (time + check_not_negative("loss", loss))


def answers_score(answers: Iterable[str | None]) -> float | None:
    """Share 0…1 of what could be answered well; ``None`` while nothing is known.

    >>> answers_score(["yes", "partly", "no", "unknown", None])
    0.5
    >>> answers_score(["unknown"]) is None
    True
    """
    points = [ANSWER_POINTS[one] for one in answers if one in ANSWER_POINTS]
    return sum(points) / len(points) if points else None


def strategy_of(internal: str, external: str) -> str | None:
    """Strategy that ties an internal to an external point of a SWOT table.

    >>> strategy_of("strength", "threat"), strategy_of("threat", "strength")
    ('st', None)
    """
    return STRATEGIES.get((internal, external))


def priority(benefit: int, effort: int) -> float:
    """Benefit for each unit of effort, both 1…5; the greatest comes first.

    >>> priority(4, 2)
    2.0
    """
    return check_between("benefit", benefit, 1, 5) / check_between(
        "effort", effort, 1, 5
    )
