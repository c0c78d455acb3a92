"""The report on a period: figures, words, PDF and workbook."""

import base64
import io
from datetime import date

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tools.misc import find_in_path

from .common import LoyaltyCase
from .test_customer_base import CustomerBaseCase

REPORT = "crm_loyalty.report_period"


class TestIndicators(CustomerBaseCase):
    """The orders of the customer base, January against February:

    February: revenue 150 (Anna 50, Vera 100), of the new customer Vera 100;
    of the two buyers Vera bought twice; of January's buyers Anna and Boris, who
    brought 300, Anna came back with 50.
    """

    def _base(self, start, end):
        return self.env["crm.loyalty.period"]._get_base(
            self.company, date.fromisoformat(start), date.fromisoformat(end)
        )

    def test_february(self):
        base = self._base("2026-02-01", "2026-02-28")
        self.assertEqual((base.revenue, base.revenue_new), (150, 100))
        self.assertEqual((base.buyers, base.buyers_new, base.repeat_buyers), (2, 1, 1))
        self.assertEqual((base.buyers_before, base.retained), (2, 1))
        self.assertEqual((base.revenue_before, base.revenue_kept), (300, 50))
        self.assertAlmostEqual(base.new_share, 2 / 3)
        self.assertEqual(base.retention, 0.5)
        self.assertEqual(base.repeat_rate, 0.5)
        self.assertAlmostEqual(base.revenue_retention, 1 / 6)

    def test_new_in_the_half_year_is_whoever_first_bought_in_it(self):
        self._order(self.people["Boris"], "2025-12-31", 5)
        base = self._base("2026-01-01", "2026-06-30")
        self.assertEqual((base.revenue, base.revenue_new), (490, 180 + 110))
        self.assertEqual((base.buyers, base.repeat_buyers), (3, 2))
        self.assertEqual((base.buyers_before, base.retained), (1, 1), "Boris")

    def test_no_data_is_not_zero(self):
        base = self._base("2026-04-01", "2026-04-30")
        self.assertEqual(
            (base.new_share, base.retention, base.repeat_rate, base.revenue_retention),
            (None, None, None, None),
        )

    def test_period_before(self):
        before = self.env["crm.loyalty.period"]._get_start_before
        for start, end, expected in (
            ("2026-02-01", "2026-02-28", "2026-01-01"),
            ("2026-03-01", "2026-03-31", "2026-02-01"),  # a month, not 31 days
            ("2026-01-01", "2026-12-31", "2025-01-01"),
            ("2026-06-10", "2026-06-12", "2026-06-07"),
        ):
            with self.subTest(start):
                found = before(date.fromisoformat(start), date.fromisoformat(end))
                self.assertEqual(found, date.fromisoformat(expected))


