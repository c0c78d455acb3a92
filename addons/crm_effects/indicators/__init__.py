"""Built-in indicators of this addon; see crm_risk.indicators."""

from . import capital, cost, cost_burn, customers, funnel, quality, revenue

__all__ = [
    "capital",
    "cost",
    "cost_burn",
    "customers",
    "funnel",
    "quality",
    "revenue",
]
