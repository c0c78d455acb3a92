"""Figures at any grouping.

Facts of the ratio RATE (numerator / denominator) and of the sum TOTAL:

=======  ======  ========  ==========  ==========
month    team    company   RATE        TOTAL
=======  ======  ========  ==========  ==========
2026-01  Shop    east      1 / 2       100
2026-01  Field   east      3 / 10      50
2026-02  Shop    east      4 / 4       30
2026-02  Field   east      0 / 0       0
2026-01  –       west      5 / 5       7
=======  ======  ========  ==========  ==========
"""

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .indicator_common import IndicatorCase


@tagged("post_install", "-at_install")
class TestIndicatorFact(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rate, cls.total, cls.stock = cls.env["crm.indicator"].create(
            [
                {"code": "RATE", "name": "Rate", "kind": "ratio", "unit": "percent"},
                {"code": "TOTAL", "name": "Total", "kind": "sum", "unit": "currency"},
                {"code": "LEVEL", "name": "Level", "kind": "level"},
            ]
        )
        for month, team, company, numerator, denominator, total in (
            ("2026-01-01", cls.shop, cls.east, 1, 2, 100),
            ("2026-01-01", cls.field_team, cls.east, 3, 10, 50),
            ("2026-02-01", cls.shop, cls.east, 4, 4, 30),
            ("2026-02-01", cls.field_team, cls.east, 0, 0, 0),
            ("2026-01-01", None, cls.west, 5, 5, 7),
        ):
            cls._fact(cls.rate, company, month, team, numerator, denominator)
            cls._fact(cls.total, company, month, team, total, 0)

    @classmethod
    def _fact(cls, indicator, company, date, team, numerator, denominator, **values):
        return cls.env["crm.indicator.fact"].create(
            {
                "indicator_id": indicator.id,
                "company_id": company.id,
                "date": date,
                "team_id": team and team.id,
                "numerator": numerator,
                "denominator": denominator,
                **values,
            }
        )

    def _grouped(self, domain, *groupby, aggregate="value:avg"):
        groups = self.env["crm.indicator.fact"].formatted_read_group(
            domain, list(groupby), [aggregate]
        )
        return [group[aggregate] for group in groups]

    def _of(self, indicator, company=None):
        company = company or self.east
        return [("indicator_id", "=", indicator.id), ("company_id", "=", company.id)]

    def test_ratio_of_sums(self):
        self.assertEqual(self._grouped(self._of(self.rate)), [0.5])  # 8 / 16
        self.assertEqual(self._grouped(self._of(self.rate), "date:month"), [1 / 3, 1.0])
        both = [("indicator_id", "=", self.rate.id)]
        self.assertEqual(
            self._grouped(both, aggregate="value:sum"), [13 / 21], "both companies"
        )

    def test_no_data_is_not_zero(self):
        domain = [*self._of(self.rate), ("team_id", "=", self.field_team.id)]
        january, february = self._grouped(domain, "date:month")
        self.assertEqual(january, 0.3)
        self.assertIs(february, False)
        fact = self.env["crm.indicator.fact"].search(domain, order="date desc", limit=1)
        self.assertFalse(fact.has_value)

    def test_one_month_is_no_line(self):
        """A single point in a wide empty frame tells nothing; two make a line."""
        month = fields.Date.today().replace(day=1)
        level = self.stock.with_company(self.east)
        self._fact(self.stock, self.east, month, None, 5, 0)
        self.assertFalse(level.has_trend)
        self._fact(self.stock, self.east, month - relativedelta(months=1), None, 4, 0)
        self.env.invalidate_all()
        self.assertTrue(level.has_trend)

    def test_sums_add_up_levels_do_not(self):
        self.assertEqual(self._grouped(self._of(self.total)), [180])
        self.assertEqual(self._grouped(self._of(self.total), "date:quarter"), [180])
        self._fact(self.stock, self.east, "2026-01-01", None, 100, 0)
        self._fact(self.stock, self.east, "2026-02-01", None, 300, 0)
        self.assertEqual(self._grouped(self._of(self.stock)), [200], "mean of months")

    def test_overlapping_windows_are_averaged(self):
        for day, amount in (("2026-02-10", 10), ("2026-02-11", 20)):
            self._fact(
                self.total, self.east, day, None, amount, 0, granularity="rolling30"
            )
        rolling = [*self._of(self.total), ("granularity", "=", "rolling30")]
        self.assertEqual(self._grouped(rolling), [15])

    def test_apples_and_pears_have_no_value(self):
        Fact = self.env["crm.indicator.fact"]
        two = [("indicator_id", "in", (self.rate | self.total).ids)]
        self.assertEqual(self._grouped(two), [False], "two indicators")
        self.assertEqual(
            self._grouped([("indicator_id", "=", self.total.id)]),
            [False],
            "euros and dollars",
        )
        self.assertEqual(
            self._grouped(
                [("indicator_id", "=", self.total.id)], aggregate="numerator:sum"
            ),
            [False],
        )
        self._fact(
            self.rate, self.east, "2026-02-10", None, 1, 1, granularity="rolling30"
        )
        self.assertEqual(self._grouped(self._of(self.rate)), [False], "two grains")
        self.assertEqual(len(Fact.search(self._of(self.rate))), 5)

    def test_pivot_totals_are_ratios_too(self):
        rows, total = self.env["crm.indicator.fact"].formatted_read_grouping_sets(
            self._of(self.rate), [["team_id"], []], ["value:avg"]
        )
        self.assertEqual([row["value:avg"] for row in total], [0.5])
        by_team = {row["team_id"][1]: row["value:avg"] for row in rows}
        self.assertEqual(by_team, {"Shop": 5 / 6, "Field": 0.3})

    def test_web_list_groups(self):
        groups = self.env["crm.indicator.fact"].web_read_group(
            self._of(self.rate), ["date:month"], ["value:avg", "numerator:sum"]
        )["groups"]
        self.assertEqual([group["value:avg"] for group in groups], [1 / 3, 1.0])
        self.assertEqual([group["numerator:sum"] for group in groups], [4, 4])

    def test_currency_only_on_money(self):
        facts = self.total.fact_ids
        self.assertEqual(facts.currency_id, self.eur | self.usd)
        self.assertFalse(self.rate.fact_ids.currency_id)

    def test_one_fact_per_cell(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._fact(self.rate, self.west, "2026-01-01", None, 1, 1)

    def test_months_start_on_the_first(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._fact(self.rate, self.west, "2026-03-02", None, 1, 1)

    def test_typed_figures_become_the_latest(self):
        rate = self.rate.with_company(self.east)
        self.assertEqual((rate.has_value, rate.last_value), (True, 1.0))
        self.assertEqual(rate.trend, "up")  # a third before
        self.assertEqual(rate.last_value_text, "100.0 %")

    def test_measured_figures_cannot_be_typed(self):
        officer = self._make_user("Officer", "crm_risk.crm_risk_group_officer")
        facts = self.env["crm.indicator.fact"].with_user(officer)
        with self.assertRaisesRegex(UserError, "measured from the records"):
            facts.create(
                {
                    "indicator_id": self._indicator("R01").id,
                    "date": "2026-01-01",
                    "numerator": 1e6,
                }
            )
        typed = self._fact(self.rate, self.east, "2025-12-01", None, 1, 4)
        typed.with_user(officer).numerator = 2
        self.assertEqual(typed.value, 0.5)

    def test_the_menu_shows_one_indicator(self):
        """A chart of several would put euros and percents on one axis; without the
        facet it is empty, for a group of several indicators has no value."""
        facts = self.env["crm.indicator.fact"]
        action = facts.action_open_default()
        chosen = action["context"]["search_default_indicator_id"]
        self.assertTrue(
            facts.search_count(
                [("indicator_id", "=", chosen), ("granularity", "=", "month")]
            )
        )
        menu = self.env.ref("crm_risk.crm_indicator_fact_menu")
        self.assertEqual(menu.action.run()["context"], action["context"])
        mixed = [("indicator_id", "in", (self.rate | self.total).ids)]
        self.assertEqual(set(self._grouped(mixed, "date:month")), {False})

    def test_series_for_estimators(self):
        series = self.rate._read_series(self.east, "2026-01-01", "2026-12-01")
        self.assertEqual(list(series.values()), [(4, 12), (4, 4)])
        series = self.rate._read_series(
            self.east, "2026-01-01", "2026-12-01", self.shop
        )
        self.assertEqual(list(series.values()), [(1, 2), (4, 4)])
