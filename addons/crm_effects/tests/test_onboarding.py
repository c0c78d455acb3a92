"""Five steps: kind of company, history, effects, costs, go-live."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..engine.returns import add_months
from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestOnboarding(EffectsCase):
    def setUp(self):
        super().setUp()
        [self.orders] = self.env["crm.indicator"].search([("code", "=", "R01")])
        self.orders.kind = "sum"
        self._write_history(self.orders)
        self.wizard = self.env["crm.effects.onboarding"].create(
            {"implementation_id": self.implementation.id}
        )

    def _walk(self):
        for _step in range(4):
            self.wizard.action_next()

    def test_history_is_checked(self):
        self.wizard.action_next()
        lines = {line.indicator_id.code: line for line in self.wizard.line_ids}
        self.assertEqual(lines["R01"].months, 24)
        self.assertTrue(lines["R01"].is_enough)
        self.assertIn("No figures", lines["L01"].history)
        self.wizard.date_go_live = add_months(date(2025, 1, 1), -6)
        self.assertEqual(lines["R01"].months, 18)
        self.assertIn("Too short", lines["R01"].history)

    def test_every_template_finds_indicators(self):
        for template in ("trade", "services", "stock"):
            self.wizard.write({"template": template, "step": "template"})
            self.wizard.action_next()
            self.assertGreaterEqual(len(self.wizard.line_ids), 3, template)

    def test_two_thirds_are_proposed(self):
        self.wizard.step = "costs"
        with Form(self.wizard) as form:
            form.licence = 300_000
            self.assertEqual(form.integration, 200_000)

    def test_start_measuring(self):
        self._walk()
        self.assertEqual(self.wizard.step, "go_live")
        self.wizard.write({"licence": 300, "margin_ratio": 0.25})
        self.wizard.action_finish()
        costs = self.implementation.cost_ids
        self.assertEqual(costs.mapped("nature"), ["plan", "plan"])
        self.assertEqual(sorted(costs.mapped("amount")), [200, 300])
        revenue = self.implementation.effect_ids.filtered(
            lambda one: one.indicator_id == self.orders
        )
        self.assertEqual(revenue.state, "estimated")
        self.assertTrue(revenue.baseline_id, "two years of history: frozen")
        self.assertAlmostEqual(revenue.margin_ratio, 0.25)
        others = self.implementation.effect_ids - revenue
        self.assertEqual(set(others.mapped("state")), {"refused"})
        self.assertEqual(len(self.implementation.effect_review_ids), 3)

    def test_crm_in_use_since_before_the_start_entered_here(self):
        self._walk()
        self.wizard.date_go_live = date(2024, 3, 1)  # the start says 1 July 2024
        self.wizard.action_finish()
        self.assertEqual(self.implementation.date_start, date(2024, 3, 1))
        self.assertEqual(self.implementation.date_go_live, date(2024, 3, 1))

    def test_go_live_is_needed(self):
        self._walk()
        self.wizard.date_go_live = False
        with self.assertRaisesRegex(UserError, "Date the go-live"):
            self.wizard.action_finish()

    def test_back(self):
        self.wizard.action_next()
        self.wizard.action_back()
        self.assertEqual(self.wizard.step, "template")
