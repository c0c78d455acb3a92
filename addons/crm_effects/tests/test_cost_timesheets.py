"""Time booked on the account of an introduction, and whose pay it must not tell."""

from datetime import date

from odoo.tests import tagged

from .cost_common import CostCase


@tagged("post_install", "-at_install")
class TestCostTimesheets(CostCase):
    def _book_time(self, *people):
        """Timesheets of February 2025: (pay per hour, hours) of each person."""
        if "employee_id" not in self.env["account.analytic.line"]._fields:
            self.skipTest("hr_timesheet is not installed: no timesheets")
        project = self.env["project.project"].create(
            {"name": "CRM", "company_id": self.company.id}
        )
        employees = self.env["hr.employee"].create(
            [
                {"name": f"P{pay}", "company_id": self.company.id, "hourly_cost": pay}
                for pay, _hours in people
            ]
        )
        return self.env["account.analytic.line"].create(
            [
                {
                    "name": "Workshop",
                    "project_id": project.id,
                    "employee_id": employee.id,
                    "company_id": self.company.id,
                    "date": date(2025, 2, 3 + number),
                    "unit_amount": hours,
                    self.project.plan_id._column_name(): self.project.id,
                }
                for number, (employee, (_pay, hours)) in enumerate(
                    zip(employees, people, strict=True)
                )
            ]
        )

    def test_timesheets_are_one_cost_a_month(self):
        """10 × 1 + 20 × 1.5 + 30 × 2 = 100."""
        self._book_time((10, 1), (20, 1.5), (30, 2))
        self._source()
        self.assertRecordValues(
            self._costs(),
            [
                {
                    "origin": "timesheet",
                    "cost_type": "internal_labour",
                    "amount_company": 100,
                    "date": date(2025, 2, 1),
                    "is_standard": False,
                }
            ],
        )

    def test_pay_of_two_people_cannot_be_read(self):
        """The attacker knows the hours, 4 of two people, and sees every amount of the
        costs, the cash flow and the export: 4 × 25, whatever they earn."""
        lines = self._book_time((10, 1), (70, 3))
        self._source()
        cost = self._costs()
        self.assertRecordValues(cost, [{"amount_company": 0, "is_standard": True}])
        self.assertIn("these hours count nothing", self.implementation.cost_findings)
        self.company.effects_hour_cost = 25
        self._run_job()
        self.assertEqual(cost.amount_company, 100)
        self.assertIn("fewer than three people", self.implementation.cost_findings)
        self.assertNotIn("count nothing", self.implementation.cost_findings)
        shown = self.implementation.with_user(self.officer)
        self.assertEqual(shown.cost_actual, 100)
        flows = self.env["crm.effect.cashflow"].with_user(self.officer).search([])
        self.assertEqual(flows.mapped("amount"), [-100])
        [flow] = shown._get_export()["flows"]
        self.assertEqual(flow["amount"], -100)
        self.assertEqual(sum(lines.mapped("amount")), -220, "what was booked is kept")

    def test_a_third_person_makes_a_group(self):
        self.company.effects_hour_cost = 25
        lines = self._book_time((10, 1), (20, 2))
        self._source()
        self.assertEqual(self._costs().amount_company, 75)
        self._book_time((50, 1))
        self._run_job()
        self.assertEqual(self._costs().amount_company, 10 + 40 + 50)
        self.assertFalse(self._costs().is_standard)
        lines.unlink()
        self._run_job()
        self.assertEqual(self._costs().amount_company, 25)
