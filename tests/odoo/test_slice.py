"""Real orders through the whole suite: loaded, scored, measured, and an effect that
thirteen months cannot carry is refused with the reason."""

import itertools
import os
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from odoo.tests import TransactionCase, tagged

from tools.loader import company, main, retail, rules
from tools.loader.model import Sale
from tools.loader.moments import Moment
from tools.loader.writer import Writer

DATA = Path(os.environ.get("CRM_SUITE_DATA", "../shared/data"))
FILE = DATA / "online_retail" / "online_retail_2010-12_2011-12.csv.gz"
CUSTOMERS = 150  # the sample: all that every so-many-th customer bought
START = date(2010, 12, 1)
MONTHS = [date(2010, 12, 1), *(date(2011, month, 1) for month in range(1, 13))]


def sample():
    lines = rules.read(FILE).lines
    customers = sorted({line.customer for line in lines} - {""})
    chosen = set(customers[:: len(customers) // CUSTOMERS])
    return [line for line in lines if line.customer in chosen]


@pytest.mark.skipif(not FILE.is_file(), reason=f"no real data: {FILE} is absent")
@tagged("post_install", "-at_install")
class TestSlice(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "crm.effect" not in cls.env:
            pytest.skip("the suite is not installed in this database")
        setting = company.Setting("Slice", "SL", "GBP", "GB", "Europe/London")
        cls.env = company.create(cls.env, setting)
        cls.company = cls.env.company
        cls.plan = retail.plan(sample())
        start = Moment(cls.plan.documents[0].moment.at)
        Writer(cls.env).load(
            cls.plan.customers, cls.plan.products, cls.plan.documents, start
        )
        main._let_indicators_look_back(cls.env, start)
        cls.sales = [one for one in cls.plan.documents if isinstance(one, Sale)]

    def sold(self, key):
        totals = defaultdict(int)
        for sale in self.sales:
            totals[key(sale)] += sale.amount
        return totals

    def test_profiles_are_scored(self):
        self.env["crm.loyalty.scoring"]._refresh_company(self.company)
        profiles = self.env["crm.loyalty.profile"].search(
            [("company_id", "=", self.company.id), ("order_count", ">", 0)]
        )
        paid = {sale.customer for sale in self.sales if sale.amount}
        self.assertEqual(len(profiles), len(paid))
        revenue = {p.partner_id.id: round(p.revenue_total * 100) for p in profiles}
        expected = self.sold(lambda sale: sale.customer.id)
        self.assertEqual(revenue, {k: v for k, v in expected.items() if v})
        self.assertTrue(all(profile.segment_id for profile in profiles))

    def test_call_list_is_that_of_the_last_day(self):
        """Who bought on three days or more and is silent for longer than the median of
        his intervals, and nobody else of them."""
        today = max(sale.moment.day for sale in self.sales)
        self.company.loyalty_as_of = today
        self.env["crm.loyalty.scoring"]._refresh_company(self.company)
        days = defaultdict(set)
        for sale in self.sales:
            if sale.amount > 0:
                days[sale.customer.id].add(sale.moment.day)
        late = set()
        for customer, found in days.items():
            bought = sorted(found)
            gaps = [(b - a).days for a, b in itertools.pairwise(bought)]
            if len(gaps) > 1 and (today - bought[-1]).days > median(gaps) + 1:
                late.add(customer)
        calls = self.env["crm.loyalty.call"].search(
            [("company_id", "=", self.company.id)]
        )
        called = set(calls.partner_id.ids)
        self.assertLessEqual(late, called)
        self.assertGreater(len(late), 10)
        for call in calls:
            self.assertLess(call.due_date, today)
            self.assertTrue(0 < call.at_risk <= call.value)

    def test_indicators_are_measured_for_thirteen_months(self):
        indicator = self.env.ref("crm_risk.crm_indicator_r01", False) or self.env[
            "crm.indicator"
        ].search([("code", "=", "R01")])
        self.measure(indicator)
        facts = self.env["crm.indicator.fact"]._read_group(
            [
                ("indicator_id", "=", indicator.id),
                ("company_id", "=", self.company.id),
                ("granularity", "=", "month"),
            ],
            ["date:month"],
            ["numerator:sum"],
        )
        measured = {day.replace(day=1): round(value * 100) for day, value in facts}
        expected = self.sold(lambda sale: sale.moment.day.replace(day=1))
        self.assertEqual(list(measured), MONTHS)
        self.assertEqual(measured, dict(expected))

    def test_an_effect_is_refused_with_the_reason(self):
        indicator = self.env["crm.indicator"].search([("code", "=", "R01")])
        self.measure(indicator)
        implementation = self.env["crm.implementation"].create(
            {
                "name": "CRM",
                "company_id": self.company.id,
                "date_start": date(2011, 5, 1),
                "date_go_live": date(2011, 9, 1),
            }
        )
        effect = self.env["crm.effect"].create(
            {
                "name": "More revenue",
                "implementation_id": implementation.id,
                "indicator_id": indicator.id,
                "category_id": self.env["crm.effect.category"].search([], limit=1).id,
                "date_from": START,
                "date_to": date(2011, 11, 1),
            }
        )
        effect._estimate()
        self.assertEqual(effect.state, "refused")
        self.assertFalse(effect.line_ids)
        # nine months before the go-live cannot hold one whole year
        self.assertIn("9", effect.refusal)
        self.assertIn("season", effect.refusal)

    def measure(self, indicator):
        run = self.env["crm.indicator.run"].create({"trigger": "manual"})
        run._measure_all([(indicator, self.company)])
        self.assertFalse([line.error for line in run.line_ids if line.failed])
