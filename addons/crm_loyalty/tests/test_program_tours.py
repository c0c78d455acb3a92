from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

ADJUST = "crm_loyalty.crm_loyalty_group_points_adjust"


@tagged("post_install", "-at_install")
class TestProgramTours(HttpCase):
    """One customer who bought for 100; a clerk and a manager who may adjust points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.company = cls.env["res.company"].create({"name": "Samovar"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.clerk = cls._user("tour_clerk", "sales_team.group_sale_salesman_all_leads")
        cls.boss = cls._user(
            "tour_boss", "sales_team.group_sale_manager,product.group_product_manager"
        )
        cls.anna = cls.env["res.partner"].create({"name": "Tour Anna"})
        product = cls.env["product.product"].create(
            {"name": "Tea", "type": "service", "taxes_id": [Command.clear()]}
        )
        cls.env["sale.order"].create(
            {
                "partner_id": cls.anna.id,
                "company_id": cls.company.id,
                "state": "sale",
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 100})
                ],
            }
        )
        cls.env["crm.loyalty.scoring"]._refresh(cls.company)

    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{group},{ADJUST}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def test_template(self):
        self.start_tour(
            "/odoo/loyalty-templates", "crm_loyalty_template_tour", login="tour_boss"
        )
        program = self.env["loyalty.program"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(program.level_ids), 3)

    def test_adjust_with_approval(self):
        program = (
            self.env["loyalty.program"]
            .with_context(menu_type="crm_loyalty")
            .create_from_template("firm_bonus")
        )
        card = self.env["loyalty.card"].create(
            {"program_id": program["res_id"], "partner_id": self.anna.id}
        )
        self.start_tour(
            f"/odoo/loyalty.card/{card.id}",
            "crm_loyalty_adjust_tour",
            login="tour_clerk",
        )
        self.assertEqual(card.points, 0)
        self.start_tour("/odoo", "crm_loyalty_approve_tour", login="tour_boss")
        card.invalidate_recordset()
        self.assertEqual(card.points, 500)
