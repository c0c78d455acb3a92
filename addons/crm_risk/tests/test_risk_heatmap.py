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
