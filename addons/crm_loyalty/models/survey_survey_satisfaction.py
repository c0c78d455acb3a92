from odoo import fields, models


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    loyalty_company_id = fields.Many2one(
        "res.company",
        string="Satisfaction Of",
        help="Company whose customers' satisfaction the answers show; empty: every "
        "company with which the customer deals.",
    )
