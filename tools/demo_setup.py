"""Last touches of the demo database, run inside Odoo: what the nightly jobs would
have done by now, and the assets of the first page."""

JOBS = (
    "crm_risk.ir_cron_measure_indicators",
    "crm_loyalty.ir_cron_score_customers",
    "crm_effects.ir_cron_update_effects",
)


def main(env, arguments) -> int:
    for xmlid in JOBS:
        job = env.ref(xmlid, raise_if_not_found=False)
        if job:
            job.method_direct_trigger()
    env["ir.qweb"]._pregenerate_assets_bundles()
    env.cr.commit()
    return 0


def set_language(env, code: str) -> None:
    """Everyone who works in the demo sees this language; documents too."""
    env["res.lang"]._activate_lang(code)
    env["res.users"].with_context(active_test=False).search([]).lang = code
    env["res.company"].search([]).partner_id.lang = code
