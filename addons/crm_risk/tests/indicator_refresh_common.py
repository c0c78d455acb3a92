"""What the tests of measuring again share."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields

from .indicator_common import IndicatorCase


class RefreshCase(IndicatorCase):
    """One order of five months ago, one of this month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.revenue = cls._indicator("R01")
        cls.partner = cls._make_partner("Buyer")
        today = fields.Date.today()
        cls.this_month = today.replace(day=1)
        cls.old_month = cls.this_month - relativedelta(months=5)
        cls.old_order = cls._make_order(
            cls.east, cls.partner, 100, cls._noon(cls.old_month, 10)
        )
        cls.new_order = cls._make_order(
            cls.east, cls.partner, 40, fields.Datetime.now() - timedelta(minutes=1)
        )

    @staticmethod
    def _noon(month, day):
        return fields.Datetime.to_datetime(month.replace(day=day)) + timedelta(hours=3)

    def _age(self, *records):
        """As if everything had been written long before the last refresh."""
        self.env.flush_all()
        for recordset in records:
            self.env.cr.execute(
                f"UPDATE {recordset._table} SET write_date = write_date - interval"
                " '9 days' WHERE id IN %s",
                [recordset._ids],
            )
        self.env.invalidate_all()

    def _fact_of(self, month):
        return self._facts(self.revenue, self.east).filtered(
            lambda fact: fact.date == month
        )

    def _changes(self, line):
        return line.inserted, line.updated, line.deleted, line.late
