"""A company with two orders a month, measured by the built-in indicator R01.

Thirty months before the go-live the two orders make about 1000 together; in the six
months after it about 1500.
"""

from datetime import datetime

from odoo.fields import Command, Date
from odoo.tests import HttpCase, new_test_user, tagged

from ..engine.returns import add_months

BEFORE, AFTER = 30, 6
PI = "314159265358979323846264338327950288"  # noise of up to ±9


@tagged("post_install", "-at_install")
class TestEffectsTour(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Trading House"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
            }
        )
        cls.officer = new_test_user(
            cls.env,
            "tour_officer",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads,"
            "crm_effects.crm_effects_group_officer,crm_risk.crm_risk_group_officer",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        this_month = Date.context_today(cls.env.user).replace(day=1)
        cls.go_live = add_months(this_month, -AFTER)
        cls.indicator = cls.env.ref("crm_risk.crm_indicator_r01")
        cls._order_history()
        run = cls.env["crm.indicator.run"].create({"trigger": "manual"})
        run._measure_all([(cls.indicator, cls.company)])
        cls.effect = cls._prepare_effect()

    @classmethod
    def _order_history(cls):
        partner = cls.env["res.partner"].create({"name": "Wholesaler"})
        product = cls.env["product.product"].create({"name": "Tea", "type": "service"})
        for i in range(BEFORE + AFTER):
            noise = 2 * int(PI[i]) - 9
            month = add_months(cls.go_live, i - BEFORE)
            for amount in (500, (500 if i < BEFORE else 1000) + noise):
                line = {
                    "product_id": product.id,
                    "price_unit": amount,
                    "tax_ids": [Command.clear()],
                }
                cls.env["sale.order"].create(
                    {
                        "partner_id": partner.id,
                        "company_id": cls.company.id,
                        "date_order": datetime(month.year, month.month, 15, 12),
                        "state": "sale",
                        "order_line": [Command.create(line)],
                    }
                )

    @classmethod
    def _prepare_effect(cls):
        implementation = cls.env["crm.implementation"].create(
            {
                "name": "CRM of the Trading House",
                "company_id": cls.company.id,
                "date_start": add_months(cls.go_live, -6),
                "date_go_live": cls.go_live,
            }
        )
        return cls.env["crm.effect"].create(
            {
                "name": "More revenue",
                "implementation_id": implementation.id,
                "category_id": cls.env.ref(
                    "crm_effects.crm_effect_category_direct_sales"
                ).id,
                "indicator_id": cls.indicator.id,
                "margin_ratio": 0.25,
            }
        )

    def test_estimate(self):
        self.start_tour("/odoo", "crm_effects_estimate_tour", login="tour_officer")
        self.assertEqual(self.effect.state, "estimated")
        self.assertLess(self.effect.money_low, self.effect.money_to_date)
        self.assertLess(self.effect.money_to_date, self.effect.money_high)

    def test_explorer(self):
        self.effect.action_estimate()
        self.start_tour("/odoo", "crm_effects_explorer_tour", login="tour_officer")


@tagged("post_install", "-at_install")
class TestUnits(HttpCase):
    def test_javascript(self):
        """The unit tests of this addon's JavaScript."""
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            "&filter=/@crm_effects/",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
