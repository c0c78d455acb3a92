from . import crm_loyalty_call_done, crm_loyalty_reject
from . import crm_loyalty_report

# isort: split
# below: of the points ledger
from . import base_partner_merge, loyalty_card_update_balance
