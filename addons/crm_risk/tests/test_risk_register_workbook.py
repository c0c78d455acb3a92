"""The register as a workbook: its formulas, counted by hand, give its figures.

risk   chance × impact      EMV before / now / after
Refusal  .4 × 25 000        10 000 / 10 000 / 5 000 (training halves the chance, 2 000)
Chance  −.5 × 8 000 (gain)  −4 000 / −4 000 / −4 000
"""

import io
import re

import openpyxl

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..report.register_workbook import TOP, RegisterWorkbook
from .risk_common import RiskCase

SPAN = re.compile(r"=(SUM|COUNTA)\((?:'(.+)'!)?\$?([A-Z]+)\$?(\d+):\$?[A-Z]+\$?(\d+)\)")
PRODUCT = re.compile(r"=([A-Z]+\d+)\*([A-Z]+\d+)")


class WorkbookCase(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refusal = cls._risk(
            name="=Отказ",
            response_ids=[
                Command.create(
                    {"name": "Training", "p_reduction": 0.5, "cost_planned": 2_000}
                )
            ],
        )
        cls._risk(
            name="Chance",
            kind="opportunity",
            p_inherent=0.5,
            distribution="fixed",
            impact_mode=8_000,
        )
        cls.implementation.write({"appetite": 4_000, "reserve": 9_000})

    def _book(self, implementation=None, user=None):
        implementation = (implementation or self.implementation).with_user(
            user or self.officer
        )
        data = implementation._get_register_data()
        content = RegisterWorkbook(implementation.env, data).build()
        return [
            openpyxl.load_workbook(io.BytesIO(content), data_only=cached)
            for cached in (False, True)
        ]


@tagged("post_install", "-at_install")
class TestRegisterWorkbook(WorkbookCase):
    def _count(self, book, sheet, formula):
        """What a spreadsheet program makes of one of our formulas."""
        product = PRODUCT.fullmatch(formula)
        if product:
            return sheet[product[1]].value * sheet[product[2]].value
        kind, name, column, first, last = SPAN.fullmatch(formula).groups()
        there = book[name] if name else sheet
        values = [
            there[f"{column}{line}"].value for line in range(int(first), int(last) + 1)
        ]
        if kind == "COUNTA":
            return len([value for value in values if value is not None])
        return sum(
            self._count(book, there, value) if isinstance(value, str) else value or 0
            for value in values
        )

    def test_prints_as_wide_as_a_page(self):
        """Landscape, one page wide, heads on every page, rows as tall as their text."""
        long = "Nobody has asked the sellers what they need before the first release"
        self.refusal.response_ids.name = long
        book, _cached = self._book()
        for sheet in book:
            with self.subTest(sheet=sheet.title):
                self.assertEqual(sheet.page_setup.orientation, "landscape")
                self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
                self.assertIn(sheet.page_setup.fitToWidth, (None, 1))
                self.assertEqual(sheet.page_setup.fitToHeight, 0)
                self.assertEqual(sheet.print_title_rows, f"${TOP + 1}:${TOP + 1}")
        sheet = book["Responses"]
        width = sheet.column_dimensions["A"].width
        self.assertEqual(sheet.cell(TOP + 2, 1).value, long)
        height = sheet.row_dimensions[TOP + 2].height
        self.assertGreaterEqual(height / 15, len(long) / width)
        self.assertNotIn(
            "Total", [cell.value for cell in book["Indicators"]["A"]], "nothing to add"
        )

    def test_formulas_give_the_figures_beside_them(self):
        book, cached = self._book()
        checked = 0
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type != "f" or not (
                        PRODUCT.fullmatch(cell.value) or SPAN.fullmatch(cell.value)
                    ):
                        continue
                    written = cached[sheet.title][cell.coordinate].value
                    self.assertAlmostEqual(
                        self._count(book, sheet, cell.value), written, 2, cell.value
                    )
                    checked += 1
        # Register: 2 × 3 EMV, 4 totals; responses: 2 totals; summary: count, 3 EMV.
        self.assertEqual(checked, 16)

    def test_figures_are_those_of_the_register(self):
        book, cached = self._book()
        register = cached["Register"]
        heads = [cell.value for cell in register[TOP + 1]]
        rows = {
            row[1]: dict(zip(heads, row, strict=True))
            for row in register.iter_rows(min_row=TOP + 2, values_only=True)
        }
        self.assertEqual(rows["=Отказ"]["Current: expected loss"], 10_000)
        self.assertEqual(rows["=Отказ"]["Residual: expected loss"], 5_000)
        self.assertEqual(rows["Chance"]["Current: expected loss"], -4_000)
        self.assertEqual(rows["Chance"]["Current: Chance or Events a Year"], -0.5)
        total = next(row for row in rows.values() if row["Reference"] == "Total")
        self.assertEqual(total["Current: expected loss"], 6_000)
        self.assertEqual(
            total["Current: expected loss"], self.implementation.emv_current
        )
        # A name that begins with "=" is text, no formula.
        self.assertEqual(book["Register"].cell(TOP + 2, 2).data_type, "s")

    def test_summary(self):
        _book, cached = self._book()
        summary = {
            row[0]: row[1] for row in cached["Summary"].iter_rows(values_only=True)
        }
        self.assertEqual(summary["Open Risks"], 2)
        self.assertEqual(summary["Expected Loss above the Appetite"], 2_000)
        self.assertEqual(summary["Contingency Reserve"], 9_000)

    def test_leverage(self):
        book, cached = self._book()
        heads = [cell.value for cell in cached["Responses"][TOP + 1]]
        place = heads.index("Leverage") + 1
        self.assertEqual(cached["Responses"].cell(TOP + 2, place).value, 2.5)
        formula = book["Responses"].cell(TOP + 2, place).value
        cost, saved = (
            heads.index(name) for name in ("Planned Cost", "Loss Taken Away")
        )
        letters = "ABCDEFGHIJ"
        line = TOP + 2
        self.assertEqual(
            formula,
            f"=IF({letters[cost]}{line}>0,{letters[saved]}{line}/{letters[cost]}{line}"
            ',"")',
        )

    def test_empty_register(self):
        empty = self._implementation("Empty", self.company_a)
        _book, cached = self._book(empty)
        self.assertEqual(cached["Register"].cell(TOP + 2, 1).value, "None.")
        self.assertEqual(cached["Summary"].cell(TOP + 1, 2).value, 0)

    def test_confidential_risks_stay_out(self):
        self.refusal.write({"confidential": True, "owner_id": self.manager.id})
        _book, cached = self._book()
        names = [cell.value for cell in cached["Register"]["B"]]
        self.assertNotIn("=Отказ", names)
        self.assertIn("Chance", names)

    def test_each_reader_gets_his_own(self):
        """In one transaction too: what one may read is not handed to another."""
        self.refusal.write({"confidential": True, "owner_id": self.manager.id})
        whole = self.implementation.with_user(self.manager).register_file
        self.assertNotEqual(
            whole, self.implementation.with_user(self.officer).register_file
        )

    def test_rights(self):
        for user in (self.seller, self.stranger):
            with self.assertRaises(AccessError):
                _ = self.implementation.with_user(user).register_file


@tagged("post_install", "-at_install")
class TestRegisterDownload(HttpCase, WorkbookCase):
    def test_button_gives_the_file(self):
        action = self.implementation.with_user(self.officer).action_download_register()
        self.authenticate("risk_officer", "risk_officer")
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        self.assertIn(".xlsx", response.headers["Content-Disposition"])
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        self.assertEqual(
            book.sheetnames, ["Summary", "Register", "Responses", "Indicators"]
        )

    def test_seller_gets_no_file(self):
        self.authenticate("risk_seller", "risk_seller")
        url = f"/web/content/crm.implementation/{self.implementation.id}/register_file"
        self.assertGreaterEqual(self.url_open(url).status_code, 400)
