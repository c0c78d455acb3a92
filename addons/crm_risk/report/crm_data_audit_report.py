"""Data audit on paper: index, faults, what their repair costs."""

from odoo import api, models
from odoo.tools import formatLang

from ..engine.preparation import QUALITY_WEIGHTS
from . import tables
from .bars import bar

TREND = 6
"""Audits shown for comparison: a year and a half of quarters."""


class ReportDataAudit(models.AbstractModel):
    _name = "report.crm_risk.report_data_audit"
    _description = "Report on a Data Audit"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env["crm.data.audit"].browse(docids)
        docs.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "crm.data.audit",
            "docs": docs,
            "parts": self._get_parts,
            "trend": self._get_trend,
            "bar": bar,
            "number": lambda value, digits: formatLang(self.env, value, digits),
            "rows_style": tables.style(),
        }

    def _get_parts(self, audit):
        """(label, share free of faults, weight, lines with faults) of the parts."""
        labels = dict(audit.line_ids._fields["part"]._description_selection(self.env))
        lines = audit.line_ids
        return [
            (
                labels[part],
                audit[part],
                weight,
                lines.filtered(lambda line, part=part: line.part == part),
            )
            for part, weight in QUALITY_WEIGHTS.items()
        ]

    def _get_trend(self, audit):
        """This audit and the finished ones before it, the oldest first."""
        found = audit
        while found[-1].previous_id and len(found) < TREND:
            found += found[-1].previous_id
        return found[::-1]
