"""Reviews: planned by the go-live, answered by the owners, kept as they stood."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestReview(EffectsCase):
    def setUp(self):
        super().setUp()
        self.implementation.manager_id = self.officer
        self._new_cost(900, date(2024, 7, 10))
        self.effect = self._new_effect(owner_id=self.user.id)
        self.effect.action_estimate()
        self.implementation.action_plan_effect_reviews()
        self.review = self.implementation.effect_review_ids[0]

    def test_planned_by_the_go_live(self):
        self.assertEqual(
            self.implementation.effect_review_ids.mapped("months"), [3, 6, 12]
        )
        self.assertEqual(self.review.date_due, date(2025, 4, 1))
        self.assertEqual(self.review.user_id, self.officer)
        first, second, last = self.implementation.effect_review_ids
        self.assertEqual(
            last.activity_ids.user_id, self.officer, "its leader is called"
        )
        self.assertFalse((first | second).activity_ids, "missed long ago")
        self.implementation.action_plan_effect_reviews()
        self.assertEqual(len(self.implementation.effect_review_ids), 3)
        self.assertEqual(len(last.activity_ids), 1)

    def test_job(self):
        self.implementation.effect_review_ids.unlink()
        with self.enter_registry_test_mode():
            self.env.ref("crm_effects.ir_cron_plan_reviews").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.implementation.effect_review_ids), 3)

    def test_walk(self):
        review = self.review.with_user(self.officer)
        with self.assertRaisesRegex(UserError, "has not started"):
            review.action_done()
        review.action_start()
        self.assertEqual(review.line_ids.effect_id, self.effect)
        self.assertIn(self.user, review.activity_ids.user_id)
        with self.assertRaisesRegex(UserError, "Still open: More revenue"):
            review.action_done()
        review.line_ids.with_user(self.user).action_confirm()
        review.action_done()
        self.assertEqual(review.state, "done")
        self.assertIn("more profit", review.headline)
        self.assertEqual(review.snapshot_id.kind, "review")
        self.assertAlmostEqual(review.npv, self.implementation.npv, 2)
        self.assertTrue(review.message_ids.attachment_ids)
        with self.assertRaisesRegex(UserError, "is done"):
            review.action_start()

    def test_it_stays_as_it_stood(self):
        self.review.action_start()
        self.review.line_ids.action_dispute()
        self.review.action_done()
        npv = self.review.npv
        self._new_cost(500, date(2025, 1, 1))
        self.assertNotAlmostEqual(self.implementation.npv, npv)
        self.assertEqual(self.review.npv, npv)

    def test_only_the_owner_answers(self):
        self.review.action_start()
        stranger = self._new_user("effects_other_reader", "user")
        with self.assertRaisesRegex(UserError, "answered by its owner"):
            self.review.line_ids.with_user(stranger).action_confirm()
        self.review.line_ids.with_user(self.officer).action_confirm()
        self.assertEqual(self.review.open_count, 0)
