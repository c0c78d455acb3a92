"""Planned costs that come again.

Go-live January 2025, horizon 24 months: it ends on 31 December 2026.
"""

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestCostRecurrence(EffectsCase):
    def _repeat(self, amount=100, day=date(2026, 1, 31), recurrence="month", **values):
        return self._new_cost(amount, day, "plan", recurrence=recurrence, **values)

    def _days(self, cost):
        return [str(day) for day in cost.repeat_ids.sorted("date").mapped("date")]

    def test_a_monthly_licence_is_entered_once(self):
        """January to December 2026, on the last day of shorter months: 12 × 100."""
        cost = self._repeat()
        self.assertEqual(
            self._days(cost)[:3], ["2026-02-28", "2026-03-31", "2026-04-30"]
        )
        self.assertEqual(self._days(cost)[-1], "2026-12-31")
        self.assertEqual(self.implementation.cost_planned, 1200)
        flows = self.env["crm.effect.cashflow"].search(
            [("implementation_id", "=", self.implementation.id)]
        )
        self.assertEqual(flows.mapped("amount"), [-100] * 12)
        self.assertEqual(len(self.implementation._get_export()["flows"]), 12)

    def test_other_steps(self):
        quarter = self._repeat(recurrence="quarter")
        self.assertEqual(
            self._days(quarter), ["2026-04-30", "2026-07-31", "2026-10-31"]
        )
        year = self._repeat(recurrence="year", day=date(2025, 6, 1))
        self.assertEqual(self._days(year), ["2026-06-01"])
        ended = self._repeat(date_until=date(2026, 2, 28))
        self.assertEqual(self._days(ended), ["2026-02-28"])

    def test_repetitions_follow(self):
        """A dearer licence from March on: the first series ends, another begins."""
        cost = self._repeat()
        repeats = cost.repeat_ids.sorted("date")
        first = repeats[0]
        cost.write({"amount": 120, "name": "Seats"})
        self.assertEqual(set(repeats.mapped("amount")), {120})
        self.assertEqual(set(repeats.mapped("name")), {"Seats"})
        cost.date_until = date(2026, 2, 28)
        self.assertEqual(cost.repeat_ids, first)
        self.implementation.horizon_months = 36
        self.assertEqual(len(cost.repeat_ids), 1, "its own end")
        cost.date_until = False
        self.assertEqual(len(cost.repeat_ids), 23)
        self.implementation.horizon_months = 24
        self.assertEqual(len(cost.repeat_ids), 11)
        cost.recurrence = "once"
        self.assertFalse(cost.repeat_ids)
        self.assertEqual(self.implementation.cost_planned, 120)

    def test_deleted_with_the_first(self):
        cost = self._repeat()
        repeats = cost.repeat_ids
        cost.with_user(self.manager).unlink()
        self.assertFalse(repeats.exists())
        self.assertEqual(self.implementation.cost_planned, 0)

    def test_each_at_the_rate_of_its_day(self):
        """At 2 a unit 50 in January, at 4 a unit 25 in February."""
        foreign = self.env["res.currency"].create({"name": "TSF", "symbol": "F"})
        for day, rate in ((date(2025, 1, 1), 2.0), (date(2026, 2, 1), 4.0)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": foreign.id,
                    "name": day,
                    "rate": rate,
                    "company_id": self.company.id,
                }
            )
        cost = self._repeat(currency_id=foreign.id, date_until=date(2026, 2, 28))
        self.assertEqual(cost.amount_company, 50)
        self.assertEqual(cost.repeat_ids.amount_company, 25)

    def test_documents_leave_them_alone(self):
        cost = self._repeat()
        self.implementation.action_sync_costs()
        self.assertEqual(len(cost.repeat_ids), 11)

    def test_the_form_of_the_first_steps(self):
        """Support a year is planned for every year of the horizon, not once."""
        wizard = self.env["crm.effects.onboarding"].create(
            {"implementation_id": self.implementation.id, "support": 500}
        )
        [values] = wizard._prepare_costs()
        cost = self.env["crm.effect.cost"].create(values)
        self.assertEqual((cost.date, self._days(cost)), (self.go_live, ["2026-01-01"]))

    @property
    def go_live(self):
        return self.implementation.date_go_live

    def test_an_officer_plans_and_changes(self):
        officer = self.env["crm.effect.cost"].with_user(self.officer)
        with Form(officer, "crm_effects.crm_effect_cost_view_list") as form:
            form.implementation_id = self.implementation
            form.nature = "plan"
            form.date = date(2026, 1, 1)
            form.amount = 10
            form.recurrence = "month"
        cost = form.record
        self.assertEqual(len(cost.repeat_ids), 11)
        cost.amount = 20
        self.assertEqual(set(cost.repeat_ids.mapped("amount")), {20})
        with self.assertRaisesRegex(UserError, "repeats a planned cost"):
            cost.repeat_ids[0].amount = 1
        with self.assertRaisesRegex(UserError, "repeats a planned cost"):
            cost.repeat_ids[0].with_user(self.manager).unlink()

    def test_bad_input(self):
        with self.assertRaisesRegex(ValidationError, "only a planned cost can repeat"):
            self._new_cost(100, date(2026, 1, 1), recurrence="month")
        with self.assertRaisesRegex(ValidationError, "begins on 2026-01-31"):
            self._repeat(date_until=date(2026, 1, 1))
        with self.assertRaisesRegex(ValidationError, "more than 240 times"):
            self._repeat(date_until=date(2206, 1, 1))
        self.implementation.date_go_live = False
        with self.assertRaisesRegex(ValidationError, "say until when"):
            self._repeat()

    def test_number_of_queries(self):
        """A longer series does not ask more."""
        self.env.flush_all()
        counts = []
        for last in (date(2026, 6, 30), date(2027, 12, 31)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._repeat(date_until=last)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)
