from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    loyalty_basis = fields.Selection(
        related="company_id.loyalty_basis", readonly=False, required=True
    )
