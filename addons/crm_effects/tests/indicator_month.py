"""What the tests of single indicators share: the last whole month."""

from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo.addons.crm_risk.tests.indicator_key_common import KeyCase


class MonthCase(KeyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.month = cls.today.replace(day=1) - relativedelta(months=1)
        cls.partner = cls._make_partner("Buyer")

    @classmethod
    def _on(cls, day, hour=2, minute=0):
        """Naive UTC instant of a day of the month; 02:00 UTC is noon in East."""
        return datetime.combine(cls.month.replace(day=day), time(hour, minute))

    def _of_month(self, code, company=None, month=None):
        """(numerator, denominator) of the month, the records behind it added up."""
        company = company or self.east
        indicator = self._indicator(code)
        self.assertTrue(indicator.available, indicator.inactive_reason)
        self.assertFalse(self._measure(indicator, company, full=True).error)
        facts = self._facts(indicator, company).filtered(
            lambda fact: fact.date == (month or self.month)
        )
        for fact in facts:
            rows = indicator._read_records(indicator._measurer(), fact)
            self.assertEqual(len(rows), fact.record_count)
            for place, name in ((1, "numerator"), (2, "denominator")):
                total = sum(float(row[place]) for row in rows)
                self.assertAlmostEqual(total, fact[name], 4)
        return (
            round(sum(facts.mapped("numerator")), 4),
            round(sum(facts.mapped("denominator")), 4),
        )
