from . import crm_loyalty_report
