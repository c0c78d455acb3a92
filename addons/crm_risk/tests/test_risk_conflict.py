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

    def test_other_company(self):
        self.assertFalse(self._pairs(self.stranger))
