"""The records behind any cell, added up, are the cell: for every indicator of this
addon, in random worlds (the seed of a failure is in its message)."""

import random

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_effects.indicators import __all__ as FILES
from odoo.addons.crm_risk import indicators
from odoo.addons.crm_risk.tests.indicator_common import IndicatorCase
from odoo.addons.crm_risk.tests.indicator_world import World

SEEDS = (20260301, 7)
UNTOLD = {
    *("K49", "R02", "R03", "Q01", "A02", "A03", "E01", "E03", "G04", "S07", "U02"),
    "V02",
}
"""Those of which the random world says nothing: no ledger, no scrap, no budget, no
survey, no mandatory stage, no time booked."""


@tagged("post_install", "-at_install")
class TestEffectsIndicatorProperty(IndicatorCase):
    def _codes(self):
        own = tuple(f"crm_effects.indicators.{name}" for name in FILES)
        return [
            code
            for code, one in indicators.builtins().items()
            if type(one).__module__.endswith(own)
        ]

    def test_every_indicator_has_its_record(self):
        codes = self._codes()
        self.assertGreaterEqual(len(codes), 28)
        for code in codes:
            indicator = self._indicator(code)
            self.assertEqual(indicator.builtin, code)
            self.assertTrue(indicator.definition and indicator.pitfalls, code)
            self.assertTrue(indicator.money_method or code == "K49", code)

    def test_records_are_the_figure(self):
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint():
                world = World(self, random.Random(seed), fields.Datetime.now())
                for company in (self.east, self.west):
                    world.make_orders(company, 16)
                    world.make_forgotten(company)
                    world.make_leads(company, 20)
                    world.products.with_company(company).standard_price = 4
                self.env.flush_all()
                for code in self._codes():
                    self._check(code)

    def _check(self, code):
        indicator = self._indicator(code)
        if not indicator.available:
            return
        cells = 0
        for company in self.east | self.west:
            self.assertFalse(self._measure(indicator, company, full=True).error, code)
            for granularity in ("month", "rolling30"):
                facts = self._facts(indicator, company, granularity)
                cells += len(facts)
                for fact in facts:
                    self._check_cell(indicator, fact)
        if code not in UNTOLD:
            self.assertGreater(cells, 1, f"{code}: the world says nothing")

    def _check_cell(self, indicator, fact):
        where = f"{indicator.code} {fact.company_id.name} {fact.date}"
        rows = indicator._read_records(indicator._measurer(), fact)
        self.assertEqual(len(rows), fact.record_count, where)
        self.assertEqual(len({row[0] for row in rows}), len(rows), where)
        for place, name in ((1, "numerator"), (2, "denominator")):
            total = sum(float(row[place]) for row in rows)
            self.assertAlmostEqual(total, fact[name], 3, where)


@tagged("post_install", "-at_install")
class TestIndicatorDefaults(IndicatorCase):
    """What an update brings for indicators of crm_risk, whose records it leaves."""

    DEFAULTS = {
        "crm_risk.crm_indicator_r05": {
            "money_method": "unit",
            "driver_of_id": "crm_risk.crm_indicator_r01",
        },
        "crm_risk.no_such_indicator": {"money_method": "unit"},
    }

    def _take(self):
        self.env["crm.indicator"]._take_defaults(self.DEFAULTS)

    def test_a_new_indicator_gets_them(self):
        indicator = self._indicator("R05")
        indicator.write(
            {"money_method": "none", "driver_of_id": False, "has_defaults": False}
        )
        self._take()
        self.assertEqual(indicator.money_method, "unit")
        self.assertEqual(indicator.driver_of_id, self._indicator("R01"))

    def test_a_choice_of_the_user_stays(self):
        indicator = self._indicator("R05")
        self.assertTrue(indicator.has_defaults)
        indicator.write({"money_method": "none", "driver_of_id": False})
        self._take()
        self.assertEqual(indicator.money_method, "none")
        indicator.write({"money_method": "hours", "has_defaults": False})
        self._take()
        self.assertEqual(indicator.money_method, "hours")
        self.assertFalse(indicator.driver_of_id)
