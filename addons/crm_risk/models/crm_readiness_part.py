"""What the tables of the five-step self-assessment share."""

from odoo import fields, models

from .crm_preparation_part import CrmPreparationLine


class CrmReadinessPart(models.AbstractModel):
    _name = "crm.readiness.part"
    _description = "Part of a Self-Assessment"
    _inherit = [CrmPreparationLine._name]
    _order = "readiness_id, id"
    _locked_by = "readiness_id"

    readiness_id = fields.Many2one(
        "crm.readiness", required=True, index=True, ondelete="cascade"
    )
    implementation_id = fields.Many2one(
        related="readiness_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="readiness_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
