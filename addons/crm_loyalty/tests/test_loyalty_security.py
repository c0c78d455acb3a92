from odoo.exceptions import AccessError

from .common import LoyaltyCase


class TestLoyaltySecurity(LoyaltyCase):
    """Who may do what.

    user      group            customers
    ivan      salesman         his own: Mine; nobody's: Free
    olga      all leads        Mine, Free, Hers
    manager   sales manager    all; refreshes, keeps segments, reads runs
    clerk     internal user    none
    stranger  all leads of another company
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._new_company("Other")
        cls.ivan = cls._new_user("ivan", "sales_team.group_sale_salesman")
        cls.olga = cls._new_user("olga", "sales_team.group_sale_salesman_all_leads")
        cls.manager = cls._new_user("boss", "sales_team.group_sale_manager")
        cls.clerk = cls._new_user("clerk", "base.group_user")
        cls.stranger = cls._new_user(
            "stranger", "sales_team.group_sale_salesman_all_leads", cls.other
        )
        cls.mine = cls._customer("Mine", user_id=cls.ivan.id)
        cls.hers = cls._customer("Hers", user_id=cls.olga.id)
        cls.free = cls._customer("Free")
        for customer in (cls.mine, cls.hers, cls.free):
            cls._order(customer, "2026-06-01", 100)
        cls.last_run = cls._score()

    def _visible(self, user):
        found = self.profiles.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return set(found.search([]).partner_id.mapped("name"))

    def test_who_sees_whom(self):
        self.assertEqual(self._visible(self.ivan), {"Mine", "Free"})
        self.assertEqual(self._visible(self.olga), {"Mine", "Free", "Hers"})
        self.assertEqual(self._visible(self.manager), {"Mine", "Free", "Hers"})
        self.assertEqual(self._visible(self.stranger), set())

    def test_reassigned_customer_moves_at_once(self):
        self.mine.user_id = self.olga
        self.assertEqual(self._visible(self.ivan), {"Free"})

    def test_internal_user_sees_no_profile_and_no_card(self):
        with self.assertRaises(AccessError):
            self.profiles.with_user(self.clerk).search([])
        partner = self.free.with_user(self.clerk)
        self.assertFalse(partner.loyalty_profile_id)
        self.assertFalse(partner.loyalty_rfm_score or partner.loyalty_items)

    def test_profile_cannot_be_read_by_guessing_its_id(self):
        profile = self._profile(self.hers).with_user(self.ivan)
        with self.assertRaises(AccessError):
            profile.read(["revenue_total"])
        with self.assertRaises(AccessError):
            profile.action_view_orders()

    def test_card_does_not_leak_through_a_shared_cache(self):
        seen = self.hers.sudo()
        self.assertTrue(seen.loyalty_profile_id)
        self.assertEqual(seen.loyalty_revenue_total, 100)
        partner = self.hers.with_user(self.ivan)
        self.assertFalse(partner.loyalty_profile_id)
        self.assertFalse(partner.loyalty_revenue_total or partner.loyalty_items)

    def test_nobody_writes_profiles(self):
        profile = self._profile(self.mine)
        for user in (self.ivan, self.olga, self.manager):
            as_user = profile.with_user(user)
            with self.assertRaises(AccessError):
                as_user.write({"revenue_total": 1_000_000})
            with self.assertRaises(AccessError):
                as_user.unlink()
            with self.assertRaises(AccessError):
                as_user.create(
                    {"partner_id": self.free.id, "company_id": self.other.id}
                )

    def test_nobody_writes_runs(self):
        with self.assertRaises(AccessError):
            self.last_run.with_user(self.ivan).read(["breakpoints"])
        self.assertEqual(self.last_run.with_user(self.manager).customer_count, 3)
        with self.assertRaises(AccessError):
            self.last_run.with_user(self.manager).write({"customer_count": 5})

    def test_salesman_reads_why_without_reading_runs(self):
        profile = self._profile(self.mine).with_user(self.ivan)
        self.assertIn("Recency", profile.why)

    def test_only_managers_refresh(self):
        self._order(self.mine, "2026-06-02", 100)
        for user in (self.ivan, self.olga):
            with self.assertRaises(AccessError):
                self.profiles.with_user(user).action_refresh()
        self.assertEqual(self._profile(self.mine).revenue_total, 100)
        self.profiles.with_user(self.manager).with_context(
            allowed_company_ids=self.company.ids
        ).action_refresh()
        self.assertEqual(self._profile(self.mine).revenue_total, 200)
        self.assertEqual(self._profile(self.mine).order_count, 2)

    def test_manager_refreshes_only_companies_he_works_in(self):
        customer = self._customer("Foreign")
        self._order(customer, "2026-06-01", 100, company=self.other)
        with self.assertRaises(AccessError):
            self.profiles.with_user(self.manager).with_context(
                allowed_company_ids=self.other.ids
            ).action_refresh()
        self.assertFalse(self._profile(customer, self.other))

    def test_only_managers_keep_segments(self):
        segment = self.env.ref("crm_loyalty.crm_loyalty_segment_champions")
        for user in (self.ivan, self.olga):
            with self.assertRaises(AccessError):
                segment.with_user(user).write({"r_min": 1})
        segment.with_user(self.manager).write({"r_min": 4})
        self.assertEqual(segment.r_min, 4)

    def test_scoring_is_not_callable_from_outside(self):
        public = [
            name
            for name in vars(type(self.scoring)).keys()
            | {
                name
                for cls in type(self.scoring).mro()
                if cls.__module__.startswith("odoo.addons.crm_loyalty")
                for name in vars(cls)
            }
            if not name.startswith("_") and callable(getattr(self.scoring, name, None))
        ]
        self.assertEqual(public, [])

    def test_search_by_segment_shows_only_readable_customers(self):
        segment = self._profile(self.hers).segment_id
        partners = self.env["res.partner"].with_user(self.ivan)
        found = partners.search([("loyalty_segment_id", "=", segment.id)])
        self.assertNotIn(self.hers, found)
        self.assertIn(self.mine, found)
