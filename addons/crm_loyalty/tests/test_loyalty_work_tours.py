from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestLoyaltyWorkTour(HttpCase):
    """Two customers of the salesperson are ten days late after an interval of ten;
    Tour Anna is worth more. A third belongs to a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Samovar"})
        cls.env.user.company_ids += cls.company
        cls.seller = new_test_user(
            cls.env,
            "tour_worker",
            groups="base.group_user,sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        colleague = new_test_user(
            cls.env, "tour_other", groups="sales_team.group_sale_salesman"
        )
        product = cls.env["product.product"].create({"name": "Tea", "type": "service"})
        for name, user, amount in (
            ("Tour Anna", cls.seller, 500),
            ("Tour Boris", cls.seller, 50),
            ("Not Mine", colleague, 900),
        ):
            partner = cls.env["res.partner"].create({"name": name, "user_id": user.id})
            for ago in (30, 20):
                cls.env["sale.order"].with_company(cls.company).create(
                    {
                        "partner_id": partner.id,
                        "company_id": cls.company.id,
                        "date_order": Datetime.now() - timedelta(days=ago),
                        "state": "sale",
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": product.id,
                                    "price_unit": amount,
                                    "tax_ids": [Command.clear()],
                                }
                            )
                        ],
                    }
                )
        cls.env["crm.loyalty.scoring"]._refresh(cls.company)

    def test_call_list(self):
        self.start_tour("/odoo", "crm_loyalty_call_tour", login="tour_worker")
        logs = self.env["crm.loyalty.call.log"].search(
            [("user_id", "=", self.seller.id)]
        )
        self.assertEqual(
            {(log.partner_id.name, log.action, log.outcome) for log in logs},
            {("Tour Anna", "done", "no_answer"), ("Tour Boris", "snoozed", False)},
        )

    def test_approve_and_reject(self):
        self.start_tour("/odoo", "crm_loyalty_strategy_tour", login="tour_worker")
        decisions = self.env["crm.loyalty.decision"].search(
            [("user_id", "=", self.seller.id)]
        )
        self.assertEqual(
            {(row.partner_id.name, row.state, row.note) for row in decisions},
            {
                ("Tour Anna", "approved", False),
                ("Tour Boris", "rejected", "Sells the shop this year"),
            },
        )
