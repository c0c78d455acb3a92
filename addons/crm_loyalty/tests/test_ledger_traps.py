from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import (
    AccessError,
    ConcurrencyError,
    UserError,
    ValidationError,
)
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.loyalty_card import LoyaltyCard
from .common_ledger import LedgerCase


@tagged("post_install", "-at_install")
class TestLedgerTraps(LedgerCase):
    """Where stock Odoo's engine loses or invents points, each trap with its number."""

    def setUp(self):
        super().setUp()
        self.program = self._program()

    def test_trap_01_reward_button_on_a_confirmed_order(self):
        self.program.reward_ids.required_points = 1000
        order = self._order()
        order.order_line = [
            Command.create(
                {
                    "product_id": self.tea.id,
                    "product_uom_qty": 10,
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        order.action_open_reward_wizard()
        card = self._card(self.program)
        self.assertEqual(card.points, 200)
        order._action_cancel()
        self.assertEqual(card.points, 0)
        self._assert_sound(card)
        self._assert_settled(order)

    def test_trap_02_cancelled_orders_keep_their_rows(self):
        stock = self._program(use_ledger=False, name="Stock")
        order = self._order()
        order._action_cancel()
        self.assertEqual(
            self._rows(self._card(self.program)), [("earn", 100), ("reverse", -100)]
        )
        self.assertFalse(self._rows(self._card(stock)), "as in stock Odoo")
        self.assertEqual(self._card(stock).points, 0)

    def test_trap_03_confirming_together_cannot_overspend(self):
        self.program.earn_event = "payment"
        card = self._card(self.program, points=100)
        orders = self._order(confirm=False) + self._order(confirm=False)
        for order in orders:
            self._claim(order, card)
            self.assertEqual(order.amount_total, 0)
        with (
            self.assertRaisesRegex(ValidationError, "Anna: 0.00 points can be used"),
            self.env.cr.savepoint(),
        ):
            orders.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(card.points, 100)
        orders[0].action_confirm()
        self.assertEqual(card.points, 0)
        self._assert_sound(card)

    def test_trap_04_one_card_per_customer(self):
        self._card(self.program)
        with self.assertRaisesRegex(ValidationError, "Anna has the card"):
            self.cards.create(
                {"program_id": self.program.id, "partner_id": self.anna.id}
            )

    def test_trap_04_simultaneous_first_orders_are_tried_again(self):
        """The card of the other transaction is not seen, but it is in the way."""
        self._card(self.program)
        with (
            patch.object(LoyaltyCard, "_check_no_card", lambda *args: None),
            self.assertRaises(ConcurrencyError),
        ):
            self.cards.create(
                {"program_id": self.program.id, "partner_id": self.anna.id}
            )

    def test_trap_04_several_cards_of_stock_odoo_are_joined(self):
        stock = self._program(use_ledger=False)
        first, second = self.cards.create(
            [
                {"program_id": stock.id, "partner_id": self.anna.id, "points": points}
                for points in (30, 50)
            ]
        )
        order = self._order(confirm=False)
        order.applied_coupon_ids = second
        stock.use_ledger = True
        self.assertEqual((first.points, second.points), (80, 0))
        self.assertEqual((first.active, second.active), (True, False))
        self.assertEqual(order.applied_coupon_ids, first)
        self._assert_sound(first, second)

    @mute_logger("odoo.sql_db")
    def test_trap_04_the_database_keeps_it(self):
        card = self._card(self.program)
        other = self._card(self.program, self.boris)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE loyalty_card SET partner_id = %s WHERE id = %s",
                [card.partner_id.id, other.id],
            )

    def test_trap_05_points_do_not_go_to_a_dead_card(self):
        stock = self._program(use_ledger=False)
        card = self.cards.create(
            {
                "program_id": stock.id,
                "partner_id": self.anna.id,
                "points": 30,
                "expiration_date": "2026-07-31",
            }
        )
        stock.use_ledger = True
        self.assertFalse(card.expiration_date, "its points expire, not the card")
        self.assertEqual(str(card.next_expiration_date), "2026-07-31")
        with self.assertRaisesRegex(ValidationError, "does not expire"):
            card.expiration_date = "2026-12-31"

    def test_trap_06_lines_of_confirmed_orders_move_rows_too(self):
        self.program.earn_event = "payment"
        card = self._card(self.program, points=100)
        order = self._claim(self._order(confirm=False), card, 40)
        order.action_confirm()
        line = order.order_line.filtered("points_cost")
        line.points_cost = 25
        self.assertEqual(card.points, 75)
        line.product_uom_qty = 0
        self.assertEqual(card.points, 100)
        self._assert_sound(card)

    def test_trap_07_salespeople_cannot_change_balances(self):
        card = self._card(self.program, points=100)
        salesperson = new_test_user(
            self.env,
            "ledger_salesperson",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
            company_id=self.env.company.id,
        )
        own = card.with_user(salesperson)
        with self.assertRaisesRegex(AccessError, "right to adjust points"):
            own.points = 500
        with self.assertRaisesRegex(AccessError, "right to adjust points"):
            own.with_context(crm_loyalty_posting="ledger").points = 500
        with self.assertRaises(UserError):
            own.env["loyalty.history"].create(
                {"card_id": card.id, "description": "Gift", "issued": 500}
            )
        with self.assertRaises(UserError):
            own.env["loyalty.history"].create(
                {
                    "card_id": card.id,
                    "description": "Gift",
                    "issued": 500,
                    "move_type": "adjust",
                }
            )
        with self.assertRaisesRegex(AccessError, "right to adjust points"):
            own.partner_id = self.boris
        wizard = own.env["loyalty.card.update.balance"].create(
            {"card_id": card.id, "new_balance": 500, "description": "Gift"}
        )
        with self.assertRaisesRegex(AccessError, "right to adjust points"):
            wizard.action_update_card_point()
        with self.assertRaises(UserError):
            own.history_ids.write({"issued": 500})
        self.assertEqual(card.points, 100)
        self.assertEqual(self._rows(card), [("opening", 100)])

    def test_trap_07_salespeople_confirm_and_cancel(self):
        """What they may do with orders moves points all the same."""
        salesperson = new_test_user(
            self.env,
            "ledger_seller",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
            company_id=self.env.company.id,
        )
        order = self._order(confirm=False).with_user(salesperson)
        order.action_confirm()
        card = self._card(self.program)
        self.assertEqual(card.points, 100)
        self.assertEqual(card.history_ids.user_id, salesperson)
        order._action_cancel()
        self.assertEqual(card.points, 0)

    def test_trap_08_indexes(self):
        wanted = {
            ("sale_order_line", "coupon_id"),
            ("sale_order_line", "reward_id"),
            ("sale_order_coupon_points", "coupon_id"),
            ("loyalty_history", "order_id"),
        }
        self.env.cr.execute(
            """
            SELECT i.tablename, a.attname
              FROM pg_indexes i
              JOIN pg_class c ON c.relname = i.indexname
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
             WHERE i.schemaname = current_schema"""
        )
        self.assertFalse(wanted - set(self.env.cr.fetchall()))

    def test_trap_09_no_message_per_movement(self):
        card = self._card(self.program).with_context(tracking_disable=False)
        self.env.flush_all()
        count = len(card.message_ids)
        self._order(confirm=False).with_context(tracking_disable=False).action_confirm()
        card._post_points("bonus", 10)
        self.env.flush_all()
        self.assertEqual(card.points, 110)
        self.assertEqual(len(card.message_ids), count)

    def test_trap_10_points_are_not_rounded_like_money(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.program.write({"earn_event": "payment", "currency_id": yen.id})
        card = self._card(self.program, points=0.75)
        order = self._order(confirm=False)
        self.assertEqual(order._get_real_points_for_coupon(card), 0.75)

    def test_trap_11_type_of_a_programme_with_a_ledger(self):
        rules = self.program.rule_ids
        with (
            self.assertRaisesRegex(ValidationError, "loyalty cards and eWallets"),
            self.env.cr.savepoint(),
        ):
            self.program.program_type = "promotion"
        self.env.invalidate_all()
        self.assertEqual(self.program.rule_ids, rules)

    def test_trap_12_archived_rewards_and_programmes_still_settle(self):
        self.program.earn_event = "invoice"
        card = self._card(self.program, points=100)
        order = self._claim(self._order(confirm=False), card, 40)
        order.action_confirm()
        self.program.active = False
        self._invoice(order)
        self.assertEqual(card.points, 160)
        self._credit(order.invoice_ids)
        order._action_cancel()
        self.assertEqual(card.points, 100)
        self._assert_sound(card)

    def test_trap_13_tiers_are_not_partner_grades(self):
        for name, field in self.env["res.partner"]._fields.items():
            if name.startswith("loyalty_"):
                self.assertNotEqual(field.comodel_name, "res.partner.grade")

    def test_trap_14_coupons_taken_off_an_abandoned_cart(self):
        self.program.earn_event = "payment"
        card = self._card(self.program, points=100)
        cart = self._claim(self._order(confirm=False), card, 40)
        cart.applied_coupon_ids = False
        cart.order_line.filtered("reward_id").unlink()
        cart._update_programs_and_rewards()
        self.assertEqual(card.points, 100)
        self.assertEqual(self._rows(card), [("opening", 100)])

    def test_trap_15_queries_do_not_grow_with_programmes(self):
        def queries():
            order = self._order(confirm=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        growth = {}
        for ledger in (False, True):
            queries()  # what is read once in a process
            before = queries()
            for number in range(4):
                self._program(use_ledger=ledger, name=f"Bonus {number}")
            queries()
            growth[ledger] = queries() - before
        # four more programmes, each with one row, one card and one award more
        self.assertLessEqual(growth[True], growth[False] + 8)

    def test_trap_16_rows_outlive_their_orders(self):
        order = self._order()
        order._action_cancel()
        card = self._card(self.program)
        name = order.name
        order.unlink()
        row = card.history_ids[:1]
        self.assertIn(name, row._get_order_description())
        self._assert_sound(card)

    def test_trap_16_rows_of_other_models_are_not_mixed_in(self):
        order = self._order()
        card = self._card(self.program)
        other = self.env["purchase.order"] if "purchase.order" in self.env else None
        document = (other or self.env["res.partner"]).browse(order.id)
        card._post_points("bonus", 30, document=document.exists() or self.anna)
        self._assert_settled(order)
        order._action_cancel()
        self.assertEqual(card.points, 30)

    def test_trap_17_customer_is_the_firm_of_the_order(self):
        department = self.env["res.partner"].create(
            {"name": "Roastery", "parent_id": self.boris.id}
        )
        self.program.beneficiary = "commercial"
        self._order(department)
        self.assertEqual(self._card(self.program, self.dacha).points, 100)
