from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    loyalty_survey_id = fields.Many2one(
        related="company_id.loyalty_survey_id", readonly=False
    )
