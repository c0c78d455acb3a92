from . import crm_risk_add
