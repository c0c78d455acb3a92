from odoo import api, models


class CrmLoyaltyScoring(models.AbstractModel):
    """Programmes follow the scores: tiers, who is compared, bonuses, their effect."""

    _inherit = "crm.loyalty.scoring"

    @api.model
    def _after_scoring_steps(self):
        return [
            *super()._after_scoring_steps(),
            (50, "tiers", self.env["crm.loyalty.tiering"]._refresh),
            (55, "holdout", self.env["crm.loyalty.holdout"]._enrol),
            (65, "bonus", self.env["crm.loyalty.bonus.job"]._grant_due),
            (90, "effect", self.env["crm.loyalty.effect"]._refresh),
        ]
