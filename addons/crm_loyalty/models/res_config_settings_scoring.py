from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Scores, classes and the purchase model of the current company."""

    _inherit = "res.config.settings"

    loyalty_recency_mode = fields.Selection(
        related="company_id.loyalty_recency_mode", readonly=False, required=True
    )
    loyalty_recency_5 = fields.Integer(
        related="company_id.loyalty_recency_5", readonly=False
    )
    loyalty_recency_4 = fields.Integer(
        related="company_id.loyalty_recency_4", readonly=False
    )
    loyalty_recency_3 = fields.Integer(
        related="company_id.loyalty_recency_3", readonly=False
    )
    loyalty_recency_2 = fields.Integer(
        related="company_id.loyalty_recency_2", readonly=False
    )
    loyalty_frequency_mode = fields.Selection(
        related="company_id.loyalty_frequency_mode", readonly=False, required=True
    )
    loyalty_frequency_2 = fields.Integer(
        related="company_id.loyalty_frequency_2", readonly=False
    )
    loyalty_frequency_3 = fields.Integer(
        related="company_id.loyalty_frequency_3", readonly=False
    )
    loyalty_frequency_4 = fields.Integer(
        related="company_id.loyalty_frequency_4", readonly=False
    )
    loyalty_frequency_5 = fields.Integer(
        related="company_id.loyalty_frequency_5", readonly=False
    )
    loyalty_revenue_mode = fields.Selection(
        related="company_id.loyalty_revenue_mode", readonly=False, required=True
    )
    loyalty_revenue_2 = fields.Monetary(
        related="company_id.loyalty_revenue_2",
        readonly=False,
    )
    loyalty_revenue_3 = fields.Monetary(
        related="company_id.loyalty_revenue_3",
        readonly=False,
    )
    loyalty_revenue_4 = fields.Monetary(
        related="company_id.loyalty_revenue_4",
        readonly=False,
    )
    loyalty_revenue_5 = fields.Monetary(
        related="company_id.loyalty_revenue_5",
        readonly=False,
    )
    loyalty_abc_a = fields.Float(related="company_id.loyalty_abc_a", readonly=False)
    loyalty_abc_b = fields.Float(related="company_id.loyalty_abc_b", readonly=False)
    loyalty_xyz_x = fields.Float(related="company_id.loyalty_xyz_x", readonly=False)
    loyalty_xyz_y = fields.Float(related="company_id.loyalty_xyz_y", readonly=False)
    loyalty_purchase_model = fields.Selection(
        related="company_id.loyalty_purchase_model", readonly=False, required=True
    )
    loyalty_as_of = fields.Date(related="company_id.loyalty_as_of", readonly=False)
