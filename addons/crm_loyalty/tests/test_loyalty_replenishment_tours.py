from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestReplenishmentTours(HttpCase):
    """Tour Café bought coffee four times, every 20 days; it is due since 2 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Samovar"})
        cls.env.user.company_ids += cls.company
        cls.seller = new_test_user(
            cls.env,
            "tour_supplier",
            groups="base.group_user,sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        partner = cls.env["res.partner"].create(
            {"name": "Tour Café", "is_company": True, "user_id": cls.seller.id}
        )
        coffee = cls.env["product.product"].create(
            {"name": "Tour Coffee", "type": "consu", "taxes_id": [Command.clear()]}
        )
        orders = (
            cls.env["sale.order"]
            .with_company(cls.company)
            .create(
                [
                    {
                        "partner_id": partner.id,
                        "company_id": cls.company.id,
                        "date_order": Datetime.now() - timedelta(days=ago),
                        "order_line": [
                            Command.create(
                                {"product_id": coffee.id, "product_uom_qty": 5}
                            )
                        ],
                    }
                    for ago in (82, 62, 42, 22)
                ]
            )
        )
        orders.write({"state": "sale"})
        cls.env["crm.loyalty.replenishment.job"]._refresh(cls.company)

    def test_quotation(self):
        self.start_tour(
            "/odoo", "crm_loyalty_replenishment_tour", login="tour_supplier"
        )

    def test_page_without_forecasts(self):
        self.env["crm.loyalty.replenishment"].search([("active", "=", True)]).unlink()
        self.browser_js(
            "/odoo/loyalty-replenishment",
            """
            const shown = document.querySelector(".o_view_nocontent");
            const broken = document.querySelector(".o_error_dialog");
            console.log(shown && !broken ? "test successful" : "no help is shown");
            """,
            ready="!!document.querySelector('.o_view_nocontent, .o_error_dialog')",
            login="tour_supplier",
        )

    def test_complaint(self):
        self.start_tour("/odoo", "crm_loyalty_complaint_tour", login="tour_supplier")
        case = self.env["crm.loyalty.complaint"].search([("name", "=", "Torn bag")])
        self.assertEqual(case.state, "resolved")
        self.assertEqual(case.user_id, self.seller)
