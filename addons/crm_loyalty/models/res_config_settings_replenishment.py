from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    loyalty_minimum_intervals = fields.Integer(
        related="company_id.loyalty_minimum_intervals", readonly=False
    )
    loyalty_late_ratio = fields.Float(
        related="company_id.loyalty_late_ratio", readonly=False
    )
    loyalty_lapsed_ratio = fields.Float(
        related="company_id.loyalty_lapsed_ratio", readonly=False
    )
    loyalty_horizon_days = fields.Integer(
        related="company_id.loyalty_horizon_days", readonly=False
    )
