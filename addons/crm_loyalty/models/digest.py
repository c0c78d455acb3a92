from odoo import fields, models
from odoo.exceptions import AccessError

AT_RISK = "crm_loyalty.crm_loyalty_segment_at_risk"


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_crm_loyalty_new = fields.Boolean("New Customers")
    kpi_crm_loyalty_new_value = fields.Integer(
        compute="_compute_kpi_crm_loyalty_new_value"
    )
    kpi_crm_loyalty_at_risk = fields.Boolean("Revenue at Risk")
    kpi_crm_loyalty_at_risk_value = fields.Monetary(
        compute="_compute_kpi_crm_loyalty_at_risk_value"
    )

    def _compute_kpi_crm_loyalty_new_value(self):
        """Customers whose first purchase fell in the period."""
        self._check_loyalty_reader()
        self._calculate_company_based_kpi(
            "crm.loyalty.profile",
            "kpi_crm_loyalty_new_value",
            date_field="first_order_date",
        )

    def _compute_kpi_crm_loyalty_at_risk_value(self):
        """What customers at risk bought in twelve months; as of now in every column."""
        self._check_loyalty_reader()
        companies = self._get_kpi_compute_parameters()[-1]
        segment = self.env.ref(AT_RISK, raise_if_not_found=False)
        revenues = dict(
            self.env["crm.loyalty.profile"]._read_group(
                [
                    ("company_id", "in", companies.ids),
                    ("segment_id", "in", segment.ids if segment else []),
                ],
                ["company_id"],
                ["revenue_12m:sum"],
            )
        )
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_crm_loyalty_at_risk_value = revenues.get(company, 0.0)

    def _check_loyalty_reader(self):
        """Who sees a part of the customers must not take it for the whole."""
        if not self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            raise AccessError(
                self.env._("Only who sees all customers gets their figures by mail.")
            )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        link = f"crm_loyalty.crm_loyalty_profile_action?menu_id={menu}"
        actions["kpi_crm_loyalty_new"] = link
        actions["kpi_crm_loyalty_at_risk"] = link
        return actions
