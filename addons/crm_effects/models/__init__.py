"""Stored records and screens logic; formulas live in engine/."""

from . import (
    crm_effect,
    crm_effect_baseline,
    crm_effect_cashflow,
    crm_effect_category,
    crm_effect_chart,
    crm_effect_cost,
    crm_effect_estimation,
    crm_effect_line,
    crm_effect_series,
    crm_effect_words,
    crm_implementation,
    crm_implementation_words,
    crm_indicator,
    crm_indicator_fact,
    digest,
    stock_move,
)
