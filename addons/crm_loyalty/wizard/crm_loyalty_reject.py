from odoo import fields, models


class CrmLoyaltyReject(models.TransientModel):
    """Why a proposed strategy is not right for a customer."""

    _name = "crm.loyalty.reject"
    _description = "Reject a Strategy"

    profile_ids = fields.Many2many("crm.loyalty.profile", readonly=True)
    note = fields.Char("Reason", required=True)

    def action_reject(self):
        self.profile_ids._decide("rejected", self.note)
