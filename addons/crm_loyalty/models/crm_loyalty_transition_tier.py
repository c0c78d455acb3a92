from odoo import api, fields, models
from odoo.tools import SQL, formatLang


class CrmLoyaltyTransition(models.Model):
    """A customer moved from one tier to another; written by the nightly look at the
    tiers, outside the run's own rows: a firm may move in several programmes at once."""

    _inherit = "crm.loyalty.transition"

    field = fields.Selection(
        selection_add=[("tier", "Tier")], ondelete={"tier": "cascade"}
    )
    from_tier_id = fields.Many2one("crm.loyalty.tier", readonly=True)
    to_tier_id = fields.Many2one("crm.loyalty.tier", readonly=True)

    def _enter_stage(self, stage):
        yield from super()._enter_stage(stage)
        if stage.bonus_ids:
            job = self.env["crm.loyalty.bonus.job"]
            given = job._grant_for_stage(self.profile_id, stage)
            yield self.env._("Bonuses: %(count)s", count=given)

    @api.model
    def _describe_rule(self, target):
        if target._name != "crm.loyalty.tier":
            return super()._describe_rule(target)
        return self.env._(
            "%(program)s: %(tier)s starts at %(threshold)s.",
            program=target.program_id.name,
            tier=target.name,
            threshold=target._format_quantity(target.threshold),
        )

    @api.model
    def _describe_facts(self, facts, currency):
        if "counted" not in facts:
            return super()._describe_facts(facts, currency)
        if facts.get("by_hand"):
            return self.env._("By hand: %(reason)s", reason=facts["by_hand"])
        return self.env._(
            "Counted for tiers: %(amount)s.",
            amount=formatLang(self.env, facts["counted"], digits=2),
        )

    @api.model
    def _sql_log_tiers(self, today):
        """Write one row per card of `crm_loyalty_tiering` that changes its tier."""
        return SQL(
            """
            INSERT INTO crm_loyalty_transition (
                profile_id, partner_id, company_id, date, field, from_tier_id,
                to_tier_id, revenue_12m, facts, effect_state,
                create_uid, create_date, write_uid, write_date)
            SELECT DISTINCT ON (fact.id)
                   profile.id, profile.partner_id, profile.company_id,
                   %(today)s, 'tier',
                   fact.old_tier_id, fact.tier_id, profile.revenue_12m,
                   jsonb_build_object('counted', fact.qualifying_amount), 'none',
                   %(user)s, %(now)s, %(user)s, %(now)s
              FROM crm_loyalty_tiering fact
              JOIN loyalty_card card ON card.id = fact.id
              JOIN res_partner holder ON holder.id = card.partner_id
              JOIN crm_loyalty_profile profile
                ON profile.partner_id = holder.commercial_partner_id
               AND (card.company_id IS NULL OR profile.company_id = card.company_id)
             WHERE fact.tier_id IS DISTINCT FROM fact.old_tier_id
             ORDER BY fact.id, profile.company_id""",
            today=today,
            user=self.env.uid,
            now=fields.Datetime.now(),
        )
