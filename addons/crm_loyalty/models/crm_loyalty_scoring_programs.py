from odoo import api, models
from odoo.tools import SQL


class CrmLoyaltyScoring(models.AbstractModel):
    """Programmes follow the scores: tiers, who is compared, bonuses, their effect.

    Who does not want to be profiled has no documents here, so he gets no profile.
    """

    _inherit = "crm.loyalty.scoring"

    def _sql_left_out(self):
        """Leave out who does not want to be profiled."""
        return SQL(
            "%s UNION SELECT id FROM res_partner WHERE loyalty_no_profiling",
            super()._sql_left_out(),
        )

    @api.model
    def _after_scoring_steps(self):
        return [
            *super()._after_scoring_steps(),
            (50, "tiers", self.env["crm.loyalty.tiering"]._refresh),
            (55, "holdout", self.env["crm.loyalty.holdout"]._enrol),
            (65, "bonus", self.env["crm.loyalty.bonus.job"]._grant_due),
            (90, "effect", self.env["crm.loyalty.effect"]._refresh),
        ]
