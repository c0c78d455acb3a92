"""With what an effect is compared: plan of the roll-out, stages, mixes, events.

On top of the story of common.py: North and South are introduced on 1 January 2025 and
have 300 more a month each, East and West are not.
"""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestRollout(EffectsCase):
    def _step(self, team, role="treated", **values):
        return self.env["crm.effect.rollout"].create(
            {
                "implementation_id": self.implementation.id,
                "team_id": team.id,
                "role": role,
                **values,
            }
        )

    def test_plan_decides_who_is_compared(self):
        effect = self._new_effect(estimator="did")
        self._step(self.north)
        self._step(self.west, "control")
        self.assertEqual(effect.team_ids, self.north)
        self.assertEqual(effect.control_team_ids, self.west)
        effect.action_estimate()
        self.assertAlmostEqual(effect.effect, 300, delta=6)

    def test_go_live_of_the_implementation_is_proposed(self):
        self.assertEqual(self._step(self.north).date_go_live, date(2025, 1, 1))
        self.assertFalse(self._step(self.east, "control").date_go_live)

    def test_one_unit_has_one_role(self):
        self._step(self.north)
        with self.assertRaisesRegex(ValidationError, "North.*twice"):
            self._step(self.north, "control")

    def test_a_line_names_its_unit(self):
        with self.assertRaisesRegex(ValidationError, "choose which"):
            self.env["crm.effect.rollout"].create(
                {"implementation_id": self.implementation.id, "unit": "warehouse"}
            )

    def test_go_live_before_the_implementation(self):
        with self.assertRaisesRegex(ValidationError, "North.*2020"):
            self._step(self.north, date_go_live=date(2020, 1, 1))

    def test_note_tells_what_can_be_proven(self):
        self.assertIn("its own past", self.implementation.comparison_note)
        self._step(self.north)
        self.assertIn("at once", self.implementation.comparison_note)
        self._step(self.south, date_go_live=date(2025, 5, 1))
        self.assertIn("one after the other", self.implementation.comparison_note)
        self._step(self.east, "control")
        self.assertIn("control group", self.implementation.comparison_note)

    def test_stages(self):
        """North in January, South in July: 300 each from its own date on.

        Both are of one size, so half of the whole is live from January and all of it
        from July: the mean of 2025 is 450 a month, the whole 600.
        """
        staged = self._new_indicator("staged", "Staged", "sum")
        self._write_history(
            staged,
            lambda team, i: (
                self._story(team, i)
                - (300 if team == self.south and 24 <= i < 30 else 0)
            ),
        )
        self._step(self.north)
        self._step(self.south, date_go_live=date(2025, 7, 1))
        effect = self._new_effect(indicator_id=staged.id, estimator="staged")
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated", effect.refusal)
        self.assertAlmostEqual(effect.effect, 450, delta=8)
        deltas = {
            line.date.month: line.delta for line in effect.line_ids if line.has_data
        }
        self.assertAlmostEqual(deltas[1], 300, delta=8)
        self.assertAlmostEqual(deltas[12], 600, delta=12)
        self.assertAlmostEqual(
            effect.money_to_date, (6 * 300 + 6 * 600) * 0.25, delta=30
        )

    def test_stages_with_a_control_group_are_the_best_evidence(self):
        self._step(self.north)
        self._step(self.south, date_go_live=date(2025, 2, 1))
        self._step(self.east, "control")
        self._step(self.west, "control")
        effect = self._new_effect(estimator="staged")
        effect.action_estimate()
        self.assertEqual(effect.grade, "A")

    def test_stages_need_two_dates(self):
        self._step(self.north)
        effect = self._new_effect(estimator="staged")
        effect.action_estimate()
        self.assertEqual(effect.state, "refused")
        self.assertIn("two go-live dates", effect.refusal)

    def test_a_mid_month_stage_counts_by_its_days(self):
        """From 16 June 15 of 30 days are left."""
        self._step(self.north)
        self._step(self.south, date_go_live=date(2025, 6, 16))
        effect = self._new_effect(estimator="staged")
        months = [date(2024, 12, 1), date(2025, 1, 1), date(2025, 6, 1)]
        dose = effect._get_dose([*months, date(2025, 7, 1)], date(2025, 1, 1))
        for found, expected in zip(dose, [0, 0.5, 0.75, 1], strict=True):
            self.assertAlmostEqual(found, expected, delta=0.001)


