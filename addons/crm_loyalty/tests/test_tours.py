from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestLoyaltyTour(HttpCase):
    """Tour Anna, a customer of the salesperson, bought twice; others once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Samovar"})
        cls.env.user.company_ids += cls.company
        cls.seller = new_test_user(
            cls.env,
            "tour_seller",
            groups="base.group_user,sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.colleague = new_test_user(
            cls.env, "tour_colleague", groups="sales_team.group_sale_salesman"
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Tea", "type": "service"}
        )
        cls._customer("Tour Anna", cls.seller, 100, 10, 40)
        cls._customer("Tour Boris", cls.seller, 50, 300)
        cls._customer("Not Mine", cls.colleague, 20, 200)
        cls.env["crm.loyalty.scoring"]._refresh(cls.company)

    @classmethod
    def _customer(cls, name, salesperson, amount, *days):
        partner = cls.env["res.partner"].create(
            {"name": name, "user_id": salesperson.id}
        )
        line = {
            "product_id": cls.product.id,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
        }
        for ago in days:
            cls.env["sale.order"].with_company(cls.company).create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "date_order": Datetime.now() - timedelta(days=ago),
                    "state": "sale",
                    "order_line": [Command.create(line)],
                }
            )

    def test_profile(self):
        self.start_tour("/odoo", "crm_loyalty_profile_tour", login="tour_seller")
