"""The demo in the database: three introductions, and what the tracker makes of them.

The story itself, and that an honest tracker finds it, is tested without Odoo; here its
orders and deliveries are written, measured by the built-in indicators and estimated.
"""

import math
import time
from datetime import date

from odoo.tests import tagged

from ..demo import story
from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestDemo(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # back from the real day, not from that of the tests
        cls.env["ir.config_parameter"].set_param("crm_risk.history_months", 120)
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.warehouses = cls.warehouse | cls.warehouse.create(
            {"name": "Harbour", "code": "HARB", "company_id": cls.company.id}
        )
        cls.products = cls.env["product.product"].create(
            [
                {"name": name, "is_storable": True, "list_price": price}
                for name, price in (("Pump", 2400), ("Boiler", 1300), ("Pipe", 210))
            ]
        )
        cls.orders = cls.env["crm.indicator"].search([("code", "=", "R01")])
        cls.on_time = cls.env["crm.indicator"].search([("code", "=", "L01")])
        cls.stock = cls._new_indicator("stock", "Stock", "level", scale="log")
        cls.stock.direction = "lower"
        cls._keep_books()
        demo = cls.env["crm.effects.demo"].with_company(cls.company)
        started = time.monotonic()
        demo._write_history(
            (cls.north | cls.south | cls.east | cls.west).ids,
            cls.warehouses.ids,
            cls.products.ids,
        )
        demo._write_stock_value(cls.stock.id)
        demo._measure((cls.orders | cls.on_time).ids)
        cls.seconds = time.monotonic() - started
        cls.implementation.date_go_live = date(2025, 1, 1)

    @classmethod
    def _keep_books(cls):
        _debts, income, bank = cls.env["account.account"].create(
            [
                {
                    "name": kind,
                    "code": code,
                    "account_type": kind,
                    "company_ids": cls.company.ids,
                }
                for code, kind in (
                    ("D1", "asset_receivable"),
                    ("I1", "income"),
                    ("B1", "asset_cash"),
                )
            ]
        )
        cls.env["account.journal"].create(
            [
                {
                    "name": kind,
                    "code": kind.upper(),
                    "type": kind,
                    "default_account_id": account.id,
                    "company_id": cls.company.id,
                }
                for kind, account in (("sale", income), ("bank", bank))
            ]
        )

    def _estimate(self, indicator=None, **values):
        indicator = indicator or self.orders
        effect = self._new_effect(indicator_id=indicator.id, **values)
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated", effect.refusal)
        return effect

    def _introduce(self, *costs, **values):
        implementation = self.implementation.copy(
            {"name": "Another", "date_go_live": date(2025, 1, 1), **values}
        )
        for amount in costs:
            self._new_cost(
                amount, date(2024, 11, 1), implementation_id=implementation.id
            )
        return implementation

    def test_written_in_seconds(self):
        self.assertLess(self.seconds, 60)

    def test_orders_are_the_story(self):
        """Every month's orders add up to what was told, and were delivered."""
        told = story.teams(1)  # January 2022, four years before the day of the tests
        sums = self.orders._get_monthly_sums(self.company, self.west)
        self.assertEqual(len(sums), story.MONTHS)
        for month, (total, _) in zip(told["West"], sums.values(), strict=True):
            self.assertAlmostEqual(total, month.revenue, delta=5)
        orders = self.env["sale.order"].search([("team_id", "=", self.west.id)])
        self.assertEqual(len(orders), sum(month.orders for month in told["West"]))
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"done"})
        self.assertEqual(orders.warehouse_id, self.warehouses[1])
        line = orders.order_line[0]
        self.assertEqual(line.move_ids.quantity, line.product_uom_qty)
        self.assertEqual(line.move_ids.move_line_ids.quantity, line.product_uom_qty)
        self.assertAlmostEqual(
            sum(orders[0].order_line.mapped("price_subtotal")),
            orders[0].amount_untaxed,
            places=2,
        )

    def test_orders_are_invoiced_and_paid(self):
        """Each on its last delivery, due in 30 days; Odoo's own sums agree."""
        orders = self.env["sale.order"].search([("company_id", "=", self.company.id)])
        invoices = orders.invoice_ids
        self.assertEqual(len(invoices), len(orders))
        for order in orders[::100]:
            [invoice] = order.invoice_ids
            self.assertAlmostEqual(invoice.amount_total, order.amount_total, places=2)
            self.assertEqual(invoice.invoice_date, order.effective_date.date())
            wait = invoice.invoice_date_due - invoice.invoice_date
            self.assertEqual(wait.days, 30)
        numbers = invoices.sorted("name").mapped("invoice_date")
        self.assertEqual(numbers, sorted(numbers), "numbered by day")
        items = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertAlmostEqual(sum(items.mapped("balance")), 0.0, places=2)
        states = invoices.grouped("payment_state")
        self.assertEqual(set(states), {"paid", "not_paid"})
        for state, some in states.items():
            some = some[:20]
            rests = some.mapped("amount_residual")
            some.line_ids._compute_amount_residual()
            some._compute_amount()
            some._compute_payment_state()
            self.assertEqual(set(some.mapped("payment_state")), {state})
            self.assertEqual(some.mapped("amount_residual"), rests)
        first, last = numbers[0], max(states["not_paid"].mapped("invoice_date"))
        self.assertGreater((last - first).days, 1400)
        oldest = min(states["not_paid"].mapped("invoice_date_due"))
        self.assertLess((date(2026, 1, 15) - oldest).days, 91, "none waits for ever")

    def test_customers_pay_as_told(self):
        """70 % five days early on average, 25 % 15.5 and 5 % 60.5 late: 33.4 days
        after the invoice, of which a fifth is overdue: (0.25 × 15.5 + 0.05 × 60.5)
        ÷ 33.4."""
        [days], [overdue] = (
            self.env["crm.indicator"].search([("code", "=", code)])
            for code in ("A01", "A02")
        )
        self.env["crm.effects.demo"].with_company(self.company)._measure(
            (days | overdue).ids
        )
        for indicator, expected, margin in ((days, 33.4, 5), (overdue, 0.207, 0.07)):
            sums = indicator._get_monthly_sums(self.company, self.env["crm.team"])
            year = [
                numerator / denominator
                for month, (numerator, denominator) in sums.items()
                if date(2024, 1, 1) <= month < date(2026, 1, 1)
            ]
            self.assertEqual(len(year), 24)
            self.assertAlmostEqual(sum(year) / 24, expected, delta=margin)

    def test_without_accounts_there_are_orders(self):
        bare = self.env["res.company"].create({"name": "Without Books"})
        stores = self.env["stock.warehouse"].search([("company_id", "=", bare.id)])
        teams = self.env["crm.team"].create(
            [{"name": str(i), "company_id": bare.id} for i in range(4)]
        )
        demo = self.env["crm.effects.demo"].with_company(bare)
        demo._write_history(teams.ids, stores.ids, self.products.ids)
        orders = self.env["sale.order"].search([("company_id", "=", bare.id)])
        self.assertGreater(len(orders), 1000)
        self.assertFalse(orders.invoice_ids)

    def test_one_that_works(self):
        sales = self._estimate(estimator="did", control_team_ids=self.east.ids)
        self.assertLess(sales.effect_low, math.log1p(story.REVENUE_LIFT))
        self.assertGreater(sales.effect_high, math.log1p(story.REVENUE_LIFT))
        self.assertEqual((sales.grade, sales.proof_class), ("A", "proven"))
        share = self._estimate(
            self.on_time,
            money_method="none",
            estimator="did",
            control_team_ids=self.east.ids,
        )
        self.assertLess(share.effect_low, story.ON_TIME_LIFT)
        self.assertGreater(share.effect_high, story.ON_TIME_LIFT)
        stock = self._estimate(
            self.stock, unit="warehouse", money_method="carrying", carrying_rate=0.18
        )
        self.assertLess(stock.effect_low, math.log1p(story.STOCK_LIFT))
        self.assertGreater(stock.effect_high, math.log1p(story.STOCK_LIFT))
        self.assertGreater(stock.money_to_date, 0, "less stock is a gain")

    def test_one_where_only_the_market_grew(self):
        everybody = self.north | self.south | self.east | self.west
        base = self._introduce(
            10_000,
            team_ids=everybody.ids,
            date_start=date(2023, 10, 1),
            date_go_live=date(2024, 1, 1),
        )
        effect = self._estimate(
            implementation_id=base.id, date_to=date(2024, 12, 31), margin_ratio=0.28
        )
        year = sum(line.actual for line in effect.line_ids)
        sums = self.orders._get_monthly_sums(self.company, everybody)
        before = sum(sums[date(2023, i + 1, 1)][0] for i in range(12))
        self.assertGreater(year, 1.08 * before, "everybody can see that sales rose")
        self.assertNotEqual(effect.proof_class, "proven")
        self.assertEqual(base.benefit_proven, 0)

    def test_one_that_fails(self):
        calls = self._introduce(51_200, team_ids=self.west.ids, horizon_months=36)
        effect = self._estimate(
            implementation_id=calls.id,
            estimator="did",
            control_team_ids=self.east.ids,
            margin_ratio=0.28,
        )
        self.assertNotEqual(effect.proof_class, "proven")
        self.assertLess(calls.npv, 0)
        self.assertLess(calls.roi, 0)
