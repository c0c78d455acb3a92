"""History from a file: all of it or nothing, and never a proof."""

import base64
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestImport(EffectsCase):
    def _import(self, text, indicator=None, encoding="utf-8", **values):
        record = self.env["crm.effect.import"].create(
            {
                "indicator_id": (indicator or self.revenue).id,
                "company_id": self.company.id,
                "file": base64.b64encode(text.encode(encoding)),
                "file_name": "book.csv",
                "source": "Sales book",
                **values,
            }
        )
        record.action_import()
        return record

    def _refuse(self, text, *words, **values):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._import(text, **values)
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertFalse(
            self.env["crm.effect.import.line"].search_count(
                [("company_id", "=", self.company.id)]
            )
        )

    def test_months_before_the_first_measured_one(self):
        record = self._import("month,value\n2022-11,1900\n2022-12,2100.5\n")
        self.assertEqual(record.state, "done")
        self.assertEqual(record.line_count, 2)
        effect = self._new_effect()
        effect.action_estimate()
        self.assertEqual(effect.months_before, 24)  # whole-company lines, two teams
        whole = self._new_effect(
            implementation_id=self.implementation.copy({"team_ids": False}).id,
            team_ids=False,
            date_go_live=date(2025, 1, 1),
        )
        whole.action_estimate()
        self.assertEqual(whole.months_before, 26)

    def test_imported_months_are_no_proof(self):
        self._import(
            "team;month;value\nNorth;12.2022;1000,5\nsouth;12.2022;1 000\n",
            team_column="team",
        )
        effect = self._new_effect()
        effect.action_estimate()
        self.assertEqual(effect.months_before, 25)
        self.assertEqual(effect.grade, "C")
        self.assertIn("imported", effect.warning)
        series = effect._get_series()
        self.assertEqual(series.values[0], 2000.5)

    def test_measured_months_win(self):
        self._import("month,value\n2024-06,999999\n")
        effect = self._new_effect(team_ids=False)
        self.assertLess(max(effect._get_series().values), 99999)

    def test_frozen_with_its_source(self):
        self._import(
            "team,month,value\nNorth,2022-12,1000\nSouth,2022-12,1000\n",
            team_column="team",
        )
        effect = self._new_effect()
        effect.action_freeze_baseline()
        self.assertTrue(effect.baseline_id.is_imported)
        self.assertTrue(effect.baseline_id.is_intact)
        self.assertEqual(effect.baseline_id.month_count, 25)

    def test_ratio_with_its_denominator(self):
        self._import(
            "month,value,denominator\n2022-12,1000,10\n", indicator=self.order_value
        )
        effect = self._new_effect(indicator_id=self.order_value.id, team_ids=False)
        self.assertEqual(effect._get_series().values[0], 100)

    def test_russian_sheet(self):
        record = self._import(
            "Месяц;Сумма\n01.12.2022;1 234,50\n",
            encoding="cp1251",
            month_column="Месяц",
            value_column="Сумма",
        )
        self.assertEqual(record.line_ids.numerator, 1234.5)
        self.assertEqual(record.line_ids.date, date(2022, 12, 1))

    def test_bad_lines_are_listed_and_nothing_is_written(self):
        self._refuse(
            "month,value\n2022-10,5\nyesterday,5\n2022-11,many\n2022-10,6\n2031-01,1\n",
            "Line 3: “yesterday” is no month",
            "Line 4: “many” is no number",
            "Line 5: the month is in line 2 too",
            "Line 6: the month 2031-01 lies ahead",
            "Nothing was imported",
        )

    def test_more_bad_lines_than_anybody_reads(self):
        text = "month,value\n" + "x,1\n" * 30
        self._refuse(text, "Line 11:", "in all: 30")

    def test_missing_column(self):
        self._refuse("date,value\n2022-10,5\n", "no column month", "date, value")

    def test_unknown_team(self):
        self._refuse(
            "team,month,value\nMoon,2022-10,5\n",
            "Line 2",
            "Moon",
            team_column="team",
        )

    def test_denominator_of_nothing(self):
        self._refuse(
            "month,value,denominator\n2022-10,5,0\n",
            "Line 2",
            "denominator",
            indicator=self.order_value,
        )

    def test_empty_file(self):
        self._refuse("month,value\n", "no lines")

    def test_infinite_figure(self):
        self._refuse("month,value\n2022-10,inf\n", "inf")

    def test_withdrawn(self):
        record = self._import("month,value\n2022-12,2100\n")
        record.action_withdraw()
        self.assertFalse(record.line_ids)
        self.assertEqual(record.state, "draft")

    def test_reader_cannot_import(self):
        record = self._import("month,value\n2022-12,2100\n")
        with self.assertRaises(AccessError):
            record.with_user(self.user).action_withdraw()
