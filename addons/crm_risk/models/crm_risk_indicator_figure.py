"""What an indicator shows where it watches a risk: figure, status, the last months."""

import json

from odoo import api, fields, models

from ..report.curves import SPARK_POINTS, spark
from .crm_indicator import STATUSES


class CrmRiskIndicator(models.Model):
    _inherit = "crm.risk.indicator"

    board_line_id = fields.Many2one(
        "crm.implementation.indicator", compute="_compute_board_line_id"
    )
    value_text = fields.Char(string="Value", compute="_compute_figure")
    status = fields.Selection(STATUSES, compute="_compute_figure")
    sparkline = fields.Html(
        string="Last Months", compute="_compute_figure", sanitize=False
    )

    @api.depends("indicator_id", "risk_id.implementation_id")
    def _compute_board_line_id(self):
        boards = self.env["crm.implementation.indicator"].search(
            [
                ("implementation_id", "in", self.risk_id.implementation_id.ids),
                ("indicator_id", "in", self.indicator_id.ids),
            ]
        )
        found = {(line.implementation_id, line.indicator_id): line for line in boards}
        for link in self:
            key = (link.risk_id.implementation_id, link.indicator_id)
            link.board_line_id = found.get(key)

    @api.depends("board_line_id")
    @api.depends_context("lang")
    def _compute_figure(self):
        """As on the board of the implementation; the company's where it has none."""
        for company, links in self.grouped("company_id").items():
            here = links.indicator_id.with_company(company)
            by_id = {indicator.id: indicator for indicator in here}
            for link in links:
                indicator = by_id.get(link.indicator_id.id, here.browse())
                board = link.board_line_id
                link.value_text = board.value_text or indicator.last_value_text
                link.status = board.status or indicator.status
                link.sparkline = link._draw(indicator)

    @api.model
    def _draw(self, indicator):
        if not indicator:
            return False
        [curve] = json.loads(indicator.chart)
        return spark([point["y"] for point in curve["values"][-SPARK_POINTS:]])

    def action_open_records(self):
        """The records behind the figure, under the viewer's own rights."""
        self.ensure_one()
        return self.board_line_id.action_open_records()
