"""A synthetic company in a database: as asked, whole in Odoo's eyes, once."""

from odoo.tests import TransactionCase, tagged

from tools.loader import generate
from tools.loader.synthetic import Size


@tagged("post_install", "-at_install")
class TestGenerate(TransactionCase):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(generate.PARAMETER, False)

    def company(self):
        name = generate.SETTING.name
        return self.env["res.company"].search([("name", "=", name)])

    def orders(self):
        return self.env["sale.order"].search([("company_id", "=", self.company().id)])

    def test_whole_company(self):
        generate.generate(self.env, Size(40, 120, 400, months=12, products=20))
        orders = self.orders()
        self.assertEqual(len(orders), 120)
        self.assertEqual(len(orders.order_line), 400)
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.assertEqual(set(orders.mapped("delivery_status")), {"full"})
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"done"})
        self.assertEqual(len(orders.team_id), len(generate.TEAMS))
        invoices = orders.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
        self.assertEqual(len(invoices), 120)
        self.assertAlmostEqual(
            sum(invoices.mapped("amount_untaxed")), sum(orders.mapped("amount_untaxed"))
        )
        won = orders.opportunity_id
        self.assertTrue(won)
        self.assertEqual(set(won.mapped("won_status")), {"won"})
        quants = self.env["stock.quant"].search(
            [
                ("company_id", "=", self.company().id),
                ("location_id.usage", "=", "internal"),
            ]
        )
        self.assertTrue(all(quant.quantity > 0 for quant in quants))

    def test_orders_only(self):
        size = Size(10, 20, 40, months=3, products=5)
        generate.generate(self.env, size, orders_only=True)
        orders = self.orders()
        self.assertEqual((len(orders), len(orders.order_line)), (20, 40))
        self.assertFalse(orders.picking_ids)
        self.assertFalse(orders.invoice_ids)

    def test_a_second_one_is_refused(self):
        size = Size(2, 2, 2, months=2, products=2)
        generate.generate(self.env, size)
        with self.assertRaisesRegex(ValueError, "already"):
            generate.generate(self.env, size)
