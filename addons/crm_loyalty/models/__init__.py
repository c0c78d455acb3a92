"""Stored records and screens logic; formulas live in engine/."""

from . import crm_loyalty_customer_mixin, crm_loyalty_rule_mixin

# isort: split
# below: models that may inherit the mixin
from . import (
    crm_lead,
    crm_loyalty_call,
    crm_loyalty_call_log,
    crm_loyalty_complaint,
    crm_loyalty_complaint_case,
    crm_loyalty_complaint_cause,
    crm_loyalty_complaint_portal,
    crm_loyalty_decision,
    crm_loyalty_portal,
    crm_loyalty_profile,
    crm_loyalty_profile_action,
    crm_loyalty_profile_card,
    crm_loyalty_profile_complaint,
    crm_loyalty_profile_forecast,
    crm_loyalty_profile_replenishment,
    crm_loyalty_profile_state,
    crm_loyalty_replenishment,
    crm_loyalty_replenishment_accuracy,
    crm_loyalty_replenishment_order,
    crm_loyalty_replenishment_run,
    crm_loyalty_replenishment_stock,
    crm_loyalty_run,
    crm_loyalty_scoring,
    crm_loyalty_scoring_decision,
    crm_loyalty_scoring_state,
    crm_loyalty_segment,
    crm_loyalty_shortage,
    crm_loyalty_stage,
    crm_loyalty_strategy,
    crm_loyalty_strategy_result,
    crm_loyalty_transition,
    crm_loyalty_transition_effect,
    digest,
    product_product_replenishment,
    product_template_replenishment,
    res_company,
    res_company_replenishment,
    res_config_settings,
    res_config_settings_replenishment,
    res_partner,
    res_partner_complaint,
    res_partner_replenishment,
    sale_order,
    sale_order_complaint,
)

# isort: split
# below: the points ledger; cards before the documents that move their points
from . import (
    loyalty_history,
    crm_loyalty_earning,
    crm_loyalty_ledger_job,
    crm_loyalty_run_ledger,
    crm_loyalty_scoring_ledger,
    loyalty_program,
    sale_order_coupon_points,
    loyalty_card,
    loyalty_card_posting,
    loyalty_card_reversal,
    loyalty_card_merge,
    sale_order_points,
    sale_order_sync,
    sale_order_share,
    sale_order_line_points,
    account_move_points,
    account_partial_reconcile,
    stock_move_points,
)

# isort: split
# below: jobs that grow out of the scoring
from . import crm_loyalty_replenishment_job

# isort: split
# below: programmes: who takes part, tiers, bonuses, effect; on top of the ledger
from . import (
    crm_loyalty_adjustment,
    crm_loyalty_bonus,
    crm_loyalty_bonus_job,
    crm_loyalty_effect,
    crm_loyalty_holdout,
    crm_loyalty_profile_programs,
    crm_loyalty_scoring_programs,
    crm_loyalty_stage_bonus,
    crm_loyalty_terms,
    crm_loyalty_tier,
    crm_loyalty_tiering,
    crm_loyalty_transition_tier,
    loyalty_card_adjust,
    loyalty_card_customer,
    loyalty_card_tier,
    loyalty_program_audience,
    loyalty_program_effect,
    loyalty_program_preview,
    loyalty_program_template,
    loyalty_program_tier,
    loyalty_reward_value,
    product_pricelist_tier,
    res_company_programs,
    res_config_settings_programs,
    res_partner_loyalty,
    sale_order_audience,
)
