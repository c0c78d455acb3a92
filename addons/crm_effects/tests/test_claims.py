"""Money that nobody may claim twice, why revenue changed, and whether there is a
"before" at all."""

import runpy
from datetime import date
from pathlib import Path

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestClaims(EffectsCase):
    """Order value is a driver of revenue; stock stands apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order_value.driver_of_id = cls.revenue
        cls.stock = cls._new_indicator("stock", "Stock", "level", direction="lower")

    def test_a_driver_of_a_counted_figure(self):
        self._new_effect(name="Revenue")
        with self.assertRaisesRegex(ValidationError, "Bigger.*Revenue.*200"):
            self._new_effect(name="Bigger", indicator_id=self.order_value.id)

    def test_the_whole_of_a_counted_driver(self):
        self._new_effect(name="Bigger", indicator_id=self.order_value.id)
        with self.assertRaisesRegex(ValidationError, "Bigger"):
            self._new_effect(name="Revenue")

    def test_shares_that_fit(self):
        first = self._new_effect(share=0.6)
        self._new_effect(indicator_id=self.order_value.id, share=0.4)
        with self.assertRaises(ValidationError):
            first.share = 0.7

    def test_what_claims_nothing_is_free(self):
        self._new_effect()
        self._new_effect(money_method="none")
        self._new_effect(active=False)
        aside = self._new_effect(include_in_roi=False)
        with self.assertRaises(ValidationError):
            aside.include_in_roi = True

    def test_other_teams_are_other_money(self):
        self._new_effect(team_ids=self.north.ids)
        self._new_effect(team_ids=self.south.ids)
        with self.assertRaises(ValidationError):
            self._new_effect(team_ids=(self.north | self.south).ids)

    def test_cash_once_and_running_cost_of_the_same_stock(self):
        values = {"indicator_id": self.stock.id, "carrying_rate": 0.2}
        release = self._new_effect(money_method="release", **values)
        self._new_effect(money_method="carrying", **values)
        with self.assertRaises(ValidationError):
            self._new_effect(money_method="release", **values)
        self._write_history(self.stock, lambda team, i: 2000 - self._story(team, i))
        release.action_estimate()
        self.assertAlmostEqual(release.money_release, 600, delta=10)
        self.assertEqual(release.money_running, 0)

    def test_an_update_keeps_the_later_one_out(self):
        """Data files write a second claim: it stays, with the reason, out of the
        return; it counts again once the shares fit."""
        first = self._new_effect(name="Revenue")
        second = self._new_effect(name="Aside", include_in_roi=False)
        second.with_context(install_mode=True).include_in_roi = True
        self.assertTrue(first.include_in_roi)
        self.assertFalse(second.include_in_roi)
        self.assertEqual(second.blocked_by_id, first)
        self.assertIn("same money as Revenue", second.block_note)
        self.assertIn("same money as Revenue", second.message_ids[0].body)
        with self.assertRaises(ValidationError):
            second.include_in_roi = True
        first.share = second.share = 0.5
        second.include_in_roi = True
        self.assertFalse(second.blocked_by_id)
        self.assertFalse(second.block_note)

    def test_an_older_claim_comes_first(self):
        """The update writes the earlier effect: the later one is still the one kept
        out."""
        first = self._new_effect(name="Revenue", include_in_roi=False)
        second = self._new_effect(name="Bigger", indicator_id=self.order_value.id)
        first.with_context(install_mode=True).include_in_roi = True
        self.assertTrue(first.include_in_roi)
        self.assertEqual(second.blocked_by_id, first)

    def test_the_context_of_updates_counts_nothing_twice(self):
        """An officer who names himself an update gets no second claim through."""
        self._new_effect()
        effects = self.env["crm.effect"].with_user(self.officer)
        other = effects.with_context(install_mode=True).create(
            {
                "name": "Twice",
                "implementation_id": self.implementation.id,
                "category_id": self.category.id,
                "indicator_id": self.revenue.id,
                "margin_ratio": 0.25,
            }
        )
        self.assertFalse(other.include_in_roi)

    def test_migration(self):
        """Claims of before the rule: three of one figure, of which two fit."""
        shares = (0.6, 0.7, 0.4)
        effects = self.env["crm.effect"].union(
            *(self._new_effect(share=share, include_in_roi=False) for share in shares)
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_effect SET include_in_roi = TRUE WHERE id = ANY(%s)",
            [effects.ids],
        )
        self.env.invalidate_all()
        self.assertEqual(effects.mapped("include_in_roi"), [True, True, True])
        folder = Path(__file__).parents[1] / "migrations" / "19.0.1.1.0"
        script = runpy.run_path(str(folder / "post-migration.py"))
        script["migrate"](self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(effects.mapped("include_in_roi"), [True, False, True])
        self.assertEqual(effects[1].blocked_by_id, effects[0])
        self.assertEqual(effects.mapped("share"), list(shares), "nothing is lost")

    def test_no_circles(self):
        with self.assertRaisesRegex(ValidationError, "itself"):
            self.revenue.driver_of_id = self.order_value

    def test_invoices_and_orders_are_one_money(self):
        """The catalogue: invoiced revenue, order value and discounts under R01."""
        top = self.env.ref("crm_risk.crm_indicator_r01")
        for code in ("R02", "R07", "R08", "C02", "C03", "F06"):
            indicator = self.env["crm.indicator"].search([("code", "=", code)])
            self.assertEqual(indicator._get_tree_path()[-1], top, code)


@tagged("post_install", "-at_install")
class TestSplit(EffectsCase):
    """2024: 2 customers, 4 orders of 100. 2025: 3 customers, 9 orders of 120."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"].create([{"name": f"P{n}"} for n in range(3)])
        for year, count, each, amount in ((2024, 2, 2, 100), (2025, 3, 3, 120)):
            for partner in partners[:count]:
                cls._new_orders(partner, year, each, amount)

    @classmethod
    def _new_orders(cls, partner, year, count, amount):
        product = cls.env["product.product"].create({"name": "Work", "type": "service"})
        for month in range(3, 3 + count):
            cls.env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "state": "sale",
                    "date_order": f"{year}-{month:02}-10 10:00:00",
                    "order_line": [
                        (
                            0,
                            0,
                            {
                                "product_id": product.id,
                                "price_unit": amount,
                                "tax_ids": False,
                            },
                        )
                    ],
                }
            )

    def test_parts_add_up(self):
        """400 and 1 080: customers ×1.5, orders each ×1.5, value ×1.2."""
        split = self.implementation._get_driver_split()
        self.assertEqual((split["before"], split["after"]), (400, 1080))
        self.assertEqual(split["drivers_before"], [2, 2, 100])
        self.assertEqual(split["drivers_after"], [3, 3, 120])
        self.assertAlmostEqual(sum(split["parts"]), split["total"], 9)
        customers, orders, value = split["parts"]
        self.assertAlmostEqual(customers, orders, 9)  # both grew by half
        self.assertLess(value, customers)
        self.assertEqual(len(split["labels"]), 3)
        self.assertEqual(split["spans"][0], ["2024-01-01", "2024-12-01"])
        self.assertEqual(split["spans"][1], ["2025-01-01", "2025-12-01"])

    def test_in_words(self):
        words = self.implementation.revenue_split.split("\n")
        self.assertEqual(len(words), 4)
        for figure in ("400", "1,080", "680", "January 2024", "December 2025"):
            self.assertIn(figure, words[0])
        self.assertTrue(words[1].startswith("Customers: "))

    def test_same_months_of_the_year_before(self):
        self.implementation.date_go_live = date(2025, 4, 1)
        spans = self.implementation._get_split_spans()
        self.assertEqual(spans[1], (date(2025, 4, 1), date(2025, 12, 1)))
        self.assertEqual(spans[0], (date(2024, 4, 1), date(2024, 12, 1)))

    def test_nothing_to_compare(self):
        self.implementation.date_go_live = False
        self.assertFalse(self.implementation._get_driver_split())
        self.implementation.date_go_live = date(2030, 1, 1)
        self.assertFalse(self.implementation._get_driver_split())


