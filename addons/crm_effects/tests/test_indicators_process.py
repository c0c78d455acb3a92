"""The way of deals, the voice of customers, what serving takes: G04, V02, E02, E03.

East works by the clock of Vladivostok (UTC+10); see test_indicators. Mandatory for all
are the stages Talk and Offer, for the team Field also Survey. Won in the month:

======  =====  ==============================  ==========
deal    team   stages                          by the process
======  =====  ==============================  ==========
proper  Shop   New, Talk, Offer, Won           yes
night   Shop   the same, won at 23:30 UTC of   yes
               the day before the month
hasty   Shop   New, Offer, Won                 no
field   Field  New, Talk, Offer, Won           no: Survey
full    Field  New, Talk, Survey, Offer, Won   yes
======  =====  ==============================  ==========
"""

from datetime import datetime, time, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .indicator_month import MonthCase


@tagged("post_install", "-at_install")
class TestProcess(MonthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new, cls.talk, cls.survey, cls.offer, cls.won = cls.env["crm.stage"].create(
            [
                {"name": "New", "sequence": 1},
                {"name": "Talk", "sequence": 2, "effects_mandatory": True},
                {
                    "name": "Survey",
                    "sequence": 3,
                    "effects_mandatory": True,
                    "team_ids": [Command.set(cls.field_team.ids)],
                },
                {"name": "Offer", "sequence": 4, "effects_mandatory": True},
                {"name": "Won", "sequence": 5, "is_won": True},
            ]
        )

    def _win(self, team, *stages, date=None, company=None):
        env = self._in(company or self.east)
        lead = env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "company_id": env.company.id,
                "team_id": team.id,
                "stage_id": self.new.id,
            }
        )
        self._log_changes()
        lead = lead.with_context(tracking_disable=False)
        for stage in (*stages, self.won):
            lead.stage_id = stage
            self._log_changes()
        self._date(lead, date_closed=date or self._on(10))
        return lead

    def _log_changes(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_deals_by_the_process(self):
        self._win(self.shop, self.talk, self.offer)
        first = datetime.combine(self.month, time(23, 30)) - timedelta(days=1)
        self._win(self.shop, self.talk, self.offer, date=first)
        self._win(self.shop, self.offer)
        self._win(self.field_team, self.talk, self.offer)
        self._win(self.field_team, self.talk, self.survey, self.offer)
        self._win(self.shop, self.talk, company=self.west)
        self.assertEqual(self._of_month("G04"), (3, 5))
        self.assertEqual(self._of_month("G04", self.west), (0, 1))
        self.offer.effects_mandatory = False
        indicator = self._indicator("G04")
        self.assertFalse(self._measure(indicator, self.west).error)
        self.assertEqual(self._of_month("G04", self.west), (1, 1))

    def test_without_mandatory_stages_there_is_no_figure(self):
        self._win(self.shop, self.talk)
        self.env["crm.stage"].search([]).effects_mandatory = False
        self.assertEqual(self._of_month("G04"), (0, 0))
        self.assertFalse(self._facts(self._indicator("G04"), self.east))


@tagged("post_install", "-at_install")
class TestRecommendation(MonthCase):
    """Answers 10, 9, 7 and 3 in East, one of them at night; 2 in West; a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours, cls.theirs = (
            cls._survey(company) for company in (cls.east, cls.west)
        )
        first = datetime.combine(cls.month, time(23, 30)) - timedelta(days=1)
        for score in (10, 9, 7):
            cls._answer(cls.ours, score, cls._on(5))
        cls._answer(cls.ours, 3, first)
        cls._answer(cls.ours, 0, cls._on(5), test_entry=True)
        cls._answer(cls.theirs, 2, cls._on(5))

    @classmethod
    def _survey(cls, company):
        return cls.env["survey.survey"].create(
            {
                "title": "Shall we be recommended?",
                "loyalty_company_id": company.id,
                "question_and_page_ids": [
                    Command.create(
                        {
                            "title": "Would you recommend us?",
                            "question_type": "scale",
                            "scale_min": 0,
                            "scale_max": 10,
                            "loyalty_measure": "nps",
                        }
                    )
                ],
            }
        )

    @classmethod
    def _answer(cls, survey, score, date, **values):
        answer = cls.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "partner_id": cls.partner.id,
                "state": "done",
                "end_datetime": date,
                "user_input_line_ids": [
                    Command.create(
                        {
                            "question_id": survey.question_ids.id,
                            "answer_type": "scale",
                            "value_scale": score,
                        }
                    )
                ],
                **values,
            }
        )
        cls.env.flush_all()
        return answer

    def test_score(self):
        """Two promoters less one detractor, of four."""
        self.assertEqual(self._of_month("V02"), (1, 4))
        self.assertEqual(self._of_month("V02", self.west), (-1, 1))


@tagged("post_install", "-at_install")
class TestServing(MonthCase):
    """Order of the 10th: time of three people on its task, 2 + 1 + 1 hours at 10.

    A second order of East was paid back: one credit note at 5.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.east.effects_hour_cost = 10
        cls.east.effects_correction_cost = 5
        cls.order = cls._make_order(cls.east, cls.partner, 100, cls._on(10))
        cls.other = cls._make_order(cls.east, cls.partner, 100, cls._on(11))

    def _credit(self, order):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.east, install_demo=False
        )
        self.east.currency_id = self.eur  # the chart of accounts brought its own
        note = self._in(self.east)["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.partner.id,
                "invoice_date": self.month.replace(day=12),
                "company_id": self.east.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Back",
                            "price_unit": 20,
                            "tax_ids": False,
                            "sale_line_ids": [Command.set(order.order_line.ids)],
                        }
                    )
                ],
            }
        )
        note.action_post()

    def _book(self, people):
        env = self._in(self.east)
        project = env["project.project"].create(
            {"name": "Service", "company_id": self.east.id, "allow_billable": True}
        )
        task = env["project.task"].create(
            {
                "name": "Fit in",
                "project_id": project.id,
                "partner_id": self.partner.id,
                "sale_line_id": self.order.order_line.id,
            }
        )
        self.assertEqual(task.sale_order_id, self.order)
        for number, hours in enumerate((2, 1, 1)):
            env["account.analytic.line"].create(
                {
                    "name": "Work",
                    "project_id": project.id,
                    "task_id": task.id,
                    "employee_id": people[number % len(people)].id,
                    "unit_amount": hours,
                    "date": self.month.replace(day=20),
                    "company_id": self.east.id,
                }
            )

    def _people(self, count):
        return self.env["hr.employee"].create(
            [
                {"name": f"Person {number}", "company_id": self.east.id}
                for number in range(count)
            ]
        )

    def _skip_without(self, code):
        """Without its apps the indicator is inactive and says which it needs."""
        indicator = self._indicator(code)
        if indicator.available:
            return False
        self.assertIn("Not installed", indicator.inactive_reason)
        with self.assertRaisesRegex(UserError, "can be measured"):
            indicator.action_refresh()
        return True

    def test_cost_to_serve(self):
        if self._skip_without("E02"):
            return
        self.assertEqual(self._of_month("E02"), (0, 2))
        self._credit(self.other)
        with_time = "hr_timesheet" in self.installed
        if with_time:
            self._book(self._people(3))
        self.assertEqual(self._of_month("E02"), (45 if with_time else 5, 2))
        self.east.effects_correction_cost = 6
        self.assertFalse(self._measure(self._indicator("E02"), self.east).error)
        self.assertEqual(self._of_month("E02"), (46 if with_time else 6, 2))

    def test_hours_per_order(self):
        if self._skip_without("E03"):
            return
        self._book(self._people(3))
        self.assertEqual(self._of_month("E03"), (4, 2))

    def test_hours_of_two_people_are_nobodys_business(self):
        if self._skip_without("E03"):
            return
        self._book(self._people(2))
        self.assertEqual(self._of_month("E03"), (0, 0))
        self.assertFalse(self._facts(self._indicator("E03"), self.east))
