"""How much an estimate is worth as evidence.

Grades: A, a control group, two years before, half a year after, an interval
without zero, and at most one fake date in ten that looks as good; B, the same
from one series; C, an estimate that misses one of these; D, a figure somebody
declared. Money of grades A and B is proven (a loss, too), of C probable, of D and
of every forecast hoped.
"""

from .answers import Estimate, Sentence

GRADES = ("A", "B", "C", "D")
PROOF = {"A": "proven", "B": "proven", "C": "probable", "D": "hoped"}
MONTHS_BEFORE = 24
MONTHS_AFTER = 6
PLACEBO_SHARE = 0.10
CONTROLLED = ("did", "synth")
# doubts that take a grade away: the interval or the comparison may not hold
SERIOUS = ("persistent", "pretrend", "poor_fit", "imported")


def grade(estimate: Estimate) -> str:
    """Grade of a measured effect.

    >>> from crm_effects.engine.causal import interrupted_time_series
    >>> rise = [100, 103, 99, 102] * 6 + [120, 124, 119, 122] * 2
    >>> grade(interrupted_time_series(rise, 24))
    'B'
    >>> grade(interrupted_time_series([100, 103, 99, 102] * 8, 24))
    'C'
    """
    months = (estimate.months_before or 0, estimate.months_after or 0)
    solid = months[0] >= MONTHS_BEFORE and months[1] >= MONTHS_AFTER
    doubted = any(note.code in SERIOUS for note in estimate.warnings)
    if not (solid and estimate.is_clear) or doubted:
        return "C"
    share = estimate.placebo_share
    rare = share is not None and share <= PLACEBO_SHARE
    return "A" if estimate.method in CONTROLLED and rare else "B"


def reasons(estimate: Estimate) -> tuple[Sentence, ...]:
    """What the grade rests on, and what it lacks, one sentence per criterion.

    >>> from crm_effects.engine.causal import interrupted_time_series
    >>> flat = interrupted_time_series([100, 103, 99, 102] * 8, 24)
    >>> [reason.code for reason in reasons(flat)]
    ['no_comparison', 'before_enough', 'after_enough', 'unclear']
    """
    before, after = estimate.months_before or 0, estimate.months_after or 0
    found = [
        Sentence("compared", "Compared with units that were not introduced.")
        if estimate.method in CONTROLLED
        else Sentence("no_comparison", "Compared with its own history only.")
    ]
    found.append(_enough("before", before, MONTHS_BEFORE))
    found.append(_enough("after", after, MONTHS_AFTER))
    found.append(
        Sentence("clear", "The interval leaves zero out.")
        if estimate.is_clear
        else Sentence("unclear", "The interval includes zero.")
    )
    if estimate.method in CONTROLLED and estimate.placebo_share is not None:
        rare = estimate.placebo_share <= PLACEBO_SHARE
        found.append(
            Sentence(
                "placebo_rare" if rare else "placebo_common",
                "Placebos at least as clear: {share} %.",
                share=round(100 * estimate.placebo_share),
            )
        )
    if any(note.code in SERIOUS for note in estimate.warnings):
        found.append(Sentence("doubted", "A doubt stands against the comparison."))
    return tuple(found)


def _enough(side: str, months: int, needed: int) -> Sentence:
    return Sentence(
        f"{side}_enough" if months >= needed else f"{side}_short",
        f"Months {side} the start: {{months}}, for a proof: {{needed}}.",
        months=months,
        needed=needed,
    )


def proof(grade_: str, *, is_forecast: bool = False) -> str:
    """Proof class of money: proven, probable or hoped.

    >>> proof("B"), proof("C"), proof("A", is_forecast=True)
    ('proven', 'probable', 'hoped')
    """
    if grade_ not in PROOF:
        raise ValueError(f"grade_ must be one of A, B, C, D, got {grade_!r}")
    return "hoped" if is_forecast else PROOF[grade_]
