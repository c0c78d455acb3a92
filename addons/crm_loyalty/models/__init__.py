"""Stored records and screens logic; formulas live in engine/."""

from . import crm_loyalty_customer_mixin

# isort: split
# below: models that may inherit the mixin
from . import (
    crm_lead,
    crm_loyalty_profile,
    crm_loyalty_profile_card,
    crm_loyalty_profile_forecast,
    crm_loyalty_run,
    crm_loyalty_scoring,
    crm_loyalty_segment,
    digest,
    res_company,
    res_config_settings,
    res_partner,
    sale_order,
)
