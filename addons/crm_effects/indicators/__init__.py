"""Built-in indicators of this addon; see crm_risk.indicators."""

from . import (
    capital,
    control,
    cost,
    cost_burn,
    customers,
    funnel,
    prices,
    quality,
    receivables,
    revenue,
    serving,
    voice,
)

__all__ = [
    "capital",
    "control",
    "cost",
    "cost_burn",
    "customers",
    "funnel",
    "prices",
    "quality",
    "receivables",
    "revenue",
    "serving",
    "voice",
]
