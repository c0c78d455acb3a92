from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestRiskSecurity(RiskCase):
    """Who sees what:

    ============  ====  ============  =============
    risk          open  confidential  of company B
    ============  ====  ============  =============
    seller        yes   no            no
    officer       yes   no            no
    its owner     yes   yes           no
    manager       yes   yes           no
    ============  ====  ============  =============
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        response = [Command.create({"name": "Talk"})]
        cls.owner = cls._user("risk_owner", "sales_team.group_sale_salesman")
        cls.open = cls._risk(name="Open", response_ids=response)
        cls.secret = cls._risk(
            name="Secret",
            confidential=True,
            owner_id=cls.owner.id,
            response_ids=response,
        )
        cls.foreign = cls._risk(
            name="Foreign",
            implementation_id=cls._implementation("B", cls.company_b).id,
            owner_id=False,
            response_ids=response,
        )
        cls.all = cls.open | cls.secret | cls.foreign

    def _seen(self, user):
        found = (
            self.env["crm.risk"].with_user(user).search([("id", "in", self.all.ids)])
        )
        return set(found.mapped("name"))

    def test_who_reads_what(self):
        self.assertEqual(self._seen(self.seller), {"Open"})
        self.assertEqual(self._seen(self.officer), {"Open"})
        self.assertEqual(self._seen(self.owner), {"Open", "Secret"})
        self.assertEqual(self._seen(self.manager), {"Open", "Secret"})
        self.assertEqual(self._seen(self.stranger), {"Foreign"})

    def test_refused_by_name(self):
        for user in (self.seller, self.officer):
            with self.assertRaises(AccessError):
                self.secret.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.foreign.with_user(user).read(["name"])

    def test_responses_follow_their_risk(self):
        domain = [("risk_id", "in", self.all.ids)]
        for user, names in (
            (self.seller, {"Open"}),
            (self.owner, {"Open", "Secret"}),
            (self.manager, {"Open", "Secret"}),
            (self.stranger, {"Foreign"}),
        ):
            found = self.env["crm.risk.response"].with_user(user).search(domain)
            self.assertEqual(set(found.risk_id.mapped("name")), names)

    def test_sums_follow_the_reader(self):
        for user, count in ((self.officer, 1), (self.manager, 2)):
            implementation = self.implementation.with_user(user)
            self.assertEqual(implementation.risk_count, count)
            self.assertEqual(implementation.emv_current, count * 10_000)

    def test_salesperson_reports_and_changes_his_own(self):
        risk = (
            self.env["crm.risk"]
            .with_user(self.seller)
            .create({"name": "I noticed", "implementation_id": self.implementation.id})
        )
        risk.event = "Something"
        risk.sudo().write(
            {
                "owner_id": self.officer.id,
                "p_inherent": 0.5,
                "impact_min": 1,
                "impact_mode": 2,
                "impact_max": 3,
                "state": "assessed",
            }
        )
        with self.assertRaises(AccessError):
            risk.with_user(self.seller).event = "Other"
        with self.assertRaises(AccessError):
            self.open.with_user(self.seller).name = "Mine"
        with self.assertRaises(AccessError):
            risk.with_user(self.seller).unlink()

    def test_salesperson_opens_form_and_implementation(self):
        fields = (
            self.env["crm.risk"]
            .with_user(self.seller)
            .get_view(self.env.ref("crm_risk.crm_risk_view_form").id)
        )
        self.assertNotIn("indicator_ids", fields["arch"])
        names = [
            name
            for name in self.env["crm.risk"].with_user(self.seller).fields_get()
            if name != "indicator_ids"
        ]
        self.assertTrue(self.open.with_user(self.seller).read(names))
        implementation = self.implementation.with_user(self.seller)
        names = list(implementation.fields_get())
        self.assertNotIn("p80_current", names)
        self.assertTrue(implementation.read(names))

    def test_only_managers_delete(self):
        with self.assertRaises(AccessError):
            self.open.with_user(self.officer).unlink()
        self.open.with_user(self.manager).unlink()

    def test_officer_assesses(self):
        risk = self.open.with_user(self.officer)
        risk.action_assess()
        risk.write({"p_inherent": 0.5})
        self.assertEqual(risk.emv_current, 12_500)

    def test_outsider_sees_nothing(self):
        outsider = self._user("risk_outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["crm.risk"].with_user(outsider).search([])
