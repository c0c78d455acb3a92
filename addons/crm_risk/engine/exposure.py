"""Money at risk in expectation: EMV, leverage, the register's effect.

EMV (expected monetary value, PMI) is positive for a loss and negative for a
gain, so that a register adds up. It ranks risks; it does not size a reserve:
that is what :mod:`.simulation` is for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .checks import check_not_negative, check_number
from .distributions import Impact


def emv(frequency: float, impact: Impact, *, is_opportunity: bool = False) -> float:
    """Expected money: chance (or events a year) times the mean impact.

    >>> from .distributions import Pert
    >>> emv(0.4, Pert(10, 20, 60))
    10.0
    >>> emv(0.4, Pert(10, 20, 60), is_opportunity=True)
    -10.0
    """
    value = check_not_negative("frequency", frequency) * impact.mean
    return -value if is_opportunity else value


def leverage(emv_without: float, emv_with: float, cost: float) -> float | None:
    """Money at risk taken away per unit of money spent on the response.

    ``None`` where the response costs nothing: the ratio does not exist.

    >>> leverage(10, 5, 2)
    2.5
    >>> leverage(10, 5, 0) is None
    True
    """
    saved = check_number("emv_without", emv_without) - check_number(
        "emv_with", emv_with
    )
    cost = check_not_negative("cost", cost)
    return saved / cost if cost else None


@dataclass(frozen=True, slots=True)
class RiskEffect:
    """What CRM does to risk: ``reduced`` by its use, ``introduced`` by itself."""

    reduced: float
    introduced: float

    @property
    def net(self) -> float:
        return self.reduced - self.introduced


def risk_effect(
    reduced: Iterable[tuple[float, float]], introduced: Iterable[float]
) -> RiskEffect:
    """Risk-reduction effect of a register.

    :param reduced: (EMV before CRM, EMV now) of each business risk that CRM
        lowers
    :param introduced: EMV now of each risk that its introduction creates

    >>> risk_effect([(100, 60), (50, 50)], [15]).net
    25.0
    """
    saved = sum(
        check_number("emv before", before) - check_number("emv now", now)
        for before, now in reduced
    )
    new = sum(check_number("emv", value) for value in introduced)
    return RiskEffect(float(saved), float(new))
