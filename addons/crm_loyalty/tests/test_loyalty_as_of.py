from math import exp

from odoo.exceptions import ValidationError
from odoo.fields import Date
from odoo.tests import Form

from .common_replenishment import ReplenishmentCase

# Anna bought coffee for 200 every ten days, the last time on 31 January 2020.
DAYS = ("2020-01-01", "2020-01-11", "2020-01-21", "2020-01-31")
AS_OF = Date.to_date("2020-02-20")


class TestLoyaltyAsOf(ReplenishmentCase):
    """A company whose documents end in the past, looked at as it was then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls._customer("Anna")
        for day in DAYS:
            order = cls._buy(cls.anna, cls.coffee, (0, 10))
            order.date_order = f"{day} 12:00:00"
        cls.company.loyalty_as_of = AS_OF

    def _call(self):
        return self.env["crm.loyalty.call"].search([("partner_id", "=", self.anna.id)])

    def test_scores_and_call_list_are_those_of_the_day(self):
        self.company.loyalty_as_of = False
        self.scoring._refresh_company(self.company)
        self.assertFalse(self._call(), "silent for years")
        self.company.loyalty_as_of = AS_OF
        self.scoring._refresh_company(self.company)
        profile = self.profiles.search([("partner_id", "=", self.anna.id)])
        self.assertEqual((profile.revenue_12m, profile.days_since_order), (800, 20))
        self.assertEqual(profile.next_order_date, Date.to_date("2020-02-10"))
        call = self._call()
        self.assertEqual((call.interval, call.overdue_days), (10, 10))
        self.assertAlmostEqual(call.lateness, 1 - exp(-2), 4)
        found = self.profiles.search([("days_since_order", "=", 20)])
        self.assertEqual(found, profile)

    def test_replenishment_is_that_of_the_day(self):
        self.company.loyalty_as_of = False
        self._forecast()
        row = self._row(self.anna, self.coffee)
        self.assertEqual(row.state, "lapsed")
        self.company.loyalty_as_of = Date.to_date("2020-02-12")
        run = self._forecast()
        self.assertTrue(run.full, "another day")
        self.assertEqual((row.state, row.days_overdue), ("due", 2))
        for limit, found in ((2, True), (3, False), (-14, True)):
            known = self.rows.search([("days_overdue", ">=", limit)])
            self.assertEqual(row in known, found, limit)

    def test_purchases_after_the_day_do_not_count(self):
        self._buy(self.anna, self.coffee, (0, 10))
        self.scoring._refresh_company(self.company)
        profile = self.profiles.search([("partner_id", "=", self.anna.id)])
        self.assertEqual(profile.order_count, 4)

    def test_the_night_comes_once_a_day_all_the_same(self):
        self.assertIn(self.company, self.scoring._companies_by_age())
        run = self.scoring._refresh_company(self.company)
        self.assertEqual(run.date, AS_OF)
        self.assertNotIn(self.company, self.scoring._companies_by_age())
        self.env.cr.execute(
            "UPDATE crm_loyalty_run SET create_date = '2026-06-14' WHERE id = %s",
            run.ids,
        )
        run.invalidate_recordset()
        self.assertIn(self.company, self.scoring._companies_by_age())
        self.company.loyalty_as_of = Date.to_date("2020-02-21")
        self.assertIn(self.company, self.scoring._companies_by_age(), "another day")

    def test_who_moves_with_the_day_causes_no_work(self):
        self.company.loyalty_as_of = False
        self.scoring._refresh_company(self.company)
        plan = self.env["mail.activity.plan"].create(
            {"name": "Call", "res_model": "res.partner"}
        )
        self.env["crm.loyalty.stage"].search([]).activity_plan_id = plan
        self.scoring._refresh_company(self.company)
        self.company.loyalty_as_of = AS_OF
        self.scoring._refresh_company(self.company)
        move = self.env["crm.loyalty.transition"].search(
            [("partner_id", "=", self.anna.id), ("field", "=", "stage")]
        )
        self.assertEqual(move.effect_state, "held")

    def test_fit_of_an_earlier_day_is_kept(self):
        """The latest fit is the one made last, not the one of the last day."""
        kind = self.company.loyalty_purchase_model
        self.env["crm.loyalty.fit"].create(
            {"company_id": self.company.id, "date": "2026-06-15", "kind": kind}
        )
        first = self.scoring._refresh_company(self.company).fit_id
        again = self.scoring._refresh_company(self.company).fit_id
        self.assertEqual((first.date, again), (AS_OF, first))

    def test_impossible_days_are_refused(self):
        for day in ("1899-12-31", "2026-06-16"):
            with self.assertRaisesRegex(ValidationError, "Customers of Samovar can be"):
                self.company.loyalty_as_of = day
        self.company.loyalty_as_of = "1900-01-01"
        self.scoring._refresh_company(self.company)
        self._forecast()

    def test_setting(self):
        manager = self.env.ref("base.group_system")
        self.env.user.group_ids += manager
        with Form(self.env["res.config.settings"]) as settings:
            self.assertEqual(settings.loyalty_as_of, AS_OF)
