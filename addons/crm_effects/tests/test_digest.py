"""Figures of the digest: those of the implementation's form.

Costs 900 in July 2024; the declared 100 a month from January 2025 on, of which twelve
months are measured by today (15 January 2026): without interest 1200 − 900 = 300 to
date. July 2024 is month 0; month 6 brings the first 100, month 14 the ninth.
"""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestDigest(EffectsCase):
    def setUp(self):
        super().setUp()
        self.implementation.discount_rate = 0
        self._new_cost(900, date(2024, 7, 10))
        self._new_effect(
            name="Fewer phone calls",
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
        ).action_estimate()
        self.digest = self.env["digest.digest"].create(
            {
                "name": "Effects",
                "company_id": self.company.id,
                "kpi_crm_effects_net": True,
                "kpi_crm_effects_payback": True,
            }
        )

    def _digest(self, user=None):
        user = user or self.user
        return self.digest.with_user(user).with_company(user.company_id)

    def _second(self, **values):
        return self.env["crm.implementation"].create(
            {
                "name": "Second",
                "company_id": self.company.id,
                "date_start": date(2024, 7, 1),
                "date_go_live": date(2025, 1, 1),
                "discount_rate": 0,
                **values,
            }
        )

    def test_as_on_the_form(self):
        digest, form = self._digest(), self.implementation
        self.assertAlmostEqual(digest.kpi_crm_effects_net_value, 300)
        self.assertAlmostEqual(digest.kpi_crm_effects_net_value, form.npv_to_date)
        self.assertAlmostEqual(digest.kpi_crm_effects_payback_value, 14)
        self.assertAlmostEqual(
            digest.kpi_crm_effects_payback_value, form.payback_months
        )

    def test_several_implementations(self):
        """The net benefits add up; all have paid back when the last one has."""
        second = self._second()
        self._new_cost(50, date(2025, 3, 1), implementation_id=second.id)
        digest = self._digest()
        self.assertAlmostEqual(digest.kpi_crm_effects_net_value, 250)
        self.assertEqual(digest.kpi_crm_effects_payback_value, 0, "it never pays back")
        second.state = "closed"
        digest.invalidate_recordset()
        self.assertAlmostEqual(digest.kpi_crm_effects_net_value, 300)
        self.assertAlmostEqual(digest.kpi_crm_effects_payback_value, 14)

    def test_other_company_is_not_counted(self):
        other = self.env["res.company"].create({"name": "Other"})
        second = self._second(company_id=other.id)
        self._new_cost(50, date(2025, 3, 1), implementation_id=second.id)
        self.assertAlmostEqual(self._digest().kpi_crm_effects_net_value, 300)
        self.digest.company_id = other
        self.digest.invalidate_recordset()
        mine = self.digest.with_company(other)
        self.assertAlmostEqual(mine.kpi_crm_effects_net_value, -50)

    def test_mail_says_so_when_it_does_not_pay_back(self):
        kpis = self.digest._compute_kpis(self.company, self.user)
        self.assertEqual(self._value(kpis, "payback"), "14.00")
        self._new_cost(100_000, date(2025, 6, 1))
        kpis = self.digest._compute_kpis(self.company, self.user)
        self.assertEqual(self._value(kpis, "payback"), "—")

    def _value(self, kpis, name):
        [kpi] = [kpi for kpi in kpis if kpi["kpi_name"] == f"kpi_crm_effects_{name}"]
        return kpi["kpi_col2"]["value"]

    def test_links(self):
        for kpi in self.digest._compute_kpis(self.company, self.user):
            xmlid = kpi["kpi_action"].partition("?")[0]
            self.assertEqual(self.env.ref(xmlid).res_model, "crm.implementation")

    def test_who_may_not_read_effects_gets_no_figure(self):
        officer = self.env.ref("crm_risk.crm_risk_group_officer")
        self.user.group_ids = self.env.ref("base.group_user") | officer
        for name in ("net", "payback"):
            with self.assertRaises(AccessError):
                _ = self._digest()[f"kpi_crm_effects_{name}_value"]
        self.assertFalse(self.digest._compute_kpis(self.company, self.user))

    def test_default_digest_has_them_on(self):
        default = self.env.ref("digest.digest_digest_default")
        self.assertTrue(default.kpi_crm_effects_net)
        self.assertTrue(default.kpi_crm_effects_payback)
