"""Records that move out of a closed month are missed in it the very next night."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from .indicator_refresh_common import RefreshCase


@tagged("post_install", "-at_install")
class TestIndicatorDeparture(RefreshCase):
    def test_a_moved_order_leaves_its_closed_month_at_night(self):
        """Moved by a month, both months are counted anew, each with a revision."""
        self._measure(self.revenue, self.east)
        later = self.old_month + relativedelta(months=1)
        self._age(self.old_order, self.new_order)
        self.old_order.date_order = self._noon(later, 10)
        line = self._measure(self.revenue, self.east)
        self.assertEqual((line.late, line.months), (2, 3))
        former, present = self._fact_of(self.old_month), self._fact_of(later)
        self.assertEqual((former.numerator, present.numerator), (0, 100))
        self.assertEqual(former.revision_ids.old_numerator, 100)
        self.assertEqual(present.revision_ids.old_numerator, 0)

    def test_an_order_undone_and_confirmed_anew_leaves_its_month(self):
        """Cancelled, reset and confirmed within a day: the date is new each time."""
        self._measure(self.revenue, self.east)
        self._age(self.old_order, self.new_order)
        self.old_order._action_cancel()
        self.old_order.action_draft()
        self.old_order.action_confirm()
        self._measure(self.revenue, self.east)
        self.assertEqual(self._fact_of(self.old_month).numerator, 0)
        self.assertEqual(self._fact_of(self.this_month).numerator, 140)

    def test_a_promise_given_up_moves_the_line(self):
        if "sale_stock" not in self.installed:
            self.skipTest("sale_stock is not installed")
        promised = self._indicator("L01")
        order = self._make_stock_order(self._noon(self.old_month, 10))
        self._measure(promised, self.east)
        self.assertEqual(
            self._months(promised, self.east),
            {self.old_month.strftime("%Y-%m"): (0, 1)},
        )
        self._age(order, order.order_line, order.picking_ids.move_ids)
        later = self.old_month + relativedelta(months=2)
        order.commitment_date = self._noon(later, 10)
        self._measure(promised, self.east)
        self.assertEqual(
            self._months(promised, self.east),
            {
                self.old_month.strftime("%Y-%m"): (0, 0),
                later.strftime("%Y-%m"): (0, 1),
            },
        )

    def _make_stock_order(self, date):
        env = self._in(self.east)
        product = env["product.product"].create(
            {"name": "Good", "type": "consu", "is_storable": True, "company_id": False}
        )
        line = {"product_id": product.id, "product_uom_qty": 1, "price_unit": 1}
        return self._make_order(
            self.east, self.partner, 1, date, order_line=[Command.create(line)]
        )

    def test_a_reopened_or_deleted_deal_leaves_its_month(self):
        """Two won five months ago: one is reopened, the other deleted."""
        leads = self.env["crm.lead"].create(
            [{"name": name, "company_id": self.east.id} for name in ("A", "B", "C")]
        )
        leads.action_set_won()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = %s, create_date = %s WHERE id IN %s",
            [
                self._noon(self.old_month, 9),
                self._noon(self.old_month, 2),
                leads._ids,
            ],
        )
        self.env.invalidate_all()
        wins = self._indicator("F02")
        self._measure(wins, self.east)
        month = self.old_month.strftime("%Y-%m")
        self.assertEqual(self._months(wins, self.east), {month: (3, 3)})
        self._age(leads)
        leads[0].write({"stage_id": self.env["crm.stage"].search([], limit=1).id})
        leads[1].unlink()
        self._measure(wins, self.east)
        self.assertEqual(self._months(wins, self.east), {month: (1, 1)})

    def test_departures_are_forgotten(self):
        self.old_order.date_order = self._noon(self.old_month, 11)
        departures = self.env["crm.indicator.departure"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", self.old_order.id)]
        )
        self.assertIn(self._noon(self.old_month, 10), departures.mapped("moment"))
        departures.left_at = fields.Datetime.now() - timedelta(days=16)
        departures._gc_old()
        self.assertFalse(departures.exists())
