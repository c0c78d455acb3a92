"""Figures of the digest, for officer and seller of company A and officer of B.

company  risk           EMV      responses with their deadline
A        Refusal        10 000   Training: long ago; Talks: long ago, done
A        Bad data        5 000   Cleaning: in the far future
A        Past (closed)  10 000   -
B        Elsewhere      10 000   Other: long ago

Two indicators (lower is better, red from 3): A measured 4 and 1, B 5 and 5.
"""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .risk_common import RiskCase

PAST, FUTURE = "2020-01-01", "2200-01-01"


@tagged("post_install", "-at_install")
class TestDigest(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        elsewhere = cls._implementation("CRM for B", cls.company_b)
        cls._risk(response_ids=cls._responses(Training=PAST, Talks=PAST))
        cls._risk(
            name="Bad data",
            p_inherent=0.2,
            response_ids=cls._responses(Cleaning=FUTURE),
        )
        cls._risk(name="Past", state="closed", close_reason="expired")
        cls._risk(
            name="Elsewhere",
            implementation_id=elsewhere.id,
            owner_id=cls.stranger.id,
            response_ids=cls._responses(Other=PAST),
        )
        cls.env["crm.risk.response"].search([("name", "=", "Talks")]).state = "done"
        for code, in_a, in_b in (("t_one", 4, 5), ("t_two", 1, 5)):
            cls._measure(code, in_a, in_b)
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Register",
                "company_id": cls.company_a.id,
                "kpi_crm_risk_exposure": True,
                "kpi_crm_risk_red": True,
                "kpi_crm_risk_overdue": True,
            }
        )

    @classmethod
    def _responses(cls, **deadlines):
        """They change nothing of the money: it is tested elsewhere."""
        return [
            Command.create({"name": name, "date_deadline": deadline})
            for name, deadline in deadlines.items()
        ]

    @classmethod
    def _measure(cls, code, in_a, in_b):
        indicator = cls.env["crm.indicator"].create(
            {
                "code": code,
                "name": code,
                "kind": "sum",
                "direction": "lower",
                "target": 1,
                "amber": 2,
                "red": 3,
            }
        )
        for company, value in ((cls.company_a, in_a), (cls.company_b, in_b)):
            measurement = cls.env["crm.indicator.measurement"]._of(indicator, company)
            measurement.write({"has_value": True, "value": value, "state": "done"})

    def _digest(self, user, company=None):
        return (
            self.digest.with_user(user)
            .with_company(company or user.company_id)
            .with_context(
                start_datetime=datetime(2026, 1, 1), end_datetime=datetime(2026, 1, 2)
            )
        )

    def test_exposure_is_that_of_the_register(self):
        digest = self._digest(self.officer)
        self.assertAlmostEqual(digest.kpi_crm_risk_exposure_value, 15_000)
        self.assertAlmostEqual(
            digest.kpi_crm_risk_exposure_value,
            self.implementation.with_user(self.officer).emv_current,
        )

    def test_overdue_responses(self):
        self.assertEqual(self._digest(self.officer).kpi_crm_risk_overdue_value, 1)

    def test_red_indicators(self):
        self.assertEqual(self._digest(self.officer).kpi_crm_risk_red_value, 1)

    def test_other_company(self):
        self.digest.company_id = self.company_b
        digest = self._digest(self.stranger)
        self.assertAlmostEqual(digest.kpi_crm_risk_exposure_value, 10_000)
        self.assertEqual(digest.kpi_crm_risk_overdue_value, 1)
        self.assertEqual(digest.kpi_crm_risk_red_value, 2)

    def test_officer_of_another_company_gets_nothing_of_ours(self):
        digest = self._digest(self.stranger, self.company_b)
        self.assertEqual(digest.kpi_crm_risk_exposure_value, 0)
        self.assertEqual(digest.kpi_crm_risk_overdue_value, 0)

    def test_digest_without_company_takes_the_current_one(self):
        self.digest.company_id = False
        digest = self._digest(self.officer)
        self.assertAlmostEqual(digest.kpi_crm_risk_exposure_value, 15_000)
        self.assertEqual(digest.kpi_crm_risk_red_value, 1)

    def test_seller_gets_no_figure(self):
        digest = self._digest(self.seller)
        for name in ("exposure", "red", "overdue"):
            with self.assertRaises(AccessError):
                _ = digest[f"kpi_crm_risk_{name}_value"]
        self.assertFalse(self.digest._compute_kpis(self.company_a, self.seller))

    def test_mail_holds_the_figures_with_their_links(self):
        kpis = {
            kpi["kpi_name"]: kpi
            for kpi in self.digest._compute_kpis(self.company_a, self.officer)
        }
        models = {
            "kpi_crm_risk_exposure": "crm.risk",
            "kpi_crm_risk_red": "crm.indicator",
            "kpi_crm_risk_overdue": "crm.risk.response",
        }
        self.assertEqual(set(kpis), set(models))
        self.assertIn("15", str(kpis["kpi_crm_risk_exposure"]["kpi_col1"]["value"]))
        for name, kpi in kpis.items():
            xmlid = kpi["kpi_action"].partition("?")[0]
            self.assertEqual(self.env.ref(xmlid).res_model, models[name])

    def test_default_digest_has_them_on(self):
        default = self.env.ref("digest.digest_digest_default")
        for name in ("exposure", "red", "overdue"):
            self.assertTrue(default[f"kpi_crm_risk_{name}"])
