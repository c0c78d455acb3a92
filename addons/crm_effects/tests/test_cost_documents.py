"""Costs from what is booked.

Vendor bill of March 2025: 1000 dollars for licences at two dollars a unit of the
company's currency, so 500; a credit note takes it back. Account "CRM project": what
is booked on it is integration; timesheets on it would be internal labour.
"""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EffectsCase
from .cost_common import CostCase


@tagged("post_install", "-at_install")
class TestCostDocuments(CostCase):
    # tagged bills --------------------------------------------------------------

    def test_posting_a_tagged_bill_adds_its_cost(self):
        bill = self._new_bill(
            {"price_unit": 1000, **self._tag(crm_cost_type="licence")},
            {"price_unit": 70},
            currency=self.foreign,
        )
        self.assertFalse(self._costs(), "a draft is no cost")
        bill.action_post()
        cost = self._costs()
        self.assertRecordValues(
            cost,
            [
                {
                    "cost_type": "licence",
                    "nature": "actual",
                    "origin": "bill",
                    "date": date(2025, 3, 10),
                    "amount": 1000,
                    "currency_id": self.foreign.id,
                    "amount_company": 500,
                }
            ],
        )
        self.assertEqual(self.implementation.cost_actual, 500)
        self.assertEqual(cost.action_open_document()["res_id"], bill.id)

    def test_todays_rate_changes_nothing(self):
        bill = self._new_bill(
            {"price_unit": 1000, **self._tag()}, currency=self.foreign
        )
        bill.action_post()
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.foreign.id,
                "name": date(2026, 1, 15),
                "rate": 10.0,
                "company_id": self.company.id,
            }
        )
        self.implementation.action_sync_costs()
        self.assertEqual(self._costs().amount_company, 500)

    def test_credit_note_reverses(self):
        bill = self._new_bill(
            {"price_unit": 300, **self._tag(crm_cost_type="training")}
        )
        bill.action_post()
        bill._reverse_moves(
            [{"invoice_date": date(2025, 4, 2), "date": date(2025, 4, 2)}]
        )
        note = bill.reversal_move_ids
        note.action_post()
        self.assertEqual(self._costs().mapped("amount_company"), [300, -300])
        self.assertEqual(self._costs().mapped("cost_type"), ["training", "training"])
        self.assertEqual(self.implementation.cost_actual, 0)

    def test_draft_again_takes_the_cost_away(self):
        bill = self._new_bill({"price_unit": 300, **self._tag()})
        bill.action_post()
        bill.button_draft()
        self.assertFalse(self._costs())
        bill.invoice_line_ids.price_unit = 250
        bill.action_post()
        self.assertEqual(self._costs().amount_company, 250)

    def test_tagging_a_posted_line(self):
        bill = self._new_bill({"price_unit": 300})
        bill.action_post()
        bill.invoice_line_ids.write(self._tag())
        self.assertEqual(self._costs().amount_company, 300)
        bill.invoice_line_ids.crm_implementation_id = False
        self.assertFalse(self._costs())

    def test_trouble_with_costs_stops_no_bill(self):
        """The bill is posted; a closed introduction gets its cost by the job too."""
        self.implementation.state = "closed"
        bill = self._new_bill({"price_unit": 300, **self._tag()})
        broken = patch.object(
            type(self.implementation), "_get_tagged_items", side_effect=ValueError("!")
        )
        with broken, self.assertLogs("odoo.addons.crm_effects", "ERROR") as log:
            bill.action_post()
        self.assertIn(str(bill), log.output[0])
        self.assertEqual(bill.state, "posted")
        self.assertFalse(self._costs())
        self.assertTrue(self.implementation.costs_pending)
        self.assertIn("tries again", self.implementation.cost_findings)
        self._run_job()
        self.assertEqual(self._costs().amount_company, 300)
        self.assertNotIn("tries again", self.implementation.cost_findings)
        with broken, self.assertLogs("odoo.addons.crm_effects", "ERROR"):
            bill.button_draft()
        self.assertEqual(bill.state, "draft")
        self._run_job()
        self.assertFalse(self._costs())

    # analytic accounts ----------------------------------------------------------

    def test_half_of_a_bill_on_the_account(self):
        self._source()
        bill = self._new_bill(
            {
                "price_unit": 400,
                "analytic_distribution": {self.project.id: 50, self.elsewhere.id: 50},
            }
        )
        bill.action_post()
        self.assertRecordValues(
            self._costs(),
            [{"origin": "analytic", "cost_type": "integration", "amount_company": 200}],
        )
        bill.button_draft()
        self.assertFalse(self._costs())

    def test_tag_and_account_do_not_count_twice(self):
        self._source("support")
        bill = self._new_bill(
            {
                "price_unit": 400,
                "analytic_distribution": {self.project.id: 100},
                **self._tag(),
            }
        )
        bill.action_post()
        self.assertRecordValues(
            self._costs(),
            [{"origin": "bill", "cost_type": "support", "amount_company": 400}],
        )

    def test_typed_analytic_line(self):
        line = self.env["account.analytic.line"].create(
            {
                "name": "Consultant's travel",
                "date": date(2025, 2, 3),
                "amount": -120,
                "company_id": self.company.id,
                self.project.plan_id._column_name(): self.project.id,
            }
        )
        source = self._source()
        self.assertRecordValues(
            self._costs(), [{"amount_company": 120, "date": date(2025, 2, 3)}]
        )
        line.amount = -150
        self._run_job()
        self.assertEqual(self._costs().amount_company, 150)
        self._costs().cost_type = "training"
        self._run_job()
        self.assertEqual(self._costs().cost_type, "training", "sorted by hand, kept")
        source.unlink()
        self.assertFalse(self._costs())

    def test_revenue_on_the_account_is_no_cost(self):
        self._source()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.vendor.id,
                "invoice_date": date(2025, 3, 10),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Resold seats",
                            "price_unit": 400,
                            "tax_ids": [],
                            "analytic_distribution": {self.project.id: 100},
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        self.assertFalse(self._costs())

    def test_same_again_writes_nothing(self):
        self._source()
        self._new_bill({"price_unit": 300, **self._tag()}).action_post()
        cost = self._costs()
        self.env.flush_all()
        with self.assertQueryCount(5):
            self.implementation._sync_costs()
        self.assertEqual(self._costs(), cost)

    # rights and bad input -------------------------------------------------------

    def test_booked_amounts_are_changed_on_the_document(self):
        self._new_bill({"price_unit": 300, **self._tag()}).action_post()
        cost = self._costs().with_user(self.officer)
        with self.assertRaisesRegex(UserError, "comes from a document"):
            cost.amount = 1
        with self.assertRaisesRegex(UserError, "comes from a document"):
            cost.unlink()
        cost.cost_type = "infrastructure"
        self.assertEqual(cost.cost_type, "infrastructure")

    def test_account_of_one_implementation_only(self):
        self._source()
        other = self.implementation.copy({"name": "Other"})
        with self.assertRaises(Exception) as failure:
            self.env["crm.effect.cost.source"].create(
                {
                    "implementation_id": other.id,
                    "analytic_account_id": self.project.id,
                }
            )
        self.assertIn("unique", str(failure.exception).lower())

    def test_account_of_another_company(self):
        stranger = self.env["res.company"].create({"name": "Stranger"})
        self.project.company_id = stranger
        with self.assertRaisesRegex((UserError, ValidationError), "CRM project"):
            self._source()

    def test_reader_cannot_read_single_costs(self):
        self._new_bill({"price_unit": 300, **self._tag()}).action_post()
        with self.assertRaises(AccessError):
            self._costs().with_user(self.user).read(["amount"])
        form = self.implementation.with_user(self.user)
        self.assertEqual(form.cost_actual, 300)

    def test_planned_cost_cannot_be_negative(self):
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            self._new_cost(-5, date(2025, 1, 1), "plan")
        self._new_cost(-5, date(2025, 1, 1))


