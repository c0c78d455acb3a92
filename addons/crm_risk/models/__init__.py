"""Stored records and screens logic; formulas live in engine/."""

from . import (
    crm_implementation,
    crm_implementation_approach,
    crm_indicator,
    crm_indicator_fact,
    crm_risk_category,
    crm_risk_driver,
    crm_risk_estimate,
    crm_risk_rating,
    crm_risk_scale,
    crm_risk_template,
    crm_risk_template_indicator,
)
