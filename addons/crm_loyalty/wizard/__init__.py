from . import crm_loyalty_call_done, crm_loyalty_reject, crm_loyalty_report

# isort: split
# below: of the points ledger
from . import base_partner_merge, crm_loyalty_spend, loyalty_card_update_balance

# isort: split
# below: of programmes
from . import (
    crm_loyalty_opening_import,
    crm_loyalty_opening_import_line,
    crm_loyalty_program_preview,
    crm_loyalty_tier_fix,
    loyalty_card_update_balance_approval,
    loyalty_generate_wizard,
)
