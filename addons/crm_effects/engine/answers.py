"""What an estimator answers: an estimate, or a refusal with its reason."""

from dataclasses import dataclass
from typing import Any


class Sentence(str):
    """An English sentence that also carries its code and its numbers.

    The engine speaks English; whoever shows the sentence in another language
    translates by ``code`` and fills in ``values``.

    >>> s = Sentence("few_after", "Only {months} months after.", months=2)
    >>> str(s), s.code, s.values
    ('Only 2 months after.', 'few_after', {'months': 2})
    """

    code: str
    values: dict[str, Any]

    def __new__(cls, code: str, template: str, **values: Any) -> "Sentence":
        sentence = super().__new__(cls, template.format(**values))
        sentence.code = code
        sentence.values = values
        return sentence

    def __getnewargs__(self) -> tuple[str, str]:
        return self.code, str(self).replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True)
class Estimate:
    """An effect and how sure it is.

    ``effect`` with ``low`` and ``high`` (interval at ``level``) is the mean effect
    per month after the start. ``counterfactual`` is the path without it, month by
    month (``None`` where the month has no data), with its band; ``cumulative`` is
    the sum of actual minus counterfactual. ``rho`` is the posterior mean of the
    autocorrelation, ``weights`` the donors' shares and ``placebo_share`` the share
    of units with a placebo effect at least as clear, where a method has them.
    """

    effect: float
    low: float
    high: float
    counterfactual: tuple[float | None, ...]
    method: str
    warnings: tuple[Sentence, ...] = ()
    level: float = 0.95
    log: bool = False
    se: float | None = None
    rho: float | None = None
    counterfactual_low: tuple[float | None, ...] = ()
    counterfactual_high: tuple[float | None, ...] = ()
    cumulative: float | None = None
    cumulative_low: float | None = None
    cumulative_high: float | None = None
    months_before: int | None = None
    months_after: int | None = None
    weights: tuple[float, ...] = ()
    placebo_share: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Refusal:
    """No estimate: ``reason`` says why and what would help."""

    reason: Sentence
