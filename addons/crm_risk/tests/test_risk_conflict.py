from odoo.tests import tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestConflict(RiskCase):
    """Bands: chance .1 is level 1 or 2, .9 is 5; impacts in % of the budget 100 000.

    ======  ====  ========  ======
    risk    p     impact    EMV
    ======  ====  ========  ======
    rare    .09   900 000   81 000
    usual   .70    25 000   17 500
    ======  ====  ========  ======

    "rare" loses more; the matrix puts "usual" first.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rare = cls._fixed("rare", 0.09, 900_000)
        cls.usual = cls._fixed("usual", 0.70, 25_000)

    @classmethod
    def _fixed(cls, name, p, impact, **values):
        return cls._risk(
            name=name, p_inherent=p, distribution="fixed", impact_mode=impact, **values
        )

    def _pairs(self, user=None):
        found = (
            self.env["crm.risk.conflict"]
            .with_user(user or self.officer)
            .search([("implementation_id", "=", self.implementation.id)])
        )
        return [(one.risk_id, one.other_id) for one in found]

    def test_lower_score_greater_loss(self):
        self.assertLess(self.rare.score_current, self.usual.score_current)
        self.assertGreater(self.rare.emv_current, self.usual.emv_current)
        self.assertEqual(self._pairs(), [(self.rare, self.usual)])
        pair = self.env["crm.risk.conflict"].search([("risk_id", "=", self.rare.id)])
        self.assertEqual(pair.emv_gap, 63_500)
        self.assertEqual((pair.emv, pair.other_emv), (81_000, 17_500))

    def test_agreement_is_no_conflict(self):
        self.usual.impact_mode = 200_000
        self.assertFalse(self._pairs())

    def test_closed_archived_and_opportunities_do_not_count(self):
        for change, back in (
            ({"kind": "opportunity"}, {"kind": "threat"}),
            ({"active": False}, {"active": True}),
            ({"state": "closed", "close_reason": "expired"}, {"state": "identified"}),
        ):
            self.usual.write(change)
            self.assertFalse(self._pairs(), change)
            self.usual.write(back)
            self.assertTrue(self._pairs())

    def test_from_the_implementation(self):
        implementation = self.implementation.with_user(self.officer)
        self.assertEqual(implementation.conflict_count, 1)
        action = implementation.action_open_conflicts()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 1
        )

    def test_from_the_heat_map(self):
        data = (
            self.env["crm.risk"]
            .with_user(self.officer)
            .get_heatmap(self.implementation.id)
        )
        self.assertEqual(data["conflicts"]["count"], 1)
        found = self.env["crm.risk.conflict"].search(data["conflicts"]["domain"])
        self.assertEqual(found.risk_id, self.rare)

    def test_a_secret_half_hides_the_pair(self):
        self.usual.write({"confidential": True, "owner_id": self.manager.id})
        self.assertFalse(self._pairs(self.officer))
        self.assertEqual(self._pairs(self.manager), [(self.rare, self.usual)])
        self.usual.write({"confidential": False})
        self.rare.write({"confidential": True, "owner_id": self.manager.id})
        self.assertFalse(self._pairs(self.officer))

    # --- the count on the button and the rows that it opens

    def _counted(self, user):
        """(count on the button, rows that it opens) for this user, from scratch."""
        implementation = self.implementation.with_user(user)
        implementation.invalidate_recordset()
        action = implementation.action_open_conflicts()
        rows = self.env[action["res_model"]].with_user(user)
        return implementation.conflict_count, rows.search_count(action["domain"])

    def test_count_equals_the_list_for_each_reader(self):
        """A register with ties of score and of money, secrets and what does not count.

        Who sees the secrets counts more pairs: "rare" stands above all of chance .7.
        """
        for number in range(4):
            self._fixed(f"tie {number}", 0.70, 25_000)
            self._fixed(f"like rare {number}", 0.09, 900_000)
        hidden = {"confidential": True, "owner_id": self.manager.id}
        self._fixed("secret of the manager", 0.70, 20_000, **hidden)
        self._fixed("secret of the officer", 0.70, 21_000, confidential=True)
        self._fixed("chance", 0.70, 10_000, kind="opportunity")
        self._fixed("archived", 0.70, 10_000, active=False)
        self._fixed("closed", 0.70, 10_000, state="closed", close_reason="expired")
        self._fixed("in one cell with the usual", 0.70, 26_000)
        expected = {self.manager: 5 * 8, self.officer: 5 * 7, self.seller: 5 * 6}
        for user, pairs in expected.items():
            self.assertEqual(self._counted(user), (pairs, pairs), user.login)

    def test_one_query_counts_many_registers(self):
        others = [
            self._implementation(f"Other {number}", self.company_a)
            for number in range(3)
        ]
        for other in others:
            self._fixed("rare", 0.09, 900_000, implementation_id=other.id)
            self._fixed("usual", 0.70, 25_000, implementation_id=other.id)
        hubs = self.implementation.concat(*others).with_user(self.officer)
        hubs.mapped("conflict_count")
        hubs.invalidate_recordset(["conflict_count"])
        with self.assertQueryCount(1):
            self.assertEqual(hubs.mapped("conflict_count"), [1] * 4)

    def test_other_company(self):
        self.assertFalse(self._pairs(self.stranger))
