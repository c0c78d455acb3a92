"""What the tests of single indicators share."""

from datetime import timedelta

from odoo import fields

from .indicator_common import IndicatorCase


class KeyCase(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.today = fields.Date.today()

    def _figure(self, code, company=None, granularity="rolling30"):
        """(numerator, denominator) of the latest measurement, drill-down checked."""
        company = company or self.east
        indicator = self._indicator(code)
        line = self._measure(indicator, company, full=True)
        self.assertFalse(line.error)
        facts = self._facts(indicator, company, granularity)
        facts = facts.filtered(lambda fact: fact.date == max(facts.mapped("date")))
        for fact in facts:
            rows = indicator._read_records(indicator._measurer(), fact)
            self.assertEqual(len(rows), fact.record_count)
            self.assertAlmostEqual(
                sum(float(row[1]) for row in rows), fact.numerator, 4
            )
        return sum(facts.mapped("numerator")), sum(facts.mapped("denominator"))

    def _date(self, record, **values):
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE {record._table} SET {name} = %s WHERE id IN %s",
                [value, record._ids],
            )
        record.invalidate_recordset()

    def _ago(self, days):
        return self.now - timedelta(days=days)
