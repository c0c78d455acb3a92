from odoo import api, models


class CrmLoyaltyScoring(models.AbstractModel):
    """Balances are checked against their ledger after every scoring."""

    _inherit = "crm.loyalty.scoring"

    @api.model
    def _after_scoring_steps(self):
        return [
            *super()._after_scoring_steps(),
            (60, "ledger", self.env["crm.loyalty.ledger.job"]._reconcile),
        ]
