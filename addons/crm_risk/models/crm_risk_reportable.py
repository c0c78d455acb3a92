"""Orders, leads and contacts: where salespeople notice risks."""

from odoo import models

from .crm_risk_source import CrmRiskSource


class CrmRiskReportable(models.AbstractModel):
    """A record outside the register; which implementation it concerns is found by
    its company and sales team."""

    _name = "crm.risk.reportable"
    _description = "Record where Risks are Reported"
    _inherit = [CrmRiskSource._name]

    def _get_risk_company(self):
        return self.company_id or self.env.company

    def _hub(self):
        """The open implementation of the company, best that of the sales team."""
        hubs = self.env["crm.implementation"].search(
            [
                ("company_id", "=", self._get_risk_company().id),
                ("state", "!=", "closed"),
            ]
        )
        team = "team_id" in self._fields and self.team_id
        of_team = hubs.filtered(lambda hub: team and team in hub.team_ids)
        running = hubs.filtered(lambda hub: hub.state == "active")
        return (of_team or running or hubs)[:1]

    def _prepare_reported_risk(self):
        """Values of the risk besides what the reporter writes."""
        return {}

    def action_raise_risk(self):
        """Ask for the words of the risk; see the wizard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_report_action_order"
        )
        return {
            **action,
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }
