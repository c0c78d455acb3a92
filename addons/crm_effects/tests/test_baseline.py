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

    def test_one_row_per_late_change(self):
        """1000 ± 9 of North and South each in June 2024; North gets 5000 more."""
        self._change_old_month()
        self.effect.action_estimate()
        self.effect.action_estimate()
        change = self.baseline.change_ids
        self.assertEqual(len(change), 1)
        self.assertEqual(change.date, date(2024, 6, 1))
        self.assertEqual(change.new_value - change.old_value, 5000)
        self._change_old_month()
        self.effect.action_estimate()
        self.assertEqual(len(self.baseline.change_ids), 2)
        latest = self.baseline.change_ids.sorted("id")[-1]
        self.assertEqual(latest.new_value - change.new_value, 5000)
        self.assertEqual(self.baseline.change_count, 2)

    def test_a_change_taken_back_is_written_too(self):
        self._change_old_month()
        self.effect.action_estimate()
        self.env["crm.indicator.fact"].search(
            [("date", "=", date(2024, 6, 1)), ("team_id", "=", self.north.id)]
        ).filtered(lambda fact: fact.indicator_id == self.revenue).numerator -= 5000
        self.effect.action_estimate()
        first, second = self.baseline.change_ids.sorted("id")
        self.assertEqual(second.new_value, first.old_value)
        self.assertFalse(self.effect.warning)

    def _unfreeze(self, reason, user=None):
        wizard = self.env["crm.effect.unfreeze"].with_user(user or self.manager)
        wizard.create(
            {"baseline_id": self.baseline.id, "reason": reason}
        ).action_unfreeze()

    def test_unfrozen_with_a_reason(self):
        self._unfreeze("A closed branch was in the figures")
        self.assertFalse(self.effect.baseline_id)
        self.assertEqual(self.baseline.released_by_id, self.manager)
        self.assertTrue(self.baseline.is_intact)
        for record in (self.baseline, self.effect):
            bodies = " ".join(record.message_ids.mapped("body"))
            self.assertIn("A closed branch", bodies)
        with self.assertRaises(UserError):
            self.baseline.unlink()
        with self.assertRaises(UserError):
            self.baseline.release_reason = "Nothing"

    def test_no_reason_no_unfreezing(self):
        with self.assertRaisesRegex(UserError, "why"):
            self._unfreeze("  ")
        self.assertEqual(self.effect.baseline_id, self.baseline)

    def test_only_managers_unfreeze(self):
        for user in (self.user, self.officer):
            with self.assertRaises(AccessError):
                self._unfreeze("Because", user)

    def test_ledger_cannot_be_typed(self):
        self._change_old_month()
        self.effect.action_estimate()
        with self.assertRaises(AccessError):
            self.baseline.change_ids.with_user(self.manager).write({"new_numerator": 1})

    def test_without_baseline_the_late_change_counts(self):
        loose = self._new_effect(include_in_roi=False)
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
        effect = self._new_effect(include_in_roi=False).with_user(self.officer)
        with self.assertRaises(AccessError):
            effect.action_freeze_baseline()
        effect.with_user(self.manager).action_freeze_baseline()
        self.assertEqual(effect.baseline_id.frozen_by_id, self.manager)
