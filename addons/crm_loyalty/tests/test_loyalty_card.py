from odoo.tests import Form

from .common import LoyaltyCase


class TestLoyaltyCard(LoyaltyCase):
    """The card of a customer on partner, lead and quotation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls._customer("Firm", is_company=True)
        cls.buyer = cls._customer("Buyer", parent_id=cls.firm.id)
        cls.unknown = cls._customer("Unknown")
        cls._order(cls.buyer, "2026-06-01", 100)
        cls._score()
        cls.profile = cls._profile(cls.firm)

    def test_contact_shows_the_card_of_his_firm(self):
        self.assertEqual(self.buyer.loyalty_profile_id, self.profile)
        self.assertEqual(self.buyer.loyalty_revenue_total, 100)
        self.assertEqual(self.buyer.loyalty_segment_id, self.profile.segment_id)
        self.assertEqual(
            self.buyer.loyalty_items, self.profile._card()[self.profile.id]
        )
        self.assertFalse(self.unknown.loyalty_profile_id)
        self.assertFalse(self.unknown.loyalty_rfm_score)

    def test_lead_and_quotation_show_the_card(self):
        lead = self.env["crm.lead"].create(
            {"name": "More", "type": "opportunity", "partner_id": self.buyer.id}
        )
        self.assertEqual(lead.loyalty_profile_id, self.profile)
        order = self.env["sale.order"].create({"partner_id": self.buyer.id})
        self.assertEqual(order.loyalty_profile_id, self.profile)
        self.assertEqual(order.loyalty_order_count, 1)

    def test_card_appears_while_the_quotation_is_written(self):
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.unknown
            self.assertFalse(form.loyalty_profile_id)
            form.partner_id = self.buyer
            self.assertEqual(form.loyalty_profile_id, self.profile)

    def test_document_of_another_company_shows_its_own_card(self):
        other = self._new_company("Other")
        self._order(self.buyer, "2026-06-02", 900, company=other)
        self._score(other)
        env = self.env(context={"allowed_company_ids": (self.company + other).ids})
        order = env["sale.order"].create(
            {"partner_id": self.buyer.id, "company_id": other.id}
        )
        self.assertEqual(order.loyalty_revenue_total, 900)
        partner = self.buyer.with_env(env)
        self.assertEqual(partner.loyalty_revenue_total, 100)
        self.assertEqual(partner.with_company(other).loyalty_revenue_total, 900)

    def test_lead_without_customer(self):
        lead = self.env["crm.lead"].create({"name": "Cold"})
        self.assertFalse(lead.loyalty_profile_id)

    def test_buttons_lead_there_and_back(self):
        action = self.buyer.action_open_loyalty_profile()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("crm.loyalty.profile", self.profile.id),
        )
        action = self.profile.action_view_partner()
        self.assertEqual(action["res_id"], self.firm.id)
        orders = self.env["sale.order"].search(
            self.profile.action_view_orders()["domain"]
        )
        self.assertEqual(len(orders), 1)
        self.assertEqual(orders.partner_id, self.buyer)
        self.assertTrue(self.profile.action_view_opportunities())

    def test_partners_are_found_by_segment(self):
        segment = self.profile.segment_id
        others = self.env["crm.loyalty.segment"].search([("id", "!=", segment.id)])
        mine = [("id", "in", (self.firm | self.buyer | self.unknown).ids)]

        def find(*leaf):
            return self.env["res.partner"].search([*mine, leaf])

        both = self.firm | self.buyer
        self.assertEqual(find("loyalty_segment_id", "=", segment.id), both)
        self.assertEqual(find("loyalty_segment_id", "in", segment.ids), both)
        self.assertEqual(find("loyalty_segment_id", "ilike", segment.name), both)
        self.assertEqual(find("loyalty_segment_id", "!=", False), both)
        self.assertEqual(find("loyalty_segment_id", "=", False), self.unknown)
        self.assertEqual(find("loyalty_segment_id", "!=", segment.id), self.unknown)
        self.assertFalse(find("loyalty_segment_id", "in", others.ids))
        self.assertEqual(
            find("loyalty_segment_id", "in", [False, segment.id]),
            both | self.unknown,
        )

    def test_many_partners_cost_no_more_queries_than_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"p{n}"} for n in range(40)]
        )
        for partner in partners:
            self._order(partner, "2026-06-01", 10)
        self._score()

        def cost(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("loyalty_revenue_total")
            records.mapped("loyalty_items")
            return self.env.cr.sql_log_count - before

        cost(partners[:1])  # fills caches outside the transaction
        self.assertLessEqual(cost(partners), cost(partners[:1]))

    def test_forms_cost_at_most_ten_more_queries_whatever_the_history(self):
        lead = self.env["crm.lead"].create(
            {"name": "More", "type": "opportunity", "partner_id": self.buyer.id}
        )
        quotation = self.env["sale.order"].create({"partner_id": self.buyer.id})
        records = (self.buyer, lead, quotation)
        short = [self._cost_of_card(record) for record in records]
        for _number in range(20):
            self._order(self.buyer, "2026-06-01", 100)
            self._score()
        self.assertEqual([self._cost_of_card(record) for record in records], short)
        self.assertLessEqual(max(short), 10)

    def _cost_of_card(self, record):
        """Return the queries the card adds to reading the form's fields."""
        view = record.get_view(view_type="form")
        names = view["models"][record._name]
        stock = [
            name for name in names if "crm_loyalty" not in record._fields[name]._modules
        ]
        self.assertLess(len(stock), len(names))
        self._count_queries(record, names)  # fills caches outside the transaction
        return self._count_queries(record, names) - self._count_queries(record, stock)

    def _count_queries(self, record, names):
        self.env.flush_all()
        self.env.invalidate_all()
        # what a request knows anyway: the user, his company, language and time zone
        self.env.user.company_id.partner_id.fetch(["lang"])
        record = record.with_context(lang="en_US", tz="Europe/Moscow")
        before = self.env.cr.sql_log_count
        record.web_read({name: {} for name in names})
        return self.env.cr.sql_log_count - before

    def test_partners_are_found_by_stage_and_strategy(self):
        mine = [("id", "in", (self.firm | self.buyer | self.unknown).ids)]
        both = self.firm | self.buyer
        for name, value in (
            ("loyalty_stage_id", self.profile.stage_id),
            ("loyalty_strategy_id", self.profile.strategy_id),
        ):
            self.assertTrue(value)
            self.assertEqual(self.buyer[name], value)
            partners = self.env["res.partner"]
            self.assertEqual(partners.search([*mine, (name, "=", value.id)]), both)
            self.assertEqual(
                partners.search([*mine, (name, "!=", value.id)]), self.unknown
            )
            self.assertEqual(partners.search([*mine, (name, "=", False)]), self.unknown)

    def test_lines_of_the_card(self):
        card = {line["key"]: line for line in self.buyer.loyalty_items}
        self.assertEqual(card["stage"]["value"], "New")
        self.assertIn("Orders: 1; last on 06/01/2026", card["stage"]["why"])
        self.assertIn("First bought within the last 60 days", card["stage"]["why"])
        self.assertEqual(card["segment"]["value"], self.profile.segment_id.name)
        self.assertEqual(
            card["strategy"]["value"], "Start the relationship (in effect)"
        )
        self.assertEqual(card["rhythm"]["value"], "06/01/2026")
        order = [line["sequence"] for line in self.buyer.loyalty_items]
        self.assertEqual(order, sorted(order))
        self.assertFalse(self.unknown.loyalty_items)

    def test_views_open(self):
        user = self._new_user("seller", "sales_team.group_sale_salesman")
        for record in (self.profile, self.buyer):
            Form(record.with_user(user))
        for kind in ("list", "kanban", "pivot", "graph", "search", "form"):
            self.profiles.with_user(user).get_view(view_type=kind)
