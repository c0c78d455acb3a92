"""Which methods the preparation used, how far each can be trusted."""

from odoo import fields, models

from .crm_preparation_part import CrmPreparationPart

METHODS = [
    ("maturity", "Maturity"),
    ("readiness", "Self-assessment"),
    ("audit", "Data audit"),
    ("process", "Process modelling"),
    ("swot", "SWOT"),
    ("interview", "Interviews"),
    ("survey", "Survey"),
]
CONFIDENCES = [
    ("1", "1 A guess"),
    ("2", "2 Weak"),
    ("3", "3 Fair"),
    ("4", "4 Good"),
    ("5", "5 Sure"),
]


class CrmPreparationMethod(models.Model):
    _name = "crm.preparation.method"
    _description = "Method Used in the Preparation"
    _inherit = [CrmPreparationPart._name]
    _order = "date, id"
    _rec_name = "method"

    method = fields.Selection(METHODS, required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    limit = fields.Char(
        string="Its Limit",
        help="Laborious, subjective, too many data: what the reader must know.",
    )
    confidence = fields.Selection(CONFIDENCES, required=True, default="3")
