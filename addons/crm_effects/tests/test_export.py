"""Files of the return: the formulas and the script find the same figures.

Cost 1500 on 10 December 2024; declared 100 a month (80 to 120) for 24 months.
"""

import importlib.util
import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import EffectsCase
from .formula import Sheets

SCRIPT = Path(__file__).parents[3] / "docs" / "recompute_headline.py"


def _write_without_values(content, target):
    """Copy a workbook without the values that its formulas had when it was written:
    an office suite shows those of a file of Excel instead of computing."""
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
            copy.writestr(name, data)


def load_script():
    """The script of the documents as a module."""
    spec = importlib.util.spec_from_file_location("recompute", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


class ExportCase(EffectsCase):
    def setUp(self):
        super().setUp()
        self._new_cost(1500, date(2024, 12, 10))
        self._new_cost(90, date(2026, 5, 20), "plan", "support", risk_uplift=0.2)
        self._new_effect(
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
            declared_low=80,
            declared_high=120,
        ).action_estimate()


@tagged("post_install", "-at_install")
class TestExport(ExportCase):
    def test_formulas_equal_the_engine(self):
        for convention in ("monthly", "tei_annual"):
            self.implementation.cash_convention = convention
            sheets = Sheets(io.BytesIO(self.implementation._export_xlsx()))
            rows = list(self._figures(sheets))
            self.assertEqual(len(rows), 9)
            for label, engine, formula in rows:
                self.assertAlmostEqual(formula, engine, places=6, msg=label)
            [npv] = [engine for label, engine, _f in rows if "TEI" in label]
            if convention == "tei_annual":
                self.assertAlmostEqual(npv, self.implementation.npv, places=2)

    def _figures(self, sheets):
        summary = next(iter(sheets))
        for row in range(5, summary.max_row + 1):
            yield (
                summary.cell(row, 1).value,
                summary.cell(row, 2).value,
                sheets.value(summary.title, f"C{row}"),
            )

    def test_stored_values_are_those_of_the_formulas(self):
        """For viewers that do not calculate."""
        from openpyxl import load_workbook

        content = self.implementation._export_xlsx()
        sheets = Sheets(io.BytesIO(content))
        stored = load_workbook(io.BytesIO(content), data_only=True)
        checked = 0
        for sheet in sheets:
            for row in sheet.iter_rows():
                for one in row:
                    if not str(one.value).startswith("="):
                        continue
                    value = stored[sheet.title][one.coordinate].value or 0
                    found = sheets.value(sheet.title, one.coordinate) or 0
                    place = f"{sheet.title} {one.coordinate}"
                    self.assertAlmostEqual(value, found, places=6, msg=place)
                    checked += 1
        self.assertGreater(checked, 200)

    def test_russian_sheets(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["crm_effects"], ["ru_RU"])
        whole = self.implementation.with_context(lang="ru_RU")
        sheets = Sheets(io.BytesIO(whole._export_xlsx()))
        for label, engine, formula in self._figures(sheets):
            self.assertAlmostEqual(formula, engine, places=6, msg=label)
        kinds = dict(
            whole.env["crm.effect.cashflow"].fields_get(["kind"])["kind"]["selection"]
        )
        flows = list(sheets)[1]
        shown = {row[3].value for row in flows.iter_rows(min_row=2)}
        self.assertEqual(shown, {kinds["cost"], kinds["benefit"]})

    def test_office_suite_agrees(self):
        """LibreOffice, given the formulas without their values, finds the same ones."""
        office = shutil.which("soffice") or shutil.which("libreoffice")
        if not office:
            self.skipTest("LibreOffice is not installed: apt-get install libreoffice")
        from openpyxl import load_workbook

        content = self.implementation._export_xlsx()
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "return.xlsx"
            _write_without_values(content, source)
            profile = f"-env:UserInstallation=file://{folder}/profile"
            target = ["--convert-to", "xlsx", "--outdir", f"{folder}/out", source.name]
            subprocess.run(
                [office, profile, "--headless", *target],
                cwd=folder,
                check=True,
                timeout=180,
                stdout=subprocess.DEVNULL,
            )
            result = Path(folder) / "out" / "return.xlsx"
            recomputed = load_workbook(result, data_only=True)
            found = {
                (sheet.title, one.coordinate): one.value
                for sheet in recomputed
                for row in sheet.iter_rows()
                for one in row
            }
        ours = load_workbook(io.BytesIO(content))
        stored = load_workbook(io.BytesIO(content), data_only=True)
        checked = 0
        for sheet in ours:
            for row in sheet.iter_rows():
                for one in row:
                    if str(one.value).startswith("="):
                        place = (sheet.title, one.coordinate)
                        value = stored[sheet.title][one.coordinate].value or 0
                        self.assertNotIsInstance(found[place], str, place)
                        self.assertAlmostEqual(found[place] or 0, value, 6, place)
                        checked += 1
        self.assertGreater(checked, 200)

    def test_script_recomputes_the_headline(self):
        if not SCRIPT.exists():
            self.skipTest("the addon was installed without the documents")
        script = load_script()
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "return.json"
            for convention in ("monthly", "excel", "tei_annual", "dated"):
                self.implementation.cash_convention = convention
                content = self.implementation._export_json()
                target.write_bytes(content)
                output = io.StringIO()
                with redirect_stdout(output):
                    self.assertEqual(script.main([str(target)]), 0, output.getvalue())
                self.assertIn("ok", output.getvalue())
                wrong = json.loads(content)
                wrong["flows"][0]["amount"] -= 5
                target.write_text(json.dumps(wrong))
                with redirect_stdout(output):
                    self.assertEqual(script.main([str(target)]), 1)
            amounts = Path(folder) / "return.csv"
            amounts.write_bytes(self.implementation._export_csv())
            output = io.StringIO()
            with redirect_stdout(output):
                script.main([str(amounts), "--rate", "0.1", "--convention", "dated"])
            npv = output.getvalue().split()[1].replace(",", "")
            self.assertAlmostEqual(float(npv), self.implementation.npv, places=2)

    def test_export_names_what_it_rests_on(self):
        data = json.loads(self.implementation._export_json())
        self.assertEqual(data["currency"], self.company.currency_id.name)
        self.assertEqual(len(data["flows"]), 26)
        self.assertAlmostEqual(data["headline"]["npv"], self.implementation.npv, 2)
        [support] = [flow for flow in data["flows"] if flow["factor"] == 1.2]
        self.assertEqual((support["kind"], support["amount"]), ("cost", -90))

    def test_bad_input(self):
        bare = self.env["crm.implementation"].create(
            {"name": "Bare", "company_id": self.company.id}
        )
        with self.assertRaisesRegex(UserError, "nothing to export"):
            bare._export_xlsx()

    def test_reader_gets_no_single_costs(self):
        with self.assertRaises(AccessError):
            self.implementation.with_user(self.user)._export_json()


@tagged("post_install", "-at_install")
class TestDownload(ExportCase, HttpCase):
    def test_download(self):
        self.env.user.company_ids |= self.company
        for login, status in (("effects_officer", 200), ("effects_reader", 404)):
            self.authenticate(login, login)
            for kind in ("xlsx", "json", "csv"):
                action = getattr(
                    self.implementation,
                    "action_export_" + {"xlsx": "workbook"}.get(kind, kind),
                )()
                answer = self.url_open(action["url"])
                self.assertEqual(answer.status_code, status, (login, kind))
        self.authenticate("effects_officer", "effects_officer")
        url = f"/crm_effects/{self.implementation.id}/return.exe"
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self.url_open("/crm_effects/0/return.csv").status_code, 404)
