from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_ledger import LedgerCase


@tagged("post_install", "-at_install")
class TestLedgerRedeeming(LedgerCase):
    """A point pays 1; the quotation is over 100 where not said otherwise.

    Programmes here earn on payment, so that orders only spend.
    """

    def setUp(self):
        super().setUp()
        self.program = self._program(earn_event="payment")

    def _awards(self, card):
        return [
            (row.issued, row.remaining)
            for row in self.history.search(
                [("card_id", "=", card.id), ("issued", ">", 0)], order="id"
            )
        ]

    def test_points_are_drawn_from_what_expires_first(self):
        card = self._card(self.program)
        for points, day in ((30, False), (30, "2026-12-31"), (30, "2026-07-31")):
            card._post_points("bonus", points, expiration_date=day)
        order = self._claim(self._order(confirm=False), card, 50)
        order.action_confirm()
        self.assertEqual(card.points, 40)
        self.assertEqual(self._awards(card), [(30, 30), (30, 10), (30, 0)])
        redeemed = self.history.search([("move_type", "=", "redeem")], order="id")
        self.assertEqual(redeemed.mapped("used"), [30, 20])
        self.assertEqual(
            [str(row.origin_id.expiration_date) for row in redeemed],
            ["2026-07-31", "2026-12-31"],
        )
        self._assert_sound(card)
        self._assert_settled(order)

    def test_cancelled_order_gives_points_back_to_their_own_last_day(self):
        card = self._card(self.program)
        card._post_points("bonus", 30, expiration_date="2026-07-31")
        card._post_points("bonus", 30, expiration_date=False)
        order = self._claim(self._order(confirm=False), card, 40)
        order.action_confirm()
        with self._on("2026-07-01 12:00:00"):
            order._action_cancel()
        self.assertEqual(card.points, 60)
        back = self.history.search([("move_type", "=", "reverse")])
        self.assertEqual(
            sorted((row.issued, str(row.expiration_date)) for row in back),
            [(10, "False"), (30, "2026-07-31")],
        )
        self._assert_sound(card)
        self._assert_settled(order)

    def test_points_that_would_have_expired_come_back_for_a_while(self):
        card = self._card(self.program)
        card._post_points("bonus", 30, expiration_date="2026-07-31")
        order = self._claim(self._order(confirm=False), card, 30)
        order.action_confirm()
        with self._on("2026-09-01 12:00:00"):
            order._action_cancel()
            back = self.history.search([("move_type", "=", "reverse")])
            self.assertEqual(str(back.expiration_date), "2026-10-01")
            self.assertEqual(card.points_available, 30)

    def test_expired_points_cannot_be_spent_before_the_job_takes_them(self):
        card = self._card(self.program)
        card._post_points("bonus", 30, expiration_date="2026-06-15")
        self.assertEqual(card.points_available, 30)
        with self._on("2026-06-16 12:00:00"):
            self.assertEqual(card.points_available, 0)
            quotation = self._order(confirm=False)
            quotation._update_programs_and_rewards()
            self.assertFalse(quotation._get_claimable_rewards())

    def test_largest_part_of_an_order(self):
        self.program.max_points_percent = 30
        card = self._card(self.program, points=500)
        order = self._claim(self._order(confirm=False), card)
        self.assertEqual(order.amount_total, 70)
        order.action_confirm()
        self.assertEqual(card.points, 470)

    def test_largest_part_needs_the_value_of_a_point(self):
        self.program.reward_ids.discount_mode = "percent"
        with self.assertRaisesRegex(ValidationError, "say what a point is worth"):
            self.program.max_points_percent = 30

    def test_limit_of_spending_in_the_period(self):
        self.program.write({"spend_limit": 60, "limit_period": "week"})
        card = self._card(self.program, points=500)
        first = self._claim(self._order(confirm=False), card, 40)
        second = self._claim(self._order(confirm=False), card, 40)
        with self.assertRaisesRegex(ValidationError, "may spend 60.00 points"):
            (first + second).action_confirm()

    def test_limit_of_spending_starts_again(self):
        self.program.write({"spend_limit": 60, "limit_period": "week"})
        card = self._card(self.program, points=500)
        self._claim(self._order(confirm=False), card).action_confirm()
        self.assertEqual(card.points, 440)
        quotation = self._order(confirm=False)
        quotation._update_programs_and_rewards()
        self.assertFalse(quotation._get_claimable_rewards())
        with self._on("2026-06-22 12:00:00"):
            self._claim(self._order(confirm=False), card).action_confirm()
        self.assertEqual(card.points, 380)

    def test_chosen_amount_stays_chosen(self):
        card = self._card(self.program, points=500)
        order = self._order(confirm=False)
        order._update_programs_and_rewards()
        wizard = self.env["crm.loyalty.spend"].create({"order_id": order.id})
        self.assertEqual(wizard.card_id, card)
        self.assertEqual((wizard.points_available, wizard.points), (500, 100))
        wizard.points = 35
        wizard.action_apply()
        self.assertEqual(order.amount_total, 65)
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertEqual((order.amount_total, card.points), (65, 465))

    def test_chosen_amount_can_be_changed_and_taken_back(self):
        card = self._card(self.program, points=500)
        order = self._order(confirm=False)
        for points, total in ((35, 65), (80, 20), (0, 100)):
            wizard = self.env["crm.loyalty.spend"].create({"order_id": order.id})
            wizard.points = points
            wizard.action_apply()
            self.assertEqual(order.amount_total, total)
        self.assertFalse(order.order_line.coupon_id)
        self.assertEqual(card.points, 500)

    def test_chosen_amount_is_checked(self):
        self._card(self.program, points=50)
        order = self._order(confirm=False)
        for points, message in (
            (-1, "cannot be negative"),
            (51, "50.00 points can be used"),
        ):
            wizard = self.env["crm.loyalty.spend"].create({"order_id": order.id})
            wizard.points = points
            with self.assertRaisesRegex(ValidationError, message):
                wizard.action_apply()

    def test_chosen_amount_is_whole_rewards(self):
        self.program.reward_ids.required_points = 20
        self._card(self.program, points=50)
        order = self._order(confirm=False)
        wizard = self.env["crm.loyalty.spend"].create({"order_id": order.id})
        wizard.points = 30
        with self.assertRaisesRegex(ValidationError, "multiple of 20"):
            wizard.action_apply()

    def test_no_points_to_use(self):
        with self.assertRaisesRegex(ValidationError, "Anna has no points"):
            self._order(confirm=False).action_use_points()

    def test_spent_points_are_taken_back_below_zero_or_not(self):
        for policy, balance in (("allow", -100), ("floor", 0)):
            with self.subTest(policy=policy):
                program = self._program(negative_policy=policy)
                order = self._order()
                card = self._card(program)
                spending = self._claim(self._order(confirm=False), card, 100)
                program.rule_ids.active = False
                spending.action_confirm()
                self.assertEqual(card.points, 0)
                order._action_cancel()
                self.assertEqual(card.points, balance)
                self._assert_sound(card)
                self._assert_settled(order + spending)
                card._post_points("bonus", 150)
                self.assertEqual(card.points_available, 150 + balance)
                self._assert_sound(card)
                program.active = False

    def test_points_of_the_same_order_pay_it_only_if_not_pending(self):
        for days, claimable in ((0, True), (14, False)):
            with self.subTest(days=days):
                program = self._program(pending_days=days)
                order = self._order(confirm=False)
                order._update_programs_and_rewards()
                rewards = order._get_claimable_rewards()
                self.assertEqual(bool(rewards), claimable)
                program.active = False

    def test_reward_line_added_to_a_confirmed_order(self):
        card = self._card(self.program, points=30)
        order = self._order()
        self._claim(order, card)
        self.assertEqual((order.amount_total, card.points), (70, 0))
        # lines of confirmed orders cannot be deleted, only set to none
        order.order_line.filtered("reward_id").product_uom_qty = 0
        self.assertEqual((order.amount_total, card.points), (100, 30))
        self.assertEqual(
            self._rows(card), [("opening", 30), ("redeem", -30), ("reverse", 30)]
        )
        self._assert_sound(card)
        self._assert_settled(order)

    def test_reward_of_fixed_points(self):
        self.program.reward_ids = [
            Command.create({"discount": 10, "required_points": 25})
        ]
        reward = self.program.reward_ids.filtered(lambda r: r.required_points == 25)
        card = self._card(self.program, points=60)
        order = self._order(confirm=False)
        order._update_programs_and_rewards()
        order._apply_program_reward(reward, card)
        order.action_confirm()
        self.assertEqual((order.amount_total, card.points), (90, 35))

    def test_customer_in_debt_may_order(self):
        card = self._card(self.program)
        card._post_points("reverse", -60)
        order = self._order(bags=1)
        self.assertEqual(order.state, "sale")
        self.assertEqual(card.points, -60)
        quotation = self._order(confirm=False)
        quotation._update_programs_and_rewards()
        self.assertFalse(quotation._get_claimable_rewards())
