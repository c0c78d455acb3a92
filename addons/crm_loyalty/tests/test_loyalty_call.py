from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Date
from odoo.tests import Form

from .common import LoyaltyCase


class TestLoyaltyCall(LoyaltyCase):
    """Who is to be called on 15 June 2026.

    customer  purchases                            interval  silent    at risk
    Late      2 × 500: 6 April, 16 April           10        60 days   1 − e^−6   × 1000
    Little    2 × 100: 16 May, 26 May              10        20 days   1 − e^−2   × 200
    Today     2 × 900: 26 May, 5 June              10        10 days   due today: no
    Once      1 × 900: 1 January                   none      not on the list
    Ancient   2 × 900: May 2024                    10        nothing in 12 months: no
    Hers      2 × 300: 1 May, 11 May               10        another salesperson's
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.rival = cls._new_user("rival", "sales_team.group_sale_salesman")
        cls.people = {}
        for name, amount, days in (
            ("Late", 500, ["2026-04-06", "2026-04-16"]),
            ("Little", 100, ["2026-05-16", "2026-05-26"]),
            ("Today", 900, ["2026-05-26", "2026-06-05"]),
            ("Once", 900, ["2026-01-01"]),
            ("Ancient", 900, ["2024-05-01", "2024-05-11"]),
            ("Hers", 300, ["2026-05-01", "2026-05-11"]),
        ):
            user = cls.rival if name == "Hers" else cls.seller
            partner = cls._customer(name, user_id=user.id, phone="+7 495 000 00 00")
            cls.people[name] = partner
            for day in days:
                cls._order(partner, day, amount)
        cls._score()

    def _calls(self, user=None, **names):
        calls = self.env["crm.loyalty.call"]
        if user:
            calls = calls.with_user(user).with_context(
                allowed_company_ids=self.company.ids
            )
        return calls.search(
            [("company_id", "=", self.company.id), ("hidden_until", "=", False)]
        )

    def _names(self, user=None):
        return self._calls(user).mapped("partner_id.name")

    def _call(self, name, user=None):
        return self._calls(user or self.seller).filtered(
            lambda call: call.partner_id == self.people[name]
        )

    def test_ordered_by_what_is_at_risk(self):
        self.assertEqual(self._names(), ["Late", "Hers", "Little"])

    def test_formula(self):
        late = self._call("Late")
        # 1 − e^(−60/10) = 0.99752; 1 − e^(−20/10) = 0.86466
        self.assertAlmostEqual(late.lateness, 0.9975, 4)
        self.assertAlmostEqual(late.at_risk, 997.50, 2)
        little = self._call("Little")
        self.assertAlmostEqual(little.lateness, 0.8647, 4)
        self.assertAlmostEqual(little.at_risk, 172.94, 2)
        self.assertEqual(late.due_date, Date.to_date("2026-04-26"))
        self.assertEqual(late.overdue_days, 50)

    def test_why_in_words(self):
        why = self._call("Late").why
        self.assertIn("Expected on 04/26/2026, days late: 50", why)
        self.assertIn("usual interval in days: 10", why)
        self.assertIn("Lateness 100 % × ", why)
        self.assertIn("997.50", why)

    def test_value_is_the_margin_where_it_is_known(self):
        known = "margin" in self.env["sale.order"]._fields
        late = self._call("Late")
        self.assertEqual(late.is_margin, known)
        self.assertIn("margin of 12" if known else "revenue of 12", late.why)
        self.company.loyalty_basis = "invoice"
        self.env.flush_all()
        late.invalidate_recordset()
        self.assertFalse(late.is_margin)
        self.assertIn("revenue of 12 months", late.why)
        self.assertIn("1,000.00", late.why)

    def test_list_is_right_without_scoring(self):
        with freeze_time("2026-06-16 12:00:00"):
            self.assertIn("Today", self._names())

    def test_salesperson_sees_own_customers(self):
        self.assertEqual(self._names(self.seller), ["Late", "Little"])
        self.assertEqual(self._names(self.rival), ["Hers"])
        call = self._call("Late").with_user(self.rival)
        for action in (call.action_done, call.action_wake):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            call.with_context(snooze_days=7).action_snooze()
        clerk = self._new_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._names(clerk)

    def test_nobody_writes_the_list_or_its_log(self):
        with self.assertRaises(AccessError):
            self.env["crm.loyalty.call.log"].with_user(self.seller).create(
                {
                    "profile_id": self._call("Late").profile_id.id,
                    "date": "2026-06-15",
                    "action": "snoozed",
                }
            )
        with self.assertRaises(AccessError):
            self._call("Late").check_access("write")

    def test_snooze_for_a_week(self):
        self._call("Late").with_context(snooze_days=7).action_snooze()
        self.assertEqual(self._names(self.seller), ["Little"])
        with freeze_time("2026-06-21 12:00:00"):
            self.assertNotIn("Late", self._names(self.seller))
        with freeze_time("2026-06-22 12:00:00"):
            self.assertIn("Late", self._names(self.seller))
        log = self.env["crm.loyalty.call.log"].search(
            [("partner_id", "=", self.people["Late"].id)]
        )
        self.assertEqual((log.action, log.user_id), ("snoozed", self.seller))

    def test_snooze_knows_three_lengths(self):
        for days in (0, 8, -7, "7", None, 10**9):
            with self.assertRaisesRegex(UserError, "7, 14 or 30 days"):
                self._call("Late").with_context(snooze_days=days).action_snooze()

    def test_woken_customers_are_back(self):
        call = self._call("Late")
        call.with_context(snooze_days=30).action_snooze()
        self.assertNotIn("Late", self._names(self.seller))
        call.action_wake()
        self.assertIn("Late", self._names(self.seller))

    def test_called_is_noted_and_hidden_for_one_interval(self):
        action = self._call("Late").action_done()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        form.outcome = "no_answer"
        form.note = "Try the owner"
        form.save().action_log()
        self.assertNotIn("Late", self._names(self.seller))
        log = self.env["crm.loyalty.call.log"].search(
            [("partner_id", "=", self.people["Late"].id)]
        )
        self.assertEqual((log.action, log.outcome), ("done", "no_answer"))
        self.assertEqual(log.hidden_until, Date.to_date("2026-06-25"))
        note = self.people["Late"].message_ids[0].body
        self.assertIn("No answer", note)
        self.assertIn("Try the owner", note)
        with freeze_time("2026-06-25 12:00:00"):
            self.assertIn("Late", self._names(self.seller))

    def test_call_of_others_customer_cannot_be_logged(self):
        wizard = self.env["crm.loyalty.call.done"].with_user(self.rival)
        profile = self._call("Late").profile_id
        with self.assertRaises(AccessError):
            wizard.create({"profile_ids": [Command.set(profile.ids)]})
        mine = wizard.sudo().create({"profile_ids": [Command.set(profile.ids)]})
        self.env.flush_all()
        self.env.invalidate_all()
        mine.with_user(self.rival).action_log()  # which sees nobody in it
        self.assertIn("Late", self._names(self.seller))
        self.assertFalse(
            self.env["crm.loyalty.call.log"].search(
                [("partner_id", "=", self.people["Late"].id)]
            )
        )

    def test_products_to_reorder_put_a_customer_on_the_list(self):
        product = self.env["product.product"].create({"name": "Tea"})
        row = self.env["crm.loyalty.replenishment"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.people["Today"].id,
                "product_id": product.id,
                "expected_amount": 90,
                "expected_date": "2026-06-14",
                "state": "on_time",
            }
        )
        self.assertNotIn("Today", self._names())
        row.state = "due"
        self.assertIn("Today", self._names())
        call = self._call("Today")
        self.assertEqual(call.due_products, 1)
        self.assertEqual(call.lateness, 0, "his day is today")
        # what he is to buy, times margin ÷ revenue where the margin is known
        rate = call.value / call.profile_id.revenue_12m
        self.assertAlmostEqual(call.at_risk, 90 * rate, 2)
        self.assertIn("Next order expected on 06/15/2026", call.why)
        self.assertIn("Products to reorder: 1, usually", call.why)
        self.assertNotIn("Lateness", call.why)
        row.expected_date = "2026-06-16"
        self.assertNotIn("Today", self._names())

    def test_order_takes_the_customer_off(self):
        self._order(self.people["Late"], "2026-06-14", 10)
        self._score()
        self.assertNotIn("Late", self._names())

    def test_ended_relationships_are_not_called(self):
        profile = self._profile(self.people["Late"])
        ending = self.env.ref("crm_loyalty.crm_loyalty_strategy_end")
        profile.write({"strategy_id": ending.id, "strategy_state": "proposed"})
        self.assertIn("Late", self._names())
        profile.strategy_state = "approved"
        self.assertNotIn("Late", self._names())

    def test_archived_customers_are_not_called(self):
        self.people["Late"].active = False
        self._score()
        self.assertNotIn("Late", self._names())

    def test_buttons_lead_on(self):
        call = self._call("Late")
        self.assertEqual(call.action_view_profile()["res_id"], call.profile_id.id)
        self.assertEqual(call.action_view_partner()["res_id"], call.partner_id.id)
        action = call.action_new_quotation()
        self.assertEqual(action["context"]["default_partner_id"], call.partner_id.id)

    def test_queries_do_not_grow_with_the_list(self):
        def cost(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.loyalty.call"].web_search_read(
                [("company_id", "=", self.company.id)],
                {
                    "partner_id": {"fields": {"display_name": {}}},
                    "why": {},
                    "phone": {},
                },
                limit=limit,
            )
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertLessEqual(cost(80), cost(1) + 1)  # more than one page: a count

    def test_views_open(self):
        for kind in ("list", "kanban", "search"):
            self.env["crm.loyalty.call"].with_user(self.seller).get_view(view_type=kind)
