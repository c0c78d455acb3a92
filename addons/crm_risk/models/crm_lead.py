"""Opportunities tell the indicators which month they leave."""

from odoo import models

from .crm_risk_reportable import CrmRiskReportable


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", CrmRiskReportable._name]

    # what was written since last night lies close together; see sale_order
    _written_idx = models.Index("USING brin (write_date)")

    def write(self, vals):
        closed = {lead: lead.date_closed for lead in self if lead.date_closed}
        result = super().write(vals)
        self.env["crm.indicator.departure"]._log(
            {
                lead: (lead._get_counting_company(), [before])
                for lead, before in closed.items()
                if lead.date_closed != before
            }
        )
        return result

    def unlink(self):
        self.env["crm.indicator.departure"]._log(
            {
                lead: (
                    lead._get_counting_company(),
                    {lead.create_date, lead.date_open, lead.date_closed},
                )
                for lead in self
            }
        )
        return super().unlink()

    def _get_counting_company(self):
        """As in indicators.parts: its own, that of its team, of its salesperson."""
        return self.company_id or self.team_id.company_id or self.user_id.company_id
