from . import crm_loyalty_call_done, crm_loyalty_reject
from . import crm_loyalty_report
