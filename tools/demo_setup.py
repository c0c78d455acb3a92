"""Last touches of the demo database, run inside Odoo: what the nightly jobs would
have done by now, and the assets of the first page."""

from . import paths

# Each builds on the figures of those before it.
JOBS = (
    "crm_loyalty.crm_loyalty_scoring_cron",
    "crm_loyalty.crm_loyalty_transition_cron",
    "crm_loyalty.crm_loyalty_ledger_cron",
    "crm_loyalty.crm_loyalty_replenishment_cron",
    "crm_risk.crm_indicator_cron_measure",
    "crm_risk.crm_risk_cron_boards",
    "crm_risk.crm_risk_cron_refresh",
    "crm_risk.crm_risk_cron_recall",
    "crm_risk.crm_risk_cron_trigger",
    "crm_risk.crm_risk_cron_simulate",
    "crm_effects.ir_cron_sync_costs",
    "crm_effects.ir_cron_update_effects",
    "crm_effects.ir_cron_refresh_goals",
    "crm_effects.ir_cron_snapshot",
    "crm_effects.ir_cron_plan_reviews",
)


def main(env, arguments) -> int:
    bare = env["ir.module.module"].search(
        [("name", "in", paths.SUITE), ("demo", "=", False)]
    )
    if bare:  # Odoo goes on without demo data that does not load
        print(f"✗ no demo data could be loaded: {', '.join(bare.mapped('name'))}")
        return 1
    for xmlid in JOBS:
        env.ref(xmlid).method_direct_trigger()
    env["ir.qweb"]._pregenerate_assets_bundles()
    env.cr.commit()
    return 0


def set_language(env, code: str) -> None:
    """Everyone who works in the demo sees this language; documents too."""
    env["res.lang"]._activate_lang(code)
    env["res.users"].with_context(active_test=False).search([]).lang = code
    env["res.company"].search([]).partner_id.lang = code
