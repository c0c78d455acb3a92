"""Finding the customers behind a figure of the data audit."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..preparation import audit
from .crm_risk_reportable import CrmRiskReportable


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", CrmRiskReportable._name]

    data_audit_line_id = fields.Many2one(
        "crm.data.audit.line",
        store=False,
        search="_search_data_audit_line_id",
        groups="crm_risk.crm_risk_group_reporter",
    )

    @api.model
    def _search_data_audit_line_id(self, operator, value):
        """Customers that have the fault of the line now."""
        if operator != "in":
            return NotImplemented
        audit.flush(self.env)
        lines = self.env["crm.data.audit.line"].browse(value)
        lines.check_access("read")
        return Domain.OR(Domain("id", "in", line._get_faulty_ids()) for line in lines)
