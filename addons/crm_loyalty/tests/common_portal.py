from datetime import timedelta

from odoo import http
from odoo.fields import Command, Date
from odoo.tests import HttpCase, new_test_user, tagged

HOME = "/my/loyalty"


@tagged("post_install", "-at_install")
class PortalCase(HttpCase):
    """Two firms on the portal of Samovar, in real time.

    user    works for     firm's card of "Firm bonus"   own card of "Personal"
    anna    North         88 + 20 pending               7
    carl    North         (the same)                    5
    boris   South         300                           -

    "Firm bonus" is shared by the contacts of a firm; its rewards cost 50 and 100.
    North needs coffee since ten days ago, South needs tea.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = Date.today()
        cls.company = cls.env["res.company"].create({"name": "Samovar"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
            }
        )
        cls.seller = new_test_user(
            cls.env,
            "portal_seller",
            groups="base.group_user,sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.north, cls.south = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "user_id": cls.seller.id}
                for name in ("North", "South")
            ]
        )
        cls.anna = cls._portal_user("anna", cls.north)
        cls.carl = cls._portal_user("carl", cls.north)
        cls.boris = cls._portal_user("boris", cls.south)
        cls._create_cards()
        cls.coffee, cls.tea = cls.env["product.product"].create(
            [
                {"name": name, "taxes_id": [Command.clear()]}
                for name in ("Coffee", "Tea")
            ]
        )
        cls.need_coffee = cls._need(cls.north, cls.coffee, 6, -10, "late")
        cls.need_tea = cls._need(cls.south, cls.tea, 4, -2, "due")

    @classmethod
    def _portal_user(cls, login, firm):
        """Return a portal user whose password is the login."""
        user = new_test_user(
            cls.env,
            login,
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.parent_id = firm
        return user

    @classmethod
    def _create_cards(cls):
        cls.shared = cls._program("Firm bonus", "commercial", (50, 100))
        cls.personal = cls._program("Personal", "contact", (10,))
        cls.north_card = cls._card(cls.shared, cls.north)
        cls.south_card = cls._card(cls.shared, cls.south)
        cls.anna_card = cls._card(cls.personal, cls.anna.partner_id)
        cls.carl_card = cls._card(cls.personal, cls.carl.partner_id)
        cls.expiry = cls.today + timedelta(days=30)
        later = cls.today + timedelta(days=5)
        give = cls.north_card._post_points
        give("bonus", 100, reason="Welcome", expiration_date=cls.expiry)
        give("redeem", -12, reason="Mug")
        give("earn", 20, reason="Pending order", date_available=later)
        cls.south_card._post_points("bonus", 300, reason="Secret of South")
        cls.anna_card._post_points("bonus", 7, reason="Birthday of Anna")
        cls.carl_card._post_points("bonus", 5, reason="Birthday of Carl")

    @classmethod
    def _program(cls, name, beneficiary, costs):
        return cls.env["loyalty.program"].create(
            {
                "name": name,
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "company_id": cls.company.id,
                "portal_visible": True,
                "portal_point_name": "points",
                "use_ledger": True,
                "beneficiary": beneficiary,
                "rule_ids": [Command.clear(), Command.create({})],
                "reward_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "description": f"Gift for {cost}",
                                "discount": 5,
                                "required_points": cost,
                            }
                        )
                        for cost in costs
                    ),
                ],
            }
        )

    @classmethod
    def _card(cls, program, partner):
        return cls.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": partner.id}
        )

    @classmethod
    def _need(cls, firm, product, quantity, in_days, state):
        return cls.env["crm.loyalty.replenishment"].create(
            {
                "company_id": cls.company.id,
                "partner_id": firm.id,
                "product_id": product.id,
                "purchases": 5,
                "median_interval": 30,
                "last_date": cls.today + timedelta(days=in_days - 30),
                "last_qty": quantity,
                "expected_date": cls.today + timedelta(days=in_days),
                "expected_qty": quantity,
                "model": "interval",
                "state": state,
            }
        )

    def _get(self, path=HOME, status=200):
        response = self.url_open(path)
        self.assertEqual(response.status_code, status, path)
        return " ".join(response.text.split())

    def _post(self, path, status=200, token=True, **form):
        data = {"csrf_token": http.Request.csrf_token(self)} if token else {}
        response = self.url_open(HOME + path, data={**data, **form})
        self.assertEqual(response.status_code, status, form)
        return " ".join(response.text.split())

    def _orders(self, *firms):
        partners = [firm.id for firm in firms] or [self.north.id, self.south.id]
        return self.env["sale.order"].search([("partner_id", "in", partners)])
