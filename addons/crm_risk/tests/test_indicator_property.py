"""The property every indicator must have: the records behind a figure, counted and
added up by plain Python, are the figure.

Random worlds (seeded: the seed of a failure is in its message), two companies ten
hours east and five hours west of Greenwich, most events close to a local month's
turn. The oracle knows nothing of windows and SQL.
"""

import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .indicator_common import IndicatorCase
from .indicator_oracle import Oracle
from .indicator_world import World

SEEDS = (20260301, 7)
DATED = (
    *("R01", "R04", "R05", "C01", "C04", "F01", "F02", "F03"),
    *("K05", "K10", "K11", "K11N", "K12", "K13", "K22", "K23", "K24", "K25"),
    *("K26", "K29", "K37"),
)
PRESENT = (*("K04", "K06", "K07", "K08", "K09", "K15", "K18", "K19", "K20", "K30"),)
WITH_APPS = {"L01": "sale_stock", "K27": "sale_margin"}


@tagged("post_install", "-at_install")
class TestIndicatorProperty(IndicatorCase):
    def _world(self, seed):
        rng = random.Random(seed)
        self.now = fields.Datetime.now()
        world = World(self, rng, self.now)
        for company in (self.east, self.west):
            world.make_orders(company, 16)
            world.make_forgotten(company)
            world.make_leads(company, 24)
        self.env.flush_all()
        return world

    def _oracle(self, company):
        main = self.env["res.company"].search([], order="id", limit=1)
        return Oracle(self.env, company, self.now, takes_shared=company == main)

    def _compare(self, code, company, oracle, granularity):
        """Facts and the records behind each of them, against the oracle."""
        indicator = self._indicator(code)
        facts = self._facts(indicator, company, granularity)
        if granularity == "month":
            expected = oracle.cells(code, oracle.months())
        else:
            expected = {}
            for last in set(facts.mapped("date")):
                expected |= oracle.cells(code, oracle.rolling(last))
        self._compare_cells(indicator, facts, expected)
        return len(facts)

    def _compare_cells(self, indicator, facts, expected):
        found = {
            (fact.date, fact.team_id.id or None, fact._get_warehouse_key()): fact
            for fact in facts
        }
        self.assertEqual(set(found), set(expected), indicator.code)
        for cell, (numerator, denominator, ids) in expected.items():
            fact = found[cell]
            where = f"{indicator.code} {fact.company_id.name} {cell}"
            self.assertAlmostEqual(fact.numerator, numerator, 4, where)
            self.assertAlmostEqual(fact.denominator, denominator, 4, where)
            self.assertEqual(fact.record_count, len(ids), where)
            rows = indicator._read_records(indicator._measurer(), fact)
            self.assertEqual({row[0] for row in rows}, ids, where)
            self.assertAlmostEqual(
                sum(float(row[1]) for row in rows), fact.numerator, 4, where
            )
            self.assertAlmostEqual(
                sum(float(row[2]) for row in rows), fact.denominator, 4, where
            )

    def test_records_are_the_figure(self):
        codes = [*DATED, *PRESENT]
        codes += [code for code, app in WITH_APPS.items() if app in self.installed]
        companies = self.east | self.west | self.env.ref("base.main_company")
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint():
                self._world(seed)
                for code in codes:
                    cells = sum(
                        self._measure_and_compare(code, company, self._oracle(company))
                        for company in companies
                    )
                    self.assertGreater(cells, 1, f"{code}: the world says nothing")
                    self._check_telling(code)

    def _check_telling(self, code):
        """A world in which a share is always 0 or always 1 proves little."""
        facts = self._facts(self._indicator(code), self.east | self.west)
        total = sum(facts.mapped("numerator"))
        if self._indicator(code).unit == "percent":
            self.assertGreater(total, 0, code)
            self.assertLess(total, sum(facts.mapped("denominator")), code)
        else:
            self.assertGreater(total, 0, code)

    def _measure_and_compare(self, code, company, oracle):
        line = self._measure(self._indicator(code), company, full=True)
        self.assertFalse(line.error, code)
        cells = self._compare(code, company, oracle, "month")
        return cells + self._compare(code, company, oracle, "rolling30")

    def test_a_night_order_belongs_to_the_companys_month(self):
        """23:30 UTC on 31 January: 09:30 of 1 February in Vladivostok, 18:30 of
        31 January in New York."""
        partner = self._make_partner("Owl")
        for company in (self.east, self.west):
            self._make_order(company, partner, 100, self._last_january_night())
            self._measure(self._indicator("R01"), company)
        year = self._last_january_night().year
        self.assertEqual(
            self._months(self._indicator("R01"), self.east), {f"{year}-02": (100, 0)}
        )
        self.assertEqual(
            self._months(self._indicator("R01"), self.west), {f"{year}-01": (100, 0)}
        )

    @staticmethod
    def _last_january_night():
        return fields.Datetime.now().replace(
            month=1, day=31, hour=23, minute=30, second=0, microsecond=0
        ) - timedelta(days=365 if fields.Datetime.now().month < 3 else 0)
