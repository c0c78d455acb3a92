from odoo.exceptions import AccessError, UserError

from .common_programs import ProgramCase


class TestConsent(ProgramCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls._customer("Anna")
        cls.terms = cls.env["crm.loyalty.terms"].create(
            {"version": "1", "date": "2026-01-01", "text": "<p>Old</p>"}
        )
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.manager = cls._new_user(
            "boss", "sales_team.group_sale_manager,base.group_partner_manager"
        )

    def test_kept_with_version_and_moment(self):
        self.anna._give_loyalty_consent(self.company)
        self.assertEqual(self.anna.loyalty_terms_id, self.terms)
        self.assertEqual(str(self.anna.loyalty_consent_date), "2026-06-15 12:00:00")
        self.assertIn("version 1", self.anna.message_ids[0].body)
        self.anna._withdraw_loyalty_consent()
        self.assertFalse(self.anna.loyalty_terms_id or self.anna.loyalty_consent_date)
        self.assertIn("Withdrew", self.anna.message_ids[0].body)

    def test_consent_is_the_firms(self):
        contact = self._customer("Buyer", parent_id=self.anna.id)
        contact._give_loyalty_consent(self.company)
        self.assertTrue(self.anna.loyalty_consent_date)
        self.assertTrue(contact._has_loyalty_consent())

    def test_terms_in_force(self):
        later, own = self.env["crm.loyalty.terms"].create(
            [
                {"version": "3", "date": "2027-01-01", "text": "Future"},
                {
                    "version": "2",
                    "date": "2026-02-01",
                    "text": "Own",
                    "company_id": self.company.id,
                },
            ]
        )
        other = self._new_company("Other")
        self.assertEqual(self.terms._current(self.company), own)
        self.assertEqual(self.terms._current(other), self.terms)
        self.assertNotEqual(self.terms._current(self.company), later)

    def test_without_terms_nobody_agrees(self):
        self.terms.active = False
        with self.assertRaisesRegex(UserError, "no terms of loyalty in force for Sam"):
            self.anna._give_loyalty_consent(self.company)

    def test_agreed_terms_stay_as_they_were(self):
        self.terms.text = "<p>Better</p>"
        self.anna._give_loyalty_consent(self.company)
        with self.assertRaisesRegex(UserError, "version 1 as it is: 1"):
            self.terms.text = "<p>Changed afterwards</p>"
        with self.assertRaises(UserError):
            self.terms.unlink()
        self.terms.active = False
        partners = self.env["res.partner"].search(
            self.terms.action_view_partners()["domain"]
        )
        self.assertEqual(partners, self.anna)

    def test_who_may_note_a_consent(self):
        clerk = self._new_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.anna.with_user(clerk).action_loyalty_consent()
        with self.assertRaises(AccessError):
            self.anna.with_user(clerk).read(["loyalty_consent_date"])
        self.anna.with_user(self.manager).action_loyalty_consent()
        self.assertTrue(self.anna.loyalty_consent_date)
        self.anna.with_user(self.manager).action_loyalty_withdraw()
        self.assertFalse(self.anna.loyalty_consent_date)


class TestProfilingOptOut(ProgramCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna, cls.boris = cls._customer("Anna"), cls._customer("Boris")
        cls._order(cls.anna, "2026-06-01", 100)
        cls._order(cls.boris, "2026-06-01", 100)

    def test_not_scored_at_his_wish(self):
        self._score()
        profile = self._profile(self.anna)
        self.assertTrue(profile.rfm_score and profile.segment_id)
        self.anna.loyalty_no_profiling = True
        self.assertFalse(profile.exists(), "at once")
        self._score()
        self.assertFalse(self._profile(self.anna))
        self.assertTrue(self._profile(self.boris).rfm_score)
        self.anna.loyalty_no_profiling = False
        self._score()
        self.assertTrue(self._profile(self.anna).rfm_score)

    def test_no_profile_is_made(self):
        self.anna.loyalty_no_profiling = True
        self._score()
        self.assertFalse(self._profile(self.anna))
        self.assertTrue(self._profile(self.boris))

    def test_no_profile_of_a_prospect_either(self):
        lead = {"type": "opportunity", "company_id": self.company.id}
        newcomer = self._customer("New", loyalty_no_profiling=True)
        known = self._customer("Known")
        for partner in (newcomer, known):
            self.env["crm.lead"].create(
                {**lead, "name": partner.name, "partner_id": partner.id}
            )
        self._score()
        self.assertTrue(self._profile(known))
        self.assertFalse(self._profile(newcomer))


class TestForgetting(ProgramCase):
    """Anna has a card with 70 points, a profile, a birthday; a contact has a card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._program()
        cls.stock = cls._program(name="Stock", use_ledger=False)
        cls.anna = cls._customer("Anna", loyalty_birthday="1980-01-01")
        cls.contact = cls._customer("Contact", parent_id=cls.anna.id)
        cls.card = cls._card(cls.program, cls.anna)
        cls._earn(cls.card, 100, "2026-06-01")
        cls.card._post_points("redeem", -30)
        cls.other = cls._card(cls.stock, cls.contact, points=5)
        cls.order = cls._order(cls.anna, "2026-06-01", 100)
        cls._score()
        cls.manager = cls._new_user(
            "boss", "sales_team.group_sale_manager,base.group_partner_manager"
        )

    def test_nothing_leads_back_to_the_customer(self):
        code = self.card.code
        self.card._get_referral_code()
        self.anna.with_user(self.manager).action_loyalty_forget()
        cards = self.card | self.other
        self.assertFalse(any(cards.mapped("active")))
        self.assertFalse(cards.partner_id)
        self.assertNotEqual(self.card.code, code)
        self.assertFalse(self.card.referral_code)
        rows = self.history.search([("card_id", "in", cards.ids)])
        self.assertTrue(rows)
        self.assertFalse(rows.partner_id)
        self.assertFalse(self._profile(self.anna))
        self.assertFalse(self.anna.loyalty_birthday)
        self.assertTrue(self.anna.loyalty_no_profiling)
        self.assertFalse(cards.message_ids)

    def test_points_lapse_and_the_ledger_stays_right(self):
        self.anna.with_user(self.manager).action_loyalty_forget()
        rows = self.history.search([("card_id", "=", self.card.id)], order="id")
        self.assertEqual(
            [(row.move_type, row.points) for row in rows],
            [("earn", 100), ("redeem", -30), ("expire", -70)],
        )
        self.assertEqual((self.card.points, self.other.points), (0, 0))
        self.assertAlmostEqual(sum(rows.mapped("points")), 0)

    def test_documents_stay(self):
        self.anna.with_user(self.manager).action_loyalty_forget()
        self.assertEqual(self.order.partner_id, self.anna)
        self.assertIn("erased", self.anna.message_ids[0].body)

    def test_he_is_not_profiled_again(self):
        self.anna.with_user(self.manager).action_loyalty_forget()
        self._score()
        self.assertFalse(self._profile(self.anna))

    def test_second_time_does_nothing(self):
        self.anna.with_user(self.manager).action_loyalty_forget()
        count = self.history.search_count([])
        self.anna.with_user(self.manager).action_loyalty_forget()
        self.assertEqual(self.history.search_count([]), count)

    def test_only_managers(self):
        seller = self._new_user(
            "seller", "sales_team.group_sale_salesman,base.group_partner_manager"
        )
        with self.assertRaises(AccessError):
            self.anna.with_user(seller).action_loyalty_forget()
        self.assertEqual(self.card.partner_id, self.anna)
