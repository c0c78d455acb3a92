"""What one person answered; the question is kept as it was asked."""

from odoo import fields, models

from .crm_preparation_part import CrmPreparationLine


class CrmInterviewAnswer(models.Model):
    _name = "crm.interview.answer"
    _description = "Answer in an Interview"
    _inherit = [CrmPreparationLine._name]
    _order = "interview_id, sequence, id"
    _locked_by = "interview_id"

    interview_id = fields.Many2one(
        "crm.interview", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="interview_id.company_id", store=True)
    sequence = fields.Integer(default=100)
    question_id = fields.Many2one(
        "crm.interview.question", string="From the Bank", ondelete="set null"
    )
    name = fields.Text(string="Question", required=True)
    answer = fields.Text()
