from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_ledger import LedgerCase


@tagged("post_install", "-at_install")
class TestLedgerRules(LedgerCase):
    """Posting, switching the ledger on and off, adjusting, joining customers."""

    def test_programme_without_ledger_is_stock(self):
        program = self._program(use_ledger=False)
        order = self._order()
        card = self._card(program)
        [row] = card.history_ids
        self.assertEqual((row.issued, row.used, row.move_type), (100, 0, False))
        self.assertFalse(order.loyalty_earning_ids)
        card.points = 70
        self.assertEqual(len(card.history_ids), 1)
        card.history_ids.sudo().unlink()
        with self.assertRaisesRegex(UserError, "keeps no ledger"):
            card._post_points("bonus", 10)

    def test_programme_with_ledger_stays_off_the_till(self):
        if "pos_ok" not in self.env["loyalty.program"]._fields:
            self.skipTest("Point of Sale (pos_loyalty) is not installed")
        self.assertFalse(self._program().pos_ok)
        program = self._program(use_ledger=False, pos_ok=True)
        self.assertTrue(program.pos_ok)
        program.use_ledger = True
        self.assertFalse(program.pos_ok)
        with self.assertRaisesRegex(UserError, "keeps a points ledger"):
            program.pos_ok = True

    def test_switching_on_adds_one_row_per_card(self):
        program = self._program(use_ledger=False)
        self._order()
        card = self._card(program)
        card.points = 130  # 30 that no row explains
        empty = self._card(program, self.boris)
        indebted = self._card(program, self.clara, points=-20)
        program.use_ledger = True
        for each, opening, remaining in (
            (card, 30, 130),
            (empty, 0, 0),
            (indebted, -20, 0),
        ):
            row = each.history_ids.filtered(lambda r: r.move_type == "opening")
            self.assertEqual((row.points, row.remaining), (opening, remaining))
        self.assertEqual(card.points, 130)
        self._assert_sound()

    def test_orders_from_before_the_ledger(self):
        program = self._program(use_ledger=False)
        first, second = self._order(), self._order()
        card = self._card(program)
        paid = self._claim(self._order(confirm=False), card)
        paid.action_confirm()
        self.assertEqual(card.points, 200, "100 earned three times, 100 spent")
        program.use_ledger = True
        self._invoice(first)
        first.order_line.product_uom_qty = 12
        self.assertEqual(card.points, 200, "their terms were stock's")
        first._action_cancel()
        self.assertEqual(card.points, 100)
        paid._action_cancel()
        self.assertEqual(card.points, 100, "less 100 earned, plus 100 spent")
        self._assert_sound(card)
        self._assert_settled(first + second + paid)

    def test_orders_after_the_ledger_was_given_up(self):
        self._program(name="Other")  # some programme still keeps one
        program = self._program(earn_event="invoice")
        order = self._order()
        self._invoice(order, 0.5)
        card = self._card(program)
        program.use_ledger = False
        self._invoice(order)
        order._action_cancel()
        self.assertEqual(card.points, 50)

    def test_switching_off_and_on_again(self):
        program = self._program()
        self._order()
        card = self._card(program)
        program.use_ledger = False
        card.points = 150
        self.assertEqual(len(card.history_ids), 1)
        program.use_ledger = True
        self.assertEqual(self._rows(card), [("earn", 100), ("opening", 50)])
        self._assert_sound(card)

    def test_only_personal_programmes_keep_a_ledger(self):
        with self.assertRaisesRegex(ValidationError, "only loyalty cards and eWallets"):
            self._program(program_type="promotion", applies_on="current")

    def test_bad_settings(self):
        program = self._program()
        for values, message in (
            ({"expire_after": -1}, "cannot be negative"),
            ({"pending_days": -1}, "cannot be negative"),
            ({"earn_limit": -5}, "cannot be negative"),
            ({"expected_redemption": 120}, "a share from 0 to 100"),
            ({"max_points_percent": 101}, "a share from 0 to 100"),
        ):
            with self.subTest(values=values):
                with self.assertRaisesRegex(ValidationError, message):
                    program.write(values)

    def test_key_is_posted_once(self):
        card = self._card(self._program())
        first = card._post_points("bonus", 30, key="welcome:1")
        second = card._post_points("bonus", 30, key="welcome:1")
        self.assertEqual(first, second)
        self.assertEqual(card.points, 30)

    def test_nothing_is_no_movement(self):
        card = self._card(self._program())
        self.assertFalse(card._post_points("bonus", 0.001))
        self.assertFalse(card.history_ids)

    def test_more_than_there_is(self):
        card = self._card(self._program(), points=50)
        with self.assertRaisesRegex(ValidationError, "50.00 points can be used, 60.00"):
            card._post_points("redeem", -60)
        with self.assertRaisesRegex(ValidationError, "50.00 points can be used, 60.00"):
            card._post_points("adjust", -60)

    def test_rows_cannot_be_changed_or_deleted(self):
        card = self._card(self._program(), points=50)
        row = card.history_ids
        for attempt in (
            lambda: row.write({"issued": 500}),
            lambda: row.sudo().write({"issued": 500}),
            row.unlink,
            row.sudo().unlink,
            card.unlink,
            card.sudo().unlink,
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertEqual(self._rows(card), [("opening", 50)])

    def test_card_with_points_starts_with_a_row(self):
        card = self._card(self._program(expire_after=100), points=50)
        [row] = card.history_ids
        self.assertEqual(
            (row.move_type, row.points, row.remaining), ("opening", 50, 50)
        )
        self.assertEqual(str(row.expiration_date), "2026-09-23")

    def test_adjusting_needs_the_right_and_gives_a_reason(self):
        program = self._program()
        card = self._card(program, points=50)
        keeper = new_test_user(
            self.env,
            "ledger_keeper",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads,"
            "crm_loyalty.crm_loyalty_group_points_adjust",
            company_id=self.env.company.id,
        )
        wizard = (
            self.env["loyalty.card.update.balance"]
            .with_user(keeper)
            .create({"card_id": card.id, "new_balance": 80, "description": "Sorry"})
        )
        wizard.action_update_card_point()
        self.assertEqual(card.points, 80)
        row = card.history_ids[:1]
        self.assertEqual(
            (row.move_type, row.points, row.reason, row.user_id),
            ("adjust", 30, "Sorry", keeper),
        )
        self._assert_sound(card)
        wizard.new_balance = -1
        with self.assertRaisesRegex(ValidationError, "new balance"):
            wizard.action_update_card_point()

    def test_balance_written_by_other_code_becomes_a_row(self):
        card = self._card(self._program(), points=50)
        card.sudo().points -= 20
        self.assertEqual(self._rows(card), [("opening", 50), ("adjust", -20)])
        self._assert_sound(card)

    def test_new_award_covers_a_debt_first(self):
        card = self._card(self._program())
        card._post_points("reverse", -40)
        self.assertEqual((card.points, card.points_available), (-40, -40))
        award = card._post_points("bonus", 100)
        self.assertEqual(award.remaining, 60)
        self._assert_sound(card)

    def test_joined_customers_have_one_card_with_all_rows(self):
        program = self._program()
        other = self.env["res.partner"].create({"name": "Anya"})
        order, second = self._order(), self._order(other, bags=5)
        spending = self._claim(
            self._order(other, confirm=False), self._card(program, other), 20
        )
        spending.action_confirm()
        self._merge(other, self.anna)
        card = self._card(program)
        # 100 + 50 - 20 + 100 of the order that was paid with points
        self.assertEqual(card.points, 230)
        self.assertEqual(len(self.cards.search([("program_id", "=", program.id)])), 1)
        self._assert_sound(card)
        self._assert_settled(order + second + spending)
        spending._action_cancel()
        self.assertEqual(card.points, 150)
        self._assert_sound()

    def test_joined_debt_is_covered(self):
        program = self._program()
        other = self.env["res.partner"].create({"name": "Anya"})
        self._card(program, other)._post_points("reverse", -30)
        card = self._card(program, points=50)
        self._merge(other, self.anna)
        self.assertEqual((card.points, card.points_available), (20, 20))
        self._assert_sound(card)

    def test_joined_customer_without_a_card(self):
        program = self._program()
        other = self.env["res.partner"].create({"name": "Anya"})
        card = self._card(program, other, points=50)
        self._merge(other, self.anna)
        self.assertEqual((card.partner_id, card.points), (self.anna, 50))
        self.assertEqual(card.history_ids.partner_id, self.anna)
        self._assert_sound(card)

    def _merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((source + target).ids, target, extra_checks=False)
        self.env.invalidate_all()

    def test_two_companies(self):
        program = self._program()
        card = self._card(program, points=50)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreigner = new_test_user(
            self.env,
            "ledger_foreigner",
            groups="base.group_user,sales_team.group_sale_manager",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        rows = self.history.with_user(foreigner)
        self.assertFalse(rows.search([("card_id", "=", card.id)]))
        with self.assertRaises(AccessError):
            card.history_ids.with_user(foreigner).read(["points"])

    def test_opening_the_ledger_of_a_record(self):
        program = self._program()
        order = self._order()
        card = self._card(program)
        for record in (program, card, order):
            action = (
                record.action_view_points()
                if record == order
                else record.action_view_ledger()
            )
            self.assertEqual(self.history.search(action["domain"]), card.history_ids)
        self.assertEqual((program.history_count, card.history_count), (1, 1))
        self.assertEqual(order.points_moved, 100)
        self.assertEqual(order.loyalty_data["issued"], 100)

    def test_order_shows_what_is_left_after_a_return(self):
        self._program()
        order = self._order()
        self._credit(self._invoice(order), 0.3)
        self.assertEqual(order.loyalty_data["issued"], 70)
        self.assertEqual(order.loyalty_data["cost"], 0)
        self.assertEqual(order.loyalty_earning_ids.earned_points, 70)

    def test_lists_take_few_queries(self):
        program = self._program(expire_after=30)
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(20)]
        )
        cards = self.cards.create(
            [
                {"program_id": program.id, "partner_id": partner.id, "points": 10}
                for partner in partners
            ]
        )
        self.env.flush_all()
        counts = []
        for count in (2, 2, 20):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards[:count].mapped("points_available")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
