"""The demo history: an honest tracker finds the truth that was put into it."""

import math
from datetime import date

from odoo.tests import tagged

from ..demo.generator import ON_TIME_LIFT, REVENUE_LIFT
from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestDemo(EffectsCase):
    def setUp(self):
        super().setUp()
        sales = self._new_indicator("sales", "Sales", "sum", scale="log")
        share = self._new_indicator("share", "On time", "ratio", unit="percent")
        self._generate(sales, share)
        self.sales, self.share = sales, share

    def _generate(self, sales, share):
        self.env["crm.effects.demo"].with_company(self.company)._write_history(
            sales.id,
            share.id,
            (self.north | self.south).ids,
            (self.east | self.west).ids,
        )

    def _estimate(self, indicator, **values):
        effect = self._new_effect(indicator_id=indicator.id, **values)
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated")
        self.assertEqual((effect.months_before, effect.months_after), (36, 12))
        return effect

    def test_truth_is_found(self):
        control = (self.east | self.west).ids
        sales = self._estimate(self.sales, estimator="did", control_team_ids=control)
        self.assertLess(sales.effect_low, math.log1p(REVENUE_LIFT))
        self.assertGreater(sales.effect_high, math.log1p(REVENUE_LIFT))
        self.assertEqual((sales.grade, sales.proof_class), ("A", "proven"))
        share = self._estimate(self.share, money_method="none")
        self.assertLess(share.effect_low, ON_TIME_LIFT)
        self.assertGreater(share.effect_high, ON_TIME_LIFT)

    def test_teams_without_the_crm_show_nothing(self):
        for team in (self.east, self.west):
            still = self._estimate(self.sales, team_ids=team.ids)
            self.assertNotEqual(still.proof_class, "proven")

    def test_same_history_every_time(self):
        fact = self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.sales.id), ("date", "=", date(2025, 12, 1))]
        )
        before = fact.mapped("numerator")
        fact.indicator_id.fact_ids.unlink()
        self._generate(self.sales, self._new_indicator("other", "Other", "ratio"))
        again = self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.sales.id), ("date", "=", date(2025, 12, 1))]
        )
        self.assertEqual(sorted(again.mapped("numerator")), sorted(before))
