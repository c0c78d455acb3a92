"""Printed reports of the preparation: content in both languages, PDF."""

import io

from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.misc import find_in_path

from .preparation_common import PreparationCase


@tagged("post_install", "-at_install")
class TestPreparationReports(PreparationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.env["ir.module.module"]._load_module_terms(["crm_risk"], ["ru_RU"])
        cls.readiness = cls._new("crm.readiness")
        cls.readiness.answer_ids[0].answer = "no"
        cls.readiness.chain_ids = [
            Command.create({"name": "Цепочка дилеров", "is_priority": True})
        ]
        cls.readiness.action_propose_plans()
        cls._new(
            "crm.preparation.training",
            name="Lead a deal",
            readiness_id=cls.readiness.id,
            hours=4,
        )
        cls._customer("North", email="mail@north.example")
        cls._customer("South", email="mail@north.example")
        cls.audit = cls._new("crm.data.audit", hourly_rate=60)
        cls.audit.action_measure()
        cls._risk()
        cls.comparison = cls.env["crm.approach.comparison"].browse(
            cls.implementation.action_compare_approaches()["res_id"]
        )

    def _html(self, name, records, lang="en_US", user=None):
        report = self.env["ir.actions.report"].with_user(user or self.officer)
        html, kind = report.with_context(lang=lang)._render_qweb_html(
            f"crm_risk.report_{name}", records.ids
        )
        self.assertEqual(kind, "html")
        return html.decode()

    def _check(self, html, *words):
        for word in words:
            self.assertTrue(word in html, word)

    def test_self_assessment_has_three_parts(self):
        answer = self.readiness.answer_ids[0]
        self._check(
            self._html("readiness", self.readiness),
            "Part 1. Report",
            "Part 2. Action plan",
            "Part 3. Training plan",
            "Цепочка дилеров",
            answer.question,
            answer.question_id.action,
            "Lead a deal",
            "not finished",
        )

    def test_self_assessment_in_russian(self):
        html = self._html("readiness", self.readiness, "ru_RU")
        self._check(html, "Часть 1. Отчёт", "План действий", "План обучения", "Нет")
        self.assertNotIn("Action plan", html)

    def test_audit(self):
        line = self.audit.line_ids.filtered(lambda one: one.code == "email")
        html = self._html("data_audit", self.audit)
        self._check(html, line.rule_id.name, "Index of quality", "free of faults")
        russian = self._html("data_audit", self.audit, "ru_RU")
        self._check(russian, "Аудит данных", "Клиенты с одним e-mail")
        self.assertNotIn("Duplicates", russian)

    def test_audit_writes_numbers_in_the_language(self):
        """Two customers under one address: one of two is too many, 50.0 %."""
        line = self.audit.line_ids.filtered(lambda one: one.code == "email")
        self.assertEqual((line.numerator, line.denominator), (1, 2))
        self.assertIn("50.0 %", self._flat(self._html("data_audit", self.audit)))
        russian = self._flat(self._html("data_audit", self.audit, "ru_RU"))
        self.assertIn("50,0 %", russian)
        self.assertNotIn("50.0 %", russian)

    def _flat(self, html):
        return " ".join(html.split())

    def test_audit_not_measured(self):
        html = self._html("data_audit", self._new("crm.data.audit"))
        self._check(html, "not measured yet")

    def test_comparison(self):
        names = self.comparison.line_ids.approach_id.mapped("name")
        self._check(self._html("approach_comparison", self.comparison), *names)
        russian = self._html("approach_comparison", self.comparison, "ru_RU")
        self._check(russian, "Сравнение подходов", "Единовременный запуск")

    def test_reporters_print_what_they_may_read(self):
        self._check(self._html("readiness", self.readiness, user=self.seller), "Part 1")
        with self.assertRaises(AccessError):
            self._html("approach_comparison", self.comparison, user=self.seller)
        with self.assertRaises(AccessError):
            self._html("readiness", self.readiness, user=self.stranger)

    def test_pdf(self):
        try:
            find_in_path("wkhtmltopdf")
        except OSError:
            self.skipTest("wkhtmltopdf is not installed: apt-get install wkhtmltopdf")
        for name, records, words in (
            ("readiness", self.readiness, "Цепочка"),
            ("data_audit", self.audit, "Аудит"),
            ("approach_comparison", self.comparison, "подход"),
        ):
            report = self.env["ir.actions.report"].with_context(
                lang="ru_RU", force_report_rendering=True
            )
            pdf, kind = report._render_qweb_pdf(f"crm_risk.report_{name}", records.ids)
            self.assertEqual(kind, "pdf")
            text = "".join(
                page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages
            )
            self.assertIn(words, text)
