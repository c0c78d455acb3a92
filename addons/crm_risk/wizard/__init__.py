from . import (
    crm_implementation_setup,
    crm_risk_accept,
    crm_risk_add,
    crm_risk_report,
    crm_risk_what_if,
)
