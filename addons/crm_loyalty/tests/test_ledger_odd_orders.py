from odoo.fields import Command
from odoo.tests import tagged

from .common_ledger import LedgerCase


@tagged("post_install", "-at_install")
class TestLedgerOddOrders(LedgerCase):
    """Orders and customers as they should not be, and are."""

    def test_order_of_nothing(self):
        program = self._program()
        order = self._order(price=0)
        order._action_cancel()
        self.assertFalse(self._card(program).points)
        self._assert_settled(order)

    def test_negative_order_earns_nothing(self):
        """Takes nothing either: it names no order whose points it could take back."""
        program = self._program()
        self._order()
        order = self._order(price=-3)
        self.assertEqual(self._card(program).points, 100)
        self._assert_settled(order)
        self._assert_sound()

    def test_line_below_zero_lessens_what_the_order_earns(self):
        program = self._program()
        order = self._order(confirm=False)
        order.order_line = [
            Command.create(
                {
                    "product_id": self.tea.id,
                    "product_uom_qty": 1,
                    "price_unit": -30,
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        order.action_confirm()
        self.assertEqual(self._card(program).points, 70)
        self._assert_settled(order)

    def test_archived_customer_keeps_the_ledger_right(self):
        program = self._program(earn_event="invoice", expire_after=30)
        order = self._order()
        invoice = self._invoice(order)
        self.anna.active = False
        card = self._card(program)
        self._credit(invoice, 0.3)
        self.assertEqual(card.points, 70)
        with self._on("2026-08-01 12:00:00"):
            self.env["crm.loyalty.ledger.job"]._expire(program)
        self.assertEqual(card.points, 0)
        self._assert_sound(card)

    def test_hundred_year_old_order(self):
        """No rate is as old: the oldest one there is counts."""
        program = self._program()
        order = self._order(date_order="1926-06-15 12:00:00")
        self.assertEqual(self._card(program).points, 100)
        dollars = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": self._other_currency().id}
        )
        order = self._order(
            self.boris, date_order="1926-06-15 12:00:00", pricelist_id=dollars.id
        )
        self.assertGreater(self._card(program, self.boris).points, 0)
        self._assert_settled(order)

    @classmethod
    def _other_currency(cls):
        currency = cls.env.ref("base.CHF")
        currency.active = True
        currency.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2020-01-01", "rate": 2}
        )
        return currency

    def test_two_currencies_on_one_card(self):
        """100 in the company's currency, and 100 francs at two for one: 50."""
        program = self._program()
        francs = self.env["product.pricelist"].create(
            {"name": "Francs", "currency_id": self._other_currency().id}
        )
        self._order()
        order = self._order(pricelist_id=francs.id)
        self.assertEqual(order.currency_id.name, "CHF")
        self.assertEqual(self._rows(self._card(program)), [("earn", 100), ("earn", 50)])
