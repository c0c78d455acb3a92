"""Indicators of a customer base over a period, from totals that SQL has counted.

* New-customer share: revenue of customers whose first-ever purchase is in the period,
  over all revenue of the period.
* Retention: customers who bought both in the period and in the equally long one before
  it, over those who bought before.
* Repeat rate: customers with at least two purchases in the period, over its buyers.
* Revenue retention: revenue in the period of those who bought before, over their
  revenue before.

Every ratio is ``None`` where nothing stands below the line: "no data" is not zero.
"""

from __future__ import annotations

from dataclasses import dataclass


def ratio(part: float, whole: float) -> float | None:
    """Return ``part / whole``; ``None`` where the whole is not positive.

    >>> ratio(30, 120)
    0.25
    >>> ratio(30, 0) is None
    True
    """
    return part / whole if whole > 0 else None


@dataclass(frozen=True)
class CustomerBase:
    """Totals of one period. `revenue_kept`: revenue in the period of the buyers of the
    period before; `revenue_before`: their revenue in that period.

    >>> base = CustomerBase(
    ...     revenue=1000, revenue_new=250, buyers=8, buyers_new=3, repeat_buyers=2,
    ...     buyers_before=10, retained=5, revenue_before=1250, revenue_kept=750)
    >>> base.new_share, base.retention, base.repeat_rate, base.revenue_retention
    (0.25, 0.5, 0.25, 0.6)
    """

    revenue: float = 0.0
    revenue_new: float = 0.0
    buyers: int = 0
    buyers_new: int = 0
    repeat_buyers: int = 0
    buyers_before: int = 0
    retained: int = 0
    revenue_before: float = 0.0
    revenue_kept: float = 0.0

    @property
    def new_share(self) -> float | None:
        return ratio(self.revenue_new, self.revenue)

    @property
    def retention(self) -> float | None:
        return ratio(self.retained, self.buyers_before)

    @property
    def repeat_rate(self) -> float | None:
        return ratio(self.repeat_buyers, self.buyers)

    @property
    def revenue_retention(self) -> float | None:
        return ratio(self.revenue_kept, self.revenue_before)
