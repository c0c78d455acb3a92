from datetime import timedelta
from unittest.mock import patch

from .common_replenishment import TODAY, ReplenishmentCase


class TestReplenishmentRuns(ReplenishmentCase):
    """What a nightly run looks at, writes and leaves alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cafe = cls._customer("Café", is_company=True)
        cls._buy(cls.cafe, cls.coffee, (60, 10), (30, 10), (0, 20))
        cls.first = cls._forecast()
        cls.row = cls._row(cls.cafe, cls.coffee)

    def test_first_run_is_full(self):
        self.assertTrue(self.first.full)
        self.assertFalse(self.first.date_since)
        self.assertEqual(self.first.written_count, 1)

    def test_second_run_looks_only_at_changes(self):
        self._age()
        again = self._forecast()
        self.assertFalse(again.full)
        self.assertEqual((again.pair_count, again.written_count), (0, 0))
        self._buy(self.cafe, self.cups, (20, 5), (10, 5), (0, 5))
        again = self._forecast()
        self.assertEqual((again.pair_count, again.written_count), (1, 1))

    def test_unchanged_forecast_is_not_rewritten(self):
        stamp = self.row.write_date
        again = self._forecast()  # inside the overlap: looked at, found equal
        self.assertEqual((again.pair_count, again.written_count), (1, 0))
        self.assertEqual(self.row.write_date, stamp)

    def test_cancelled_orders_take_the_forecast_away(self):
        orders = self.env["sale.order"].search([("partner_id", "=", self.cafe.id)])
        orders[0].with_context(disable_cancel_warning=True)._action_cancel()
        again = self._forecast()
        self.assertEqual(again.removed_count, 1)
        self.assertFalse(self.row.exists())

    def test_failure_is_its_own(self):
        """A manager sees it here, and the scoring is not taken for failed."""

        def break_down(model, *args):
            raise ZeroDivisionError("division by zero")

        with (
            patch.object(
                type(self.job), "_gather", lambda *args: break_down(*args[:2])
            ),
            self.assertLogs("odoo.addons.crm_loyalty", "ERROR"),
        ):
            self.job._refresh_or_log(self.company)
        run = self.env["crm.loyalty.replenishment.run"].search([], limit=1)
        self.assertEqual((run.company_id, run.state), (self.company, "failed"))
        self.assertIn("division by zero", run.failure)
        self.assertNotIn(self.company, self.job._companies_by_age(), "not all night")
        scored = self.env["crm.loyalty.run"].search([("state", "=", "failed")])
        self.assertNotIn(self.company, scored.company_id)
        self.assertTrue(self.row.exists(), "forecasts are as they were")
        self._age()
        self.assertFalse(self._forecast().full, "builds on the last good run")

    def test_everything_anew_after_a_month_or_new_settings(self):
        self.first.date = TODAY - timedelta(days=30)
        self.assertTrue(self._forecast().full)
        self.assertFalse(self._forecast().full)
        self.company.loyalty_minimum_intervals = 4
        again = self._forecast()
        self.assertTrue(again.full)
        self.assertFalse(self.row.exists())

    def test_firm_joined_to_another_takes_its_forecast_along(self):
        chain = self._customer("Chain", is_company=True)
        self._age()
        self.cafe.write({"is_company": False, "parent_id": chain.id})
        self._forecast()
        self.assertFalse(self.row.exists())
        self.assertEqual(self._row(chain, self.coffee).purchases, 3)

    def test_archived_customer_or_product_rests(self):
        self.coffee.product_tmpl_id.active = False
        self._forecast()
        self.assertFalse(self.row.active)
        self.coffee.product_tmpl_id.active = True
        self._forecast()
        self.assertTrue(self.row.active)

    def test_query_count_does_not_grow(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._forecast()
            return self.env.cr.sql_log_count - before

        few = count()
        shops = self.env["res.partner"].create(
            [{"name": f"Shop {number}"} for number in range(20)]
        )
        for shop in shops:
            self._buy(shop, self.coffee, (20, 5), (10, 5), (0, 5))
        self.env.flush_all()
        self.assertEqual(count(), few)
        known = [("company_id", "=", self.company.id)]
        self.assertEqual(self.rows.search_count(known), 21)

    def test_cron_takes_each_company_once_a_day(self):
        waiting = self.job._companies_by_age()
        self.assertNotIn(self.company, waiting)
        self.first.date = TODAY - timedelta(days=1)
        self.assertIn(self.company, self.job._companies_by_age())


class TestReplenishmentAccuracy(ReplenishmentCase):
    """Ten cafés, every 20 days whatever they bought: the interval is right, the
    consumption model, with 10 and 30 kg in turn, is not."""

    def _accuracy(self, category=None):
        return self.env["crm.loyalty.replenishment.accuracy"].search(
            [
                ("company_id", "=", self.company.id),
                ("categ_id", "=", category.id if category else False),
            ]
        )

    def _cafes(self, count, silent=0):
        for number in range(count + silent):
            cafe = self._customer(f"Café {number}")
            days = range(180, 80 if number >= count else 0, -20)
            self._buy(
                cafe,
                self.coffee,
                *((ago, (10, 30)[place % 2]) for place, ago in enumerate(days)),
            )

    def test_better_model_of_the_category_is_used(self):
        self._cafes(10)
        self._forecast()
        found = self._accuracy(self.category)
        self.assertEqual(found.case_count, 10)
        self.assertEqual(found.model, "interval")
        self.assertEqual((found.interval_mae, found.interval_hit_rate), (0, 1))
        self.assertGreater(found.consumption_mae, 0)
        self.assertEqual((found.mae, found.hit_rate), (0, 1))
        # even a customer whose own past speaks for consumption follows it
        odd = self._customer("Odd")
        self._buy(odd, self.coffee, (60, 10), (30, 10), (0, 20))
        self._forecast()
        row = self._row(odd, self.coffee)
        self.assertEqual(row.model, "interval")
        self.assertEqual(row.expected_date, TODAY + timedelta(days=30))

    def test_few_purchases_do_not_decide(self):
        self._cafes(9)
        self._forecast()
        found = self._accuracy(self.category)
        self.assertEqual((found.case_count, found.model), (9, "own"))
        # the own past of each said "interval" all the same
        self.assertEqual((found.mae, found.hit_rate), (0, 1))

    def test_customers_who_stayed_away_are_misses(self):
        self._cafes(6, silent=2)
        self._forecast()
        found = self._accuracy(self.category)
        self.assertEqual(found.case_count, 6)
        self.assertEqual(found.mae, 0)
        self.assertEqual(found.hit_rate, 6 / 8)

    def test_whole_company(self):
        self._cafes(10)
        self._forecast()
        found = self._accuracy()
        self.assertEqual((found.case_count, found.model), (10, False))
        self.assertEqual(found.mae, 0)

    def test_purchase_before_the_held_out_days_is_not_tested(self):
        cafe = self._customer("Early")
        self._buy(cafe, self.coffee, (180, 1), (160, 1), (140, 1), (120, 1))
        self._forecast()
        self.assertFalse(self._accuracy(self.category))
