"""A coded statement of an interview: pain, risk, requirement or open question."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_preparation_finding import CrmPreparationFinding
from .crm_preparation_part import CrmPreparationLine

FINDING_KINDS = [
    ("pain", "Pain of a process"),
    ("risk", "Risk"),
    ("requirement", "Requirement"),
    ("request", "Open question"),
]


class CrmInterviewFinding(models.Model):
    _name = "crm.interview.finding"
    _description = "Finding of an Interview"
    _inherit = [CrmPreparationLine._name, CrmPreparationFinding._name]
    _order = "interview_id, id"
    _locked_by = "interview_id"

    name = fields.Char(string="Statement", required=True)
    interview_id = fields.Many2one(
        "crm.interview", required=True, index=True, ondelete="cascade"
    )
    implementation_id = fields.Many2one(
        related="interview_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="interview_id.company_id", store=True)
    confidential = fields.Boolean(related="interview_id.confidential")
    date = fields.Date(related="interview_id.date")
    kind = fields.Selection(FINDING_KINDS, required=True, default="pain")
    process_id = fields.Many2one(
        "crm.process",
        index="btree_not_null",
        ondelete="set null",
        domain="[('implementation_id', '=', implementation_id)]",
    )
    pain_id = fields.Many2one(
        "crm.process.pain",
        index="btree_not_null",
        ondelete="set null",
        domain="[('process_id', '=', process_id)]",
        help="The pain it tells of; several persons may tell of the same.",
    )
    template_id = fields.Many2one(
        "crm.risk.template", string="Risk of the Catalogue", ondelete="set null"
    )
    request_id = fields.Many2one(
        "crm.preparation.request", readonly=True, copy=False, ondelete="set null"
    )

    @api.onchange("process_id")
    def _onchange_process_id(self):
        if self.pain_id.process_id != self.process_id:
            self.pain_id = False

    def action_make_pain(self):
        """Put the statement among the pains of its process."""
        self.ensure_one()
        if not self.process_id:
            raise UserError(
                self.env._(
                    "“%(statement)s”: choose the process that hurts first.",
                    statement=self.name,
                )
            )
        if not self.pain_id:
            self.pain_id = self.env["crm.process.pain"].create(
                {"name": self.name, "process_id": self.process_id.id, "monthly": 1}
            )
        return self.process_id._get_records_action()

    def action_make_request(self):
        """Ask somebody for what this person did not know."""
        self.ensure_one()
        if not self.request_id:
            self.request_id = self.env["crm.preparation.request"].create(
                {
                    "name": self.name,
                    "implementation_id": self.implementation_id.id,
                    "owner_id": self.interview_id.user_id.id,
                }
            )
        return self.request_id._get_records_action(target="new")

    def _get_raised_template(self):
        return self.template_id - self.implementation_id._get_taken_templates()

    def _prepare_raised_risk(self):
        confidential = {"confidential": self.confidential}
        if self._get_raised_template():
            return {"cause": self.name, **confidential}
        return {
            "name": self.name,
            "cause": self.name,
            "event": self.template_id.event,
            "consequence": self.template_id.consequence,
            **confidential,
        }

    def _prepare_planned_action(self):
        """The plan is read by more people than a confidential interview."""
        name = self.name
        if self.confidential:
            name = self.env._("Follow up the interview of %(date)s", date=self.date)
        return {"name": name, "owner_id": self.interview_id.user_id.id}
