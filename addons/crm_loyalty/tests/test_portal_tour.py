from odoo.tests import tagged

from .common_portal import PortalCase


@tagged("post_install", "-at_install")
class TestPortalTour(PortalCase):
    """Anna looks at her account on a phone, asks for coffee and complains."""

    browser_size = "390x844"
    touch_enabled = True

    def test_account_on_a_phone(self):
        self.env["crm.loyalty.bonus"].create(
            {
                "name": "Thanks",
                "program_id": self.shared.id,
                "event": "referral",
                "points": 25,
            }
        )
        self.start_tour("/my/home", "crm_loyalty_portal_tour", login="anna")
        self.assertEqual(self._orders().order_line.product_uom_qty, 7)
        complaint = self.env["crm.loyalty.complaint"].search(
            [("commercial_partner_id", "=", self.north.id)]
        )
        self.assertEqual(complaint.name, "Cups broken")
