"""Scenarios and goals.

Scenarios: cost 900, declared 100 a month, 12 months measured, 12 ahead; planned
support of 60 in June 2026. Without interest the base is 2400 - 960 = 1440.
Goals: "Answer time" was 10 hours before the go-live and falls by half an hour every
month after it: 9.5, 9.0 … 4.0 in December 2025.
"""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestScenario(EffectsCase):
    def setUp(self):
        super().setUp()
        self.implementation.discount_rate = 0
        self._new_cost(900, date(2024, 7, 10))
        self._new_cost(60, date(2026, 6, 1), "plan", "support")
        self._new_effect(
            estimator="manual", indicator_id=False, declared_monthly=100
        ).action_estimate()

    def _scenario(self, **values):
        return self.env["crm.effect.scenario"].create(
            {
                "name": "What if",
                "implementation_id": self.implementation.id,
                **values,
            }
        )

    def test_the_base_is_the_form(self):
        base = self._scenario()
        self.assertAlmostEqual(base.npv, 1440)
        self.assertAlmostEqual(base.npv, self.implementation.npv)
        self.assertEqual(base.npv_change, 0)
        self.assertEqual(base.payback_date, self.implementation.payback_date)

    def test_only_what_lies_ahead(self):
        """1200 measured; 1200 × 0.5 × 0.8 = 480 ahead; costs 900 + 60 × 1.5."""
        scenario = self._scenario(benefit=0.5, adoption=0.8, cost=1.5)
        self.assertAlmostEqual(scenario.npv, 1200 + 480 - 900 - 90)
        self.assertAlmostEqual(scenario.npv_change, 690 - 1440)

    def test_delay_loses_the_last_months(self):
        self.assertAlmostEqual(self._scenario(delay_months=3).npv, 1440 - 300)

    def test_sliders_show_their_consequences_at_once(self):
        with Form(self._scenario()) as form:
            form.benefit = 0.5
            self.assertAlmostEqual(form.npv, 1440 - 600)
            self.assertIn("840", form.summary)
            form.delay_months = 12
            self.assertAlmostEqual(form.npv, 1440 - 1200)

    def test_never_paying_is_said(self):
        self._new_cost(9000, date(2025, 2, 1))
        self.assertIn("does not pay back", self._scenario().summary)

    def test_three_usual_ones_once(self):
        self.implementation.action_make_scenarios()
        self.implementation.action_make_scenarios()
        kinds = self.implementation.scenario_ids.mapped("kind")
        self.assertEqual(kinds, ["pessimistic", "base", "optimistic"])
        worst, base, best = self.implementation.scenario_ids
        self.assertLess(worst.npv, base.npv)
        self.assertLess(base.npv, best.npv)

    def test_tornado_changes_one_at_a_time(self):
        self.assertFalse(self.implementation.tornado_chart)
        self.implementation.action_make_scenarios()
        bars = {bar.name: bar for bar in self.implementation._get_tornado()}
        # benefits -20 % and +15 % of 1200, costs +20 % and -5 % of 60
        self.assertAlmostEqual(bars["benefit"].low, 1440 - 240)
        self.assertAlmostEqual(bars["benefit"].high, 1440 + 180)
        self.assertAlmostEqual(bars["cost"].low, 1440 - 12)
        self.assertAlmostEqual(bars["cost"].high, 1440 + 3)
        self.assertAlmostEqual(bars["delay"].low, 1440 - 300)
        chart = self.implementation.tornado_chart
        self.assertEqual(chart["labels"][0], "Benefits")
        self.assertEqual(len(chart["labels"]), 5)

    def test_bad_input(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._scenario(benefit=-1)
        with self.assertRaisesRegex(ValidationError, "above -100 %"):
            self._scenario(rate_change=-1.2)

    def test_rights(self):
        scenario = self._scenario().with_user(self.user)
        self.assertAlmostEqual(scenario.npv, 1440, msg="readers see the totals")
        with self.assertRaises(AccessError):
            scenario.benefit = 2
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._new_user("effects_stranger", "manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            scenario.with_user(stranger).with_company(other).read(["name"])


@tagged("post_install", "-at_install")
class TestGoal(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.answer = cls._new_indicator(
            "answer", "Answer time", "ratio", unit="hours", direction="lower"
        )
        cls._write_history(cls.answer, lambda team, i: 10 * (10 - 0.5 * max(0, i - 23)))

    def _goal(self, target, due, **values):
        return self.env["crm.effect.goal"].create(
            {
                "name": "Answer sooner",
                "implementation_id": self.implementation.id,
                "indicator_id": self.answer.id,
                "owner_id": self.officer.id,
                "target_value": target,
                "date_due": due,
                **values,
            }
        )

    def test_starting_point_is_the_year_before(self):
        self.assertAlmostEqual(self._goal(2, date(2026, 6, 30)).baseline_value, 10)

    def test_on_the_way(self):
        """Now (4 + 4.5 + 5) / 3 = 4.5; 5.5 of 8 hours; June 2026: 4 - 6 × 0.5 = 1."""
        goal = self._goal(2, date(2026, 6, 30))
        self.assertAlmostEqual(goal.current_value, 4.5)
        self.assertAlmostEqual(goal.attainment, 5.5 / 8)
        self.assertAlmostEqual(goal.forecast_value, 1)
        self.assertEqual(goal.probability, 1)
        self.assertEqual(goal.state, "on_track")
        self.assertIn("the chance is 100.0 %", goal.summary)
        self.assertFalse(goal.activity_ids)

    def test_off_track_calls_the_owner_once(self):
        """By March 2026 the line reaches 2.5, not 1."""
        goal = self._goal(1, date(2026, 3, 31))
        self.assertEqual(goal.state, "at_risk")
        self.assertEqual(goal.activity_ids.user_id, self.officer)
        goal.target_value = 0.5
        goal._refresh()
        self.assertEqual(len(goal.activity_ids), 1)

    def test_reached_and_missed(self):
        self.assertEqual(self._goal(5, date(2025, 12, 31)).state, "reached")
        missed = self._goal(1, date(2025, 12, 31))
        self.assertEqual(missed.state, "missed")
        self.assertFalse(missed.has_forecast)

    def test_a_goal_upwards(self):
        goal = self._goal(12, date(2026, 6, 30))
        self.assertEqual(goal.state, "at_risk")
        self.assertLess(goal.attainment, 0)
        self.assertEqual(goal.probability, 0)

    def test_no_figures(self):
        empty = self._new_indicator("empty", "Empty", "ratio")
        goal = self._goal(1, date(2026, 3, 31), indicator_id=empty.id)
        self.assertEqual(goal.state, "none")
        self.assertIn("no figures of whole months", goal.summary)

    def test_new_figures_overnight(self):
        goal = self._goal(2, date(2026, 6, 30))
        facts = self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.answer.id), ("date", ">=", date(2025, 10, 1))]
        )
        for fact in facts:
            fact.numerator = 120
        with self.enter_registry_test_mode():
            self.env.ref("crm_effects.ir_cron_refresh_goals").method_direct_trigger()
        self.env.invalidate_all()
        self.assertAlmostEqual(goal.current_value, 12)
        self.assertEqual(goal.state, "at_risk")

    def test_target_is_no_starting_point(self):
        with self.assertRaisesRegex(ValidationError, "target is the starting point"):
            self._goal(10, date(2026, 3, 31))

    def test_smart_button(self):
        self._goal(2, date(2026, 6, 30))
        self.assertEqual(self.implementation.goal_count, 1)
        action = self.implementation.action_open_goals()
        self.assertEqual(action["res_model"], "crm.effect.goal")

    def test_reader_reads_only(self):
        goal = self._goal(2, date(2026, 6, 30)).with_user(self.user)
        self.assertTrue(goal.summary)
        with self.assertRaises(AccessError):
            goal.target_value = 3
