"""Approaches side by side on paper."""

from odoo import api, models
from odoo.tools import formatLang

from . import tables
from .bars import bar


class ReportApproachComparison(models.AbstractModel):
    _name = "report.crm_risk.report_approach_comparison"
    _description = "Report on a Comparison of Approaches"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env["crm.approach.comparison"].browse(docids)
        docs.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "crm.approach.comparison",
            "docs": docs,
            "axes": self._get_axes,
            "greatest": lambda doc: max([*doc.line_ids.mapped("p80"), 0.0]),
            "bar": bar,
            "number": lambda value, digits: formatLang(self.env, value, digits),
            "rows_style": tables.style(),
        }

    def _get_axes(self, comparison):
        """[(question, lines from the least P80 to the greatest)]"""
        lines = comparison.line_ids.filtered(lambda line: line.kind == "approach")
        selection = lines._fields["axis"]._description_selection(self.env)
        return [
            (label, on_axis.sorted("p80"))
            for axis, label in selection
            if (on_axis := lines.filtered(lambda line, axis=axis: line.axis == axis))
        ]
