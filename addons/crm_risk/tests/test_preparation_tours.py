from odoo.tests import HttpCase, tagged

from .preparation_common import PreparationCase


@tagged("post_install", "-at_install")
class TestPreparationTours(PreparationCase, HttpCase):
    def test_guided_new_implementation(self):
        self.start_tour("/odoo", "crm_risk_setup_tour", login=self.officer.login)
        hub = self.env["crm.implementation"].search([("name", "=", "CRM by the guide")])
        self.assertEqual(hub.budget, 100_000)
        self.assertTrue(hub.risk_ids.filtered("emv_current"))
        self.assertTrue(hub.maturity_ids)

    def test_unknown_becomes_a_request(self):
        readiness = self._new("crm.readiness")
        self.start_tour("/odoo", "crm_risk_request_tour", login=self.officer.login)
        answer = readiness.answer_ids[0]
        self.assertEqual(answer.answer, "yes")
        self.assertEqual(answer.note, "Dealers bring two thirds")
        self.assertEqual(answer.request_ids.state, "done")
