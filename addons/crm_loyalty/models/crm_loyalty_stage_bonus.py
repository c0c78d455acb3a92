from odoo import api, fields, models


class CrmLoyaltyStage(models.Model):
    """Points for entering a stage, once per entry: the stage's own, and bonuses."""

    _inherit = "crm.loyalty.stage"

    bonus_ids = fields.One2many("crm.loyalty.bonus", "stage_id", string="Bonuses")

    def _has_effects(self):
        return super()._has_effects() or bool(self.bonus_ids)

    @api.model
    def _grant_stage_bonus(self, profiles, stage):
        self.env["crm.loyalty.bonus.job"]._grant_of_stage(profiles, stage)
        return super()._grant_stage_bonus(profiles, stage)
