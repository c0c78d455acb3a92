"""An answer of the self-assessment; what is unknown becomes an assigned request."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .crm_preparation_finding import CrmPreparationFinding
from .crm_readiness_part import CrmReadinessPart
from .crm_readiness_question import ANSWERS

REQUEST_DAYS = 7
"""Working week in which an unknown answer is found out, unless a day is named."""


class CrmReadinessAnswer(models.Model):
    _name = "crm.readiness.answer"
    _description = "Answer of a Self-Assessment"
    _inherit = [CrmReadinessPart._name, CrmPreparationFinding._name]
    _order = "readiness_id, step, sequence, id"
    _rec_name = "question"

    question_id = fields.Many2one(
        "crm.readiness.question",
        string="From the List",
        required=True,
        index=True,
        ondelete="restrict",
    )
    step = fields.Selection(related="question_id.step", store=True)
    sequence = fields.Integer(related="question_id.sequence", store=True)
    question = fields.Text(related="question_id.name")
    reason = fields.Text(related="question_id.reason")
    answer = fields.Selection(ANSWERS)
    note = fields.Text()
    asked_id = fields.Many2one(
        "res.users",
        string="Ask",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who finds out what is unknown; by default the responsible person.",
    )
    date_asked = fields.Date(string="By")
    request_ids = fields.One2many(
        "crm.preparation.request", "answer_id", string="Requests"
    )
    request_state = fields.Selection(
        related="request_ids.state", string="State of the Request"
    )

    _question_once = models.Constraint(
        "UNIQUE (readiness_id, question_id)",
        "Each question is answered once in a self-assessment.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._request_unknown()
        return answers

    def write(self, vals):
        result = super().write(vals)
        if {"answer", "asked_id", "date_asked"} & vals.keys():
            self._request_unknown()
        return result

    def _request_unknown(self):
        """Unknown: one open request; known: none."""
        for answer in self:
            open_ones = answer.request_ids.filtered(lambda one: one._is_open())
            if answer.answer != "unknown":
                open_ones.action_cancel()
            elif open_ones:
                open_ones.write(answer._prepare_asked())
            else:
                open_ones.create(answer._prepare_request())

    def _prepare_request(self):
        return {
            **self._prepare_asked(),
            "name": self.question,
            "implementation_id": self.implementation_id.id,
            "readiness_id": self.readiness_id.id,
            "answer_id": self.id,
            "source": self.question_id.source,
        }

    def _prepare_asked(self):
        today = fields.Date.context_today(self)
        return {
            "owner_id": (self.asked_id or self.readiness_id.user_id).id,
            "date_deadline": self.date_asked
            or today + relativedelta(days=REQUEST_DAYS),
        }

    def _take_reply(self, request):
        """The reply of a closed request answers the question, unless it is too late:
        a finished report keeps what was known then."""
        self.ensure_one()
        if self.readiness_id.state == "done":
            return
        self.write({"answer": request.answer, "note": request.reply})

    def action_open_request(self):
        self.ensure_one()
        return self.request_ids[:1]._get_records_action(target="new")

    # --- what follows

    def _is_finding(self):
        return self.answer in ("no", "partly")

    def _get_raised_template(self):
        taken = self.implementation_id._get_taken_templates()
        return self.question_id.template_id - taken

    def _prepare_raised_risk(self):
        question = self.question_id
        cause = ". ".join(text for text in (question.finding, self.note) if text)
        if self._get_raised_template():
            return {"cause": cause} if cause else {}
        return {
            "name": question.finding or self.question,
            "cause": cause or self.question,
            "event": question.template_id.event,
            "consequence": question.template_id.consequence,
        }

    def _prepare_planned_action(self):
        return {
            "name": self.question_id.action or self.question,
            "readiness_id": self.readiness_id.id,
            "owner_id": self.readiness_id.user_id.id,
        }
