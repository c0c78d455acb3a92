"""Interviews with key people: what they said, and what follows from it."""

from odoo import api, fields, models
from odoo.fields import Command

from .crm_preparation_part import CrmPreparationDated
from .crm_risk_source import CrmRiskSource


class CrmInterview(models.Model):
    _name = "crm.interview"
    _description = "Interview"
    _inherit = [
        CrmPreparationDated._name,
        CrmRiskSource._name,
        "mail.thread",
        "mail.activity.mixin",
    ]
    _risk_children = ("finding_ids",)

    previous_id = fields.Many2one(
        "crm.interview", compute="_compute_previous_id", string="Earlier One"
    )
    person = fields.Char(required=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", help="If the person is one of our contacts."
    )
    role = fields.Char(help="e.g. head of sales, warehouse keeper, key customer.")
    user_id = fields.Many2one(string="Interviewer")
    confidential = fields.Boolean(
        default=True,
        help="Only the interviewer, the author and risk managers read it; risks raised"
        " from it are confidential too.",
    )
    answer_ids = fields.One2many(
        "crm.interview.answer",
        "interview_id",
        string="Answers",
        default=lambda self: self._default_answer_ids(),
    )
    finding_ids = fields.One2many(
        "crm.interview.finding", "interview_id", string="Findings"
    )
    finding_count = fields.Integer(compute="_compute_finding_count")

    @api.depends("person", "role")
    def _compute_display_name(self):
        for interview in self:
            parts = [interview.person, interview.role]
            interview.display_name = ", ".join(part for part in parts if part)

    @api.depends("finding_ids")
    def _compute_finding_count(self):
        for interview in self:
            interview.finding_count = len(interview.finding_ids)

    @api.model
    def _default_answer_ids(self):
        """The questions of the bank, in the interviewer's language."""
        return [
            Command.create(
                {
                    "question_id": question.id,
                    "name": question.name,
                    "sequence": question.sequence,
                }
            )
            for question in self.env["crm.interview.question"].search(
                [("active", "=", True)]
            )
        ]

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.person = self.person or self.partner_id.name
            self.role = self.role or self.partner_id.function

    def _get_missing(self):
        told = self.answer_ids.filtered("answer") or self.finding_ids or self.note
        return "" if told else self.env._("write down what was said")

    def _prepare_raised_risk(self):
        return {
            "name": self.env._("Told in an interview"),
            "cause": "; ".join(self.finding_ids.mapped("name")),
            "confidential": self.confidential,
        }
