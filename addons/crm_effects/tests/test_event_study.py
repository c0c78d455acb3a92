"""The event study of the explorer: months around the go-live, against the control.

North and South sell 2600 together from the go-live on, 2000 before, as East and West
all the time; noise of up to ±18 in each group.
"""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestEventStudy(EffectsCase):
    def _new_compared(self, **values):
        control = (self.east | self.west).ids
        effect = self._new_effect(
            **{"estimator": "did", "control_team_ids": control, **values}
        )
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated", effect.refusal)
        return effect

    def _get_study(self, effect):
        return effect.get_explorer(effect_id=effect.id)["study"]

    def test_months_around_the_go_live(self):
        study = self._get_study(self._new_compared())
        self.assertEqual(study["unit"], "currency")
        months = [month for month, *_figures in study["points"]]
        self.assertEqual(months, list(range(-12, 12)))
        for month, mean, low, high in study["points"]:
            self.assertAlmostEqual(mean, 600 if month >= 0 else 0, delta=60)
            self.assertLess(low, mean)
            self.assertLess(mean, high)
            if month >= 0:
                self.assertGreater(low, 300)

    def test_changes_in_percent(self):
        """2600 for 2000 is 30 % more."""
        self.revenue.scale = "log"
        study = self._get_study(self._new_compared())
        self.assertEqual(study["unit"], "percent")
        for month, mean, _low, _high in study["points"]:
            self.assertAlmostEqual(mean, 0.3 if month >= 0 else 0.0, delta=0.04)

    def test_units_in_stages_meet_at_their_own_go_live(self):
        """South sells 300 more from July 2024 on already: each unit stands 300 higher
        from its own month on, whichever that was."""
        facts = self.env["crm.indicator.fact"].search(
            [
                ("indicator_id", "=", self.revenue.id),
                ("team_id", "=", self.south.id),
                ("date", ">=", date(2024, 7, 1)),
                ("date", "<", date(2025, 1, 1)),
            ]
        )
        self.assertEqual(len(facts), 6)
        for fact in facts:
            fact.numerator += 300
        for team, day in ((self.north, "2025-01-01"), (self.south, "2024-07-01")):
            self.env["crm.effect.rollout"].create(
                {
                    "implementation_id": self.implementation.id,
                    "team_id": team.id,
                    "date_go_live": day,
                }
            )
        self.env["crm.effect.rollout"].create(
            {
                "implementation_id": self.implementation.id,
                "team_id": self.east.id,
                "role": "control",
            }
        )
        effect = self._new_effect(estimator="staged")
        effect.action_estimate()
        self.assertEqual(effect.control_team_ids, self.east)
        study = self._get_study(effect)
        for month, mean, _low, _high in study["points"]:
            self.assertAlmostEqual(mean, 300 if month >= 0 else 0, delta=40)

    def test_without_a_control_group_there_is_none(self):
        effect = self._new_compared()
        self.assertTrue(self._get_study(effect))
        effect.estimator = "its_ar1"
        effect.action_estimate()
        self.assertEqual(self._get_study(effect), False)

    def test_months_are_told_by_the_explorer_only(self):
        effect = self._new_compared()
        for person in (self.user, self.officer, self.manager):
            self.assertTrue(self._get_study(effect.with_user(person)))
            with self.assertRaises(AccessError):
                effect.with_user(person).read(["event_study"])
        self.company.crm_indicator_person_level = True
        facts = self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.revenue.id)]
        )
        facts.user_id = self.officer
        effect.action_estimate()
        self.assertFalse(self._get_study(effect.with_user(self.officer)))
        self.officer.group_ids |= self.env.ref("crm_risk.crm_risk_group_manager")
        self.assertTrue(self._get_study(effect.with_user(self.officer)))
