"""Self-assessment on paper: report, action plan, training plan."""

from odoo import api, models
from odoo.tools import formatLang

from ..models.crm_readiness_question import STEPS
from . import tables
from .bars import bar


class ReportReadiness(models.AbstractModel):
    _name = "report.crm_risk.report_readiness"
    _description = "Report on the Self-Assessment"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env["crm.readiness"].browse(docids)
        docs.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "crm.readiness",
            "docs": docs,
            "steps": self._get_steps,
            "bar": bar,
            "number": lambda value, digits: formatLang(self.env, value, digits),
            "rows_style": tables.style(),
        }

    def _get_steps(self, readiness):
        """(label, score or ``None`` while nothing is known, answers) of the steps."""
        labels = dict(readiness._fields["step"]._description_selection(self.env))
        steps = []
        for number, _label in STEPS:
            answers = readiness.answer_ids.filtered(
                lambda one, number=number: one.step == number and one.answer
            )
            known = answers.filtered(lambda one: one.answer != "unknown")
            score = readiness[f"score_{number}"] if known else None
            steps.append((labels[number], score, answers))
        return steps
