"""The printed report on a period: cells as words, layout in QWeb."""

from odoo import api, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .section import COUNT, DAY, MONEY, MONTH, POINTS, SHARE, TEXT

UNKNOWN = "—"
INK = "113, 75, 103"  # RGB of the shading


class ReportLoyaltyPeriod(models.AbstractModel):
    _name = "report.crm_loyalty.report_period"
    _description = "Printed Loyalty Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        reports = self.env["crm.loyalty.report"].browse(docids)
        reports.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": reports._name,
            "docs": reports,
            "data_of": {report.id: report._get_data() for report in reports},
            "format_cell": self._format_cell,
            "shade": self._shade,
            "left": (TEXT, DAY, MONTH),
        }

    @api.model
    def _format_cell(self, report, kind, value, digits=1):
        """Return the cell in the reader's language; `digits` are those of a share."""
        if value is None:
            return UNKNOWN
        formats = {
            TEXT: str,
            COUNT: lambda number: formatLang(self.env, number, digits=0),
            POINTS: lambda number: formatLang(self.env, number, digits=2),
            SHARE: lambda share: (
                f"{formatLang(self.env, 100 * share, digits=digits)} %"
            ),
            MONEY: report.company_id.currency_id.format,
            DAY: lambda day: format_date(self.env, day),
            MONTH: lambda day: format_date(self.env, day, date_format="LLL y"),
        }
        return formats[kind](value)

    @api.model
    def _shade(self, kind, value):
        """Return the style of a cell whose share is shown by its depth."""
        if kind != SHARE or value is None:
            return ""
        return f"background-color: rgba({INK}, {0.55 * min(max(value, 0), 1):.2f});"
