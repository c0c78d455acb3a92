from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command

from .common_replenishment import TODAY, ReplenishmentCase


class TestReplenishmentOrder(ReplenishmentCase):
    """Café: coffee every 20 days, 5 kg, due since 2 days; cups every 10 days, by the
    dozen, due today. Bar: coffee, late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cafe = cls._customer("Café", is_company=True)
        cls.bar = cls._customer("Bar", is_company=True)
        cls._buy(cls.cafe, cls.coffee, (62, 5), (42, 5), (22, 5))
        cls._buy(
            cls.cafe,
            cls.cups,
            *((30, 2), (20, 2), (10, 2)),
            product_uom_id=cls.dozen.id,
        )
        cls._buy(cls.bar, cls.coffee, (90, 8), (60, 8), (30 + 15, 8))
        cls._forecast()
        cls.cafe_coffee = cls._row(cls.cafe, cls.coffee)
        cls.cafe_cups = cls._row(cls.cafe, cls.cups)
        cls.bar_coffee = cls._row(cls.bar, cls.coffee)

    def _quotations(self, partner):
        return self.env["sale.order"].search(
            [("partner_id", "=", partner.id), ("state", "=", "draft")]
        )

    def test_all_that_is_due_in_one_quotation(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Partners",
                "company_id": self.company.id,
                "currency_id": self.euro.id,
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        self.cafe.property_product_pricelist = pricelist
        self.assertEqual(self.cafe.loyalty_due_count, 2)
        action = self.cafe.action_quote_replenishment()
        order = self._quotations(self.cafe)
        self.assertEqual(action["res_id"], order.id)
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.pricelist_id, pricelist)
        coffee, cups = (
            order.order_line.filtered(lambda line, p=product: line.product_id == p)
            for product in (self.coffee, self.cups)
        )
        self.assertEqual((coffee.product_uom_qty, coffee.price_unit), (5, 18))
        self.assertEqual((cups.product_uom_qty, cups.product_uom_id), (2, self.dozen))

    def test_one_quotation_per_customer(self):
        (self.cafe_coffee | self.bar_coffee).action_create_quotation()
        self.assertEqual(len(self._quotations(self.cafe)), 1)
        self.assertEqual(self._quotations(self.bar).order_line.product_uom_qty, 8)

    def test_open_quotation_is_not_doubled(self):
        self.cafe_coffee.action_create_quotation()
        known = self._quotations(self.cafe)
        action = self.cafe_coffee.action_create_quotation()
        self.assertEqual(self._quotations(self.cafe), known)
        self.assertIn(known.name, action["params"]["message"])
        self.assertEqual(action["params"]["next"]["res_id"], known.id)
        # the other product still goes out, alone
        action = self.cafe.action_quote_replenishment()
        self.assertIn("Coffee", action["params"]["message"])
        new = self._quotations(self.cafe) - known
        self.assertEqual(new.order_line.product_id, self.cups)

    def test_expired_quotation_does_not_count(self):
        self.cafe_coffee.action_create_quotation()
        self._quotations(self.cafe).validity_date = TODAY - timedelta(days=1)
        self.cafe_coffee.action_create_quotation()
        self.assertEqual(len(self._quotations(self.cafe)), 2)

    def test_order_of_this_morning_counts(self):
        self._buy(self.cafe, self.coffee, (0, 5))
        action = self.cafe_coffee.action_create_quotation()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertFalse(self._quotations(self.cafe))

    def test_fractions_stay_where_the_customer_buys_them(self):
        shop = self._customer("Shop")
        self._buy(shop, self.coffee, (60, 2.5), (40, 2.5), (20, 2.5))
        self._buy(shop, self.cups, (63, 10), (42, 5), (21, 5))
        self._forecast()
        self._row(shop, self.coffee).action_create_quotation()
        self._row(shop, self.cups).action_create_quotation()
        quantities = dict(
            self._quotations(shop).order_line.mapped(
                lambda line: (line.product_id, line.product_uom_qty)
            )
        )
        # cups: 15 in 42 days, every 21 days: 7.5, whole as he buys: 8
        self.assertEqual(quantities, {self.coffee: 2.5, self.cups: 8})

    def test_nothing_to_quote_is_said(self):
        with self.assertRaisesRegex(UserError, "nothing to quote"):
            self._customer("Nobody").action_quote_replenishment()
        self.coffee.sale_ok = False
        self._forecast()
        with self.assertRaisesRegex(UserError, "no longer sold"):
            self.cafe_coffee.action_create_quotation()


class TestReplenishmentStock(ReplenishmentCase):
    """Café needs 5 kg of coffee every 20 days, expected in 2 days; bar 8 kg, late.

    12 kg on hand; 4 kg leave tomorrow, 3 kg arrive in 5 days.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cafe = cls._customer("Café")
        cls.bar = cls._customer("Bar")
        cls._buy(cls.cafe, cls.coffee, (58, 5), (38, 5), (18, 5))
        cls._buy(cls.bar, cls.coffee, (90, 8), (60, 8), (30 + 15, 8))
        cls._forecast()
        cls.warehouse = cls._stock(cls.coffee, 12)
        customers = cls.env.ref("stock.stock_location_customers")
        suppliers = cls.env.ref("stock.stock_location_suppliers")
        shelf = cls.warehouse.lot_stock_id
        cls._move(shelf, customers, 4, 1)
        cls._move(suppliers, shelf, 3, 5)
        cls.cafe_row = cls._row(cls.cafe, cls.coffee)
        cls.bar_row = cls._row(cls.bar, cls.coffee)
        cls.shortage = cls.env["crm.loyalty.shortage"]

    @classmethod
    def _move(cls, source, target, quantity, days):
        move = cls.env["stock.move"].create(
            {
                "product_id": cls.coffee.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": cls.company.id,
                "date": datetime(2026, 6, 15, 12) + timedelta(days=days),
            }
        )
        move._action_confirm()
        return move

    def test_stock_on_the_expected_day(self):
        self.assertEqual(self.cafe_row.expected_date, TODAY + timedelta(days=2))
        self.assertEqual(self.cafe_row.forecast_qty, 8)
        self.assertEqual(self.cafe_row.short_qty, 0)
        # late: what there is today, before tomorrow's delivery
        self.assertEqual(self.bar_row.forecast_qty, 12)

    def test_same_as_the_stock_modules_forecast(self):
        for row in self.cafe_row | self.bar_row:
            day = max(row.expected_date, TODAY)
            product = self.coffee.with_context(
                to_date=f"{day} 20:59:59",  # midnight in Moscow
                allowed_company_ids=self.company.ids,
            )
            self.assertEqual(row.forecast_qty, product.virtual_available)

    def test_short_by(self):
        self._move(
            self.warehouse.lot_stock_id,
            self.env.ref("stock.stock_location_customers"),
            6,
            2,
        )
        self.rows.invalidate_model()
        self.assertEqual(self.cafe_row.forecast_qty, 2)
        self.assertEqual(self.cafe_row.short_qty, 3)

    def test_products_that_are_short(self):
        # demand 5 + 8 = 13; 12 - 4 + 3 = 11 until the horizon
        line = self.shortage.search([("product_id", "=", self.coffee.id)])
        self.assertEqual(line.customer_count, 2)
        self.assertEqual((line.demand_qty, line.forecast_qty), (13, 11))
        self.assertEqual(line.short_qty, 2)
        action = line.action_view_customers()
        rows = self.rows.search(action["domain"])
        self.assertEqual(rows.partner_id, self.cafe | self.bar)
        self.assertEqual(sum(rows.mapped("expected_qty")), line.demand_qty)

    def test_horizon(self):
        self.company.loyalty_horizon_days = 1
        line = self.shortage.search([("product_id", "=", self.coffee.id)])
        self.assertEqual((line.demand_qty, line.forecast_qty), (8, 8))
        week = self.shortage.with_context(loyalty_horizon_days=7)
        week.invalidate_model()
        line = week.search([("product_id", "=", self.coffee.id)])
        self.assertEqual((line.demand_qty, line.forecast_qty), (13, 11))

    def test_list_asks_the_stock_once(self):
        products = self.env["product.product"].create(
            [
                {"name": f"Tea {number}", "type": "consu", "is_storable": True}
                for number in range(10)
            ]
        )
        for product in products:
            self._buy(self.cafe, product, (40, 1), (20, 1), (0, 1))
        self._forecast()

        def count(rows):
            self.env.invalidate_all()
            rows.mapped("is_storable")
            before = self.env.cr.sql_log_count
            rows.mapped("short_qty")
            return self.env.cr.sql_log_count - before

        few = count(self.cafe_row)
        self.assertEqual(
            count(self.rows.search([("partner_id", "=", self.cafe.id)])), few
        )
