from . import (
    crm_approach_comparison_report,
    crm_data_audit_report,
    crm_readiness_report,
    crm_risk_register_report,
    register_workbook,
)
