"""The catalogue taken to another database, with Odoo's own export and import.

The list "Catalogue, to be imported elsewhere" of the export dialogue names the columns;
the files go through the same import as those of users.
"""

import csv
import io

import openpyxl

from odoo.tests import tagged

from .risk_common import RiskCase

CSV = {"encoding": "utf-8", "quoting": '"', "separator": ",", "has_headers": True}
XLSX = {"has_headers": True, "sheet": "Sheet"}


@tagged("post_install", "-at_install")
class TestCatalogueTransfer(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        exported = cls.env.ref("crm_risk.crm_risk_template_export")
        cls.columns = exported.export_fields.mapped("name")
        cls.templates = cls.env["crm.risk.template"].with_context(active_test=False)
        cls.own = cls.templates.create(
            {
                "code": "OWN1",
                "name": "Наш риск, “свой”",
                "event": "Line one\nline two",
                "category_id": cls.env.ref("crm_risk.category_peo").id,
                "p_prior": 0.25,
                "impact_max": 10,
            }
        )

    def _rows(self):
        return self.templates.search([]).export_data(self.columns)["datas"]

    def _csv(self, rows):
        file = io.StringIO()
        csv.writer(file).writerows([self.columns, *rows])
        return file.getvalue().encode(), "text/csv", CSV

    def _xlsx(self, rows):
        book = openpyxl.Workbook()
        for row in [self.columns, *rows]:
            book.active.append([None if value is False else value for value in row])
        file = io.BytesIO()
        book.save(file)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return file.getvalue(), kind, XLSX

    def _import(self, content, kind, options, user=None):
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.manager)
            .create(
                {
                    "res_model": "crm.risk.template",
                    "file": content,
                    "file_type": kind,
                    "file_name": "catalogue",
                }
            )
        )
        return wizard.execute_import(self.columns, self.columns, options)

    def _snapshot(self):
        return [
            (
                one.code,
                one.name,
                one.event,
                one.category_id,
                one.driver_id,
                one.nature,
                one.strategy,
                one.occurrence,
                round(one.p_prior, 9),
                round(one.rate, 9),
                one.impact_base,
                (one.impact_min, one.impact_mode, one.impact_max),
                one.evidence_grade,
                sorted((line.code, line.odds_weight) for line in one.indicator_ids),
            )
            for one in self.templates.search([]).sorted("code")
        ]

    def test_there_and_back(self):
        before, rows = self._snapshot(), self._rows()
        self.assertGreaterEqual(len(before), 63)
        for pack in (self._csv, self._xlsx):
            with self.subTest(pack.__name__):
                self.templates.search([]).unlink()
                self.env.flush_all()
                self.assertFalse(self._snapshot())
                result = self._import(*pack(rows))
                self.assertFalse(result["messages"])
                self.env.invalidate_all()
                self.assertEqual(self._snapshot(), before)

    def test_importing_twice_makes_nothing_double(self):
        before = self._snapshot()
        self.assertFalse(self._import(*self._csv(self._rows()))["messages"])
        self.env.invalidate_all()
        self.assertEqual(self._snapshot(), before)

    def test_a_known_code_is_that_risk(self):
        """A risk made there by hand under the same code is updated, not doubled."""
        rows = self._rows()
        place, name = self.columns.index("code"), self.columns.index("name")
        own = next(row for row in rows if row[place] == "OWN1")
        own[name] = "From elsewhere"
        own[self.columns.index("id")] = "__export__.known_only_there"
        self.assertFalse(self._import(*self._csv([own]))["messages"])
        self.assertEqual(self.own.name, "From elsewhere")

    def test_bad_rows_are_named_and_nothing_is_written(self):
        """A new good row, a chance of 150 %, impacts that fall, no category."""
        base = {
            name: "" for name in self.columns if not name.startswith("indicator_ids")
        } | {
            "category_id/id": "crm_risk.category_peo",
            "nature": "introduced",
            "kind": "threat",
            "occurrence": "once",
            "distribution": "pert",
            "impact_base": "budget",
            "rate_basis": "total",
            "evidence_grade": "expert",
            "active": "True",
            "event": "Event",
            "p_prior": "0.2",
            "impact_max": "5",
        }
        bad = (
            ("X1", {}),
            ("X2", {"p_prior": "1.5"}),
            ("X3", {"impact_min": "9"}),
            ("X4", {"category_id/id": "crm_risk.nowhere"}),
        )
        rows = [
            [{**base, "code": code, "name": code, **values}.get(n, "") for n in names]
            for names in [self.columns]
            for code, values in bad
        ]
        before = self._snapshot()
        messages = self._import(*self._csv(rows))["messages"]
        self.env.invalidate_all()
        self.assertEqual(self._snapshot(), before)
        found = {(one["rows"]["from"], one["message"]) for one in messages}
        self.assertEqual({row for row, _message in found}, {1, 2, 3})
        for row, words in (
            (1, "between 0 and 1"),
            (2, "must rise in this order"),
            (3, "nowhere"),
        ):
            self.assertTrue(any(at == row and words in said for at, said in found), row)

    def test_officers_do_not_change_the_catalogue(self):
        before = self._snapshot()
        result = self._import(*self._csv(self._rows()), user=self.officer)
        self.assertTrue(result["messages"])
        self.env.invalidate_all()
        self.assertEqual(self._snapshot(), before)