@tagged("post_install", "-at_install")
class TestHistory(EffectsCase):
    def _check(self, indicator):
        self.implementation.with_user(self.officer).action_check_history()
        return self.env["crm.effect.history"].search(
            [
                ("implementation_id", "=", self.implementation.id),
                ("indicator_id", "=", indicator.id),
            ]
        )

    def test_two_whole_years(self):
        history = self._check(self.revenue)
        self.assertEqual(history.verdict, "good")
        self.assertEqual((history.month_count, history.gap_count), (24, 0))
        self.assertTrue(0 < history.detectable < 0.1)
        self.assertEqual(self._check(self.revenue), history)  # one row each

    def test_gaps_and_missing_months(self):
        short = self._new_indicator("short", "Short", "sum")
        self._write_history(short)
        self.env["crm.indicator.fact"].search(
            [
                ("indicator_id", "=", short.id),
                "|",
                ("date", "<", date(2023, 5, 1)),
                ("date", "=", date(2024, 2, 1)),
            ]
        ).unlink()
        history = self._check(short)
        self.assertEqual(history.verdict, "short")
        self.assertEqual((history.month_count, history.gap_count), (19, 1))
        for figure in ("5", "1"):
            self.assertIn(figure, history.message)

    def test_everything_on_one_import_day(self):
        """All orders confirmed in one month: there is no true before."""
        spike = self._new_indicator("spike", "Spike", "sum")
        self._write_history(spike)
        facts = self.env["crm.indicator.fact"].search([("indicator_id", "=", spike.id)])
        facts.filtered(lambda fact: fact.date == date(2024, 5, 1)).record_count = 5000
        history = self._check(spike)
        self.assertEqual(history.verdict, "none")
        self.assertIn("imported", history.message)

    def test_no_figures_at_all(self):
        empty = self._new_indicator("empty", "Empty", "sum")
        self._new_effect(indicator_id=empty.id)
        self.assertEqual(self._check(empty).verdict, "none")
        self.assertIn("No figures", self._check(empty).message)

    def test_what_began_after_the_go_live_is_left_out(self):
        late = self._new_indicator("late", "Late", "sum")
        self._write_history(late)
        facts = self.env["crm.indicator.fact"].search([("indicator_id", "=", late.id)])
        self.assertTrue(self._check(late))
        facts.filtered(lambda fact: fact.date < date(2025, 1, 1)).unlink()
        self.assertFalse(self._check(late))

    def test_records_made_on_one_day(self):
        """Four orders made on one day, one on another: 80 % imported."""
        revenue = self.env.ref("crm_risk.crm_indicator_r01")
        self.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": revenue.id,
                    "company_id": self.company.id,
                    "granularity": "month",
                    "date": date(2023 + i // 12, 1 + i % 12, 1),
                    "numerator": 100 + i % 5,
                    "record_count": 1,
                }
                for i in range(24)
            ]
        )
        partner = self.env["res.partner"].create({"name": "Buyer"})
        orders = self.env["sale.order"].create(
            [{"partner_id": partner.id, "company_id": self.company.id}] * 5
        )
        self.env.flush_all()
        for order, day in zip(orders, (3, 3, 3, 3, 9), strict=True):
            self.env.cr.execute(
                "UPDATE sale_order SET create_date = %s WHERE id = %s",
                [date(2024, 6, day), order.id],
            )
        history = self._check(revenue)
        self.assertEqual(history.import_day, date(2024, 6, 3))
        self.assertAlmostEqual(history.import_share, 0.8)
        self.assertEqual(history.verdict, "doubtful")
        self.assertIn("80", history.message)
