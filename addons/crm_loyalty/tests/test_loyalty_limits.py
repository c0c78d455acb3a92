from odoo.exceptions import ValidationError
from odoo.fields import Date

from odoo.addons.crm_loyalty.engine.segmentation import (
    abc,
    threshold_scores,
    variation_coefficient,
    xyz,
)

from .common_forecast import ForecastCase


class TestLoyaltyLimits(ForecastCase):
    """Fixed limits, ABC and XYZ; today is 15 June 2026, the twelve months of XYZ are
    June 2025 to May 2026."""

    def _fix(self, **values):
        self.company.write(values)

    def test_fixed_limits_of_all_dimensions(self):
        """Name  last order   orders  revenue   → R F M
        Big   14 June 2026   3     60,000    → 5 3 5   1 day, limits 10 30 60 90
        Mid   16 May 2026    2      5,000    → 4 2 3   30 days: the limit counts
        Low   15 May 2026    1        999    → 3 1 1   31 days
        """
        self._fix(
            loyalty_recency_mode="fixed",
            loyalty_recency_5=10,
            loyalty_recency_4=30,
            loyalty_recency_3=60,
            loyalty_recency_2=90,
            loyalty_frequency_mode="fixed",
            loyalty_frequency_2=2,
            loyalty_frequency_3=3,
            loyalty_frequency_4=4,
            loyalty_frequency_5=5,
            loyalty_revenue_mode="fixed",
        )
        big, mid, low = self._many_customers(3)
        self._bulk_orders(
            [
                *((big, day, 20_000) for day in ("2026-01-01", "2026-02-01")),
                (big, "2026-06-14", 20_000),
                *((mid, day, 2_500) for day in ("2026-01-01", "2026-05-16")),
                (low, "2026-05-15", 999),
            ]
        )
        run = self._score()
        self.assertEqual(self._profile(big).rfm_score, "535")
        self.assertEqual(self._profile(mid).rfm_score, "423")
        self.assertEqual(self._profile(low).rfm_score, "311")
        self.assertIn("fixed limit", self._profile(big).why)
        self.assertIn("50,000.00", self._profile(big).why)
        self.assertIn("fixed limits", run.limits)
        # the engine knows the same rule
        self.assertEqual(
            threshold_scores([60_000, 5_000, 999], [1_000, 5_000, 20_000, 50_000]),
            [self._profile(partner).rfm_m for partner in (big, mid, low)],
        )

    def test_one_dimension_may_be_fixed(self):
        self._fix(loyalty_revenue_mode="fixed")
        customer = self._customer("One")
        self._order(customer, "2026-06-01", 60_000)
        self._score()
        # alone in the ranking: the lowest fifth; by fixed limit the best score
        self.assertEqual(self._profile(customer).rfm_score, "115")
        self.assertIn("fifth of the ranking", self._profile(customer).why)

    def test_new_limits_hold_from_the_next_run(self):
        customer = self._customer("One")
        self._order(customer, "2026-06-01", 6_000)
        self._score()
        self._fix(loyalty_revenue_mode="fixed")
        self._score()
        self.assertEqual(self._profile(customer).rfm_m, 3)

    def _refuse(self, reason, **values):
        with (
            self.assertRaisesRegex(ValidationError, reason),
            self.env.cr.savepoint(),
        ):
            self._fix(**values)

    def test_limits_must_rise(self):
        self._refuse(
            "Samovar.*rise.*1000", loyalty_revenue_mode="fixed", loyalty_revenue_3=1_000
        )
        self._refuse("days.*fall", loyalty_recency_mode="fixed", loyalty_recency_5=100)
        self._refuse(
            "above zero", loyalty_frequency_mode="fixed", loyalty_frequency_2=-1
        )
        self._fix(loyalty_revenue_mode="fifths", loyalty_revenue_3=1_000)  # not used

    def test_classes_must_make_sense(self):
        self._refuse("100 %.*80 and 30", loyalty_abc_b=30)
        self._refuse("Class X.*30 and 25", loyalty_xyz_x=30)

    def test_abc_of_the_last_twelve_months(self):
        """Revenue 50, 30, 10, 5, 5 of 100: the third begins at 80 %, so B; the last two
        begin at 90 % together, so B as well. Older revenue does not count."""
        amounts = [50, 30, 10, 5, 5]
        partners = self._many_customers(6)
        self._bulk_orders(
            [
                *((partners[n], "2026-06-01", a) for n, a in enumerate(amounts)),
                (partners[5], "2025-06-15", 1_000),
            ]
        )
        run = self._score()
        found = [self._profile(partner).abc for partner in partners]
        self.assertEqual(found[:5], abc(amounts))
        self.assertEqual(found, ["A", "A", "B", "B", "B", "C"])
        self.assertEqual(
            {name: float(value) for name, value in run.breakpoints["abc"].items()},
            {"A": 30, "B": 5},
        )
        self.assertIn("Class B", self._profile(partners[2]).why)
        self.assertIn("margins are not known", self._profile(partners[2]).why)

    def test_abc_shares_are_settings(self):
        self._fix(loyalty_abc_a=50, loyalty_abc_b=30)
        partners = self._many_customers(3)
        self._bulk_orders(
            (p, "2026-06-01", a) for p, a in zip(partners, (50, 30, 20), strict=True)
        )
        self._score()
        self.assertEqual([self._profile(p).abc for p in partners], ["A", "B", "C"])

    def test_nothing_but_returns_is_class_c(self):
        customer = self._customer("Returns")
        self._order(customer, "2026-06-01", 100)
        self._order(customer, "2026-06-02", -150)
        self._score()
        profile = self._profile(customer)
        self.assertEqual((profile.abc, profile.revenue_12m), ("C", -50))
        self.assertEqual(profile.return_rate, 1.5)
        self.assertIn("150", profile.why)

    def test_xyz_over_twelve_complete_months(self):
        """X: 100 in every month. Y: 80 and 120 by turns, which varies by a fifth.
        Z: everything in one month of twelve, √11 = 3.3166. The month that is not over
        does not count, nor does what lies before."""
        months = [f"2025-{month:02}-10" for month in range(6, 13)]
        months += [f"2026-{month:02}-10" for month in range(1, 6)]
        steady, varying, once = self._many_customers(3)
        self._bulk_orders(
            [
                *((steady, day, 100) for day in months),
                *((varying, day, 80 + 40 * (n % 2)) for n, day in enumerate(months)),
                (once, months[3], 700),
                *((p, "2025-05-31", 5_000) for p in (steady, varying, once)),
                *((p, "2026-06-01", 5_000) for p in (steady, varying, once)),
            ]
        )
        self._score()
        found = [self._profile(p) for p in (steady, varying, once)]
        self.assertEqual([profile.xyz for profile in found], ["X", "Y", "Z"])
        self.assertEqual(found[0].monthly_variation, 0)
        self.assertAlmostEqual(found[1].monthly_variation, 0.2)
        self.assertAlmostEqual(found[2].monthly_variation, 11**0.5, places=5)
        self.assertIn("varies by 20 %", found[1].why)

    def test_newcomers_are_judged_by_their_own_months(self):
        """Since March, April and May: three months. Since April: two, no class."""
        march, april = self._many_customers(2)
        self._bulk_orders(
            [
                *((march, f"2026-{month:02}-05", 100) for month in (3, 4, 5)),
                *((april, f"2026-{month:02}-05", 100) for month in (4, 5)),
            ]
        )
        self._score()
        self.assertEqual(self._profile(march).xyz, "X")
        self.assertFalse(self._profile(april).xyz)
        self.assertIn("3 complete months", self._profile(april).why)

    def test_sql_follows_the_engine(self):
        amounts = [[40, 60, 90], [100, 110, 105], [10, 0, 500], [33, 33, 34]]
        partners = self._many_customers(len(amounts))
        self._bulk_orders(
            (partner, f"2026-{month:02}-05", amount)
            for partner, row in zip(partners, amounts, strict=True)
            for month, amount in zip((3, 4, 5), row, strict=True)
            if amount
        )
        self._score()
        found = [self._profile(partner) for partner in partners]
        self.assertEqual([profile.xyz for profile in found], xyz(amounts))
        for profile, row in zip(found, amounts, strict=True):
            self.assertAlmostEqual(
                profile.monthly_variation, variation_coefficient(row), places=6
            )


