"""Reports: figures from SQL, layout in views and QWeb."""

from . import (
    crm_loyalty_cohort_report,
    crm_loyalty_liability_report,
    crm_loyalty_period,
    crm_loyalty_period_programs,
    crm_loyalty_period_service,
    crm_loyalty_report_period,
    crm_loyalty_revenue_report,
)
