from . import (
    test_customer_base,
    test_digest,
    test_list_queries,
    test_loyalty_as_of,
    test_loyalty_call,
    test_loyalty_card,
    test_loyalty_cdnow,
    test_loyalty_complaint,
    test_loyalty_facts,
    test_loyalty_forecast,
    test_loyalty_limits,
    test_loyalty_merge,
    test_loyalty_recount,
    test_loyalty_replenishment,
    test_loyalty_replenishment_order,
    test_loyalty_replenishment_runs,
    test_loyalty_replenishment_security,
    test_loyalty_replenishment_tours,
    test_loyalty_satisfaction,
    test_loyalty_scores,
    test_loyalty_security,
    test_loyalty_segment,
    test_loyalty_stage,
    test_loyalty_strategy,
    test_loyalty_work_tours,
    test_period_report,
    test_portal_loyalty,
    test_portal_requests,
    test_portal_tour,
    test_tours,
)

# isort: split
# below: programmes
from . import (
    test_adjustment,
    test_audience,
    test_bonus,
    test_consent,
    test_liability,
    test_opening_import,
    test_program_template,
    test_program_tours,
    test_tiers,
)

# isort: split
# below: the points ledger
from . import (
    test_ledger_earning,
    test_ledger_nightly,
    test_ledger_odd_orders,
    test_ledger_redeeming,
    test_ledger_rules,
    test_ledger_sequences,
    test_ledger_traps,
    test_ledger_wallet,
)
