"""Questions that every interview begins with."""

from odoo import fields, models


class CrmInterviewQuestion(models.Model):
    _name = "crm.interview.question"
    _description = "Question of Interviews"
    _order = "sequence, id"

    name = fields.Text(string="Question", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
