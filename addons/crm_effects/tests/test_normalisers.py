"""More days, more people, dearer goods: what is no effect of a CRM."""

from datetime import date

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DIGITS, EffectsCase


@tagged("post_install", "-at_install")
class TestNormalisers(EffectsCase):
    def test_working_days(self):
        """January 2025 has 23 weekdays, two of them closed: 21; February 20."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "New Year",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2025-01-01 00:00:00",
                "date_to": "2025-01-02 23:59:59",
            }
        )
        self.company.resource_calendar_id.tz = "UTC"
        days = self._new_effect()._get_workdays(date(2025, 1, 1), date(2025, 2, 1))
        self.assertEqual(days[date(2025, 1, 1)], 21)
        self.assertEqual(days[date(2025, 2, 1)], 20)

    def test_sales_by_the_day_have_no_effect(self):
        """100 a working day always: only the calendar moves the month."""
        daily = self._new_indicator("daily", "Daily", "sum")
        days = self._new_effect()._get_workdays(date(2023, 1, 1), date(2025, 12, 1))
        self._write_history(
            daily,
            lambda team, i: (
                100 * days[date(2023 + i // 12, 1 + i % 12, 1)]
                + (self._story(team, i) - 1000 - (300 if i >= 24 else 0)) / 9
                if team in self.north | self.south
                else 1
            ),
        )
        effect = self._new_effect(indicator_id=daily.id, normaliser="workday")
        effect.action_estimate()
        self.assertLess(abs(effect.effect), 1)  # of 200 a day
        line = effect.line_ids.filtered("has_data")[0]
        self.assertAlmostEqual(line.actual, 2 * 100 * days[line.date], delta=3)
        self.assertAlmostEqual(line.actual - line.counterfactual, line.delta)

    def _sell(self, price, each):
        """A line of so many pieces a month for two teams; returns the revenue."""
        product = self.env["product.product"].create(
            {"name": "Pump", "type": "service", "taxes_id": False}
        )
        partner = self.env["res.partner"].create({"name": "Buyer"})
        values = []
        for team in self.north | self.south:
            for i in range(36):
                line = {
                    "product_id": product.id,
                    "product_uom_qty": each(team, i),
                    "price_unit": price(i),
                    "tax_ids": False,
                }
                values.append(
                    {
                        "partner_id": partner.id,
                        "company_id": self.company.id,
                        "team_id": team.id,
                        "state": "sale",
                        "date_order": f"{2023 + i // 12}-{1 + i % 12:02}-10 10:00:00",
                        "order_line": [Command.create(line)],
                    }
                )
        self.env["sale.order"].create(values)

    def test_dearer_is_not_more(self):
        """The same pieces at 10 and, from the go-live on, at 11: no effect."""

        def price(i):
            return 11 if i >= 24 else 10

        def each(team, i):
            return 100 + int(DIGITS[team.name][i])

        self._sell(price, each)
        dearer = self._new_indicator("dearer", "Dearer", "sum")
        self._write_history(dearer, lambda team, i: price(i) * each(team, i))
        plain = self._new_effect(indicator_id=dearer.id)
        real = self._new_effect(
            indicator_id=dearer.id, normaliser="price", include_in_roi=False
        )
        index = real._get_price_index(
            real.team_ids, date(2024, 12, 1), date(2025, 1, 1)
        )
        self.assertAlmostEqual(index[date(2024, 12, 1)], 1.0)
        self.assertAlmostEqual(index[date(2025, 1, 1)], 1.1)
        (plain | real).action_estimate()
        self.assertGreater(plain.effect_low, 150)  # about 209 of 2 090
        self.assertLess(real.effect_low, 0)
        self.assertGreater(real.effect_high, 0)
        line = real.line_ids.filtered("has_data")[0]
        self.assertAlmostEqual(
            line.actual, sum(11 * each(team, 24) for team in self.north | self.south)
        )

    def test_only_sums_are_normalised(self):
        with self.assertRaisesRegex(ValidationError, "not a sum"):
            self._new_effect(indicator_id=self.order_value.id, normaliser="workday")

    def test_sellers_are_counted_once(self):
        """Two orders of one, one of another: two salespeople in March."""
        partner = self.env["res.partner"].create({"name": "Buyer"})
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "user_id": user.id,
                    "team_id": team.id,
                    "state": "sale",
                    "date_order": "2025-03-10 10:00:00",
                }
                for user, team in (
                    (self.user, self.north),
                    (self.user, self.north),
                    (self.officer, self.south),
                    (self.manager, self.east),
                )
            ]
        )
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        effect = self._new_effect(normaliser="seller")
        months = date(2025, 3, 1), date(2025, 3, 1)
        found = effect._get_sellers(self.north | self.south, *months)
        self.assertEqual(found, {date(2025, 3, 1): 2.0})

    def test_persons_are_never_alone(self):
        effect = self._new_effect(unit="user", user_ids=self.user.ids)
        effect.action_estimate()
        self.assertIn("settings", effect.refusal)
        self.company.crm_indicator_person_level = True
        effect.action_estimate()
        self.assertIn("3", effect.refusal)