class PeriodReportCase(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._new_user("boss", "sales_team.group_sale_manager")

    def _report(self, start="2026-02-01", end="2026-02-28", user=None, **values):
        reports = self.env["crm.loyalty.report"].with_user(user or self.boss)
        return reports.create(
            {
                "company_id": self.company.id,
                "date_from": start,
                "date_to": end,
                **values,
            }
        )

    def _html(self, report, lang="en_US"):
        action = self.env["ir.actions.report"].with_user(self.boss)
        html, _kind = action.with_context(lang=lang)._render_qweb_html(
            REPORT, report.ids
        )
        return " ".join(html.decode().split())

    def _book(self, report):
        report.action_download()
        return load_workbook(io.BytesIO(base64.b64decode(report.file)))


class TestPeriodReport(PeriodReportCase, CustomerBaseCase):
    def test_what_the_manager_reads(self):
        html = self._html(self._report())
        for words in (
            "Samovar",
            "from customers: 2, of whom new: 1",
            "50 % bought again",
            "66.7 %",  # new-customer share
            "Feb 2026",
        ):
            self.assertIn(words, html)

    def test_in_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["crm_loyalty"], ["ru_RU"])
        html = self._html(self._report(), "ru_RU")
        for words in ("Отчёт о лояльности", "Когорты", "Удержание", "66,7 %"):
            self.assertIn(words, html)

    def test_workbook_holds_numbers(self):
        book = self._book(self._report())
        base = book["Customer base"]
        values = {row[0].value: (row[1], row[2]) for row in base.iter_rows(min_row=6)}
        now, then = values["Revenue"]
        self.assertEqual((now.value, then.value), (150, 300))
        share, _then = values["New-customer share"]
        self.assertAlmostEqual(share.value, 2 / 3)
        self.assertEqual(share.number_format, "0.0%")
        self.assertIn("€", now.number_format)
        months = book["New and returning customers"]
        self.assertEqual(months["A6"].value.date(), date(2026, 2, 1))
        self.assertEqual(
            [months.cell(6, column).value for column in (2, 3, 4)], [150, 100, 50]
        )
        cohorts = book["Cohorts"]
        self.assertEqual(
            [cell.value for cell in cohorts[6]][1:5],
            [2, 1, 0.5, None],
            "January, its customers, the month itself, February; March is no month "
            "of the period",
        )

    def test_link_downloads_the_file(self):
        report = self._report()
        action = report.action_download()
        self.assertIn(
            f"/web/content/crm.loyalty.report/{report.id}/file/", action["url"]
        )

    def test_name_that_looks_like_a_formula_stays_a_name(self):
        self._score()
        segment = self.env.ref("crm_loyalty.crm_loyalty_segment_champions")
        segment.name = "=1+1"
        self.profiles.search([]).segment_id = segment
        sheet = self._book(self._report())["Segments"]
        self.assertEqual((sheet["A6"].value, sheet["A6"].data_type), ("=1+1", "s"))

    def test_pdf(self):
        try:
            find_in_path("wkhtmltopdf")
        except OSError:
            self.skipTest("wkhtmltopdf is not installed: apt-get install wkhtmltopdf")
        action = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, kind = action._render_qweb_pdf(
            REPORT, self._report(user=self.env.user).ids
        )
        self.assertEqual(kind, "pdf")
        pages = PdfReader(io.BytesIO(pdf)).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        self.assertIn("66.7 %", text)

    def test_only_managers_and_only_their_company(self):
        olga = self._new_user("olya", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaises(AccessError):
            self._report(user=olga)
        other = self._new_company("Other")
        with self.assertRaisesRegex(ValidationError, "You do not work in Other"):
            self._report(company_id=other.id)

    def test_dates_out_of_order(self):
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self._report("2026-02-28", "2026-02-01")


class TestProgramsOfPeriod(PeriodReportCase):
    """Bonus, point worth 0.1, half of the points expected to be redeemed.

    May    1,000 issued
    June   500 issued, 300 redeemed, 100 expired: 1,100 outstanding, 55 owed;
           20 % of all issued redeemed, 6.7 % expired
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.env["loyalty.program"].create(
            {
                "name": "Bonus",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "company_id": cls.company.id,
                "currency_id": cls.euro.id,
                "use_ledger": True,
                "point_value": 0.1,
                "expected_redemption": 50,
            }
        )
        cls.card = cls.env["loyalty.card"].create(
            {"program_id": cls.program.id, "partner_id": cls._customer("Anna").id}
        )

    def _rows(self, title, start="2026-06-01", end="2026-06-30"):
        sections = self._report(start, end)._get_data()["sections"]
        [section] = [one for one in sections if one.title == title]
        return section.rows

    def test_points_and_liability(self):
        for kind, amount, day in (
            ("bonus", 1000, "2026-05-04"),
            ("bonus", 500, "2026-06-01"),
            ("redeem", -300, "2026-06-02"),
            ("expire", -100, "2026-06-03"),
        ):
            self.card._post_points(kind, amount, date=date.fromisoformat(day))
        [row] = self._rows("Points and what they owe")
        self.assertEqual(row[:5], ("Bonus", 500, 300, 100, 1100))
        self.assertAlmostEqual(row[5], 1100 * 0.1 * 0.5)
        self.assertAlmostEqual(row[6], 300 / 1500)
        self.assertAlmostEqual(row[7], 100 / 1500)
        [may] = self._rows("Points and what they owe", "2026-05-01", "2026-05-31")
        self.assertEqual(may[1:8], (1000, 0, 0, 1000, 50, 0, 0))

    def test_effect_against_the_hold_out(self):
        """Who took part brought 100 each, who was kept out 60: 40 more, 30 times."""
        self.program.holdout_percent = 50
        self.assertIn("too few customers", self._rows("Effect of the programmes")[0][6])
        for held_out, amount in ((False, 100), (True, 60)):
            for number in range(30):
                partner = self._customer(f"Customer {held_out} {number}")
                self._order(partner, "2026-06-10", amount)
                self.env["crm.loyalty.holdout"].create(
                    {
                        "program_id": self.program.id,
                        "company_id": self.company.id,
                        "partner_id": partner.id,
                        "date": "2026-06-01",
                        "is_held_out": held_out,
                    }
                )
        [row] = self._rows("Effect of the programmes")
        self.assertEqual(row, ("Bonus", 30, 30, 1200, 1200, 1200, "proven gain"))

    def test_tiers(self):
        gold = self.env["crm.loyalty.tier"].create(
            {"program_id": self.program.id, "name": "Gold", "threshold": 500}
        )
        self.card.sudo().tier_id = gold
        [row] = self._rows("Tiers")
        self.assertEqual((row[0], row[1], row[3], row[4]), ("Bonus", "Gold", 1, 1))


class TestServiceOfPeriod(PeriodReportCase):
    """June: answers 10, 9, 3 to the question of recommending, ratings 5 and 2; two
    complaints opened, one of them closed after four days for 30. May: one answer, 10.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls._customer("Anna")
        cls._order(cls.anna, "2026-05-01", 100)
        survey = cls.env["survey.survey"].create(
            {
                "title": "Satisfaction",
                "loyalty_company_id": cls.company.id,
                "question_and_page_ids": [
                    Command.create(
                        {
                            "title": measure,
                            "question_type": "scale",
                            "scale_min": low,
                            "scale_max": high,
                            "loyalty_measure": measure,
                        }
                    )
                    for measure, low, high in (("nps", 0, 10), ("csat", 1, 5))
                ],
            }
        )
        cls.nps, cls.csat = survey.question_and_page_ids
        for day, question, value in (
            ("2026-05-31 20:59:00", cls.nps, 10),  # 23:59 in Moscow
            ("2026-05-31 21:00:00", cls.nps, 10),
            ("2026-06-02 10:00:00", cls.nps, 9),
            ("2026-06-03 10:00:00", cls.nps, 3),
            ("2026-06-03 10:00:00", cls.csat, 5),
            ("2026-06-04 10:00:00", cls.csat, 2),
        ):
            cls._answer(survey, question, value, day)

    @classmethod
    def _answer(cls, survey, question, value, moment):
        cls.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "partner_id": cls.anna.id,
                "state": "done",
                "end_datetime": moment,
                "user_input_line_ids": [
                    Command.create(
                        {
                            "question_id": question.id,
                            "answer_type": "scale",
                            "value_scale": value,
                        }
                    )
                ],
            }
        )

    def test_satisfaction_and_complaints(self):
        cause = self.env["crm.loyalty.complaint.cause"].create({"name": "Late again"})
        late, _open = self.env["crm.loyalty.complaint"].create(
            [
                {
                    "name": name,
                    "partner_id": self.anna.id,
                    "company_id": self.company.id,
                    "date_open": "2026-06-11 12:00:00",
                    "cost": 30,
                    "cause_id": cause.id,
                }
                for name in ("Late", "Broken")
            ]
        )
        late.write({"state": "resolved", "resolution": "Sent again"})
        sections = self._report("2026-06-01", "2026-06-30")._get_data()["sections"]
        [section] = [one for one in sections if one.title.startswith("Satisfaction")]
        now = {name: value for name, value, _then in section.rows}
        then = {name: value for name, _now, value in section.rows}
        self.assertAlmostEqual(now["NPS"], 100 * (2 - 1) / 3)
        self.assertEqual((now["Answers to it"], then["Answers to it"]), (3, 1))
        self.assertEqual(then["NPS"], 100)
        self.assertEqual((now["CSAT"], then["CSAT"]), (0.5, None))
        self.assertEqual((now["Complaints opened"], now["Complaints closed"]), (2, 1))
        self.assertEqual(now["Days to close, on average"], 4)
        self.assertEqual(now["Cost of the closed ones"], 30)


class TestEmptyPeriodReport(PeriodReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shared = cls.env["loyalty.program"].search([("company_id", "=", False)])
        shared.company_id = cls.env.ref("base.main_company")

    def test_every_section_says_that_it_is_empty(self):
        report = self._report()
        data = report._get_data()
        html = self._html(report)
        self.assertIn("Nobody bought in this period.", html)
        for section in data["sections"]:
            with self.subTest(section.title):
                self.assertEqual(section.rows, ())
                self.assertIn(section.empty, html)

    def test_workbook_says_so_too(self):
        report = self._report()
        book = self._book(report)
        for section, sheet in zip(
            report._get_data()["sections"], book.worksheets, strict=True
        ):
            self.assertEqual(sheet["A5"].value, section.empty)
