from odoo import api, fields, models
from odoo.exceptions import AccessError

OFFICER = "crm_risk.crm_risk_group_officer"


class DigestDigest(models.Model):
    """Figures of the register. They tell where one stands, not what happened in a
    period, so they are the same in every column of the mail."""

    _inherit = "digest.digest"

    kpi_crm_risk_exposure = fields.Boolean("Expected Loss of Open Risks")
    kpi_crm_risk_exposure_value = fields.Monetary(
        compute="_compute_kpi_crm_risk_exposure_value"
    )
    kpi_crm_risk_red = fields.Boolean("Red Indicators")
    kpi_crm_risk_red_value = fields.Integer(compute="_compute_kpi_crm_risk_red_value")
    kpi_crm_risk_overdue = fields.Boolean("Overdue Risk Responses")
    kpi_crm_risk_overdue_value = fields.Integer(
        compute="_compute_kpi_crm_risk_overdue_value"
    )

    def _compute_kpi_crm_risk_exposure_value(self):
        self._check_risk_officer()
        risks = self.env["crm.risk"]
        self._set_risk_kpi(
            "exposure", risks, risks._get_open_domain(), "emv_current:sum"
        )

    def _compute_kpi_crm_risk_overdue_value(self):
        self._check_risk_officer()
        responses = self.env["crm.risk.response"]
        self._set_risk_kpi("overdue", responses, [("is_overdue", "=", True)], "__count")

    def _compute_kpi_crm_risk_red_value(self):
        self._check_risk_officer()
        for digest in self:
            company = digest.company_id or self.env.company
            # the colour of an indicator is that of the company one works in
            indicators = self.env["crm.indicator"].with_company(company)
            digest.kpi_crm_risk_red_value = indicators.search_count(
                [("status", "=", "red")]
            )

    def _set_risk_kpi(self, name, model, domain, aggregate):
        companies = self._get_kpi_compute_parameters()[-1]
        figures = dict(
            model._read_group(
                [*domain, ("company_id", "in", companies.ids)],
                ["company_id"],
                [aggregate],
            )
        )
        for digest in self:
            company = digest.company_id or self.env.company
            digest[f"kpi_crm_risk_{name}_value"] = figures.get(company, 0)

    @api.model
    def _check_risk_officer(self):
        if not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._(
                    "Only risk officers get the figures of the register by mail."
                )
            )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm_risk.crm_risk_menu_root").id
        for name, action in (
            ("exposure", "crm_risk_action"),
            ("red", "crm_indicator_action"),
            ("overdue", "crm_risk_response_action"),
        ):
            actions[f"kpi_crm_risk_{name}"] = f"crm_risk.{action}?menu_id={menu}"
        return actions