@tagged("post_install", "-at_install")
class TestSyntheticControl(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.more = cls.env["crm.team"].create(
            [{"name": f"Branch {n}", "company_id": cls.company.id} for n in range(4)]
        )
        digits = (
            "577215664901532860606512090082402431",
            "202056903159594285399738161511449",
        )
        digits += (
            "915965594177219015054603514932384110",
            "261497212847642783755426838608",
        )
        for team, noise in zip(cls.more, digits, strict=True):
            cls._write_branch(team, noise.ljust(36, "5"))

    @classmethod
    def _write_branch(cls, team, noise):
        cls.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": cls.revenue.id,
                    "company_id": cls.company.id,
                    "granularity": "month",
                    "date": date(2023 + i // 12, 1 + i % 12, 1),
                    "team_id": team.id,
                    "numerator": 1000 + 2 * int(noise[i]) - 9,
                }
                for i in range(36)
            ]
        )

    def test_mix_of_six_units(self):
        """Per team 1300 against 1000: 300 each, 600 of two a month."""
        effect = self._new_effect(
            estimator="synth",
            control_team_ids=(self.more | self.east | self.west).ids,
        )
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated", effect.refusal)
        self.assertAlmostEqual(effect.effect, 300, delta=6)
        self.assertAlmostEqual(effect.money_to_date, 1800, delta=40)
        line = effect.line_ids.filtered("has_data")[0]
        self.assertAlmostEqual(line.actual, 2600, delta=20)
        self.assertAlmostEqual(line.counterfactual, 2000, delta=20)

    def test_too_few_units(self):
        effect = self._new_effect(
            estimator="synth", control_team_ids=(self.east | self.west).ids
        )
        effect.action_estimate()
        self.assertEqual(effect.state, "refused")
        for word in ("2", "5"):
            self.assertIn(word, effect.refusal)

    def test_a_unit_with_a_gap_is_no_donor(self):
        self.env["crm.indicator.fact"].search(
            [("team_id", "=", self.more[0].id), ("date", "=", date(2024, 3, 1))]
        ).unlink()
        effect = self._new_effect(
            estimator="synth", control_team_ids=(self.more | self.east).ids
        )
        effect.action_estimate()
        self.assertIn("4", effect.refusal)


@tagged("post_install", "-at_install")
class TestEvents(EffectsCase):
    def _event(self, day, **values):
        return self.env["crm.effect.event"].create(
            {
                "name": "Prices up",
                "kind": "price",
                "implementation_id": self.implementation.id,
                "date": day,
                **values,
            }
        )

    def _priced(self, i):
        """All teams 200 dearer from July 2024 on."""
        return 200 if i >= 18 else 0

    def test_a_price_rise_is_not_credited(self):
        priced = self._new_indicator("priced", "Priced", "sum")
        self._write_history(
            priced, lambda team, i: self._story(team, i) + self._priced(i)
        )
        effect = self._new_effect(indicator_id=priced.id)
        effect.action_estimate()
        alone = effect.effect_high - effect.effect_low
        self._event(date(2024, 7, 1))
        effect.action_estimate()
        self.assertAlmostEqual(effect.effect, 600, delta=15)
        self.assertLess(effect.effect_high - effect.effect_low, alone)

    def test_what_both_groups_had_cancels(self):
        effect = self._new_effect(estimator="did", control_team_ids=self.east.ids)
        both = self._event(date(2024, 7, 1))
        ours = self._event(date(2024, 9, 1), team_ids=self.north.ids)
        shown = self._event(date(2024, 9, 1), as_step=False)
        other = self._event(
            date(2024, 9, 1),
            team_ids=self.north.ids,
            indicator_ids=self.order_value.ids,
        )
        self.assertEqual(effect._get_events(), ours)
        alone = self._new_effect(include_in_roi=False)
        self.assertEqual(alone._get_events(), both | ours)
        self.assertFalse(alone._get_events() & (shown | other))

    def test_an_event_in_the_month_of_the_go_live(self):
        self._event(date(2025, 1, 20))
        effect = self._new_effect()
        effect.action_estimate()
        self.assertEqual(effect.state, "refused")
        self.assertIn("Prices up", effect.refusal)

    def test_an_event_that_ends(self):
        event = self._event(date(2025, 3, 10), date_end=date(2025, 4, 30))
        months = [date(2025, month, 1) for month in (2, 3, 4, 5)]
        self.assertEqual(event._get_column(months), [0, 1, 1, 0])
        with self.assertRaisesRegex(ValidationError, "Prices up"):
            event.date_end = date(2025, 1, 1)


@tagged("post_install", "-at_install")
class TestComparisonSecurity(EffectsCase):
    """A reader changes nothing, and nobody sees another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env["res.company"].create({"name": "Rival"})
        implementation = cls.env["crm.implementation"].create(
            {"name": "CRM of the rival", "company_id": other.id}
        )
        team = cls.env["crm.team"].create({"name": "Theirs", "company_id": other.id})
        cls.theirs = [
            cls.env["crm.effect.rollout"].create(
                {"implementation_id": implementation.id, "team_id": team.id}
            ),
            cls.env["crm.effect.event"].create(
                {
                    "name": "Theirs",
                    "implementation_id": implementation.id,
                    "date": date(2025, 1, 1),
                }
            ),
            cls.env["crm.effect.import"].create(
                {"indicator_id": cls.revenue.id, "company_id": other.id}
            ),
            cls.env["crm.effect.history"].create(
                {
                    "implementation_id": implementation.id,
                    "indicator_id": cls.revenue.id,
                    "verdict": "good",
                }
            ),
        ]

    def test_another_company(self):
        for record in self.theirs:
            for user in (self.user, self.officer, self.manager):
                found = record.with_user(user).search([("id", "=", record.id)])
                self.assertFalse(found, record._name)
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["company_id"])

    def test_readers_write_nothing(self):
        for record in self.theirs:
            model = self.env[record._name].with_user(self.user)
            for operation in ("create", "write", "unlink"):
                self.assertFalse(model.has_access(operation), record._name)
        history = self.env["crm.effect.history"].with_user(self.manager)
        self.assertFalse(history.has_access("write"))

    def test_team_of_another_company(self):
        with self.assertRaises(UserError):
            self.env["crm.effect.rollout"].create(
                {
                    "implementation_id": self.implementation.id,
                    "team_id": self.theirs[0].team_id.id,
                }
            )
