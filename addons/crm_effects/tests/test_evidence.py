"""How sure we are: reasons of a grade, fake dates, what could be shown, reminders."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestEvidence(EffectsCase):
    def test_reasons_of_a_grade(self):
        effect = self._new_effect(
            estimator="did", control_team_ids=(self.east | self.west).ids
        )
        effect.action_estimate()
        reasons = effect.grade_reason.split("\n")
        self.assertEqual(len(reasons), 5)
        self.assertTrue(all(reason.startswith("✓") for reason in reasons), reasons)
        alone = self._new_effect(include_in_roi=False)
        alone.action_estimate()
        self.assertIn("own history only", alone.grade_reason)

    def test_declared_has_its_reason(self):
        effect = self._new_effect(
            estimator="manual", indicator_id=False, declared_monthly=100
        )
        effect.action_estimate()
        self.assertIn("not measured", effect.grade_reason)

    def test_fake_dates(self):
        effect = self._new_effect(
            estimator="did", control_team_ids=(self.east | self.west).ids
        )
        effect.action_estimate()
        effect.action_try_placebos()
        self.assertEqual(len(effect.placebo_ids), 12)
        self.assertLess(max(effect.placebo_ids.mapped("date")), date(2025, 1, 1))
        for placebo in effect.placebo_ids:
            self.assertLess(abs(placebo.effect), 60)  # the true one is 600
        self.assertLessEqual(effect.placebo_share, 1 / 13)
        self.assertIn("12", effect.placebo_text)
        effect.action_try_placebos()
        self.assertEqual(len(effect.placebo_ids), 12)

    def test_fake_dates_without_a_control_group(self):
        effect = self._new_effect()
        effect.action_estimate()
        self.assertFalse(effect.placebo_share)
        effect.action_try_placebos()
        self.assertAlmostEqual(effect.placebo_share, 1 / 13)

    def test_fake_dates_need_history(self):
        short = self._new_indicator("short", "Short", "sum")
        self._write_history(short, months=13)
        effect = self._new_effect(indicator_id=short.id, date_go_live=date(2023, 9, 1))
        with self.assertRaisesRegex(UserError, "too little history"):
            effect.action_try_placebos()

    def test_reader_cannot_try(self):
        effect = self._new_effect().with_user(self.user)
        for action in ("action_try_placebos", "action_check_power"):
            with self.assertRaises(AccessError):
                getattr(effect, action)()

    def test_what_could_be_shown(self):
        """Noise of ±18 on 2000 a month: 5 % is seen soon, 0.01 % never."""
        effect = self._new_effect(expected_change=0.05)
        effect.action_check_power()
        self.assertGreater(effect.detectable_3, effect.detectable_12)
        self.assertLess(effect.detectable_3, 0.05)
        self.assertEqual(effect.months_needed, 3)
        self.assertIn("12 months", effect.power_text)
        effect.expected_change = 0.0001
        effect.action_check_power()
        self.assertEqual(effect.months_needed, 0)
        self.assertIn("would not show", effect.power_text)

    def test_what_could_be_shown_before_the_go_live_is_dated(self):
        effect = self._new_effect(date_go_live=False, expected_change=0.05)
        effect.action_check_power()
        self.assertTrue(effect.detectable_6)

    def test_nothing_to_look_at(self):
        empty = self._new_indicator("empty", "Empty", "sum")
        with self.assertRaisesRegex(UserError, "no figures"):
            self._new_effect(indicator_id=empty.id).action_check_power()
        declared = self._new_effect(estimator="manual", indicator_id=False)
        with self.assertRaisesRegex(UserError, "only an effect measured"):
            declared.action_check_power()

    def test_next_step(self):
        effect = self._new_effect(owner_id=False)
        self.assertIn("who answers", effect.next_step)
        effect.owner_id = self.officer
        self.assertIn("Freeze", effect.next_step)
        effect.action_freeze_baseline()
        self.assertFalse(effect.next_step)
        effect.date_go_live = date(2025, 10, 1)
        effect.action_estimate()
        self.assertEqual(effect.grade, "C")
        self.assertIn("six months", effect.next_step)


@tagged("post_install", "-at_install")
class TestReminders(EffectsCase):
    def _activities(self, effect):
        effect._remind_owners()
        return effect.activity_ids

    def test_owner_of_a_refused_effect(self):
        effect = self._new_effect(owner_id=self.officer.id, date_go_live=False)
        effect.action_estimate()
        activity = self._activities(effect)
        self.assertEqual(activity.user_id, self.officer)
        self.assertIn("go-live", activity.note)
        self.assertEqual(self._activities(effect), activity)  # once only

    def test_two_months_worse(self):
        worse = self._new_indicator("worse", "Worse", "sum")
        self._write_history(worse, lambda team, i: 2000 - self._story(team, i))
        effect = self._new_effect(indicator_id=worse.id, owner_id=self.officer.id)
        effect.action_estimate()
        self.assertLess(effect.money_to_date, 0)
        self.assertIn("December 2025", self._activities(effect).summary)

    def test_a_good_effect_is_left_alone(self):
        effect = self._new_effect(owner_id=self.officer.id)
        effect.action_estimate()
        self.assertFalse(self._activities(effect))

    def test_ticked_off_is_not_asked_again(self):
        effect = self._new_effect(owner_id=self.officer.id, date_go_live=False)
        effect.action_estimate()
        self._activities(effect).action_feedback(feedback="I know")
        self.assertFalse(self._activities(effect))

    def test_no_longer_proven(self):
        """Proven with twelve months, not with the four of a later go-live."""
        effect = self._new_effect(owner_id=self.officer.id)
        effect.action_estimate()
        self.assertEqual(effect.proof_class, "proven")
        self.assertFalse(self._activities(effect))
        effect.date_go_live = date(2025, 9, 1)
        effect.action_estimate()
        effect.action_estimate()
        self.assertEqual(effect.lost_on, date(2026, 1, 15))
        activity = self._activities(effect)
        self.assertIn("no longer proven", activity.summary)
        effect.date_go_live = date(2025, 1, 1)
        effect.action_estimate()
        self.assertFalse(effect.lost_on)

    def test_adoption_falls(self):
        """Of ten people nine work with it until November 2025, seven in December."""
        adoption = self._new_indicator("used", "Used", "ratio", unit="percent")
        self._write_history(adoption, lambda team, i: 7.0 if i == 35 else 9.0)
        effect = self._new_effect(
            owner_id=self.officer.id, adoption_indicator_id=adoption.id
        )
        effect.action_estimate()
        summary = self._activities(effect).summary
        self.assertIn(
            "Adoption fell in December 2025: 70.00 %, before 90.00 %", summary
        )

    def test_adoption_that_holds(self):
        adoption = self._new_indicator("used", "Used", "ratio", unit="percent")
        self._write_history(adoption, lambda team, i: 8.5 if i == 35 else 9.0)
        effect = self._new_effect(
            owner_id=self.officer.id, adoption_indicator_id=adoption.id
        )
        effect.action_estimate()
        self.assertFalse(self._activities(effect))

    def test_costs_over_plan(self):
        """100 planned: 109 booked is no news, 120 is; told once, to who may know."""
        one = self.implementation
        one.manager_id = self.officer
        self._new_cost(100, date(2024, 7, 1), "plan")
        self._new_cost(109, date(2024, 7, 1))
        one._remind_of_costs()
        self.assertFalse(one.activity_ids)
        self._new_cost(11, date(2024, 8, 1))
        one._remind_of_costs()
        one._remind_of_costs()
        self.assertEqual(one.activity_ids.summary, "Licence is over plan")
        self.assertEqual(one.activity_ids.user_id, self.officer)
        self.assertIn("120", one.activity_ids.note)

    def test_costs_are_not_told_to_who_may_not_know(self):
        one = self.implementation
        one.manager_id = new_test_user(self.env, login="outsider")
        self._new_cost(100, date(2024, 7, 1), "plan")
        self._new_cost(200, date(2024, 7, 1))
        one._remind_of_costs()
        self.assertFalse(one.activity_ids)
