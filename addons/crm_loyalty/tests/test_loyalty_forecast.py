from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import SQL

from .common_forecast import ForecastCase

TODAY = date(2026, 6, 15)


def days_ago(number):
    return TODAY - timedelta(days=number)


class TestLoyaltyForecast(ForecastCase):
    """Customers in three groups; a visit is worth 100 or 60.

    group   customers  visits
    once        100    one, 50 + 3n days ago
    lively      120    every 20 to 40 days until lately
    silent      110    every 20 days for half a year, the last 300 days ago
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls._many_customers(100, "Once")
        cls.lively = cls._many_customers(120, "Lively")
        cls.silent = cls._many_customers(110, "Silent")
        rows = [(p, days_ago(50 + 3 * n), 60) for n, p in enumerate(cls.once)]
        for n, partner in enumerate(cls.lively):
            pace = 20 + n % 21
            rows += [
                (partner, days_ago(5 + n % 17 + pace * k), 100 if n % 2 else 60)
                for k in range(3 + n % 9)
            ]
        for n, partner in enumerate(cls.silent):
            rows += [
                (partner, days_ago(300 + n % 9 + 20 * k), 100) for k in range(2 + n % 8)
            ]
        cls._bulk_orders(rows)

    def test_words_for_living_and_lost(self):
        run = self._score()
        self.assertFalse(run.fit_id.reason)
        lively, silent = self._profile(self.lively[8]), self._profile(self.silent[7])
        self.assertTrue(lively.has_forecast and silent.has_forecast)
        self.assertGreater(lively.p_alive, 0.7)
        self.assertLess(silent.p_alive, 0.1)
        self.assertGreater(lively.clv, 10 * silent.clv)
        self.assertIn("Active with a probability of", lively.why)
        self.assertEqual(run.forecast_count, 330)
        self.assertIn("MBG/NBD", run.model_explanation)

    def test_who_bought_once_is_not_certain_to_live(self):
        """The complaint about BG/NBD that made MBG/NBD the default."""
        self._score()
        profile = self._profile(self.once[90])  # 320 days ago
        self.assertLess(profile.p_alive, 0.9)
        self.company.loyalty_purchase_model = "bg_nbd"
        run = self._score()
        self.assertEqual(run.model_kind, "bg_nbd")
        self.assertEqual(profile.p_alive, 1)

    def test_fit_serves_a_week_and_forecasts_move_every_night(self):
        fit = self._score().fit_id
        before = self._profile(self.silent[0]).p_alive
        with freeze_time("2026-06-21 12:00:00"):
            run = self._score()
            self.assertEqual(run.fit_id, fit)
        with freeze_time("2026-06-22 12:00:00"):
            self.assertNotEqual(self._score().fit_id, fit)
        self.assertLessEqual(self._profile(self.silent[0]).p_alive, before)

    def test_second_run_of_a_day_changes_no_forecast(self):
        self._score()
        run = self._score()
        self.assertEqual((run.forecast_count, run.updated_count), (0, 0))

    def test_archived_customers_have_no_forecast(self):
        self._score()
        self.lively[0].active = False
        self._score()
        profile = self._profile(self.lively[0])
        self.assertFalse(profile.has_forecast or profile.p_alive or profile.clv)

    def test_older_than_the_window(self):
        """The model looks at three years: older purchases neither fit nor speak."""
        customer = self._customer("Old")
        self._order(customer, "2023-05-31", 100)  # the window begins on 1 June 2023
        self._score()
        profile = self._profile(customer)
        self.assertFalse(profile.has_forecast)
        self.assertFalse(profile.model_first_date)
        self.assertIn("last three years", profile.why)
        self._order(customer, "2023-06-01", 100)
        self._score()
        self.assertTrue(profile.has_forecast)

    def test_customers_who_cost_money(self):
        """Later visits bring −30 each: the model of values does not know them, and
        their future is expected to be as their past."""
        customer = self._customer("Costly")
        self._bulk_orders(
            [(customer, days_ago(40), 10), (customer, days_ago(20), 10)]
            + [(customer, days_ago(19), -40)]
        )
        self._score()
        profile = self._profile(customer)
        self.assertEqual(profile.model_value, -30)
        self.assertLess(profile.clv, 0)

    def test_back_test_adds_up(self):
        run = self._score()
        fit = run.fit_id
        self.assertEqual(fit.backtest_date, days_ago(90))
        known = [p for p in (*self.once, *self.lively, *self.silent)]
        before = sum(self._profile(p).first_order_date <= days_ago(90) for p in known)
        self.assertEqual(sum(fit.decile_ids.mapped("customer_count")), before)
        self.assertTrue(0 < fit.backtest_hit_rate <= 1)
        self.assertIn("Held out since", run.model_explanation)
        action = fit.action_view_calibration()
        self.assertEqual(action["domain"], [("fit_id", "=", fit.id)])

    def test_dates_that_were_met(self):
        """Ten visits, one every 30 days: forecast from the first seven or so, the
        eighth comes on the day, so every date is met and no day is lost."""
        customer = self._customer("Clockwork")
        self._bulk_orders((customer, days_ago(5 + 30 * k), 10) for k in range(10))
        self._score()
        job = self.scoring._prepare_job(self.company.sudo())
        self.scoring._create_table(
            "crm_loyalty_visit", self._visits_of(customer), "partner_id"
        )
        found = self.scoring._test_dates(job)
        self.assertEqual((found["backtest_dates"], found["backtest_hit_rate"]), (1, 1))
        self.assertEqual(found["backtest_error"], 0)

    def _visits_of(self, customer):
        return SQL(
            """SELECT partner_id, date_order::date AS day FROM sale_order
                WHERE partner_id = %s""",
            customer.id,
        )

    def test_only_managers_read_fits(self):
        fit = self._score().fit_id
        user = self._new_user("seller", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaises(AccessError):
            fit.with_user(user).read(["r"])
        # but everybody who may read a profile may read why
        profile = self._profile(self.lively[0]).with_user(user)
        self.assertIn("Active with", profile.why)

    def test_fits_of_other_companies_are_hidden(self):
        fit = self._score().fit_id
        other = self._new_company("Teapot")
        manager = self._new_user("boss", "sales_team.group_sale_manager", other)
        with self.assertRaises(AccessError):
            fit.with_user(manager).read(["r"])


class TestLoyaltyForecastGuards(ForecastCase):
    def test_too_few_repeats(self):
        partners = self._many_customers(3)
        self._bulk_orders(
            (p, day, 10) for p in partners for day in (days_ago(90), days_ago(30))
        )
        run = self._score()
        self.assertEqual(run.fit_id.reason, "repeats")
        self.assertIn("3; a model needs 200", run.model_explanation)
        profile = self._profile(partners[0])
        self.assertFalse(profile.has_forecast)
        self.assertIn("Forecasts are hidden", profile.why)
        # nothing new to tell the next day: the same record
        with freeze_time("2026-06-16 12:00:00"):
            self.assertEqual(self._score().fit_id, run.fit_id)

    def test_too_short_a_history(self):
        """200 customers came 40 and 10 days ago: 40 days are less than two intervals
        of 30 days."""
        partners = self._many_customers(200)
        self._bulk_orders(
            (p, day, 10) for p in partners for day in (days_ago(40), days_ago(10))
        )
        run = self._score()
        self.assertEqual(run.fit_id.reason, "history")
        self.assertIn("2 usual intervals of 30 days", run.model_explanation)

    def test_nobody_yet(self):
        run = self._score()
        self.assertEqual((run.fit_id.reason, run.customer_count), ("repeats", 0))

    def test_customers_alike_in_value(self):
        """Every visit is worth 10: no spread to fit, the mean answers."""
        partners = self._many_customers(220)
        self._bulk_orders(
            (p, days_ago(20 + n % 50 + 25 * k), 10)
            for n, p in enumerate(partners)
            for k in range(2 + n % 6)
        )
        fit = self._score().fit_id
        self.assertEqual((fit.reason, fit.spend_p, fit.spend_mean), (False, 0, 10))
        profile = self._profile(partners[5])
        self.assertAlmostEqual(profile.clv, 10 * profile.expected_orders_12m, delta=0.1)

    def test_who_orders_more_orders_for_more(self):
        """Values rise with the number of visits: a warning, not a refusal."""
        partners = self._many_customers(220)
        self._bulk_orders(
            (p, days_ago(20 + n % 50 + 25 * k), 10 * (1 + n % 6) + n % 3)
            for n, p in enumerate(partners)
            for k in range(2 + n % 6)
        )
        run = self._score()
        self.assertGreater(run.fit_id.correlation, 0.3)
        self.assertIn("less sure than they look", run.model_explanation)
        self.assertTrue(self._profile(partners[0]).clv)
