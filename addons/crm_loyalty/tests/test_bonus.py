from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_programs import ProgramCase


class TestBonus(ProgramCase):
    """A bonus of 10 points; today is 15 June 2026, bonuses count from today on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._program(expire_after=60)
        cls.anna = cls._customer("Anna", email="anna@example.com")

    def _bonus(self, event, **values):
        return self.env["crm.loyalty.bonus"].create(
            {
                "name": f"Bonus {event}",
                "program_id": self.program.id,
                "event": event,
                "points": 10,
                **values,
            }
        )

    def _grant(self, day="2026-06-15"):
        return self.bonus_job._grant_due(self.company, Date.to_date(day))

    def _points(self, partner=None, program=None):
        cards = self.cards.search(
            [
                ("partner_id", "=", (partner or self.anna).id),
                ("program_id", "=", (program or self.program).id),
            ]
        )
        return sum(cards.mapped("points"))

    def _assert_sound(self):
        for card in self.cards.search([("program_id", "=", self.program.id)]):
            rows = self.history.search([("card_id", "=", card.id)])
            self.assertAlmostEqual(sum(rows.mapped("points")), card.points)
            self.assertAlmostEqual(sum(rows.mapped("remaining")), max(card.points, 0))

    def test_welcome_once(self):
        self._bonus("welcome")
        self._order(self.anna, "2026-06-15", 100)
        self._score()
        self.assertEqual(self._points(), 10)
        row = self.history.search([("program_id", "=", self.program.id)])
        self.assertEqual((row.move_type, row.remaining), ("bonus", 10))
        self.assertEqual(row.date, self.today)
        self.assertEqual(row.expiration_date, Date.to_date("2026-08-14"))
        self.assertEqual(row.description, "Bonus welcome")
        self._order(self.anna, "2026-06-15", 100)
        self._score()
        self.assertEqual(self._grant(), 0)
        self.assertEqual(self._points(), 10)
        self._assert_sound()

    def test_old_customers_are_not_welcomed(self):
        self._bonus("welcome")
        self._order(self.anna, "2026-06-14", 100)
        self._score()
        self.assertEqual(self._points(), 0)

    def _birthday(self, day, granted):
        self.anna.loyalty_birthday = day
        self.assertEqual(self._grant(), granted, day)

    def test_birthday_once_a_year(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        self._bonus("birthday", date_start="2026-01-01")
        self.anna.loyalty_birthday = "1980-06-15"
        self.assertEqual(self._grant("2026-06-14"), 0)
        self.assertEqual(self._grant("2026-06-15"), 1)
        self.assertEqual(self._grant("2026-06-16"), 0)
        self.assertEqual(self._grant("2027-06-15"), 1)
        self.assertEqual(self._points(), 20)
        self._assert_sound()

    def test_birthday_of_a_night_without_the_job(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        self._bonus("birthday", date_start="2026-01-01")
        self._birthday("1980-06-08", 0)
        self._birthday("1980-06-09", 1)

    def test_birthday_across_the_year(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        self._bonus("birthday", date_start="2026-01-01")
        self.anna.loyalty_birthday = "1980-12-30"
        self.assertEqual(self._grant("2027-01-02"), 1)
        self.assertEqual(self._grant("2027-12-30"), 1)
        self.assertEqual(self._points(), 20)

    def test_born_on_the_29th_of_february(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        self._bonus("birthday", date_start="2026-01-01")
        self.anna.loyalty_birthday = "1980-02-29"
        self.assertEqual(self._grant("2027-02-27"), 0)
        self.assertEqual(self._grant("2027-02-28"), 1)
        self.assertEqual(self._grant("2027-03-01"), 0)
        self.assertEqual(self._grant("2028-02-28"), 0, "a leap year has his day")
        self.assertEqual(self._grant("2028-02-29"), 1)
        self.assertEqual(self._points(), 20)

    def test_hundred_years_old(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        self._bonus("birthday")
        self._birthday("1926-06-15", 1)

    def test_answered_survey(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        survey, other = self.env["survey.survey"].create(
            [{"title": "How are we?"}, {"title": "Other"}]
        )
        self._bonus("survey", survey_id=survey.id)
        answers = self.env["survey.user_input"].create(
            [
                {"survey_id": survey.id, "partner_id": self.anna.id, **values}
                for values in (
                    {},
                    {"test_entry": True},
                    {"survey_id": other.id},
                )
            ]
        )
        self.assertEqual(self._grant(), 0, "not answered yet")
        answers._mark_done()
        self.assertEqual(self._grant(), 1)
        self.assertEqual(self._grant(), 0)
        self.assertEqual(self._points(), 10)

    def test_recommendation_counts_with_the_first_purchase(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        self._bonus("referral")
        newcomer = self._customer("New", loyalty_referrer_id=self.anna.id)
        self.assertEqual(self._grant(), 0)
        self._order(newcomer, "2026-06-15", 5)
        self._score()
        self.assertEqual(self._points(), 10)
        self._order(newcomer, "2026-06-15", 5)
        self._score()
        self.assertEqual(self._points(), 10)
        self.assertEqual(self._points(newcomer), 0)

    def test_limit_of_the_year(self):
        self._order(self.anna, "2026-01-01", 100)
        self._bonus("referral", cap=25)
        for number in range(4):
            newcomer = self._customer(f"N{number}", loyalty_referrer_id=self.anna.id)
            self._order(newcomer, "2026-06-15", 5)
        self._score()
        self.assertEqual(self._points(), 25, "10, 10 and the rest of 25")
        self._assert_sound()
        later = self._customer("Later", loyalty_referrer_id=self.anna.id)
        with freeze_time("2027-01-02 12:00:00"):
            self._order(later, "2027-01-02", 5)
            self._score()
        self.assertEqual(self._points(), 45, "a new year: the one left out and Later")

    def test_two_events_cover_a_balance_below_zero(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        card = self._card(self.program, self.anna)
        order = self._earn(card, 15)
        card._post_points("redeem", -15)
        card._post_points("reverse", -15, document=order)
        self.assertEqual(card.points, -15)
        self._bonus("referral")
        for number in range(2):
            newcomer = self._customer(f"N{number}", loyalty_referrer_id=self.anna.id)
            self._order(newcomer, "2026-06-15", 5)
        self._score()
        self.assertEqual(card.points, 5)
        self._assert_sound()

    def test_points_of_the_firm(self):
        self.program.beneficiary = "commercial"
        firm = self._customer("Dacha", is_company=True)
        boris = self._customer("Boris", parent_id=firm.id)
        self._order(boris, "2026-01-01", 100)
        self._score()
        self._bonus("birthday")
        boris.loyalty_birthday = "1980-06-15"
        self._grant()
        self.assertEqual((self._points(firm), self._points(boris)), (10, 0))

    def test_who_may_not_take_part_gets_nothing(self):
        self._bonus("welcome")
        self.program.segment_ids = self.env["crm.loyalty.segment"].create(
            {"name": "Nobody", "active": False}
        )
        self._order(self.anna, "2026-06-15", 100)
        self._score()
        self.assertEqual(self._points(), 0)

    def test_who_is_kept_out_gets_nothing(self):
        self._bonus("welcome")
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(20)]
        )
        self.program.holdout_percent = 50
        for customer in customers:
            self._order(customer, "2026-06-15", 10)
        self._score()
        out = customers.filtered(self.program._is_held_out)
        self.assertTrue(0 < len(out) < 20)
        for customer in customers:
            self.assertEqual(self._points(customer), 0 if customer in out else 10)

    def test_stage_gives_its_own_points_and_bonuses(self):
        self._order(self.anna, "2026-06-01", 100)
        self._score()
        stage = self.env["crm.loyalty.stage"].create(
            {
                "name": "Here",
                "bonus_points": 3,
                "bonus_program_id": self.program.id,
            }
        )
        self._bonus("stage", stage_id=stage.id)
        profile = self._profile(self.anna)
        self.assertTrue(stage._has_effects())
        move = self.env["crm.loyalty.transition"].create(
            {
                "profile_id": profile.id,
                "partner_id": self.anna.id,
                "company_id": self.company.id,
                "date": self.today,
                "field": "stage",
                "to_stage_id": stage.id,
            }
        )
        notes = list(move._enter_stage(stage))
        self.assertEqual(self._points(), 13)
        self.assertIn("Bonuses: 1", notes)
        self._assert_sound()

    def test_coupon_instead_of_a_card(self):
        program = self.programs.create(
            {
                "name": "Come back",
                "program_type": "coupons",
                "company_id": self.company.id,
                "reward_ids": [Command.clear(), Command.create({"discount": 15})],
            }
        )
        self._bonus("welcome", program_id=program.id, points=1, valid_days=30)
        self._order(self.anna, "2026-06-15", 100)
        self._score()
        coupon = self.cards.search([("program_id", "=", program.id)])
        self.assertEqual(coupon.partner_id, self.anna)
        self.assertEqual(coupon.points, 1)
        self.assertEqual(coupon.expiration_date, Date.to_date("2026-07-15"))
        self.assertFalse(coupon.use_ledger)
        self._score()
        self.assertEqual(self.cards.search_count([("program_id", "=", program.id)]), 1)
        program.active = False

    def test_programme_without_a_ledger(self):
        self.program.active = False
        program = self._program(name="Stock", use_ledger=False)
        self._bonus("welcome", program_id=program.id)
        self._order(self.anna, "2026-06-15", 100)
        self._score()
        self.assertEqual(self._points(program=program), 10)
        row = self.history.search([("program_id", "=", program.id)])
        self.assertEqual((row.issued, row.move_type), (10, False))

    def test_mail_goes_with_the_points(self):
        template = self.env.ref("crm_loyalty.mail_template_welcome")
        self._bonus("welcome", mail_template_id=template.id)
        self._order(self.anna, "2026-06-15", 100)
        silent = self._customer("No address")
        self._order(silent, "2026-06-15", 100)
        self._score()
        mails = self.env["mail.mail"].search(
            [("recipient_ids", "in", (self.anna | silent).ids)]
        )
        self.assertEqual(mails.recipient_ids, self.anna)
        self.assertIn("first purchase", mails.subject)
        self.assertIn("10", mails.body_html)

    def test_archived_customer_gets_nothing(self):
        self._order(self.anna, "2026-01-01", 100)
        self._score()
        self._bonus("birthday")
        self.anna.loyalty_birthday = "1980-06-15"
        self.anna.active = False
        self.assertEqual(self._grant(), 0)

    def test_other_company_grants_nothing(self):
        other = self._new_company("Other")
        self._bonus("welcome")
        self._order(self.anna, "2026-06-15", 100)
        self._score()
        self.assertEqual(
            self.bonus_job._grant_due(other, self.today), 0, "granted by its own"
        )

    def test_number_of_queries_does_not_grow(self):
        self._bonus("birthday")

        def measure(number):
            for each in range(number):
                partner = self._customer(
                    f"B{number} {each}", loyalty_birthday="1990-06-15"
                )
                self._order(partner, "2026-01-01", 10)
            self._score()
            self.history.search(
                [("program_id", "=", self.program.id)]
            ).card_id.with_context(active_test=False)
            self.env.cr.execute(
                "DELETE FROM loyalty_history WHERE program_id = %s", [self.program.id]
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertGreaterEqual(self._grant(), number)
            return self.env.cr.sql_log_count - before

        measure(2)
        few = measure(2)
        self.assertLessEqual(measure(30), few + 2)

    def test_granted_count_and_movements(self):
        bonus = self._bonus("welcome")
        self.assertEqual(bonus.granted_count, 0)
        self._order(self.anna, "2026-06-15", 100)
        self._score()
        bonus.invalidate_recordset()
        self.assertEqual(bonus.granted_count, 1)
        rows = self.history.search(bonus.action_view_movements()["domain"])
        self.assertEqual(rows.partner_id, self.anna)

    def test_bad_input_is_named(self):
        with self.assertRaisesRegex(ValidationError, "entering a stage: which one"):
            self._bonus("stage")
        with self.assertRaisesRegex(ValidationError, "never be given: 10 points"):
            self._bonus("welcome", cap=5)
        promotion = self.programs.create({"name": "Promo", "program_type": "promotion"})
        with self.assertRaisesRegex(ValidationError, "Promo cannot give bonuses"):
            self._bonus("welcome", program_id=promotion.id)

    @mute_logger("odoo.sql_db")
    def test_points_are_above_zero(self):
        for values in ({"points": 0}, {"points": -5}, {"valid_days": -1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._bonus("welcome", **values)

    def test_only_managers_keep_bonuses(self):
        seller = self._new_user("seller", "sales_team.group_sale_salesman")
        bonus = self._bonus("welcome")
        self.assertEqual(bonus.with_user(seller).points, 10)
        with self.assertRaises(AccessError):
            bonus.with_user(seller).points = 1000
        with self.assertRaises(AccessError):
            self.env["crm.loyalty.bonus"].with_user(seller).create(
                {"name": "Mine", "program_id": self.program.id}
            )


class TestReferral(ProgramCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._program()
        cls.anna = cls._customer("Anna")
        cls.card = cls._card(cls.program, cls.anna)

    def test_code_is_made_once_and_opens_nothing(self):
        code = self.card._get_referral_code()
        self.assertEqual(len(code), 8)
        self.assertEqual(self.card._get_referral_code(), code)
        self.assertNotEqual(code, self.card.code)
        order = self._order(self._customer("Thief"), "2026-06-15", 50, state="draft")
        self.assertIn("error", order._try_apply_code(code))

    def test_new_customer_names_who_sent_him(self):
        code = self.card._get_referral_code()
        newcomer = self._customer("New")
        self.assertTrue(self.cards._refer(f" {code.lower()} ", newcomer))
        self.assertEqual(newcomer.loyalty_referrer_id, self.anna)

    def test_nobody_refers_himself_or_an_old_customer(self):
        code = self.card._get_referral_code()
        old = self._customer("Old")
        self._order(old, "2026-01-01", 10)
        colleague = self._customer("Colleague", parent_id=self.anna.id)
        sent = self._customer("Sent")
        self.assertTrue(self.cards._refer(code, sent))
        other = self._card(self.program, self._customer("Boris"))
        for given, partner in (
            (code, self.anna),
            (code, colleague),
            (code, old),
            (other._get_referral_code(), sent),
            ("NOSUCHCD", self._customer("New")),
            ("", self._customer("Newer")),
            (None, self._customer("Newest")),
        ):
            self.assertFalse(self.cards._refer(given, partner), (given, partner.name))
        self.assertEqual(sent.loyalty_referrer_id, self.anna)

    def test_old_customer_is_none_new_on_the_portal_either(self):
        """Who may not read orders is judged by them all the same."""
        code = self.card._get_referral_code()
        old = self._customer("Old")
        self._order(old, "2026-01-01", 10)
        user = new_test_user(
            self.env, "old", groups="base.group_portal", partner_id=old.id
        )
        cards = self.cards.with_user(user)
        self.assertFalse(cards._refer(code, old.with_user(user)))

    def test_bad_referrer_is_named(self):
        with self.assertRaisesRegex(ValidationError, "Anna cannot be recommended by"):
            self.anna.loyalty_referrer_id = self.anna
        with self.assertRaisesRegex(ValidationError, "birthday of Anna is in the fut"):
            self.anna.loyalty_birthday = "2026-06-16"
