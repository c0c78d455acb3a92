from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_ledger import LedgerCase


@tagged("post_install", "-at_install")
class TestLedgerWallet(LedgerCase):
    """Prepaid money: a top-up of 50 gives 50, and a point pays 1.

    Anna's wallet is filled by an order of two top-ups: 100.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.top_up = cls.env["product.product"].create(
            {
                "name": "Top-up",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 50,
                "taxes_id": [Command.clear()],
            }
        )
        cls.wallet = cls._wallet()

    @classmethod
    def _wallet(cls, **values):
        return cls._program(
            name="Wallet",
            program_type="ewallet",
            applies_on="future",
            rule_ids=[
                Command.clear(),
                Command.create(
                    {
                        "reward_point_mode": "money",
                        "reward_point_amount": 1,
                        "product_ids": [Command.set(cls.top_up.ids)],
                    }
                ),
            ],
            **values,
        )

    def _fill(self, count=2, **values):
        order = self._order(confirm=False, **values)
        order.order_line.write(
            {
                "product_id": self.top_up.id,
                "product_uom_qty": count,
                "price_unit": 50,
            }
        )
        order._update_programs_and_rewards()
        order.action_confirm()
        return order

    def _pay_with_wallet(self, order):
        return self._claim(order, self._card(self.wallet))

    def test_top_up_is_one_award(self):
        order = self._fill()
        card = self._card(self.wallet)
        self.assertEqual(self._rows(card), [("earn", 100)])
        self._assert_settled(order)
        self._assert_sound(card)

    def test_goods_do_not_fill_it(self):
        self._order()
        self.assertFalse(self.cards.search([("program_id", "=", self.wallet.id)]))

    def test_top_up_counts_when_it_is_paid(self):
        self.wallet.earn_event = "payment"
        order = self._fill()
        invoice = self._invoice(order)
        self.assertFalse(self.cards.search([("program_id", "=", self.wallet.id)]))
        self._pay(invoice, 30)
        self.assertEqual(self._card(self.wallet).points, 30)
        self._pay(invoice)
        self.assertEqual(self._card(self.wallet).points, 100)
        self._assert_sound()

    def test_pays_an_order_and_comes_back_with_its_cancellation(self):
        self._fill()
        card = self._card(self.wallet)
        order = self._pay_with_wallet(self._order(bags=6, confirm=False))
        self.assertEqual(order.amount_total, 0)
        order.action_confirm()
        self.assertEqual(self._rows(card), [("earn", 100), ("redeem", -60)])
        order._action_cancel()
        self.assertEqual(card.points, 100)
        self._assert_sound(card)

    def test_two_orders_cannot_spend_the_same_money(self):
        self._fill()
        orders = self.env["sale.order"].union(
            *(self._pay_with_wallet(self._order(confirm=False)) for _number in "ab")
        )
        with self.assertRaisesRegex(ValidationError, "Wallet, Anna: "):
            orders.action_confirm()

    def test_returned_top_up_is_taken_back(self):
        invoice = self._invoice(self._fill())
        self.wallet.earn_event = "invoice"
        order = self._fill()
        invoice = self._invoice(order)
        self.assertEqual(self._card(self.wallet).points, 200)
        self._credit(invoice, 0.5)
        self.assertEqual(self._card(self.wallet).points, 150)
        self._assert_settled(order)
        self._assert_sound()

    def test_points_of_another_programme_count_what_it_pays(self):
        """Money from a wallet is money: the bonus is of 100, not of the rest."""
        bonus = self._program()
        self._fill()
        order = self._pay_with_wallet(self._order(confirm=False))
        order.action_confirm()
        row = self.history.search(
            [
                ("program_id", "=", bonus.id),
                ("order_id", "=", order.id),
                ("order_model", "=", "sale.order"),
            ]
        )
        self.assertEqual(row.points, 100)
        self._assert_settled(order)

    def test_gift_card_pays_beside_a_ledger(self):
        """A gift card keeps no ledger, and the bonus counts what it pays."""
        bonus = self._program()
        gift = self._program(
            use_ledger=False, name="Gift", program_type="gift_card", applies_on="future"
        )
        card = self.cards.create({"program_id": gift.id, "points": 40, "code": "GIFT"})
        order = self._order(confirm=False)
        order._try_apply_code("GIFT")
        error = order._apply_program_reward(gift.reward_ids, card)
        self.assertFalse(error)
        order.action_confirm()
        self.assertEqual((order.amount_total, card.points), (60, 0))
        self.assertEqual(self._card(bonus).points, 100)
        order._action_cancel()
        self.assertEqual((card.points, self._card(bonus).points), (40, 0))
        self._assert_sound(self._card(bonus))

    def test_gift_card_keeps_no_ledger(self):
        with self.assertRaisesRegex(ValidationError, "Gift: only loyalty.*gift cards"):
            self._program(name="Gift", program_type="gift_card", applies_on="future")

    def test_switching_on_keeps_every_balance(self):
        program = self._wallet(use_ledger=False)
        card = self._card(program, points=70)
        program.use_ledger = True
        self.assertEqual(self._rows(card), [("opening", 70)])
        program.use_ledger = False
        self.assertEqual(card.points, 70)

    # ------------------------------------------------- given to many at once

    def _generate(self, user=None, **values):
        wizard = self.env["loyalty.generate.wizard"].create(
            {
                "program_id": self.wallet.id,
                "mode": "selected",
                "customer_ids": [Command.set((self.anna | self.boris).ids)],
                "points_granted": 30,
                "description": "For the delay",
                **values,
            }
        )
        return wizard.with_user(user or self.env.user).generate_coupons()

    def _allow(self, user):
        user.group_ids += self.env.ref("crm_loyalty.crm_loyalty_group_points_adjust")
        return user

    def test_given_to_whoever_has_one_and_who_has_none(self):
        self._allow(self.env.user)
        self._fill()
        cards = self._generate()
        anna, boris = self._card(self.wallet), self._card(self.wallet, self.boris)
        self.assertEqual(cards, anna | boris)
        self.assertEqual(self._rows(anna), [("earn", 100), ("adjust", 30)])
        self.assertEqual(self._rows(boris), [("adjust", 30)])
        self.assertEqual(boris.history_ids.reason, "For the delay")
        self._assert_sound()

    def test_above_the_limit_a_second_person_decides(self):
        self._allow(self.env.user)
        self.env.company.loyalty_adjust_limit = 20
        cards = self._generate()
        self.assertEqual(cards.mapped("points"), [0, 0])
        waiting = self.env["crm.loyalty.adjustment"].search(
            [("card_id", "in", cards.ids)]
        )
        self.assertEqual(waiting.mapped("state"), ["waiting", "waiting"])

    def test_shared_wallet_of_the_firm(self):
        self._allow(self.env.user)
        self.wallet.beneficiary = "commercial"
        customers = [Command.set((self.boris | self.clara).ids)]
        card = self._generate(customer_ids=customers)
        self.assertEqual((card.partner_id, card.points), (self.dacha, 30))

    def test_bad_input_is_named(self):
        self._allow(self.env.user)
        for values, text in (
            ({"mode": "anonymous", "coupon_qty": 3}, "choose the customers"),
            ({"description": " "}, "needs a reason"),
            ({"valid_until": "2026-12-31"}, "leave the last day empty"),
            ({"points_granted": 0}, "at least 0.01 points"),
        ):
            with self.assertRaisesRegex(ValidationError, text):
                self._generate(**values)

    def test_only_who_may_adjust(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_manager"
        )
        with self.assertRaises(AccessError):
            self._generate(user=seller)

    def test_stock_wallet_is_as_it_was(self):
        program = self._wallet(use_ledger=False)
        cards = self._generate(program_id=program.id)
        self.assertEqual(cards.mapped("points"), [30, 30])
        self.assertEqual(cards.history_ids.mapped("issued"), [30, 30])
