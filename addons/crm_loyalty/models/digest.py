from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError

COLUMNS = ("kpi_col1", "kpi_col2", "kpi_col3")
ONE_DAY = timedelta(days=1)  # the day a period ends on is open still


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_crm_loyalty_new = fields.Boolean("New Customers")
    kpi_crm_loyalty_new_value = fields.Integer(
        compute="_compute_kpi_crm_loyalty_new_value"
    )
    kpi_crm_loyalty_at_risk = fields.Boolean("At-Risk Value")
    kpi_crm_loyalty_at_risk_value = fields.Monetary(
        compute="_compute_kpi_crm_loyalty_at_risk_value"
    )

    kpi_crm_loyalty_new_share = fields.Boolean("New-Customer Share")
    kpi_crm_loyalty_new_share_value = fields.Float(
        compute="_compute_kpi_crm_loyalty_new_share_value"
    )
    kpi_crm_loyalty_due = fields.Boolean("Due to Reorder")
    kpi_crm_loyalty_due_value = fields.Monetary(
        compute="_compute_kpi_crm_loyalty_due_value"
    )
    kpi_crm_loyalty_liability = fields.Boolean("Points Liability")
    kpi_crm_loyalty_liability_value = fields.Monetary(
        compute="_compute_kpi_crm_loyalty_liability_value"
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
        """What the whole call list puts at risk; as of now in every column."""
        self._check_loyalty_reader()
        self._sum_by_company(
            "kpi_crm_loyalty_at_risk_value",
            self.env["crm.loyalty.call"],
            [],
            "at_risk:sum",
        )

    def _compute_kpi_crm_loyalty_new_share_value(self):
        """Percent of the period's revenue that came from its new customers; 0 where
        nothing was sold."""
        self._check_loyalty_reader()
        start, end, _companies = self._get_kpi_compute_parameters()
        first, after = fields.Date.to_date(start), fields.Date.to_date(end)
        for digest in self:
            company = digest.company_id or self.env.company
            period = self.env["crm.loyalty.period"]
            base = period._get_base(company, first, after - ONE_DAY)
            digest.kpi_crm_loyalty_new_share_value = 100 * (base.new_share or 0)

    def _compute_kpi_crm_loyalty_due_value(self):
        """What customers need now, at their last prices; as of now in every column."""
        self._check_loyalty_reader()
        replenishment = self.env["crm.loyalty.replenishment"]
        self._sum_by_company(
            "kpi_crm_loyalty_due_value",
            replenishment,
            replenishment._to_offer_domain(),
            "expected_amount:sum",
        )

    def _compute_kpi_crm_loyalty_liability_value(self):
        """What the points outstanding are worth; as of now in every column."""
        self._check_loyalty_reader()
        today = fields.Date.context_today(self)
        self._sum_by_company(
            "kpi_crm_loyalty_liability_value",
            self.env["crm.loyalty.liability.report"],
            [("date", "=", today.replace(day=1))],
            "liability:sum",
        )

    def _sum_by_company(self, name, model, domain, aggregate):
        """Write the sum of the digest's company; what no company has for its own
        belongs to each."""
        for digest in self:
            company = digest.company_id or self.env.company
            here = [("company_id", "in", (False, company.id)), *domain]
            [[total]] = model._read_group(here, [], [aggregate])
            digest[name] = total or 0.0

    def _check_loyalty_reader(self):
        """Who sees a part of the customers must not take it for the whole."""
        if not self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            raise AccessError(
                self.env._("Only who sees all customers gets their figures by mail.")
            )

    def _compute_kpis(self, company, user):
        """A share is a percentage."""
        kpis = super()._compute_kpis(company, user)
        for kpi in kpis:
            if kpi["kpi_name"] == "kpi_crm_loyalty_new_share":
                for column in COLUMNS:
                    kpi[column]["value"] = f"{kpi[column]['value']} %"
        return kpis

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        link = f"crm_loyalty.crm_loyalty_profile_action?menu_id={menu}"
        actions["kpi_crm_loyalty_new"] = link
        for kpi, action in (
            ("at_risk", "crm_loyalty_call_action"),
            ("new_share", "crm_loyalty_revenue_report_action"),
            ("due", "crm_loyalty_replenishment_action"),
            ("liability", "crm_loyalty_liability_report_action"),
        ):
            actions[f"kpi_crm_loyalty_{kpi}"] = f"crm_loyalty.{action}?menu_id={menu}"
        return actions
