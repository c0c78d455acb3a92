"""Verdicts of the ten methods by which introductions of CRM are evaluated.

Two lists of five from the literature; several methods at once are more credible than
one. A verdict is one of

* strong: shown, chance is ruled out;
* moderate: it points the right way, but it is not shown;
* open: nothing is shown either way;
* negative: it got worse, or the money does not come back;
* none: there is nothing to judge by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .outlook import wilson

VERDICTS = ("strong", "moderate", "open", "negative", "none")
SOLID = ("A", "B")
MAJORITY = 0.5


@dataclass(frozen=True)
class Finding:
    """A measured change with its interval, improvements positive."""

    value: float
    low: float
    high: float
    grade: str

    @property
    def is_better(self) -> bool:
        return self.low > 0.0

    @property
    def is_worse(self) -> bool:
        return self.high < 0.0


def judge_findings(findings: Sequence[Finding]) -> str:
    """Intervals that leave out zero, in the good direction and solid enough.

    >>> judge_findings([Finding(0.08, 0.03, 0.13, "A")])
    'strong'
    >>> judge_findings([Finding(0.08, -0.03, 0.19, "C")])
    'moderate'
    >>> judge_findings([])
    'none'
    """
    if not findings:
        return "none"
    if any(one.is_worse for one in findings):
        return "negative"
    if any(one.is_better and one.grade in SOLID for one in findings):
        return "strong"
    return "moderate" if any(one.value > 0.0 for one in findings) else "open"


def judge_return(roi: float | None, p10: float | None) -> str:
    """ROI above zero is moderate; with nine of ten futures above zero it is strong.

    >>> judge_return(0.4, 120.0), judge_return(0.4, -5.0), judge_return(-0.1, None)
    ('strong', 'moderate', 'negative')
    """
    if roi is None:
        return "none"
    if roi <= 0.0:
        return "negative"
    return "strong" if p10 is not None and p10 > 0.0 else "moderate"


def judge_economy(benefit: float, least: float, cost: float) -> str:
    """Benefits against costs; strong if the least benefit covers them already."""
    if not cost and not benefit:
        return "none"
    if benefit <= cost:
        return "negative"
    return "strong" if least > cost else "moderate"


def judge_goals(chances: Iterable[float | None], attained: Iterable[bool]) -> str:
    """All goals reached is strong; all reached or likely to be is moderate."""
    likely, reached = list(chances), list(attained)
    if not reached:
        return "none"
    if all(reached):
        return "strong"
    missing = [chance for chance, done in zip(likely, reached, strict=True) if not done]
    if any(chance is not None and chance < MAJORITY for chance in missing):
        return "negative"
    return "moderate" if all(chance is not None for chance in missing) else "open"


def judge_survey(positive: int, total: int) -> str:
    """The majority is positive, and so is the low end of Wilson's interval.

    >>> judge_survey(60, 100), judge_survey(6, 10), judge_survey(2, 40)
    ('strong', 'moderate', 'negative')
    """
    interval = wilson(positive, total)
    if interval is None:
        return "none"
    if interval[0] > MAJORITY:
        return "strong"
    if interval[1] < MAJORITY:
        return "negative"
    return "moderate" if positive / total > MAJORITY else "open"


def judge_resources(planned: float, actual: float, time: str) -> str:
    """Time of tasks falls and the cost keeps its plan; ``time`` is its verdict."""
    if not planned or not actual:
        return "none" if time == "none" else time
    if actual > planned or time == "negative":
        return "negative"
    return "strong" if time == "strong" else "moderate"
