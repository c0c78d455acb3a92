from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    effects_integration_ratio = fields.Float(
        related="company_id.effects_integration_ratio", readonly=False
    )
    effects_carrying_rate = fields.Float(
        related="company_id.effects_carrying_rate", readonly=False
    )
    effects_hour_cost = fields.Monetary(
        related="company_id.effects_hour_cost",
        readonly=False,
        currency_field="currency_id",
    )
    effects_correction_cost = fields.Monetary(
        related="company_id.effects_correction_cost",
        readonly=False,
        currency_field="currency_id",
    )
