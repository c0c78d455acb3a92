from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common_programs import ProgramCase


class TestAdjustment(ProgramCase):
    """A point is worth 1 euro; one person alone may decide up to 50 euro.

    clerk     may adjust points
    boss      sales manager who may adjust points
    manager   sales manager who may not
    seller    salesperson
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.loyalty_adjust_limit = 50
        cls.program = cls._program(point_value=1)
        cls.anna = cls._customer("Anna")
        cls.card = cls._card(cls.program, cls.anna)
        cls.card._post_points("bonus", 100)
        cls.clerk = cls._new_user(
            "clerk",
            "sales_team.group_sale_salesman,crm_loyalty.crm_loyalty_group_points_adjust",
        )
        cls.boss = cls._new_user(
            "boss",
            "sales_team.group_sale_manager,crm_loyalty.crm_loyalty_group_points_adjust",
        )
        cls.manager = cls._new_user("manager", "sales_team.group_sale_manager")
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.adjustments = cls.env["crm.loyalty.adjustment"]

    def _request(self, points, user=None, reason="Late delivery", card=None):
        return self.adjustments.with_user(user or self.clerk).create(
            {
                "card_id": (card or self.card).id,
                "points": points,
                "reason": reason,
            }
        )

    def test_small_one_is_posted_at_once(self):
        adjustment = self._request(50)
        self.assertFalse(adjustment.needs_approval)
        adjustment.action_apply()
        self.assertEqual(adjustment.state, "done")
        self.assertEqual(self.card.points, 150)
        row = self.history.search([("card_id", "=", self.card.id)], order="id")[-1]
        self.assertEqual((row.move_type, row.points), ("adjust", 50))
        self.assertEqual(row.reason, "Late delivery")
        self.assertEqual(row.user_id, self.clerk)

    def test_points_are_taken_too(self):
        self._request(-30).action_apply()
        self.assertEqual(self.card.points, 70)

    def test_large_one_waits_for_a_second_person(self):
        adjustment = self._request(50.01)
        self.assertTrue(adjustment.needs_approval)
        adjustment.action_apply()
        self.assertEqual((adjustment.state, self.card.points), ("waiting", 100))
        self.assertEqual(adjustment.activity_ids.user_id, self.boss)
        adjustment.with_user(self.boss).action_approve()
        self.assertEqual((adjustment.state, self.card.points), ("done", 150.01))
        self.assertEqual(adjustment.approver_id, self.boss)
        self.assertFalse(adjustment.activity_ids)

    def test_taking_many_points_waits_too(self):
        adjustment = self._request(-60)
        adjustment.action_apply()
        self.assertEqual((adjustment.state, self.card.points), ("waiting", 100))

    def test_nobody_approves_his_own(self):
        adjustment = self._request(60, self.boss)
        adjustment.action_apply()
        with self.assertRaisesRegex(UserError, "Somebody else has to approve"):
            adjustment.action_approve()
        self.assertEqual(self.card.points, 100)

    def test_requester_is_who_asks_not_who_drafted(self):
        """A draft of a colleague must not make the boss a second person."""
        adjustment = self._request(60, self.clerk)
        adjustment.with_user(self.boss).action_apply()
        with self.assertRaisesRegex(UserError, "Somebody else"):
            adjustment.with_user(self.boss).action_approve()

    def test_refused_posts_nothing(self):
        adjustment = self._request(60)
        adjustment.action_apply()
        adjustment.with_user(self.manager).action_refuse()
        self.assertEqual((adjustment.state, self.card.points), ("refused", 100))
        self.assertFalse(adjustment.activity_ids)
        with self.assertRaisesRegex(UserError, "is already: Refused"):
            adjustment.with_user(self.boss).action_approve()

    def test_posted_once(self):
        adjustment = self._request(10)
        adjustment.action_apply()
        with self.assertRaisesRegex(UserError, "Anna is already: Posted"):
            adjustment.action_apply()
        adjustment._post()
        self.assertEqual(self.card.points, 110)

    def test_limit_is_in_the_currency_of_the_programme(self):
        """100 dollars at 2 dollars per euro are 50 euro: just within the limit."""
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "rate": 2,
                "currency_id": self.dollar.id,
                "company_id": self.company.id,
            }
        )
        program = self._program(name="Dollar", currency_id=self.dollar.id)
        program.currency_id = self.dollar
        program.point_value = 1
        card = self._card(program, self.anna)
        self.assertFalse(self._request(100, card=card).needs_approval)
        self.assertTrue(self._request(101, card=card).needs_approval)

    def test_attacker_changes_what_waits(self):
        adjustment = self._request(60)
        adjustment.action_apply()
        for values in ({"points": 1000}, {"reason": "x"}, {"card_id": self.card.id}):
            with self.assertRaisesRegex(UserError, "Only a draft"):
                adjustment.write(values)
        for values in (
            {"state": "draft"},
            {"state": "done"},
            {"user_id": self.boss.id},
        ):
            with self.assertRaises(AccessError):
                adjustment.write(values)
        with self.assertRaises(UserError):
            adjustment.unlink()
        self.assertEqual(self.card.points, 100)

    def test_attacker_creates_a_decided_one(self):
        for values in (
            {"state": "done"},
            {"approver_id": self.boss.id},
            {"user_id": self.boss.id},
        ):
            with self.assertRaises(AccessError):
                self.adjustments.with_user(self.clerk).create(
                    {
                        "card_id": self.card.id,
                        "points": 60,
                        "reason": "x",
                        **values,
                    }
                )

    def test_who_may_do_what(self):
        with self.assertRaises(AccessError):
            self._request(10, self.seller)
        waiting = self._request(60)
        waiting.action_apply()
        for user in (self.clerk, self.manager, self.seller):
            with self.assertRaises(AccessError):
                waiting.with_user(user).action_approve()
        with self.assertRaises(AccessError):
            waiting.with_user(self.clerk).action_refuse()
        draft = self._request(10)
        with self.assertRaises(AccessError):
            draft.with_user(self.manager).action_apply()
        self.assertEqual(self.card.points, 100)

    def test_limit_holds_for_the_stock_window_too(self):
        wizard = (
            self.env["loyalty.card.update.balance"]
            .with_user(self.clerk)
            .create(
                {
                    "card_id": self.card.id,
                    "new_balance": 1000,
                    "description": "Generous",
                }
            )
        )
        wizard.action_update_card_point()
        self.assertEqual(self.card.points, 100)
        waiting = self.adjustments.search([("card_id", "=", self.card.id)])
        self.assertEqual((waiting.points, waiting.state), (900, "waiting"))
        wizard.new_balance = 120
        wizard.action_update_card_point()
        self.assertEqual(self.card.points, 120)

    def test_other_company_sees_and_does_nothing(self):
        other = self._new_company("Other")
        stranger = self._new_user(
            "stranger",
            "sales_team.group_sale_manager,crm_loyalty.crm_loyalty_group_points_adjust",
            other,
        )
        adjustment = self._request(60)
        adjustment.action_apply()
        found = self.adjustments.with_user(stranger).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(found.search([]))
        with self.assertRaises(AccessError):
            found.browse(adjustment.id).action_approve()
        with self.assertRaises(AccessError):
            found.create(
                {"card_id": self.card.id, "points": 1, "reason": "x"}
            ).action_apply()

    def test_bad_input_is_named(self):
        for points, reason, told in (
            (0, "x", "at least 0.01 points"),
            (0.001, "x", "at least 0.01 points"),
            (5, "   ", "needs a reason"),
        ):
            with self.assertRaisesRegex(ValidationError, told):
                self._request(points, reason=reason)
        with self.assertRaisesRegex(ValidationError, "101 points cannot be taken.*100"):
            self._request(-101).action_apply()

    def test_balance_is_checked_again_when_approved(self):
        adjustment = self._request(-80)
        adjustment.action_apply()
        self.card._post_points("redeem", -50)
        with self.assertRaisesRegex(ValidationError, "80 points cannot be taken"):
            adjustment.with_user(self.boss).action_approve()
        self.assertEqual(self.card.points, 50)

    def test_window_of_the_card(self):
        action = self.card.action_loyalty_update_balance()
        self.assertEqual(action["res_model"], "crm.loyalty.adjustment")
        with Form(
            self.adjustments.with_user(self.clerk).with_context(**action["context"]),
            view=action["views"][0][0],
        ) as form:
            self.assertEqual(form.balance, 100)
            form.points = 51
            self.assertTrue(form.needs_approval)
            form.points = 5
            self.assertFalse(form.needs_approval)
            form.reason = "Gift"
        form.record.action_apply()
        self.assertEqual(self.card.points, 105)

    def test_stock_card_keeps_the_stock_window(self):
        program = self._program(name="Stock", use_ledger=False)
        card = self._card(program, self.anna)
        action = card.action_loyalty_update_balance()
        self.assertEqual(action["res_model"], "loyalty.card.update.balance")