class TestLoyaltyRhythm(ForecastCase):
    def _rhythm(self, *days):
        customer = self._customer("Rhythm")
        self._bulk_orders((customer, day, 10) for day in days)
        self._score()
        return self._profile(customer)

    def test_median_and_next_date(self):
        """1 April, 11 April, 21 May: intervals 10 and 40, median 25 → 15 June."""
        profile = self._rhythm("2026-04-01", "2026-04-11", "2026-05-21")
        self.assertEqual(profile.median_interval, 25)
        self.assertEqual(profile.next_order_date, Date.to_date("2026-06-15"))
        self.assertEqual(profile.overdue_ratio, 1)
        self.assertFalse(profile.regularity_k)

    def test_two_visits_are_no_rhythm(self):
        profile = self._rhythm("2026-04-01", "2026-04-01", "2026-05-21")
        self.assertFalse(profile.next_order_date or profile.median_interval)
        self.assertIn("it takes 3 days with an order", profile.why)

    def test_many_visits_have_the_middle_interval(self):
        """Intervals 1, 2, 30, 3, 4 → median 3."""
        profile = self._rhythm(
            "2026-01-01",
            "2026-01-02",
            "2026-01-04",
            "2026-02-03",
            "2026-02-06",
            "2026-02-10",
        )
        self.assertEqual(profile.median_interval, 3)

    def test_regularity(self):
        """Intervals 10, 20, 30: mean 20, variance 100, so 400 / 100 − 1/3 = 3.67."""
        profile = self._rhythm("2026-04-01", "2026-04-11", "2026-05-01", "2026-05-31")
        self.assertAlmostEqual(profile.regularity_k, 3.67)
        self.assertIn("keep a rhythm", profile.why)
        self.assertIn("2026", profile.why)

    def test_equal_intervals_have_a_bound(self):
        profile = self._rhythm("2026-03-01", "2026-03-11", "2026-03-21", "2026-03-31")
        self.assertEqual(profile.regularity_k, 99.99)

    def test_random_visits_are_called_so(self):
        """Intervals 1, 1, 100: mean 34, variance 3267, 0.354 − 0.333 = 0.02."""
        profile = self._rhythm("2026-01-01", "2026-01-02", "2026-01-03", "2026-04-13")
        self.assertAlmostEqual(profile.regularity_k, 0.02)
        self.assertIn("at random", profile.why)

    def test_long_gone_customers_are_not_rewritten_for_ever(self):
        """Usual interval 10 days, gone for years: the ratio ends at 9.9."""
        profile = self._rhythm("2020-01-01", "2020-01-11", "2020-01-21")
        self.assertEqual(profile.overdue_ratio, 9.9)

    def test_two_hundred_years_between_orders(self):
        profile = self._rhythm("1826-06-15", "1926-06-15", "2026-06-15")
        self.assertEqual(profile.order_days, 3)
        self.assertAlmostEqual(profile.median_interval, 36524.5)
