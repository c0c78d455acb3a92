from odoo import fields, models
from odoo.exceptions import AccessError

USER = "crm_effects.crm_effects_group_user"
NEVER = "—"


class DigestDigest(models.Model):
    """The return as the form of the implementation shows it: as of today in every
    column of the mail. Closed implementations are history."""

    _inherit = "digest.digest"

    kpi_crm_effects_net = fields.Boolean("Net Benefit of the CRM to Date")
    kpi_crm_effects_net_value = fields.Monetary(
        compute="_compute_kpi_crm_effects_net_value"
    )
    kpi_crm_effects_payback = fields.Boolean("Months until the CRM Pays Back")
    kpi_crm_effects_payback_value = fields.Float(
        compute="_compute_kpi_crm_effects_payback_value"
    )

    def _compute_kpi_crm_effects_net_value(self):
        """Present value of what was measured and spent already."""
        self._check_effects_user()
        for digest in self:
            running = digest._get_running_implementations()
            digest.kpi_crm_effects_net_value = sum(running.mapped("npv_to_date"))

    def _compute_kpi_crm_effects_payback_value(self):
        """Months from the first cost until the last implementation has paid back; 0
        where one does not within its horizon."""
        self._check_effects_user()
        for digest in self:
            running = digest._get_running_implementations()
            months = running.mapped("payback_months")
            paid = all(running.mapped("payback_date"))
            digest.kpi_crm_effects_payback_value = max(months) if months and paid else 0

    def _get_running_implementations(self):
        company = self.company_id or self.env.company
        return self.env["crm.implementation"].search(
            [("company_id", "=", company.id), ("state", "!=", "closed")]
        )

    def _check_effects_user(self):
        if not self.env.user.has_group(USER):
            raise AccessError(
                self.env._("Only users of economic effects get their figures by mail.")
            )

    def _compute_kpis(self, company, user):
        """No payback within the horizon is not a payback after 0.00 months."""
        kpis = super()._compute_kpis(company, user)
        for kpi in kpis:
            if kpi["kpi_name"] == "kpi_crm_effects_payback":
                for column in ("kpi_col1", "kpi_col2", "kpi_col3"):
                    if not float(kpi[column]["value"]):
                        kpi[column]["value"] = NEVER
        return kpis

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm_effects.crm_effects_menu_root").id
        link = f"crm_risk.crm_implementation_action?menu_id={menu}"
        actions["kpi_crm_effects_net"] = link
        actions["kpi_crm_effects_payback"] = link
        return actions
