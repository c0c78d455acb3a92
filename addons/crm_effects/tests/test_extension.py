"""An indicator of another addon: one class, and it is measured and opens its records.

In the month: orders of 250, 90 and 30. Two of three are small, below 100.
"""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register, registry

from .indicator_month import MonthCase


class SmallOrders(SqlIndicator):
    """All that an addon has to write."""

    code = "X99"
    model = "sale.order"
    modules = ("sale",)

    def records(self, env, window):
        return parts.record(
            source=SQL("sale_order s"),
            where=parts.confirmed_orders(window),
            id=SQL("s.id"),
            date=window.date_of(SQL("s.date_order")),
            team=SQL("s.team_id"),
            numerator=SQL("CASE WHEN s.amount_untaxed < 100 THEN 1 ELSE 0 END"),
            denominator=SQL("1"),
        )


@tagged("post_install", "-at_install")
class TestExtension(MonthCase):
    def test_twenty_lines_are_an_indicator(self):
        known = patch.dict(registry._builtins)
        known.start()
        self.addCleanup(known.stop)
        register(SmallOrders)
        indicator = self.env["crm.indicator"].create(
            {
                "code": "X99",
                "name": "Small orders",
                "kind": "ratio",
                "measure": "builtin",
                "builtin": "X99",
            }
        )
        orders = [
            self._make_order(self.east, self.partner, amount, self._on(10))
            for amount in (250, 90, 30)
        ]
        self.assertEqual(self._of_month("X99"), (2, 3))
        facts = self._facts(indicator, self.east).filtered(
            lambda fact: fact.date == self.month
        )
        action = indicator._action_records(facts, "Small orders")
        opened = self.env["sale.order"].search(action["domain"])
        self.assertEqual(opened, orders[0].union(*orders))
