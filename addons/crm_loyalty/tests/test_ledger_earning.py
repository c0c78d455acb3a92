from odoo.fields import Command
from odoo.tests import tagged

from .common_ledger import LedgerCase


@tagged("post_install", "-at_install")
class TestLedgerEarning(LedgerCase):
    """10 bags at 10: 100 points for the whole order."""

    def test_order_earns_when_confirmed(self):
        program = self._program()
        order = self._order()
        card = self._card(program)
        self.assertEqual(card.points, 100)
        self.assertEqual(self._rows(card), [("earn", 100)])
        self._assert_sound(card)
        self._assert_settled(order)

    def test_quotation_earns_nothing_yet(self):
        program = self._program()
        order = self._order(confirm=False)
        order._update_programs_and_rewards()
        order._crm_loyalty_sync()
        self.assertEqual(self._card(program).points, 0)

    def test_delivery_earns_its_part(self):
        program = self._program(earn_event="delivery")
        order = self._order()
        self.assertFalse(self.cards.search([("program_id", "=", program.id)]))
        self._deliver(order, 4)
        card = self._card(program)
        self.assertEqual(card.points, 40)
        self._deliver(order, 6)
        self.assertEqual(self._rows(card), [("earn", 40), ("earn", 60)])
        self._assert_settled(order)

    def test_return_takes_its_part_back(self):
        program = self._program(earn_event="delivery")
        order = self._order()
        picking = self._deliver(order, 10)
        self._return(picking, 3)
        card = self._card(program)
        self.assertEqual(self._rows(card), [("earn", 100), ("reverse", -30)])
        self._assert_sound(card)
        self._assert_settled(order)

    def test_return_takes_back_what_the_order_earned_when_confirmed(self):
        program = self._program()
        order = self._order()
        self._return(self._deliver(order, 10), 3)
        self.assertEqual(self._card(program).points, 70)
        self._assert_settled(order)

    def test_invoice_earns_its_part_and_a_credit_note_takes_it_back(self):
        program = self._program(earn_event="invoice")
        order = self._order()
        self._invoice(order, 0.4)
        card = self._card(program)
        self.assertEqual(card.points, 40)
        invoice = self._invoice(order)
        self.assertEqual(card.points, 100)
        self._credit(invoice, 0.5)  # half of 60
        self.assertEqual(
            self._rows(card), [("earn", 40), ("earn", 60), ("reverse", -30)]
        )
        self._assert_sound(card)
        self._assert_settled(order)

    def test_credit_note_of_30_percent_returns_exactly_30_percent(self):
        for event in ("order", "invoice", "payment", "delivery"):
            with self.subTest(event=event):
                program = self._program(earn_event=event)
                order = self._order()
                self._deliver(order, 10)
                invoice = self._invoice(order)
                self._pay(invoice)
                card = self._card(program)
                self.assertEqual(card.points, 100)
                self._credit(invoice, 0.3)
                self.assertEqual(card.points, 70)
                self._assert_settled(order)
                self._assert_sound(card)
                program.active = False

    def test_correction_by_credit_note_and_new_invoice_takes_nothing(self):
        for event in ("order", "invoice"):
            with self.subTest(event=event):
                program = self._program(earn_event=event)
                order = self._order()
                self._credit(self._invoice(order))
                card = self._card(program)
                self.assertEqual(card.points, 0)
                self._invoice(order)
                self.assertEqual(card.points, 100)
                self._assert_settled(order)
                program.active = False

    def test_return_that_is_credited_counts_once(self):
        program = self._program()
        order = self._order()
        invoice = self._invoice(order)
        self._return(self._deliver(order, 10), 3)
        self._credit(invoice, 0.3)
        self.assertEqual(self._card(program).points, 70)

    def test_part_payments_earn_their_part(self):
        program = self._program(earn_event="payment")
        order = self._order()
        invoice = self._invoice(order)
        self.assertFalse(self.cards.search([("program_id", "=", program.id)]))
        payment = self._pay(invoice, 25)
        card = self._card(program)
        self.assertEqual(card.points, 25)
        self._pay(invoice)
        self.assertEqual(card.points, 100)
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(card.points, 75)
        self._assert_settled(order)

    def test_invoice_set_to_draft_or_cancelled_earns_nothing(self):
        program = self._program(earn_event="invoice")
        order = self._order()
        invoice = self._invoice(order)
        card = self._card(program)
        invoice.button_draft()
        self.assertEqual(card.points, 0)
        invoice.action_post()
        self.assertEqual(card.points, 100)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(card.points, 0)
        self._assert_sound(card)

    def test_rows_name_their_documents(self):
        program = self._program(earn_event="invoice")
        order = self._order()
        invoice = self._invoice(order)
        [row] = self.history.search([("program_id", "=", program.id)])
        self.assertEqual((row.order_model, row.order_id), ("sale.order", order.id))
        self.assertEqual(row.account_move_id, invoice)
        self.assertEqual(row.partner_id, self.anna)
        self.assertEqual(row.user_id, self.env.user)
        self.assertEqual(row.currency_amount, 100)
        self.assertIn(order.name, row.description)

    def test_cancel_reverses_and_keeps_the_rows(self):
        program = self._program()
        order = self._order()
        order._action_cancel()
        card = self._card(program)
        self.assertEqual(self._rows(card), [("earn", 100), ("reverse", -100)])
        order.action_draft()
        order.action_confirm()
        self.assertEqual(card.points, 100)
        self._assert_settled(order)
        self._assert_sound(card)

    def test_edit_of_a_confirmed_order_moves_the_difference(self):
        program = self._program()
        order = self._order()
        card = self._card(program)
        order.order_line.product_uom_qty = 12
        self.assertEqual(card.points, 120)
        order.order_line.price_unit = 5
        self.assertEqual(card.points, 60)
        order.order_line = [
            Command.create({"product_id": self.tea.id, "product_uom_qty": 1})
        ]
        self.assertEqual(card.points, 70)
        self._assert_settled(order)

    def test_tax_included_or_excluded(self):
        tax = self.env["account.tax"].create({"name": "20%", "amount": 20})
        for mode, points in (("incl", 120), ("excl", 100)):
            with self.subTest(mode=mode):
                program = self._program(points_tax_mode=mode)
                order = self._order(confirm=False)
                order.order_line.tax_ids = tax
                order.action_confirm()
                self.assertEqual(self._card(program).points, points)
                program.active = False

    def test_money_is_converted_at_the_date_of_the_order(self):
        """Two dollars a euro in May, four in June; the order is of May."""
        company = self.env.company
        foreign = self.env["res.currency"].create(
            {
                "name": "BNS",
                "symbol": "B",
                "rate_ids": [
                    Command.create(
                        {"name": day, "rate": rate, "company_id": company.id}
                    )
                    for day, rate in (("2026-05-01", 2), ("2026-06-01", 4))
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        program = self._program(earn_event="invoice")
        order = self._order(confirm=False, pricelist_id=pricelist.id)
        order.order_line.price_unit = 10
        order.action_confirm()
        order.date_order = "2026-05-15 12:00:00"
        order.order_line.write({"product_uom_qty": 20, "price_unit": 10})
        self._invoice(order)
        self.assertEqual(self._card(program).points, 100)  # 200 foreign, 100 own

    def test_card_of_the_firm_is_shared(self):
        program = self._program(beneficiary="commercial")
        first, second = self._order(self.boris), self._order(self.clara)
        card = self._card(program, self.dacha)
        self.assertEqual(card.points, 200)
        self.assertEqual(
            self.cards.search([("program_id", "=", program.id)]).partner_id, self.dacha
        )
        quotation = self._order(self.clara, confirm=False)
        quotation._update_programs_and_rewards()
        self.assertIn(card, quotation._get_claimable_rewards())
        self._claim(quotation, card, 50).action_confirm()
        self.assertEqual(quotation.amount_total, 50)
        # 200 less 50 used, and 100 for the order: as in stock Odoo, what is paid with
        # points earns points too
        self.assertEqual(card.points, 250)
        self._assert_sound(card)
        self._assert_settled(first + second + quotation)

    def test_pending_points_are_seen_but_not_spent(self):
        program = self._program(pending_days=14)
        self._order()
        card = self._card(program)
        self.assertEqual((card.points, card.points_pending), (100, 100))
        self.assertEqual(card.points_available, 0)
        quotation = self._order(confirm=False)
        quotation._update_programs_and_rewards()
        self.assertFalse(quotation._get_claimable_rewards())
        with self._on("2026-06-29 12:00:00"):
            self.assertEqual(card.points_available, 100)
            self.assertEqual(card.points_pending, 0)

    def test_limit_per_customer_and_period(self):
        program = self._program(earn_limit=150, limit_period="month")
        first, second = self._order(self.boris), self._order(self.clara)
        cards = self.cards.search([("program_id", "=", program.id)])
        self.assertEqual(sorted(cards.mapped("points")), [50, 100])
        self._assert_settled(first + second)
        first._action_cancel()
        third = self._order(self.boris)
        self.assertEqual(sum(cards.mapped("points")), 150)
        with self._on("2026-07-01 12:00:00"):
            self._order(self.boris)
        self.assertEqual(sum(cards.mapped("points")), 250)
        self._assert_settled(first + second + third)
