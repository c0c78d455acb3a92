from odoo.tests import HttpCase, tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestRiskTour(RiskCase, HttpCase):
    def test_register(self):
        self.start_tour("/odoo", "crm_risk_register_tour", login=self.manager.login)
        risks = self.implementation.risk_ids
        self.assertEqual(
            risks.template_id, self._template("B01") + self._template("B02")
        )
        for risk in risks:
            self.assertGreater(risk.emv_current, 0)