@tagged("post_install", "-at_install")
class TestCostFindings(EffectsCase):
    """The check of completeness speaks in whole sentences."""

    def _findings(self):
        return self.implementation.cost_findings

    def test_nothing_yet(self):
        self.assertIn("No costs are planned or booked yet", self._findings())

    def test_two_thirds_beside_the_real_ratio(self):
        self._new_cost(300_000, date(2024, 8, 1))
        self._new_cost(240_000, date(2024, 9, 1), cost_type="integration")
        self.assertIn("Integration is 80.0 % of the licences", self._findings())
        self.assertIn("200,000", self._findings())

    def test_the_usual_ratio_is_the_companys(self):
        """Half of 300 000 planned, where the company says half."""
        self.company.effects_integration_ratio = 0.5
        self._new_cost(300_000, date(2024, 8, 1), "plan")
        self.implementation.action_plan_integration()
        self.assertIn("usual is 50.0 %", self._findings())
        with self.assertRaisesRegex(Exception, "integration_ratio_not_negative"):
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.company.effects_integration_ratio = -1
                self.env.flush_all()

    def test_forgotten_types(self):
        self._new_cost(300, date(2024, 8, 1))
        self._new_cost(30, date(2024, 8, 1), "plan", "training")
        self.assertIn(
            "neither planned nor booked here: Internal Labour, Data Migration,"
            " Support, Productivity Dip.",
            self._findings(),
        )
        self.assertIn("nothing is booked: Training", self._findings())

    def test_over_plan(self):
        self._new_cost(100, date(2024, 8, 1), "plan")
        self._new_cost(125, date(2024, 8, 3))
        self.assertIn("Licence is over plan", self._findings())
        self.assertIn("25.0 % more", self._findings())

    def test_after_the_horizon(self):
        """Go-live January 2025, 24 months: the horizon ends on 31 December 2026."""
        self._new_cost(100, date(2026, 12, 31), "plan", "support")
        self.assertNotIn("after the end of the horizon", self._findings())
        self._new_cost(70, date(2027, 1, 1), "plan", "support")
        self.assertIn("after the end of the horizon (2026-12-31)", self._findings())
        self.assertIn("70", self._findings())
