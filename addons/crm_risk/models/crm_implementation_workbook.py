"""The register as a workbook, from a button."""

import base64

from odoo import api, fields, models

from ..report.register_workbook import RegisterWorkbook


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    register_file = fields.Binary(
        compute="_compute_register_file",
        groups="crm_risk.crm_risk_group_officer",
        string="Register as a Workbook",
        help="Made when it is downloaded, of the risks that the reader may see.",
    )

    @api.depends_context("uid", "lang")
    def _compute_register_file(self):
        for implementation in self:
            workbook = RegisterWorkbook(self.env, implementation._get_register_data())
            implementation.register_file = base64.b64encode(workbook.build())

    def action_download_register(self):
        """Give the register as a workbook with live formulas."""
        self.ensure_one()
        self.check_access("read")
        name = self.env._(
            "Risk register %(implementation)s %(date)s",
            implementation=self.name.replace("/", "-"),
            date=fields.Date.context_today(self),
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/register_file/{name}.xlsx"
            "?download=true",
            "target": "download",
        }
