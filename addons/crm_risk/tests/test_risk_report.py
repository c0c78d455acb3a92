from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestReport(RiskCase):
    """The salesperson reports from his lead, his order and his customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.implementation.write({"manager_id": cls.officer.id, "state": "active"})
        cls.team = cls.env["crm.team"].create(
            {"name": "North", "company_id": cls.company_a.id}
        )
        cls.partner = cls.env["res.partner"].create({"name": "Customer"})
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "user_id": cls.seller.id,
                "team_id": cls.team.id,
                "company_id": cls.company_a.id,
            }
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.partner.id,
                "user_id": cls.seller.id,
                "company_id": cls.company_a.id,
            }
        )

    def _wizard(self, source, user=None):
        """As the action menu opens it."""
        return Form(
            self.env["crm.risk.report"]
            .with_user(user or self.seller)
            .with_context(active_model=source._name, active_id=source.id)
        )

    def _report(self, source, **values):
        form = self._wizard(source)
        form.name = "He leaves"
        for name, value in values.items():
            form[name] = value
        form.save().action_report()
        return self.env["crm.risk"].search(
            [("res_model", "=", source._name), ("res_id", "=", source.id)]
        )

    def test_from_all_three(self):
        for source in (self.order, self.lead, self.partner):
            with self.subTest(source._name):
                risk = self._report(source, cause="Price", consequence="Less turnover")
                self.assertEqual(risk.state, "identified")
                self.assertEqual(risk.implementation_id, self.implementation)
                self.assertEqual(risk.create_uid, self.seller)
                self.assertEqual(risk.owner_id, self.officer)
                self.assertEqual(risk.statement, "Price → He leaves → Less turnover")
                activity = risk.activity_ids
                self.assertEqual(activity.user_id, self.officer)
                mine = risk.with_user(self.seller)
                self.assertEqual(mine.source_name, source.display_name)
                self.assertEqual(mine.action_open_source()["res_id"], source.id)
                seen = source.with_user(self.seller)
                self.assertEqual(seen.raised_risk_count, 1)
                action = seen.action_open_raised_risks()
                found = self.env["crm.risk"].search(action["domain"])
                self.assertEqual(found, risk)

    def test_button_opens_the_same_wizard(self):
        action = self.order.with_user(self.seller).action_raise_risk()
        wizard = self.env["crm.risk.report"].with_user(self.seller)
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.source_name, self.order.display_name)

    def test_reporter_changes_his_draft(self):
        risk = self._report(self.order).with_user(self.seller)
        risk.cause = "Second thought"
        risk.sudo().write(
            {"p_inherent": 0.1, "impact_max": 10, "impact_mode": 5, "state": "assessed"}
        )
        with self.assertRaises(AccessError):
            risk.cause = "Third thought"

    def test_confidential_report(self):
        risk = self._report(self.order, confidential=True)
        colleague = self._user("risk_colleague", "sales_team.group_sale_salesman")
        self.assertTrue(risk.with_user(self.seller).name)
        self.assertTrue(risk.with_user(self.officer).name)
        with self.assertRaises(AccessError):
            risk.with_user(colleague).read(["name"])
        self.env.invalidate_all()
        self.assertEqual(self.order.with_user(colleague).raised_risk_count, 0)

    def test_team_decides_which_register(self):
        north = self._implementation("CRM for the North", self.company_a)
        north.team_ids = self.team
        self.assertEqual(self._report(self.lead).implementation_id, north)
        self.assertEqual(
            self._report(self.order).implementation_id, self.implementation
        )

    def test_record_out_of_reach(self):
        colleague = self._user("risk_colleague", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self._wizard(self.lead, colleague)

    def test_bad_source(self):
        wizard = self.env["crm.risk.report"].with_user(self.seller)
        with self.refused("Open the order, lead or contact", UserError):
            wizard.with_context(active_model="res.users", active_id=2).default_get(
                ["implementation_id"]
            )
        with self.refused("Open the order, lead or contact", UserError):
            wizard.default_get(["implementation_id"])

    def test_people_without_rights_open_contacts(self):
        plain = self._user("risk_plain", "base.group_user")
        self.assertEqual(
            self.partner.with_user(plain).read(["raised_risk_count"])[0][
                "raised_risk_count"
            ],
            0,
        )

    def test_risk_outlives_its_source(self):
        risk = self._report(self.order)
        self.order.unlink()
        self.assertFalse(risk.res_id)

    def test_counting_is_one_query(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{number}"} for number in range(30)]
        )
        self.env.invalidate_all()
        seen = partners.with_user(self.officer)
        seen[:1].mapped("raised_risk_count")  # rights are cached from here on
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            seen.mapped("raised_risk_count")
