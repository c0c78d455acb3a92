from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestReview(RiskCase):
    """Two risks of 25 000 mean impact: big .4 (EMV 10 000), small .1 (EMV 2 500)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls._risk(name="Small", p_inherent=0.1)
        cls.big = cls._risk(name="Big")

    def _review(self, user=None, **values):
        return (
            self.env["crm.risk.review"]
            .with_user(user or self.officer)
            .create({"implementation_id": self.implementation.id, **values})
        )

    def _line(self, review, risk):
        return review.line_ids.filtered(lambda line: line.risk_id == risk)

    # --- agenda --------------------------------------------------------------

    def test_agenda_is_the_open_risks_by_loss(self):
        self._risk(name="Over", state="closed", close_reason="expired")
        review = self._review()
        review.invalidate_recordset()
        self.assertEqual(review.line_ids.mapped("name"), ["Big", "Small"])
        self.assertEqual(review.risk_count, 2)
        self.assertEqual(review.emv_current, 12_500)
        self.assertEqual(review.line_ids.mapped("is_new"), [True, True])

    def test_by_the_form(self):
        form = Form(self.env["crm.risk.review"].with_user(self.officer))
        form.implementation_id = self.implementation
        self.assertEqual(form.save().risk_count, 2)

    def test_agenda_takes_in_what_is_new(self):
        review = self._review()
        new = self._risk(name="New", p_inherent=0.2)
        review.action_prepare_agenda()
        review.action_prepare_agenda()
        self.assertEqual(review.line_ids.risk_id, self.small | self.big | new)

    def test_figures_follow_while_open(self):
        review = self._review()
        self.big.p_inherent = 0.2
        self.assertEqual(self._line(review, self.big).emv_current, 5_000)
        self.assertEqual(review.emv_current, 7_500)

    # --- closing locks -------------------------------------------------------

    def test_closing_locks_the_figures(self):
        review = self._review()
        self.big.p_inherent = 0.2  # still in the meeting, not yet written
        review.action_close()
        self.big.write({"p_inherent": 0.8, "name": "Renamed"})
        self.env.flush_all()
        self.env.invalidate_all()
        line = self._line(review, self.big)
        self.assertEqual((line.name, line.p_current), ("Big", 0.2))
        self.assertEqual(line.emv_current, 5_000)
        self.assertEqual(review.emv_current, 7_500)
        self.assertEqual(self.big.emv_current, 20_000)

    def test_deleted_risk_stays_in_the_minutes(self):
        review = self._review()
        review.action_close()
        self.small.with_user(self.manager).unlink()
        self.env.invalidate_all()
        self.assertEqual(
            review.line_ids.sorted("emv_current").mapped("name"), ["Small", "Big"]
        )
        self.assertEqual(review.emv_current, 12_500)

    def test_closed_review_is_never_changed(self):
        review = self._review()
        line = review.line_ids[0]
        review.action_close()
        for user in (self.officer, self.manager):
            mine = review.with_user(user)
            with self.refused("is closed", UserError):
                mine.note = "Forged"
            with self.refused("is closed", UserError):
                mine.state = "draft"
            with self.refused("is closed", UserError):
                line.with_user(user).decision = "close"
            with self.refused("is closed", UserError):
                line.with_user(user).unlink()
            with self.refused("is closed", UserError):
                line.with_user(user).create(
                    {"review_id": review.id, "risk_id": self.big.id}
                )
            with self.refused("is closed", UserError):
                mine.action_close()
        with self.refused("is closed", UserError):
            review.with_user(self.manager).unlink()

    # --- decisions -----------------------------------------------------------

    def test_decisions_are_handed_out(self):
        review = self._review(date_next=fields.Date.add(fields.Date.today(), days=14))
        self._line(review, self.big).write(
            {"decision": "respond", "note": "Train", "user_id": self.manager.id}
        )
        review.action_close()
        activity = self.big.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.summary, "Respond further: Train")
        self.assertEqual(activity.date_deadline, review.date_next)
        self.assertEqual(self.big.next_review_date, review.date_next)
        row = self.big.assessment_ids.sorted("id")[-1]
        self.assertEqual((row.source, row.reason), ("review", "Respond further: Train"))
        self.assertFalse(self.small.activity_ids)

    def test_next_review_is_called(self):
        review = self._review()
        review.action_close()
        self.assertEqual((review.date_next - review.date).days, 30)
        activity = self.implementation.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        self.assertEqual(activity.date_deadline, review.date_next)
        self.assertEqual(self.implementation.date_next_review, review.date_next)

    def test_changes_since_the_last_one(self):
        first = self._review()
        first.action_close()
        self.env.flush_all()
        # Closed a moment ago, in the same second as what follows
        self.env.cr.execute(
            "UPDATE crm_risk_review SET date_closed = date_closed - interval '1 hour'"
            " WHERE id = %s",
            [first.id],
        )
        self.env.cr.execute(
            "UPDATE crm_risk_assessment SET date = date - interval '2 hours'"
            " WHERE implementation_id = %s",
            [self.implementation.id],
        )
        self.env.invalidate_all()
        self.big.write({"p_inherent": 0.6, "change_reason": "Two left"})
        self.small.write({"state": "closed", "close_reason": "expired"})
        new = self._risk(name="New", p_inherent=0.2)
        second = self._review()
        self.assertEqual(second.previous_id, first)
        line = self._line(second, self.big)
        self.assertEqual((line.emv_previous, line.emv_change), (10_000, 5_000))
        self.assertIn("By hand: Two left", line.changes)
        self.assertFalse(line.is_new)
        self.assertTrue(self._line(second, new).is_new)
        self.assertEqual(self._line(second, self.small).state, "closed")
        action = second.action_open_changes()
        rows = self.env["crm.risk.assessment"].search(action["domain"])
        self.assertEqual(rows.risk_id, self.big | new)

    def test_simulation_of_the_day_is_kept(self):
        self.implementation.with_user(self.officer).action_simulate()
        review = self._review()
        review.action_close()
        p80 = review.p80
        self.assertGreater(p80, 0)
        self.big.impact_max = 600_000
        self.implementation.with_user(self.officer).action_simulate()
        self.env.invalidate_all()
        self.assertEqual(review.p80, p80)
        self.assertNotEqual(
            self.implementation.with_user(self.officer).p80_current, p80
        )

    # --- bad input and rights ------------------------------------------------

    def test_nothing_on_the_agenda(self):
        empty = self._implementation("Empty", self.company_a)
        review = self._review(implementation_id=empty.id)
        with self.refused("no risks on its agenda", UserError):
            review.action_close()

    def test_next_before_this_one(self):
        with self.refused("must come after"):
            self._review(date_next=fields.Date.today())

    def test_who_may(self):
        review = self._review()
        self.assertTrue(review.with_user(self.seller).read(["date"]))
        with self.assertRaises(AccessError):
            self._review(self.seller)
        with self.assertRaises(AccessError):
            review.with_user(self.seller).action_close()
        with self.assertRaises(AccessError):
            review.with_user(self.stranger).read(["date"])

    def test_confidential_lines(self):
        """Lines and sums follow the reader, also after the risk is gone."""
        secret = self._risk(name="Secret", confidential=True, owner_id=self.manager.id)
        review = self._review(self.manager)
        self.assertEqual(review.emv_current, 22_500)
        review.action_close()
        self.env.invalidate_all()
        mine = review.with_user(self.officer)
        self.assertEqual(mine.emv_current, 12_500)
        self.assertNotIn("Secret", mine.line_ids.mapped("name"))
        secret.unlink()
        self.env.invalidate_all()
        self.assertEqual(mine.emv_current, 12_500)
        self.assertEqual(review.with_user(self.manager).emv_current, 22_500)

    def test_agenda_of_many_costs_few_queries(self):
        """A hundred risks on the agenda: batches, not a query per risk."""
        self.env["crm.risk"].create(
            [
                {
                    "name": f"R{number}",
                    "implementation_id": self.implementation.id,
                    "p_inherent": 0.1,
                    "impact_max": 10,
                }
                for number in range(100)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self._review(self.env.user)
            self.env.flush_all()
