"""The data behind the effect explorer: what it shows, to whom, in how many queries.

The story of ``common``: North and South sell 1000 a month each, 1300 from January 2025;
every fact has ten orders behind it, so nothing but the value of an order changed.
"""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestExplorer(EffectsCase):
    def setUp(self):
        super().setUp()
        self.effect = self._new_effect(
            estimator="did", control_team_ids=(self.east | self.west).ids
        )
        self.declared = self._new_effect(
            name="Fewer reports",
            estimator="manual",
            indicator_id=False,
            money_method="cost",
            declared_monthly=50,
            sequence=20,
        )
        self._new_cost(1000, date(2024, 7, 10))
        (self.effect | self.declared).action_estimate()
        self.env.flush_all()

    def _explore(self, user=None, **values):
        effects = self.env["crm.effect"].with_user(user or self.manager)
        return effects.with_company(self.company).get_explorer(**values)

    def test_shows_the_best_evidence_first(self):
        data = self._explore()
        self.assertEqual(data["implementation_id"], self.implementation.id)
        self.assertEqual(data["effect_id"], self.effect.id)
        self.assertEqual(data["currency_id"], self.company.currency_id.id)
        self.assertEqual(
            [row["name"] for row in data["effects"]], ["More revenue", "Fewer reports"]
        )

    def test_path_is_the_months_of_both_teams(self):
        path = self._explore()["path"]
        self.assertEqual(path["months"][0], "2023-01-01")
        self.assertEqual(len(path["months"]), 36)
        self.assertEqual(path["go_live"], "2025-01-01")
        # digits 1 and 7: 2 * 1000 + (2 * 1 - 9) + (2 * 7 - 9)
        self.assertEqual(path["actual"][0], 1998)
        self.assertIsNone(path["counterfactual"][23])
        for actual, low, middle, high in zip(
            path["actual"][24:],
            path["counterfactual_low"][24:],
            path["counterfactual"][24:],
            path["counterfactual_high"][24:],
            strict=True,
        ):
            self.assertLess(low, middle)
            self.assertLess(middle, high)
            self.assertLess(high, actual, "600 more a month are far outside the band")

    def test_forest_in_percent_and_money(self):
        measured, declared = self._explore()["effects"]
        middle, low, high = measured["relative"]
        self.assertLess(low, 0.30)
        self.assertAlmostEqual(middle, 0.30, delta=0.02)
        self.assertGreater(high, 0.30 - 0.02)
        # twelve months of 600 more at a margin of a quarter
        self.assertAlmostEqual(measured["money"][0], 12 * 600 * 0.25, delta=60)
        self.assertFalse(declared["relative"])
        self.assertEqual(declared["money"][0], 12 * 50)
        self.assertEqual(declared["proof"], "hoped")

    def test_a_fall_keeps_its_bounds_in_order(self):
        self.revenue.direction = "lower"
        for fact in self.revenue.fact_ids:
            if fact.team_id in self.north | self.south and fact.date.year == 2025:
                fact.numerator = 500
        self.effect.action_estimate()
        middle, low, high = self._explore()["effects"][0]["relative"]
        self.assertLess(low, middle)
        self.assertLess(middle, high)
        self.assertLess(high, 0)

    def test_cash_accumulates_and_pays_back(self):
        cash = self._explore()["cash"]
        self.assertEqual((cash["months"][0], cash["middle"][0]), ("2024-07-01", -1000))
        self.assertEqual(cash["middle"][:6], [-1000] * 6)
        self.assertEqual(cash["today"], "2026-01-01")
        # 150 of revenue and 50 declared a month: the 1000 are back in the fifth month
        self.assertAlmostEqual(cash["payback"]["middle"], 10, delta=0.2)
        self.assertLess(cash["payback"]["high"], cash["payback"]["low"])
        total = self.env["crm.effect.cashflow"].search(
            [("implementation_id", "=", self.implementation.id)]
        )
        self.assertAlmostEqual(
            cash["middle"][-1], sum(total.mapped("adjusted")), places=2
        )

    def test_drivers_sum_to_the_change(self):
        drivers = self._explore()["drivers"]
        (_orders, more), (_value, larger) = drivers["parts"]
        self.assertAlmostEqual(more, 0, places=9)
        self.assertAlmostEqual(larger, drivers["after"] - drivers["before"], places=9)
        self.assertAlmostEqual(drivers["after"] - drivers["before"], 7200, delta=150)

    def test_drivers_of_a_negative_total_are_not_told(self):
        returned = self.revenue.fact_ids.filtered(lambda f: f.date == date(2025, 6, 1))
        returned.numerator = -20_000
        self.effect.action_estimate()
        data = self._explore(effect_id=self.effect.id)
        self.assertTrue(data["path"])
        self.assertFalse(data["drivers"])

    def test_drivers_need_a_year_to_compare_with(self):
        early = self.revenue.fact_ids.filtered(lambda f: f.date < date(2024, 6, 1))
        early.unlink()
        self.effect.action_estimate()
        self.assertFalse(self._explore(effect_id=self.effect.id)["drivers"])

    def test_split_of_the_whole_revenue(self):
        """One customer with one order of 100; a year later two with three of 150."""
        customers = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        product = self.env["product.product"].create({"name": "Tea", "type": "service"})
        line = {"product_id": product.id, "tax_ids": [Command.clear()]}
        for customer, day, price in (
            (0, "2024-12-10 12:00:00", 100),
            (0, "2025-12-10 12:00:00", 150),
            (0, "2025-12-11 12:00:00", 150),
            (1, "2025-12-12 12:00:00", 150),
        ):
            self.env["sale.order"].create(
                {
                    "partner_id": customers[customer].id,
                    "company_id": self.company.id,
                    "date_order": day,
                    "state": "sale",
                    "order_line": [Command.create({**line, "price_unit": price})],
                }
            )
        effects = self.env["crm.effect"].with_user(self.user)
        split = effects.get_revenue_split(self.implementation.id)
        self.assertEqual((split["before"], split["after"]), (100, 450))
        self.assertEqual(
            [name for name, _part in split["parts"]],
            ["Customers", "Orders per customer", "Order value"],
        )
        self.assertAlmostEqual(sum(part for _name, part in split["parts"]), 350)
        self.assertFalse(effects.get_revenue_split(0))

    def test_other_go_lives_are_marked(self):
        self.implementation.copy(
            {
                "name": "New price list",
                "team_ids": self.north.ids,
                "date_start": date(2024, 1, 1),
                "date_go_live": date(2024, 5, 20),
            }
        )
        self.implementation.copy({"name": "Elsewhere", "team_ids": self.east.ids})
        self.env["crm.effect.event"].create(
            [
                {
                    "implementation_id": self.implementation.id,
                    "name": name,
                    "date": day,
                    "team_ids": teams.ids,
                    "as_step": False,
                }
                for name, day, teams in (
                    ("Strike", date(2025, 3, 10), self.north),
                    ("Fair in the east", date(2025, 3, 10), self.east),
                    ("Long ago", date(2015, 3, 10), self.north),
                )
            ]
        )
        self.assertEqual(
            self._explore()["events"],
            [("2024-05-01", "New price list"), ("2025-03-01", "Strike")],
        )

    def test_says_why_there_is_nothing_to_draw(self):
        data = self._explore(effect_id=self.declared.id)
        self.assertEqual(data["effect_id"], self.declared.id)
        self.assertFalse(data["path"])
        self.assertIn("declared", data["note"])
        self.effect.date_go_live = date(2023, 6, 1)
        self.effect.action_estimate()
        data = self._explore(effect_id=self.effect.id)
        self.assertEqual(data["note"], self.effect.refusal)
        self.assertTrue(data["note"])

    def test_nothing_at_all(self):
        self.env["crm.effect"].search([]).unlink()
        data = self._explore()
        self.assertEqual((data["effects"], data["effect_id"]), ([], False))

    # rights --------------------------------------------------------------------------

    def test_costs_are_for_officers(self):
        for user in (self.officer, self.manager):
            self.assertIn("months", self._explore(user)["cash"])
        self.assertEqual(list(self._explore(self.user)["cash"]), ["note"])

    def test_strangers_see_nothing(self):
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._explore(stranger)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        neighbour = new_test_user(
            self.env,
            "neighbour",
            groups="base.group_user,crm_effects.crm_effects_group_manager",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        effects = self.env["crm.effect"].with_user(neighbour).with_company(elsewhere)
        data = effects.get_explorer(self.implementation.id, self.effect.id)
        self.assertEqual(data["effects"], [])
        self.assertFalse(data["path"] or data["cash"])
        with self.assertRaises(AccessError):
            effects.browse(self.effect.id).action_open_month("2025-01-01")

    def test_one_or_two_people_are_hidden(self):
        facts = self.revenue.fact_ids.filtered(lambda f: f.team_id == self.north)
        facts.user_id = self.user
        self.effect.team_ids = self.north
        self.effect.action_estimate()
        self.env.flush_all()
        data = self._explore(self.officer, effect_id=self.effect.id)
        self.assertFalse(data["path"] or data["drivers"])
        self.assertIn("three people", data["note"])
        with self.assertRaisesRegex(AccessError, "three people"):
            self.effect.with_user(self.officer).action_open_month("2025-01-01")
        risk_manager = self.env.ref("crm_risk.crm_risk_group_manager")
        self.manager.group_ids += risk_manager
        self.assertTrue(self._explore(effect_id=self.effect.id)["path"])

    # the records behind a point ------------------------------------------------------

    def test_typed_figures_have_no_records(self):
        with self.assertRaisesRegex(UserError, "no records stand behind it"):
            self.effect.action_open_month("2025-03-01")
        with self.assertRaisesRegex(UserError, "soon is not a month"):
            self.effect.action_open_month("soon")

    def test_a_month_opens_its_orders(self):
        partner = self.env["res.partner"].create({"name": "Wholesaler"})
        product = self.env["product.product"].create({"name": "Tea", "type": "service"})
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "team_id": team.id,
                    "user_id": False,
                    "date_order": day,
                    "state": "sale",
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "price_unit": 100,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for team, day in (
                    (self.north, "2026-02-10 12:00:00"),
                    (self.south, "2026-02-20 12:00:00"),
                    (self.east, "2026-02-11 12:00:00"),
                    (self.north, "2026-03-10 12:00:00"),
                )
            ]
        )
        indicator = self.env.ref("crm_risk.crm_indicator_r01")
        run = self.env["crm.indicator.run"].create({"trigger": "manual"})
        run._measure_all([(indicator, self.company)])
        effect = self._new_effect(indicator_id=indicator.id)
        action = effect.action_open_month("2026-02-01")
        self.assertEqual(action["res_model"], "sale.order")
        found = self.env["sale.order"].search(action["domain"])
        self.assertEqual(found, orders[0] | orders[1])
        self.assertIn("February 2026", action["name"])
        seller = new_test_user(
            self.env,
            "seller",
            groups="sales_team.group_sale_salesman,crm_effects.crm_effects_group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        orders[0].user_id = seller
        orders[1].user_id = self.manager
        action = effect.with_user(seller).action_open_month("2026-02-01")
        found = self.env["sale.order"].with_user(seller).search(action["domain"])
        self.assertEqual(found, orders[0], "rights decide what opens")
        self.assertIn("visible to you 1", action["name"])

    # speed ---------------------------------------------------------------------------

    def test_queries_do_not_grow_with_the_register(self):
        def count():
            self.env.invalidate_all()
            with self.assertQueryCount(80):
                before = self.env.cr.sql_log_count
                self._explore()
                return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(6):
            effect = self._new_effect(
                name=f"Another {number}", sequence=50, include_in_roi=False
            )
            effect.action_estimate()
        self.env.flush_all()
        self.assertLessEqual(count(), few)
