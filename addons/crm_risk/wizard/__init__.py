from . import crm_implementation_setup, crm_risk_add, crm_risk_what_if
