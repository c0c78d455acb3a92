"""The indicators of stock and delivery, each by a case that can be checked by hand."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_risk.indicators.stock import PastStock

from .indicator_month import MonthCase


@tagged("post_install", "-at_install")
class TestStockIndicators(MonthCase):
    """A good that costs 5: 100 received two months ago, 2 dozen delivered four days
    after the order of the 10th, 6 came back. A second good, 20 pieces, never moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls._in(cls.east)
        cls.good, cls.dead = env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "company_id": cls.east.id,
                    "standard_price": 5,
                    "taxes_id": False,
                }
                for name in ("Good", "Dead")
            ]
        )
        long_ago = cls._on(1) - timedelta(days=400)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE product_product SET create_date = %s WHERE id IN %s",
            [long_ago, (cls.good.id, cls.dead.id)],
        )
        cls.env.cr.execute(
            "UPDATE product_value SET date = %s WHERE product_id IN %s",
            [long_ago, (cls.good.id, cls.dead.id)],
        )
        cls.env.invalidate_all()
        cls.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", cls.east.id)], limit=1
        )
        supplier = cls.env.ref("stock.stock_location_suppliers")
        cls._move(cls.good, 100, supplier, cls.warehouse.lot_stock_id, -40)
        cls._move(cls.dead, 20, supplier, cls.warehouse.lot_stock_id, -40)
        cls.order = cls._make_order(
            cls.east,
            cls.partner,
            0,
            cls._on(10),
            order_line=[
                Command.create(
                    {
                        "product_id": cls.good.id,
                        "product_uom_qty": 2,
                        "product_uom_id": cls.env.ref("uom.product_uom_dozen").id,
                        "price_unit": 120,
                        "tax_ids": False,
                    }
                )
            ],
        )
        cls.delivery = cls.order.picking_ids
        cls._do(cls.delivery, cls._on(14))
        cls._send_back(cls.delivery, 6)

    @classmethod
    def _move(cls, product, quantity, source, target, days):
        move = cls._in(cls.east)["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": cls.east.id,
            }
        )
        move._action_confirm()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        cls._set_date(move, cls._on(1) + timedelta(days=days))
        return move

    @classmethod
    def _set_date(cls, moves, date):
        cls.env.flush_all()
        for table, ids in (
            ("stock_move", moves.ids),
            ("stock_move_line", moves.move_line_ids.ids),
        ):
            cls.env.cr.execute(
                f"UPDATE {table} SET date = %s WHERE id IN %s", [date, tuple(ids)]
            )
        pickings = moves.picking_id
        if pickings:
            cls.env.cr.execute(
                "UPDATE stock_picking SET date_done = %s WHERE id IN %s",
                [date, tuple(pickings.ids)],
            )
        cls.env.invalidate_all()

    @classmethod
    def _do(cls, picking, date, quantity=None):
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True)._action_done()
        cls._set_date(picking.move_ids, date)

    @classmethod
    def _send_back(cls, picking, pieces):
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = pieces
        back = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.picked = True
        back._action_done()
        cls._set_date(back.move_ids, cls._on(20))

    @property
    def days(self):
        return (self.month + relativedelta(months=1) - self.month).days

    def test_returned(self):
        """6 pieces of the 24 in two dozen."""
        self.assertEqual(self._of_month("Q02"), (6, 24))

    def test_days_to_deliver(self):
        """From the 10th to the 14th; what came back is no delivery."""
        self.assertEqual(self._of_month("L02"), (4, 1))

    def test_remainders(self):
        """One of three: the rest of a partial delivery."""
        order = self._make_order(
            self.east,
            self.partner,
            0,
            self._on(11),
            order_line=[
                Command.create(
                    {
                        "product_id": self.good.id,
                        "product_uom_qty": 10,
                        "price_unit": 10,
                        "tax_ids": False,
                    }
                )
            ],
        )
        self._do(order.picking_ids, self._on(15), 4)
        rest = order.picking_ids.filtered("backorder_id")
        self._do(rest, self._on(16))
        self.assertEqual(self._of_month("L03"), (1, 3))

    def test_days_of_stock_and_turn(self):
        """82 × 5 and 20 × 5 in stock, 24 × 5 − 6 × 5 went out: 510 and 90."""
        self.assertEqual(self._of_month("S01")[0], 510)
        self.assertEqual(self._of_month("S03"), (510 * self.days, 90))
        self.assertEqual(self._of_month("S02"), (90 * 12, 510))

    def test_holding_cost(self):
        """24 % a year of 510 are 10.20 a month; a new rate moves all months."""
        self.east.effects_carrying_rate = 0.24
        self.assertEqual(self._of_month("S04"), (10.2, 0))
        self.east.effects_carrying_rate = 0.12
        self.assertFalse(self._measure(self._indicator("S04"), self.east).error)
        self.assertEqual(self._of_month("S04"), (5.1, 0))

    def test_freight_and_returns(self):
        """Freight of 16 dollars at two a euro, and one return at 5: 13."""
        indicator = self._indicator("E02")
        if not indicator.available:
            self.assertIn("Not installed", indicator.inactive_reason)
            return
        self.east.effects_correction_cost = 5
        self.delivery.carrier_price = 16
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET currency_rate = 2 WHERE id = %s", [self.order.id]
        )
        self.assertEqual(self._of_month("E02"), (13, 1))

    def test_dead_stock(self):
        """The good that never moved: 100 of 510."""
        self.assertEqual(self._of_month("S05"), (100, 510))

    def test_a_new_product_is_not_dead(self):
        self._date(self.dead, create_date=self._on(1))
        self.assertEqual(self._of_month("S05"), (0, 510))

    def test_out_of_stock(self):
        """One good was asked for, and is there; then all of it is gone."""
        self.assertEqual(self._of_month("S06"), (0, 1))
        customers = self.env.ref("stock.stock_location_customers")
        self._move(self.good, 82, self.warehouse.lot_stock_id, customers, 24)
        self.assertEqual(self._of_month("S06"), (1, 1))

    def test_scrap(self):
        """3 scrapped, 1 found: 15 − 5."""
        lost = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.east.id)], limit=1
        )
        self._move(self.good, 3, self.warehouse.lot_stock_id, lost, 22)
        self._move(self.good, 1, lost, self.warehouse.lot_stock_id, 23)
        self.assertEqual(self._of_month("S07"), (10, 0))

    def test_suppliers_need_their_app(self):
        indicator = self._indicator("U02")
        if "purchase_stock" not in self.installed:
            self.assertFalse(indicator.available)
            self.assertIn("Purchase", indicator.inactive_reason)

    def test_figures_of_one_family_agree_and_replay_the_stock_once(self):
        codes = ("S01", "S02", "S03", "S04", "S05", "S06")
        indicators = [self._indicator(code) for code in codes]
        for indicator in indicators:
            self._measure(indicator, self.east, full=True)
        alone = [self._of_month(code) for code in codes]
        facts = self.env["crm.indicator.fact"]
        facts.search([("indicator_id", "in", [one.id for one in indicators])]).unlink()
        self.env["crm.indicator.measurement"].search([]).last_full = False
        run = self.env["crm.indicator.run"].create({"trigger": "manual"})
        replayed = []
        quantities = PastStock._quantities

        def counted(past):
            replayed.append(tuple(past.days))
            return quantities(past)

        with patch.object(PastStock, "_quantities", counted):
            run._measure_all([(one, self.east) for one in indicators])
        self.assertFalse(run.failed_count)
        self.assertEqual([self._of_month(code) for code in codes], alone)
        self.assertEqual(len(replayed), len(set(replayed)))
