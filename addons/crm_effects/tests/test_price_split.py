"""Why revenue changed, by products.

Go-live January 2025, today January 2026: 2025 is compared with 2024. In units of the
company:

=======  ==========  ==========
product  2024        2025
=======  ==========  ==========
Pump     10 at 10    10 at 11
Motor    10 at 30    20 at 30
Belt     5 at 10     –
Valve    –           7 at 10
=======  ==========  ==========

450 became 780. Pump and Motor: 20 pieces at 20 on average became 30: volume 200;
at old prices the 30 are worth 700 instead of 600: mix 100; prices 10.
"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestPriceSplit(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Buyer"})
        cls.goods = {
            name: cls.env["product.product"].create(
                {"name": name, "type": "service", "taxes_id": False}
            )
            for name in ("Pump", "Motor", "Belt", "Valve")
        }
        cls._sell(2024, ("Pump", 10, 10), ("Motor", 10, 30), ("Belt", 5, 10))
        cls._sell(2025, ("Pump", 10, 11), ("Motor", 20, 30), ("Valve", 7, 10))

    @classmethod
    def _sell(cls, year, *lines, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.partner.id,
                "company_id": cls.company.id,
                "state": "sale",
                "date_order": f"{year}-05-10 10:00:00",
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.goods[name].id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "tax_ids": False,
                        }
                    )
                    for name, quantity, price in lines
                ],
                **values,
            }
        )

    def test_parts(self):
        split = self.implementation._get_price_split()
        self.assertEqual((split["before"], split["after"]), (450, 780))
        parts = [round(part, 6) for part in split["parts"]]
        self.assertEqual(parts, [200, 100, 10, 70, -50, 0])
        self.assertAlmostEqual(sum(split["parts"]), split["total"], 9)
        text = self.implementation.with_user(self.user).price_split
        self.assertIn("Prices: ", text)
        opening, *parts = text.splitlines()
        self.assertEqual(len(parts), 6)
        for amount in (450, 780, 330):  # before, after and the change in all
            self.assertIn(self.implementation._amount(amount), opening)

    def test_what_is_no_product(self):
        """A discount of 30 on the whole order is no lower price of a product; a
        quotation and a cancelled order are nothing."""
        product = self.env["product.product"].create(
            {"name": "Discount", "type": "service", "taxes_id": False}
        )
        self.company.sale_discount_product_id = product
        self.goods["Discount"] = product
        self._sell(2025, ("Discount", 1, -30))
        for state in ("draft", "cancel"):
            self._sell(2025, ("Pump", 100, 1), state=state)
        split = self.implementation._get_price_split()
        parts = [round(part, 6) for part in split["parts"]]
        self.assertEqual(parts, [200, 100, 10, 70, -50, -30])
        self.assertEqual(split["total"], 300)

    def test_products_open(self):
        action = self.implementation.action_open_price_split()
        rows = self.env["sale.report"].search(action["domain"])
        self.assertEqual(sum(rows.mapped("price_subtotal")), 450 + 780)

    def test_nothing_to_compare(self):
        self.implementation.date_go_live = False
        self.assertFalse(self.implementation.price_split)
        with self.assertRaisesRegex(UserError, "a whole month after the go-live"):
            self.implementation.action_open_price_split()
