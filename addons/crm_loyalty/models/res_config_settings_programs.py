from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    loyalty_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Points"
    )
    loyalty_adjust_limit = fields.Monetary(
        related="company_id.loyalty_adjust_limit",
        readonly=False,
        currency_field="loyalty_currency_id",
    )
    loyalty_revenue_account_id = fields.Many2one(
        related="company_id.loyalty_revenue_account_id",
        readonly=False,
        domain="[('company_ids', 'parent_of', company_id)]",
    )
    loyalty_liability_account_id = fields.Many2one(
        related="company_id.loyalty_liability_account_id",
        readonly=False,
        domain="[('company_ids', 'parent_of', company_id)]",
    )
