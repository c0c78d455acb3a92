"""The return in a second currency, worked out by hand.

900 dollars of cost in July 2024; 100 a month declared from January 2025 on, twelve of
24 months measured by today (15 January 2026). Of the indicator nothing is proven.
One dollar is 50 roubles until August 2024, 80 in June 2025 and 100 from July 2025 on:

* at the end of each month: costs 900 × 50 = 45,000; January to May 2025 at 50, June at
  80, July to December at 100: 5 × 5,000 + 8,000 + 6 × 10,000 = 93,000; the twelve
  months ahead at today's 100: 120,000;
* of the go-live (1 January 2025, 50): everything × 50.
"""

from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..models.rates import Rates
from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestSecondCurrency(EffectsCase):
    def setUp(self):
        super().setUp()
        self.rouble = self.env["res.currency"].create({"name": "XRU", "symbol": "₽"})
        self._rate(self.rouble, date(2024, 1, 1), 50)
        self._rate(self.rouble, date(2025, 6, 1), 80)
        self._rate(self.rouble, date(2025, 7, 1), 100)
        own = self.company.currency_id
        own.rate_ids.unlink()
        self.implementation.discount_rate = 0
        self._new_cost(900, date(2024, 7, 10))
        self._new_effect(
            estimator="manual", indicator_id=False, declared_monthly=100
        ).action_estimate()

    def _rate(self, currency, day, rate, company=False):
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": company and company.id,
                "name": day,
                "rate": rate,
            }
        )

    def _figures(self, mode):
        one = self.implementation
        one.write({"second_currency_id": self.rouble.id, "rate_mode": mode})
        return [
            round(figure)
            for figure in (one.second_cost, one.second_npv_to_date, one.second_npv)
        ]

    def test_rate_at_the_end_of_each_month(self):
        self.assertEqual(self._figures("period_end"), [45_000, 48_000, 168_000])
        self.assertAlmostEqual(self.implementation.second_roi, 213 / 45 - 1)

    def test_rate_of_the_go_live(self):
        self.assertEqual(self._figures("go_live"), [45_000, 15_000, 75_000])
        self.assertAlmostEqual(self.implementation.second_roi, self.implementation.roi)

    def test_todays_rate_changes_no_past_amount(self):
        self._figures("period_end")
        self._rate(self.rouble, date(2026, 1, 14), 200)
        self.implementation.invalidate_recordset()
        cost, to_date, whole = self._figures("period_end")
        self.assertEqual([cost, to_date], [45_000, 48_000])
        self.assertEqual(whole, 48_000 + 12 * 100 * 200)
        self.assertEqual(self._figures("go_live"), [45_000, 15_000, 75_000])

    def test_proven_benefit(self):
        self._new_effect(include_in_roi=True).action_estimate()
        one = self.implementation
        self._figures("go_live")
        self.assertAlmostEqual(one.second_proven, 50 * one.benefit_proven, places=0)

    def test_rates_are_those_of_odoo(self):
        self._rate(self.rouble, date(2025, 3, 1), 60, self.company)
        own = self.company.currency_id
        self._rate(own, date(2025, 2, 1), 2)
        get_rate = Rates(self.company, self.rouble)
        for day in (
            date(2023, 1, 1),
            date(2025, 1, 31),
            date(2025, 2, 1),
            date(2025, 5, 1),
            date(2026, 1, 1),
        ):
            there = own._convert(1, self.rouble, self.company, day, round=False)
            self.assertAlmostEqual(get_rate(day), there, 9, day)

    def test_a_currency_without_a_rate(self):
        bare = self.env["res.currency"].create({"name": "XXA", "symbol": "a"})
        with self.assertRaisesRegex(ValidationError, "no rate of XXA"):
            self.implementation.second_currency_id = bare
        with self.assertRaisesRegex(ValidationError, "no rate of XXA"):
            self._new_cost(5, date(2025, 1, 1), currency_id=bare.id)

    def test_reader_sees_the_sums(self):
        self._figures("go_live")
        reader = self.implementation.with_user(self.user)
        self.assertAlmostEqual(reader.second_cost, 45_000)
        self.assertAlmostEqual(reader.second_npv, 75_000)

    def test_on_form_and_report(self):
        self._figures("go_live")
        form = Form(self.implementation.with_user(self.officer))
        self.assertAlmostEqual(form.second_npv, 75_000)
        self.implementation.rate_mode = "period_end"
        values = self.env["report.crm_effects.report_return"]._get_report_values(
            self.implementation.ids
        )
        terms = dict(values["pages"][self.implementation.id]["terms"])
        self.assertIn("168,000", terms["NPV in XRU (rate at the end of each month)"])
