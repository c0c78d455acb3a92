"""The two-page report: content in both languages, PDF, charts."""

import io
from datetime import date

from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tools.misc import find_in_path

from .common import EffectsCase

REPORT = "crm_effects.report_return"


@tagged("post_install", "-at_install")
class TestReport(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.env["ir.module.module"]._load_module_terms(["crm_effects"], ["ru_RU"])
        cls._new_cost(900, date(2024, 7, 10))
        cls._new_cost(1000, date(2024, 7, 1), "plan")
        cls.proven = cls._new_effect(name="Выручка команд Север и Юг")
        cls.refused = cls._new_effect(
            name="Faster answers",
            date_go_live=date(2025, 11, 1),
            money_method="none",
        )
        (cls.proven | cls.refused).action_estimate()

    def _html(self, lang="en_US"):
        report = self.env["ir.actions.report"].with_context(lang=lang)
        html, kind = report._render_qweb_html(REPORT, self.implementation.ids)
        self.assertEqual(kind, "html")
        return html.decode()

    def test_what_the_board_reads(self):
        html = self._html()
        for words in (
            "CRM for North and South",
            "more profit than would have come anyway",
            "Выручка команд Север и Юг",
            "95 % interval",
            "Too early to tell",
            "B · own history",
            "Licence",
        ):
            self.assertTrue(words in html, words)
        self.assertEqual(html.count("data:image/png;base64,"), 2)

    def test_russian_page(self):
        html = self._html("ru_RU")
        for words in ("Эффект", "Затраты", "Доказ", "Лицензи", "ЧДД"):
            self.assertTrue(words in html, words)
        self.assertFalse("Too early to tell" in html)

    def test_second_page(self):
        self.implementation.action_simulate_return()
        self.implementation.action_refresh_scorecard()
        self.env["crm.effect.goal"].create(
            {
                "name": "Sell a third more",
                "implementation_id": self.implementation.id,
                "indicator_id": self.revenue.id,
                "target_value": 9000,
                "date_due": date(2026, 6, 30),
            }
        )
        html = self._html()
        for words in (
            "in 8 of 10 futures",
            "Scorecard",
            "Return on investment",
            "Year 2",
            "Sell a third more",
            "Often forgotten",
            "Chance that it pays",
        ):
            self.assertTrue(words in html, words)

    def test_reader_prints_it(self):
        report = self.env["ir.actions.report"].with_user(self.user)
        html, _kind = report._render_qweb_html(REPORT, self.implementation.ids)
        self.assertIn("Licence", html.decode())

    def test_empty_implementation(self):
        bare = self.env["crm.implementation"].create(
            {"name": "Bare", "company_id": self.company.id}
        )
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html(REPORT, bare.ids)
        self.assertIn("No costs are recorded", html.decode())
        self.assertIn("not known yet", html.decode(), "never would be a claim")
        self.assertNotIn("data:image/png", html.decode())

    def test_pdf(self):
        try:
            find_in_path("wkhtmltopdf")
        except OSError:
            self.skipTest("wkhtmltopdf is not installed: apt-get install wkhtmltopdf")
        report = self.env["ir.actions.report"].with_context(
            lang="ru_RU", force_report_rendering=True
        )
        pdf, kind = report._render_qweb_pdf(REPORT, self.implementation.ids)
        self.assertEqual(kind, "pdf")
        reader = PdfReader(io.BytesIO(pdf))
        self.assertEqual(len(reader.pages), 2)
        text = " ".join(reader.pages[0].extract_text().split())
        self.assertIn("Выручка команд Север и Юг", text)
        self.assertEqual(len(reader.pages[0].images), 2)
