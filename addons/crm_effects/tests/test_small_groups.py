"""Months of one or two people: what an attacker learns of them, on every way out.

North and South are the work of two people, whose orders the facts name. 2025 has
twelve months, each some 600 above what would have been, of which a quarter is margin;
they differ by the noise of common.py.
"""

import json
import tempfile
from datetime import date
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import EffectsCase
from .test_export import SCRIPT, load_script


@tagged("post_install", "-at_install")
class TestSmallGroups(EffectsCase):
    def setUp(self):
        super().setUp()
        self.company.crm_indicator_person_level = True
        self.revenue.scale = "log"  # a part of each month, so that months differ
        facts = self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.revenue.id), ("team_id", "=", self.north.id)]
        )
        south = self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.revenue.id), ("team_id", "=", self.south.id)]
        )
        facts.user_id = self.officer
        south.user_id = self.manager
        self.effect = self._new_effect()
        self.effect.action_estimate()
        self.effect.action_freeze_baseline()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_no_month_of_two_people_is_told(self):
        """The attacker reads, groups, exports, draws, follows links and asks for the
        frozen months."""
        self.assertTrue(self.effect.is_small_group)
        for person in (self.user, self.officer):
            person.group_ids |= self.env.ref("base.group_allow_export")
            lines = self.env["crm.effect.line"].with_user(person)
            effect = self.effect.with_user(person)
            self.assertFalse(lines.search([("effect_id", "=", effect.id)]))
            self.assertFalse(effect.line_ids)
            self.assertFalse(
                lines._read_group([("actual", ">", 0)], ["date:month"], ["money:sum"])
            )
            with self.assertRaises(AccessError):
                self.effect.line_ids[0].with_user(person).export_data(["actual"])
            self.assertFalse(effect.chart)
            self.assertFalse(effect.get_explorer(effect_id=effect.id)["path"])
            with self.assertRaises(AccessError):
                effect.action_open_month("2025-03-01")
            with self.assertRaises(AccessError):
                effect.baseline_id.read(["series"])
            self.assertTrue(effect.baseline_id.is_intact)
            self.assertEqual(effect.baseline_id.month_count, 24)

    def test_the_whole_is_still_known(self):
        """The officer estimates anew and the money counts; a risk manager sees all."""
        money = self.effect.money_to_date
        self.effect.with_user(self.officer).action_estimate()
        self.assertEqual(self.effect.with_user(self.officer).money_to_date, money)
        self.assertGreater(money, 0)
        group = self.env.ref("crm_risk.crm_risk_group_manager")
        self.officer.group_ids |= group
        self.assertTrue(self.effect.with_user(self.officer).line_ids)
        self.assertTrue(self.effect.with_user(self.officer).chart)

    def test_members_tell_where_nobody_is_named(self):
        """Without figures of people, a team of two is a small group and one of three,
        or one without members, is none."""
        self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.revenue.id)]
        ).user_id = False
        self.company.crm_indicator_person_level = False
        people = [
            new_test_user(
                self.env,
                f"seller{i}",
                "sales_team.group_sale_salesman",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for i in range(3)
        ]
        few = []
        for count in (0, 2, 3):
            self.north.member_ids = [Command.set([one.id for one in people[:count]])]
            self.effect.action_estimate()
            few.append(self.effect.is_small_group)
        self.assertEqual(few, [False, True, False])

    def test_three_people_are_a_group(self):
        self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.revenue.id)]
        ).user_id = False
        self.effect.action_estimate()
        self.assertFalse(self.effect.is_small_group)
        self.assertTrue(self.effect.with_user(self.user).line_ids)

    def _flows(self, person):
        return self.env["crm.effect.cashflow"].with_user(person)

    def test_cash_flow_tells_no_month(self):
        """Reading, grouping, sorting and exporting find twelve equal months, whose sum
        is the money of the effect."""
        measured = self.effect.line_ids.filtered(lambda line: not line.is_forecast)
        self.assertEqual(len(measured), 12)
        self.assertGreater(len(set(measured.mapped("money"))), 5, "months differ")
        total = self.effect.money_to_date
        domain = [("effect_id", "=", self.effect.id), ("is_forecast", "=", False)]
        for person in (self.officer, self.manager):
            person.group_ids |= self.env.ref("base.group_allow_export")
            flows = self._flows(person).search(domain)
            names = ("amount", "amount_low", "amount_high", "adjusted")
            for name in names:
                sums = self._flows(person)._read_group(
                    domain, ["date:month"], [f"{name}:sum"]
                )
                exported = flows.export_data([name])["datas"]
                for found in (
                    flows.mapped(name),
                    [amount for _month, amount in sums],
                    [amount for [amount] in exported],
                ):
                    self.assertEqual(len(found), 12, name)
                    self.assertAlmostEqual(min(found), max(found), 6, name)
            self.assertAlmostEqual(sum(flows.mapped("amount")), total, delta=0.01)

    def test_exports_tell_no_month_and_give_the_headline(self):
        self._new_cost(900, date(2024, 7, 10))
        mean = self.effect.money_to_date / 12
        whole = self.implementation.with_user(self.officer)
        lines = self.effect.line_ids.filtered(lambda line: not line.is_forecast)
        self.env.invalidate_all()
        for content in (whole._export_json(), whole._export_csv()):
            others = [line for line in lines if abs(line.money - mean) > 0.1]
            self.assertGreater(len(others), 5)
            for line in others:
                self.assertNotIn(str(round(line.money, 2)), content.decode())
        data = json.loads(whole._export_json())
        past = [flow for flow in data["flows"] if not flow["is_forecast"]]
        gains = [flow["amount"] for flow in past if flow["kind"] == "benefit"]
        self.assertEqual(len(gains), 12)
        for gain in gains:
            self.assertAlmostEqual(gain, mean, places=2)
        self.assertAlmostEqual(data["headline"]["npv"], self.implementation.npv, 2)
        if not SCRIPT.exists():
            self.skipTest("the addon was installed without the documents")
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "return.json"
            target.write_bytes(whole._export_json())
            self.assertEqual(load_script().main([str(target)]), 0)

    def test_return_is_the_same_for_all(self):
        """A risk manager, who may see the months, reads the headline of the officer."""
        self.officer.group_ids |= self.env.ref("crm_risk.crm_risk_group_manager")
        self.env.invalidate_all()
        npv = self.implementation.with_user(self.officer).npv
        self.assertEqual(npv, self.implementation.with_user(self.user).npv)
        explorer = self.effect.with_user(self.officer).get_explorer(
            effect_id=self.effect.id
        )
        steps = explorer["cash"]["middle"]
        gains = [
            after - before for before, after in zip(steps, steps[1:], strict=False)
        ]
        self.assertAlmostEqual(min(gains[:11]), max(gains[:11]), places=1)

    def test_report_draws_no_month(self):
        """Not even for who may see it: paper goes further."""
        for person in (self.user, self.officer, self.manager, self.env.user):
            report = self.env["report.crm_effects.report_return"].with_user(person)
            page = report._get_page(self.implementation.with_user(person))
            self.assertFalse(page["path_chart"], person.login)

    def test_totals_of_two_days_differ_by_quarters(self):
        """The officer shortens the measured time month by month: a total moves with a
        whole quarter only."""
        effect = self.effect.with_user(self.officer)
        totals = {}
        for month in range(6, 13):
            effect.date_to = date(2025, month, 28)
            effect.action_estimate()
            totals[month] = (effect.months_after, effect.money_to_date)
        self.assertEqual(totals[6], totals[7])
        self.assertEqual(totals[6], totals[8])
        self.assertEqual(totals[9], totals[10])
        self.assertEqual(totals[9], totals[11])
        counts = [count for count, _money in totals.values()]
        self.assertEqual(counts, [6, 6, 6, 9, 9, 9, 12])

    def test_late_changes_tell_no_month(self):
        fact = self.env["crm.indicator.fact"].search(
            [
                ("indicator_id", "=", self.revenue.id),
                ("team_id", "=", self.north.id),
                ("date", "=", date(2023, 5, 1)),
            ]
        )
        fact.numerator = 5000
        self.effect.action_estimate()
        baseline = self.effect.baseline_id
        self.assertEqual(len(baseline.change_ids), 1)
        self.env.invalidate_all()
        changes = self.env["crm.effect.baseline.change"]
        for person in (self.user, self.officer, self.manager):
            self.assertFalse(changes.with_user(person).search([]))
            with self.assertRaises(AccessError):
                baseline.with_user(person).read(["series"])
        self.officer.group_ids |= self.env.ref("crm_risk.crm_risk_group_manager")
        self.assertTrue(changes.with_user(self.officer).search([]))
        baseline._unfreeze("A new start")
        self.env.invalidate_all()
        self.assertFalse(changes.with_user(self.user).search([]), "freed, still hidden")

    def test_goal_draws_no_month(self):
        goal = self.env["crm.effect.goal"].create(
            {
                "implementation_id": self.implementation.id,
                "name": "More",
                "indicator_id": self.revenue.id,
                "target_value": 3000,
                "date_due": date(2026, 6, 30),
            }
        )
        self.assertTrue(goal.chart)
        self.assertFalse(goal.with_user(self.officer).chart)
        self.assertGreater(goal.with_user(self.officer).current_value, 2500)

    def test_salesperson_learns_nothing(self):
        seller = new_test_user(
            self.env,
            login="seller_of_north",
            groups="sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for model in ("crm.effect", "crm.effect.line", "crm.effect.cashflow"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(seller)._read_group(
                    [], ["date:month"], ["money:sum"]
                )
        with self.assertRaises(AccessError):
            self.implementation.with_user(seller)._export_json()
