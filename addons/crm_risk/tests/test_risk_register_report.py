"""The printed register: its parts, in both languages, from data that can be kept.

risk   p    impact   EMV   rating (budget 100 000)
Fire   .95  90 000  85 500 critical; training (done) halves the chance
Fuss   .1   10 000   1 000 low; without an owner
"""

import io
import json

from freezegun import freeze_time
from lxml import html as lxml_html
from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.misc import find_in_path

from ..report import tables
from .risk_common import RiskCase

WORDS = 12
NBSP = "\N{NO-BREAK SPACE}"


@tagged("post_install", "-at_install")
class TestRegisterReport(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.env["ir.module.module"]._load_module_terms(["crm_risk"], ["ru_RU"])
        cls.fire = cls._risk(
            name="Пожар",
            p_inherent=0.95,
            distribution="fixed",
            impact_mode=90_000,
            response_ids=[
                Command.create(
                    {
                        "name": "Training by role",
                        "p_reduction": 0.5,
                        "cost_planned": 9_000,
                        "date_deadline": "2020-01-01",
                    }
                )
            ],
        )
        cls.fuss = cls._risk(
            name="Fuss",
            p_inherent=0.1,
            distribution="fixed",
            impact_mode=10_000,
            owner_id=False,
            template_id=cls._template("B12").id,
        )
        cls.implementation.write({"reserve": 95_000, "appetite": 40_000})

    def _data(self, user=None):
        return self.implementation.with_user(user or self.officer)._get_register_data()

    def _html(self, lang="en_US", user=None, docs=None):
        report = self.env["ir.actions.report"].with_user(user or self.officer)
        html, _kind = report.with_context(lang=lang)._render_qweb_html(
            "crm_risk.report_register", (docs or self.implementation).ids
        )
        return html.decode()

    def _has(self, html, *words):
        for word in words:
            self.assertTrue(word in html, word)

    def test_totals_are_those_of_the_lists(self):
        totals = self._data()["totals"]
        implementation = self.implementation.with_user(self.officer)
        for scenario in ("inherent", "current", "residual"):
            self.assertAlmostEqual(
                totals[scenario], implementation[f"emv_{scenario}"], msg=scenario
            )
        self.assertEqual(totals["current"], 86_500)
        self.assertEqual(totals["residual"], 43_750)
        self.assertEqual(totals["count"], 2)
        self.assertEqual((totals["overdue"], totals["unowned"]), (1, 1))
        self.assertEqual(sum(one["count"] for one in totals["by_rating"]), 2)

    def test_matrix_is_that_of_the_screen(self):
        data = self._data()
        screen = self.env["crm.risk"].with_user(self.officer)
        for heatmap in data["heatmaps"]:
            self.assertEqual(
                heatmap, screen.get_heatmap(self.implementation.id, heatmap["scenario"])
            )
            cells = [cell for row in heatmap["rows"] for cell in row["cells"]]
            self.assertEqual(sum(cell["count"] for cell in cells), 2)

    def test_serious_risks_have_a_card(self):
        data = self._data()
        self.assertEqual([card["name"] for card in data["cards"]], ["Пожар"])
        [response] = data["responses"][:1]
        self.assertEqual(response["name"], "Training by role")
        self.assertAlmostEqual(response["leverage"], 42_750 / 9_000)
        self.assertTrue(response["overdue"])

    def test_unreviewed_defaults_are_counted(self):
        known = self._data()["assumptions"]
        self.assertEqual((known["from_catalogue"], known["unreviewed"]), (1, 1))
        self.assertEqual(known["typed"], 1)
        self._template("B12").action_mark_reviewed()
        self.assertEqual(self._data()["assumptions"]["unreviewed"], 0)

    def test_data_can_be_kept(self):
        """Through JSON and back, the same page comes out after the register changed."""
        self.implementation.with_user(self.officer).action_simulate()
        report = self.env["report.crm_risk.report_register"].with_user(self.officer)
        kept = json.loads(json.dumps(self._data()))
        before = report._get_page(kept)["summary"]
        self.fire.p_inherent = 0.2
        self.assertEqual(report._get_page(kept)["summary"], before)
        self.assertNotEqual(report._get_page(self._data())["summary"], before)

    def test_all_parts_in_english(self):
        self.implementation.with_user(self.officer).action_simulate()
        html = self._html()
        self._has(html, *(f"{number}. " for number in range(1, 12)))
        self._has(
            html,
            "Open risks: 2. Expected loss now",
            "exceeds the risk appetite",
            "The reserve of",
            "Risk register",
            "Пожар",
            "Training by role",
            "data:image/svg+xml",
            "No event has been recorded",
            "Maturity has not been assessed",
        )

    def test_nobody_signs_an_empty_page(self):
        """Words and signatures stay on one page, as in Russian they once did not."""
        tree = lxml_html.fromstring(self._html())
        [block] = tree.xpath("//div[@class='whole'][contains(h2, '11. ')]")
        self.assertEqual(block.text_content().count("_" * 28), 3)
        self.assertIn(".whole { page-break-inside: avoid", self._html())

    def test_empty_register_says_so(self):
        empty = self._implementation("Empty", self.company_a)
        html = self._html(docs=empty)
        self._has(
            html,
            "The register holds no open risks.",
            "No open risks.",
            "Not simulated yet",
            "No responses are planned.",
            "The baseline has not been frozen",
            "No method of preparation",
        )

    def test_old_simulation_is_told(self):
        self.implementation.with_user(self.officer).action_simulate()
        self.fire.p_inherent = 0.5
        self._has(self._html(), "The register has changed since the simulation")

    def test_within_the_appetite(self):
        self.implementation.appetite = 90_000
        self._has(self._html(), "is within the risk appetite")

    def test_confidential_risks_are_printed_for_those_who_read_them(self):
        self.fire.write({"confidential": True, "owner_id": self.manager.id})
        self.assertNotIn("Пожар", self._html(user=self.officer))
        self._has(self._html(user=self.manager), "Пожар", "(confidential)")

    def test_strangers_and_sellers_print_nothing(self):
        with self.assertRaises(AccessError):
            self._html(user=self.stranger)
        with self.assertRaises(AccessError):
            self._html(user=self.seller)

    # --- reviews and history -------------------------------------------------

    def _review(self):
        return (
            self.env["crm.risk.review"]
            .with_user(self.officer)
            .create({"implementation_id": self.implementation.id, "note": "<p>Met</p>"})
        )

    def _review_html(self, review, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.officer)
        html, _kind = report._render_qweb_html("crm_risk.report_review", review.ids)
        return html.decode()

    def test_closed_review_prints_what_it_was(self):
        """EMV of all 86 500 when closed; 18 000 + 1 000 afterwards."""
        review = self._review()
        line = review.line_ids.filtered(lambda line: line.risk_id == self.fire)
        line.write({"decision": "respond", "note": "Train the branches"})
        self._has(self._review_html(review), "still open", "86,500")
        review.action_close()
        self.fire.p_inherent = 0.2
        self.fire.name = "Renamed"
        html = self._review_html(review)
        self._has(
            html, "closed: these are", "86,500", "Train the branches", "Met", "Пожар"
        )
        self.assertNotIn("Renamed", html)
        self.assertNotIn("19,000", html)
        self._has(self._html(), "19,000", "Renamed")

    def test_review_leaves_confidential_risks_out_for_everybody(self):
        self.fire.write({"confidential": True, "owner_id": self.manager.id})
        review = self._review().with_user(self.manager)
        review.action_close()
        for user in (self.officer, self.manager):
            html = self._review_html(review, user)
            self.assertNotIn("Пожар", html)
            self._has(html, "Open risks: 1.")
        kept = json.dumps(review.register_data, ensure_ascii=False)
        self.assertNotIn("Пожар", kept)
        self.assertNotIn(self.fire.ref, kept)

    def test_seller_prints_no_review(self):
        review = self._review()
        with self.assertRaises(AccessError):
            self._review_html(review, self.seller)

    def test_changes_since_the_last_review(self):
        with freeze_time("2026-01-05"):
            self._review().action_close()
        self.fire.with_user(self.officer).write(
            {"p_inherent": 0.5, "change_reason": "New figures"}
        )
        rows = self._data()["changes"]["rows"]
        self.assertEqual([row["reason"] for row in rows[:1]], ["New figures"])
        self.assertEqual(rows[0]["change"], -40_500)
        self._has(self._html(), "New figures", "-40,500")

    def test_events_are_told(self):
        self.env["crm.risk.event"].create(
            {"name": "It burnt", "risk_id": self.fire.id, "amount": 70_000}
        )
        [event] = self._data()["events"]
        self.assertEqual((event["actual"], event["estimated"]), (70_000, 90_000))
        self._has(self._html(), "It burnt")

    def test_pdf(self):
        try:
            find_in_path("wkhtmltopdf")
        except OSError:
            self.skipTest("wkhtmltopdf is not installed: apt-get install wkhtmltopdf")
        self.implementation.with_user(self.officer).action_simulate()
        report = self.env["ir.actions.report"].with_context(
            lang="ru_RU", force_report_rendering=True
        )
        pdf, kind = report._render_qweb_pdf(
            "crm_risk.report_register", self.implementation.ids
        )
        self.assertEqual(kind, "pdf")
        pages = PdfReader(io.BytesIO(pdf)).pages
        self.assertGreater(len(pages), 2)
        width, height = pages[0].mediabox[2:]
        self.assertGreater(width, height, "landscape")
        self.assertIn("Пожар", "".join(page.extract_text() for page in pages))

    def test_rows_are_not_cut_by_a_page(self):
        """Sixty risks with names of several lines, in the register and the changes.

        The words of a row carry its number; a row that is cut has some of them on
        one page and the others on the next.
        """
        try:
            find_in_path("wkhtmltopdf")
        except OSError:
            self.skipTest("wkhtmltopdf is not installed: apt-get install wkhtmltopdf")
        for number in range(60):
            self._risk(name=" ".join([f"word{number}x"] * WORDS))
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, _kind = report._render_qweb_pdf(
            "crm_risk.report_register", self.implementation.ids
        )
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
        for number in range(60):
            counts = [text.count(f"word{number}x") for text in pages]
            self.assertTrue(sum(counts))
            self.assertFalse([n for n in counts if n % WORDS], f"{number}: {counts}")

    def test_tables_have_widths_for_all_their_columns(self):
        """Rows are laid out one by one: columns line up by widths alone."""
        self.implementation.with_user(self.officer).action_simulate()
        page = lxml_html.fromstring(self._html())
        found = page.xpath("//table[contains(@class, 'rows_')]")
        self.assertTrue(found)
        for table in found:
            name = table.get("class").split("rows_")[1]
            widths = tables.WIDTHS[name]
            self.assertAlmostEqual(sum(widths), 100, msg=name)
            for row in table.xpath(".//tr"):
                self.assertEqual(len(row), len(widths), name)

    def test_heads_are_repeated_where_the_printer_can(self):
        """One that has the patch keeps real tables, whose heads it repeats."""
        self.assertNotIn("display: block", tables.style(patched=True))
        self.assertIn("display: block", tables.style(patched=False))
