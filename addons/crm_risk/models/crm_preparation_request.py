"""What nobody knew: a question with the name of who finds it out, and by when."""

from odoo import fields, models
from odoo.exceptions import UserError

from .crm_form_access import CrmFormAccess
from .crm_preparation_task import CrmPreparationTask
from .crm_readiness_question import ANSWERS, SOURCES


class CrmPreparationRequest(models.Model):
    _name = "crm.preparation.request"
    _description = "Request for Information"
    _inherit = [CrmPreparationTask._name, CrmFormAccess._name]

    readiness_id = fields.Many2one(
        "crm.readiness",
        string="Self-Assessment",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('implementation_id', '=', implementation_id)]",
    )
    answer_id = fields.Many2one(
        "crm.readiness.answer",
        string="For the Question",
        index="btree_not_null",
        ondelete="cascade",
    )
    source = fields.Selection(SOURCES, required=True, default="inside")
    reply = fields.Text(tracking=True, help="What was found out.")
    answer = fields.Selection(
        [pair for pair in ANSWERS if pair[0] != "unknown"],
        string="So the Answer Is",
        help="Answer that the question gets once the request is closed.",
    )

    def action_done(self):
        """Close the request; what was found out answers the question."""
        for request in self:
            request._check_replied()
        result = super().action_done()
        for request in self.filtered("answer_id"):
            # sudo: who was asked may answer, though he may not edit the assessment
            request.sudo().answer_id._take_reply(request)
        return result

    def _check_replied(self):
        missing = not self.reply or (self.answer_id and not self.answer)
        if missing:
            raise UserError(
                self.env._(
                    "%(request)s: write what you found out and choose the answer"
                    " before you close the request.",
                    request=self.name,
                )
            )
