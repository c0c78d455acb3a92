"""K49: planned 100 000 and the third of five phases begun; 75 000 are spent.

75 000 / (100 000 · 3/5) = 1.25, which is red.
"""

from odoo import fields
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCostBurn(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Burner"})
        cls.implementation = cls.env["crm.implementation"].create(
            {
                "name": "CRM",
                "company_id": cls.company.id,
                "state": "active",
                "phase": "go_live",
            }
        )
        cls.burn = cls.env.ref("crm_risk.crm_indicator_k49")
        today = fields.Date.today()
        for nature, amount, date in (
            ("plan", 60_000, today),
            ("plan", 40_000, fields.Date.add(today, months=5)),
            ("actual", 75_000, today),
            ("actual", 9_000, fields.Date.add(today, days=5)),
        ):
            cls._spend(nature, amount, date)

    @classmethod
    def _spend(cls, nature, amount, date, implementation=None):
        cls.env["crm.effect.cost"].create(
            {
                "implementation_id": (implementation or cls.implementation).id,
                "nature": nature,
                "amount": amount,
                "date": date,
            }
        )

    def _measure(self):
        run = self.env["crm.indicator.run"].create({})
        run._measure_together([(self.burn, self.company)])
        self.assertFalse(run.line_ids.error)
        return self.env["crm.indicator.fact"].search(
            [
                ("indicator_id", "=", self.burn.id),
                ("company_id", "=", self.company.id),
                ("granularity", "=", "month"),
            ]
        )

    def test_five_quarters(self):
        fact = self._measure()
        self.assertEqual((fact.numerator, fact.denominator), (75_000, 60_000))
        self.assertEqual(self.burn.with_company(self.company).status, "red")
        rows = self.burn._read_records(self.burn._measurer(), fact)
        self.assertEqual(len(rows), 3, "the plan and what is spent by now")
        self.assertEqual(sum(float(row[1]) for row in rows), 75_000)

    def test_the_last_phase_is_all_the_work(self):
        self.implementation.phase = "operate"
        self.assertEqual(self._measure().value, 0.75)

    def test_closed_ones_are_left_out(self):
        done = self.implementation.copy({"state": "closed"})
        self._spend("plan", 1, fields.Date.today(), done)
        self._spend("actual", 1_000_000, fields.Date.today(), done)
        self.assertEqual(self._measure().value, 1.25)
