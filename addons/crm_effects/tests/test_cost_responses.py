"""Responses to risks cost money, and the return falls by exactly that.

Costs 1 200, benefits 2 400, nothing discounted: NPV 1 200. Today is 15 January 2026.
"""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestResponseCosts(EffectsCase):
    def setUp(self):
        super().setUp()
        self.implementation.discount_rate = 0
        self._new_cost(1200, date(2024, 7, 10))
        effect = self._new_effect(
            name="Fewer phone calls",
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
        )
        effect.action_estimate()
        self.risk = self.env["crm.risk"].create(
            {"name": "Staff reject it", "implementation_id": self.implementation.id}
        )

    def _respond(self, **values):
        return self.env["crm.risk.response"].create(
            {
                "name": "Train",
                "risk_id": self.risk.id,
                "cost_planned": 200,
                "date_deadline": date(2025, 3, 10),
                **values,
            }
        )

    def _taken(self):
        self.implementation.with_user(self.officer).action_sync_costs()
        self.env.invalidate_all()
        return self.implementation.cost_ids.filtered("response_id").sorted("id")

    def test_the_return_falls_by_exactly_the_cost(self):
        self.assertAlmostEqual(self.implementation.npv, 1200)
        self.assertAlmostEqual(self.implementation.roi, 1.0)
        response = self._respond()
        cost = self._taken()
        self.assertEqual(
            (cost.name, cost.cost_type, cost.nature, cost.date, cost.amount_company),
            ("Train", "response", "plan", date(2025, 3, 10), 200),
        )
        self.assertAlmostEqual(self.implementation.npv, 1000)
        self.assertAlmostEqual(self.implementation.roi, 1000 / 1400)

        response.write({"cost_actual": 300, "state": "done"})
        self.assertEqual(self._taken().mapped("nature"), ["plan", "actual"])
        self.assertAlmostEqual(self.implementation.npv, 900, msg="not both")
        self.assertAlmostEqual(self.implementation.roi, 900 / 1500)

    def test_each_response_by_itself(self):
        """What is spent on one does not stand for what is planned for another."""
        self._respond(cost_actual=50)
        self._respond(name="Champions", cost_planned=100)
        self._respond(name="Later", cost_planned=10, date_deadline="2026-06-01")
        self._taken()
        self.assertAlmostEqual(self.implementation.npv, 1200 - 50 - 100 - 10)

    def test_what_does_not_count(self):
        """Cancelled before anything was spent, or the risk is gone."""
        response = self._respond()
        self.assertTrue(self._taken())
        response.state = "cancelled"
        self.assertFalse(self._taken())
        response.cost_actual = 70
        self.assertEqual(self._taken().mapped("amount"), [70], "spent is spent")
        response.write({"cost_actual": 0, "state": "planned"})
        self.risk.write({"state": "closed", "close_reason": "expired"})
        self.assertFalse(self._taken())
        self.assertAlmostEqual(self.implementation.npv, 1200)

    def test_a_secret_keeps_its_cost(self):
        self._respond()
        self.assertTrue(self._taken())
        self.risk.confidential = True
        self.assertFalse(self._taken())

    def test_switched_off(self):
        self._respond()
        self.assertTrue(self._taken())
        self.implementation.with_user(self.officer).take_response_costs = False
        self.assertFalse(self.implementation.cost_ids.filtered("response_id"))
        self.assertFalse(self._taken())

    def test_taken_twice_nothing_changes(self):
        self._respond(cost_actual=50)
        before = self._taken()
        written = before.mapped("write_date")
        self.assertEqual(self._taken(), before)
        self.assertEqual(before.mapped("write_date"), written)

    def test_deleted_with_its_response(self):
        response = self._respond(cost_actual=300)
        self._taken()
        self.assertAlmostEqual(self.implementation.npv, 900)
        response.unlink()
        self.assertFalse(self.implementation.cost_ids.filtered("response_id"))
        self.assertAlmostEqual(self.implementation.npv, 1200)

    def test_the_cost_leads_to_its_response(self):
        response = self._respond()
        cost = self._taken().with_user(self.officer)
        action = cost.action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (response._name, response.id)
        )
        with self.assertRaisesRegex(UserError, "change the document"):
            cost.amount = 1
        with self.assertRaisesRegex(UserError, "costs of responses"):
            cost.unlink()

    def test_a_change_starts_the_job(self):
        job = self.env.ref("crm_effects.ir_cron_sync_costs")
        started = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        started.unlink()
        response = self._respond(cost_planned=0)
        response.p_reduction = 0.3
        self.assertFalse(started.search([("cron_id", "=", job.id)]))
        response.cost_planned = 5
        self.assertTrue(started.search([("cron_id", "=", job.id)]))
