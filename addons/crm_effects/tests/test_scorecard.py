"""Ten methods, each with a verdict or the reason why there is none.

More revenue (direct sales, grade B) is shown; answer time rises from 10 to 12 hours
after the go-live, so work with customers got worse.
"""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestScorecard(EffectsCase):
    def _results(self):
        self.implementation.action_refresh_scorecard()
        return {one.method: one for one in self.implementation.method_result_ids}

    def test_ten_methods_even_without_anything(self):
        results = self._results()
        self.assertEqual(len(results), 10)
        self.assertEqual({one.verdict for one in results.values()}, {"none"})
        for one in results.values():
            self.assertTrue(one.explanation, one.method)
        self.assertEqual(len([m for m in results if results[m].school == "a"]), 5)

    def test_shown_and_worse(self):
        slower = self._new_indicator(
            "slower", "Answer time", "ratio", unit="hours", direction="lower"
        )
        self._write_history(
            slower, lambda team, i: (120 if i >= 24 else 100) + self._story(team, i) % 7
        )
        self._new_cost(900, date(2024, 7, 10))
        self._new_effect().action_estimate()
        self._new_effect(
            name="Answers",
            indicator_id=slower.id,
            money_method="none",
            category_id=self.env.ref(
                "crm_effects.crm_effect_category_indirect_service"
            ).id,
        ).action_estimate()
        results = self._results()
        self.assertEqual(results["a_demand"].verdict, "strong")
        self.assertIn("More revenue", results["a_demand"].explanation)
        self.assertTrue(results["a_demand"].interval_text)
        self.assertEqual(results["a_demand"].grade, "B")
        self.assertEqual(results["a_productivity"].verdict, "negative")
        self.assertEqual(results["b_customers"].verdict, "negative")
        self.assertEqual(results["a_cost"].verdict, "none")
        self.assertIn("tie it to an indicator", results["a_cost"].explanation)

    def test_return_needs_its_futures(self):
        """900 spent, 150 a month proven: ROI above zero, then P10 as well."""
        self._new_cost(900, date(2024, 7, 10))
        self._new_effect().action_estimate()
        roi = self._results()["a_roi"]
        self.assertEqual(roi.verdict, "moderate")
        self.assertIn("not been simulated", roi.explanation)
        self.implementation.action_simulate_return()
        roi = self._results()["a_roi"]
        self.assertEqual(roi.verdict, "strong")
        self.assertAlmostEqual(roi.value, self.implementation.roi)
        self.assertEqual(self._results()["b_economy"].verdict, "strong")

    def test_declared_proves_nothing(self):
        self._new_effect(
            estimator="manual", indicator_id=False, declared_monthly=100
        ).action_estimate()
        demand = self._results()["a_demand"]
        self.assertEqual(demand.verdict, "none")
        self.assertIn("a declaration proves nothing", demand.explanation)

    def test_cost_against_plan(self):
        self._new_cost(100, date(2024, 7, 1), "plan")
        self._new_cost(90, date(2024, 7, 1))
        self.assertEqual(self._results()["b_resources"].verdict, "moderate")
        self._new_cost(20, date(2024, 8, 1))
        resources = self._results()["b_resources"]
        self.assertEqual(resources.verdict, "negative")
        self.assertAlmostEqual(resources.value, 1.1)
        self.assertIn("planned for the same kinds", resources.explanation)

    def test_goals(self):
        goal = self.env["crm.effect.goal"].create(
            {
                "name": "Sell more",
                "implementation_id": self.implementation.id,
                "indicator_id": self.revenue.id,
                "target_value": 2500,
                "date_due": date(2026, 6, 30),
            }
        )
        self.assertEqual(goal.state, "reached", "2600 of both teams")
        self.assertEqual(self._results()["b_goals"].verdict, "strong")
        self.assertAlmostEqual(self._results()["b_goals"].value, 1, msg="at most all")
        goal.target_value = 9000
        self.assertEqual(self._results()["b_goals"].verdict, "negative")

    def test_refreshed_not_doubled(self):
        self._results()
        self._results()
        self.assertEqual(len(self.implementation.method_result_ids), 10)

    def test_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["crm_effects"], ["ru_RU"])
        one = self._results()["a_roi"]
        self.assertTrue(one.with_context(lang="ru_RU").explanation)

    def test_rights(self):
        self._results()
        reader = self.implementation.with_user(self.user)
        self.assertEqual(len(reader.method_result_ids), 10)
        with self.assertRaises(AccessError):
            reader.action_refresh_scorecard()
        with self.assertRaises(AccessError):
            reader.method_result_ids[0].with_user(self.manager).verdict = "strong"


@tagged("post_install", "-at_install")
class TestOffice(EffectsCase):
    def test_tiles(self):
        """On time in full: 80 of 100 lines before, 90 of 100 after, per team."""
        [on_time] = self.env["crm.indicator"].search([("code", "=", "L01")])
        self.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": on_time.id,
                    "company_id": self.company.id,
                    "date": date(year, month, 1),
                    "team_id": self.north.id,
                    "numerator": 80 if year == 2024 else 90,
                    "denominator": 100,
                }
                for year in (2024, 2025)
                for month in range(1, 13)
            ]
        )
        self.implementation.action_refresh_scorecard()
        [tile] = self.implementation.office_ids
        self.assertEqual(tile.block, "service")
        self.assertAlmostEqual(tile.before_value, 0.8)
        self.assertAlmostEqual(tile.now_value, 0.9)
        self.assertEqual(tile.tone, "better")
        self.assertEqual(tile.now_text, "90.0 %")
        action = tile.action_open_facts()
        self.assertEqual(action["res_model"], "crm.indicator.fact")
        found = self.env["crm.indicator.fact"].search(action["domain"])
        self.assertEqual(len(found), 24)
        self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", on_time.id)]
        ).unlink()
        self.implementation.action_refresh_scorecard()
        self.assertFalse(self.implementation.office_ids, "no figures, no tile")
