from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_indicator_person_level = fields.Boolean(
        related="company_id.crm_indicator_person_level", readonly=False
    )
    crm_customer_field_ids = fields.Many2many(
        related="company_id.crm_customer_field_ids", readonly=False
    )
    crm_risk_acceptance_days = fields.Integer(
        related="company_id.crm_risk_acceptance_days", readonly=False
    )
    crm_risk_recall_share = fields.Float(
        related="company_id.crm_risk_recall_share", readonly=False
    )
    crm_indicator_history_months = fields.Integer(
        string="Months of History",
        config_parameter="crm_risk.history_months",
        default=36,
        help="How far back indicators are counted at first.",
    )
