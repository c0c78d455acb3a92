def post_init_hook(env):
    """Score the customers soon after installing, outside its transaction."""
    env.ref("crm_loyalty.crm_loyalty_scoring_cron")._trigger()
    env.ref("crm_loyalty.crm_loyalty_replenishment_cron")._trigger()
