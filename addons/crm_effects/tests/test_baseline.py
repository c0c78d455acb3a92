"""The frozen baseline: it proves itself, never changes, and tells late changes."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestBaseline(EffectsCase):
    def setUp(self):
        super().setUp()
        self.effect = self._new_effect()
        self.effect.action_freeze_baseline()
        self.baseline = self.effect.baseline_id

    def _change_old_month(self):
        fact = self.env["crm.indicator.fact"].search(
            [
                ("indicator_id", "=", self.revenue.id),
                ("date", "=", date(2024, 6, 1)),
                ("team_id", "=", self.north.id),
            ]
        )
        fact.numerator += 5000

    def test_copy_of_the_months_before(self):
        self.assertEqual(self.baseline.month_count, 24)
        self.assertEqual(self.baseline.date_to, date(2024, 12, 1))
        self.assertEqual(len(self.baseline.fingerprint), 64)
        self.assertTrue(self.baseline.is_intact)

    def test_late_change_leaves_effect_and_fingerprint(self):
        effect, fingerprint = self.effect.effect, self.baseline.fingerprint
        self._change_old_month()
        self.effect.action_estimate()
        self.assertEqual(self.effect.effect, effect)
        self.assertEqual(self.baseline.fingerprint, fingerprint)
        self.assertTrue(self.baseline.is_intact)
        self.assertIn("1", self.effect.warning)
        self.assertIn("frozen", self.effect.warning)

    def test_without_baseline_the_late_change_counts(self):
        loose = self._new_effect()
        loose.action_estimate()
        before = loose.effect
        self._change_old_month()
        loose.action_estimate()
        self.assertNotAlmostEqual(loose.effect, before, places=2)

    def test_nothing_frozen_can_be_written(self):
        for values in (
            {"series": []},
            {"fingerprint": "0" * 64},
            {"date_from": date(2020, 1, 1)},
        ):
            with self.assertRaises(UserError):
                self.baseline.write(values)

    def test_tampering_in_the_database_is_seen(self):
        self.env.cr.execute(
            "UPDATE crm_effect_baseline SET series ="
            " jsonb_set(series, '{0,numerator}', '1') WHERE id = %s",
            [self.baseline.id],
        )
        self.baseline.invalidate_recordset()
        self.assertFalse(self.baseline.is_intact)

    def test_used_baseline_is_kept(self):
        with self.assertRaises(UserError):
            self.baseline.unlink()

    def test_nothing_to_freeze(self):
        empty = self._new_indicator("empty", "Empty", "sum")
        with self.assertRaisesRegex(UserError, "history"):
            self._new_effect(indicator_id=empty.id).action_freeze_baseline()

    def test_only_managers_freeze(self):
        effect = self._new_effect().with_user(self.officer)
        with self.assertRaises(AccessError):
            effect.action_freeze_baseline()
        effect.with_user(self.manager).action_freeze_baseline()
        self.assertEqual(effect.baseline_id.frozen_by_id, self.manager)
