from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestHeatmap(RiskCase):
    """Budget 100 000, so impacts of 1 / 10 / 25 / 50 000 are bands 1 / 3 / 4 / 5."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for chance, impact in ((0.05, 1_000), (0.6, 50_000), (0.6, 50_000)):
            cls._risk(p_inherent=chance, distribution="fixed", impact_mode=impact)

    def _map(self, scenario="current", user=None):
        risks = self.env["crm.risk"].with_user(user or self.officer)
        return risks.get_heatmap(self.implementation.id, scenario)

    def _cell(self, data, p, i):
        row = next(row for row in data["rows"] if row["level"] == p)
        return next(cell for cell in row["cells"] if cell["i"] == i)

    def test_counts(self):
        data = self._map()
        self.assertEqual(data["total"], 3)
        self.assertEqual(self._cell(data, 4, 5)["count"], 2)
        self.assertEqual(self._cell(data, 1, 1)["count"], 1)
        self.assertEqual(len(self._cell(data, 4, 5)["refs"]), 2)

    def test_shape(self):
        data = self._map()
        self.assertEqual([row["level"] for row in data["rows"]], [5, 4, 3, 2, 1])
        self.assertEqual(
            [column["level"] for column in data["columns"]], [1, 2, 3, 4, 5]
        )
        self.assertEqual(data["columns"][1]["range"], "2–5 %")
        self.assertEqual(data["rows"][0]["range"], "70–100 %")
        self.assertEqual(self._cell(data, 4, 5)["rating"], "Critical")
        self.assertEqual(self._cell(data, 2, 2)["rating"], "Acceptable")

    def test_a_cell_opens_exactly_its_risks(self):
        risks = self.env["crm.risk"].with_user(self.officer)
        for scenario in ("inherent", "current", "residual"):
            data = self._map(scenario)
            cells = [cell for row in data["rows"] for cell in row["cells"]]
            for cell in cells:
                self.assertEqual(risks.search_count(cell["domain"]), cell["count"])
            counted = sum(cell["count"] for cell in cells)
            self.assertEqual(counted + data["unplaced"]["count"], data["total"])

    def test_scenarios_differ(self):
        risk = self._risk(p_inherent=0.6, distribution="fixed", impact_mode=50_000)
        risk.response_ids.create(
            {
                "name": "Halve",
                "risk_id": risk.id,
                "p_reduction": 0.75,
                "impact_reduction": 0.8,
            }
        )
        self.assertEqual(self._cell(self._map("inherent"), 4, 5)["count"], 3)
        self.assertEqual(self._cell(self._map("current"), 4, 5)["count"], 3)
        residual = self._map("residual")
        self.assertEqual(self._cell(residual, 4, 5)["count"], 2)
        self.assertEqual(self._cell(residual, 2, 3)["refs"], [risk.ref])

    def test_closed_and_archived_do_not_count(self):
        risks = self.implementation.risk_ids
        risks[0].write({"close_reason": "expired", "state": "closed"})
        risks[1].active = False
        self.assertEqual(self._map()["total"], 1)

    def test_without_budget_all_are_unplaced(self):
        self.implementation.budget = 0
        data = self._map()
        self.assertEqual(data["unplaced"]["count"], 3)
        found = self.env["crm.risk"].search_count(data["unplaced"]["domain"])
        self.assertEqual(found, 3)

    def test_empty_register(self):
        other = self._implementation("Empty", self.company_a)
        data = self.env["crm.risk"].get_heatmap(other.id)
        self.assertEqual((data["total"], data["unplaced"]["count"]), (0, 0))

    def test_all_of_the_company(self):
        other = self._implementation("Other", self.company_a)
        self._risk(implementation_id=other.id)
        self._risk(
            implementation_id=self._implementation("B", self.company_b).id,
            owner_id=False,
        )
        data = self.env["crm.risk"].with_user(self.officer).get_heatmap(0)
        self.assertEqual(data["total"], 4)
        self.assertEqual(len(data["implementations"]), 2)

    def test_bad_scenario(self):
        with self.refused("not future", UserError):
            self._map("future")

    def test_confidential_is_left_out(self):
        self.implementation.risk_ids[0].write(
            {"confidential": True, "owner_id": self.manager.id}
        )
        self.assertEqual(self._map(user=self.officer)["total"], 2)
        self.assertEqual(self._map(user=self.manager)["total"], 3)

    def test_other_company_is_refused(self):
        with self.assertRaises(AccessError):
            self._map(user=self.stranger)

    def test_queries_do_not_grow_with_risks(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._map()
            return self.env.cr.sql_log_count - before

        queries()  # fills the caches of rules and languages
        few = queries()
        for _ in range(40):
            self._risk()
        self.assertEqual(queries(), few)
        self.assertLessEqual(few, 15)


@tagged("post_install", "-at_install")
class TestOpportunity(RiskCase):
    """A chance .4 × 25 000 to gain, beside a threat .5 × 40 000 fixed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.threat = cls._risk(
            name="Threat", p_inherent=0.5, distribution="fixed", impact_mode=40_000
        )
        cls.gain = cls._risk(name="Gain", kind="opportunity")

    def _heatmap(self, kind):
        risks = self.env["crm.risk"].with_user(self.officer)
        return risks.get_heatmap(self.implementation.id, "current", kind)

    def test_lowers_the_expected_loss(self):
        implementation = self.implementation.with_user(self.officer)
        self.assertEqual(implementation.emv_current, 20_000 - 10_000)

    def test_lowers_the_mean_of_the_simulation(self):
        """20 000 alone; with the gain 10 000. sd ≤ 30 000: 4σ/√10 000 = 1 200."""
        self.implementation.simulation_precision = 0
        self.implementation.with_user(self.officer).action_simulate()
        run = self.implementation.with_user(self.officer).simulation_id
        current = run.scenario_ids.filtered(lambda one: one.scenario == "current")
        self.assertAlmostEqual(current.mean, 10_000, delta=1_200)

    def test_responses_add_to_it(self):
        """Half of what lacks to certainty: .4 → .7; 20 % more gain: 25 → 30 000."""
        response = self.gain.response_ids.create(
            {
                "name": "Offer",
                "risk_id": self.gain.id,
                "p_reduction": 0.5,
                "impact_reduction": 0.2,
                "cost_planned": 5_500,
            }
        )
        self.assertAlmostEqual(self.gain.p_residual, 0.7)
        self.assertAlmostEqual(self.gain.emv_residual, -21_000)
        self.assertAlmostEqual(self.gain.emv_current, -10_000)
        self.assertAlmostEqual(response.emv_saved, 11_000)
        self.assertAlmostEqual(response.leverage, 2)
        self.assertIn("chance +50 %, impact +20 %", self.gain.formula)

    def test_repeated_gains(self):
        """Twice a year × 25 000, half as often again: 75 000."""
        self.gain.write({"occurrence": "repeated", "rate": 2})
        self.gain.response_ids.create(
            {"name": "Offer", "risk_id": self.gain.id, "p_reduction": 0.5}
        )
        self.assertAlmostEqual(self.gain.emv_residual, -75_000)

    def test_good_news_has_no_rating(self):
        self.assertTrue(self.threat.rating_current_id)
        self.assertGreater(self.gain.score_current, 0)
        self.assertFalse(self.gain.rating_current_id)

    def test_maps_apart(self):
        for kind, emv in (("threat", 20_000), ("opportunity", -10_000)):
            data = self._heatmap(kind)
            self.assertEqual((data["total"], data["amount"]), (1, emv))
            cells = [cell for row in data["rows"] for cell in row["cells"]]
            self.assertEqual(sum(cell["count"] for cell in cells), 1)
        both = self._heatmap(False)
        self.assertEqual((both["total"], both["amount"]), (2, 10_000))
        self.assertEqual(
            [kind for kind, _label in both["kinds"]], ["threat", "opportunity", False]
        )
        self.gain.unlink()
        self.assertEqual(self._heatmap("threat")["kinds"], [])

    def test_strategies_suit_the_kind(self):
        self.gain.strategy = "exploit"
        self.threat.strategy = "mitigate"
        with self.refused("“Mitigate” does not suit its kind, opportunity"):
            self.gain.strategy = "mitigate"
        with self.refused("“Share with a Partner” does not suit its kind, threat"):
            self.threat.strategy = "share"
        for risk in (self.gain, self.threat):
            risk.strategy = "escalate"

    def test_draft_has_no_place_on_the_map(self):
        self.env["crm.risk"].create(
            {"name": "Heard of", "implementation_id": self.implementation.id}
        )
        data = self._heatmap("threat")
        self.assertEqual((data["total"], data["unplaced"]["count"]), (2, 1))
