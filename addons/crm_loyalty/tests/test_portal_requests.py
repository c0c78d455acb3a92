"""What a customer tells us on the portal: consent, complaints, who recommended us."""

from odoo.tests import tagged

from .common_portal import HOME, PortalCase


@tagged("post_install", "-at_install")
class TestPortalConsent(PortalCase):
    def setUp(self):
        super().setUp()
        self.env["crm.loyalty.terms"].search([]).active = False
        self.terms = self.env["crm.loyalty.terms"].create(
            {"version": "2026-1", "text": "<p>Points are no money.</p>"}
        )
        self.authenticate("anna", "anna")

    def test_agreeing_and_withdrawing(self):
        self.assertIn("Points are no money.", self._get())
        self.assertIn(
            "has been saved", self._post("/consent", agrees="1", profiled="1")
        )
        self.assertEqual(self.north.loyalty_terms_id, self.terms)
        self.assertTrue(self.north.loyalty_consent_date)
        self.assertFalse(self.south.loyalty_consent_date)
        self.assertIn("2026-1", self._get())
        self._post("/consent", profiled="1")
        self.assertFalse(self.north.loyalty_consent_date)

    def test_saving_again_keeps_what_was_agreed_to(self):
        self._post("/consent", agrees="1", profiled="1")
        self.env["crm.loyalty.terms"].create({"version": "2026-2", "text": "New."})
        self._post("/consent", agrees="1", profiled="1")
        self.assertEqual(self.north.loyalty_terms_id, self.terms)

    def test_wish_not_to_be_profiled(self):
        self._post("/consent", agrees="1")
        self.assertTrue(self.north.loyalty_no_profiling)
        self._post("/consent", agrees="1", profiled="1")
        self.assertFalse(self.north.loyalty_no_profiling)

    def test_without_terms_there_is_nothing_to_agree_to(self):
        self.terms.active = False
        self.assertNotIn("I agree to the terms", self._get())
        self._post("/consent", agrees="1", profiled="1")
        self.assertFalse(self.north.loyalty_consent_date)


@tagged("post_install", "-at_install")
class TestPortalComplaint(PortalCase):
    def setUp(self):
        super().setUp()
        self.authenticate("anna", "anna")

    def _complaints(self):
        return self.env["crm.loyalty.complaint"].search(
            [("commercial_partner_id", "in", (self.north + self.south).ids)]
        )

    def _complain(self, **values):
        return self._post(
            "/complaints/new",
            **{"name": "Cups broken", "description": "Three of 24.", **values},
        )

    def test_customer_complains_and_sees_how_far_we_are(self):
        page = self._complain()
        self.assertIn("Thank you for telling us", page)
        complaint = self._complaints()
        self.assertEqual(complaint.partner_id, self.anna.partner_id)
        self.assertEqual(complaint.user_id, self.seller)
        self.assertEqual(complaint.company_id, self.company)
        self.assertEqual(complaint.activity_ids.user_id, self.seller)
        complaint.state = "in_progress"
        for path in (HOME, f"{HOME}/complaints"):
            page = self._get(path)
            self.assertRegex(page, "Cups broken.*?In progress")

    def test_colleague_sees_it_and_another_firm_does_not(self):
        self._complain()
        self.authenticate("carl", "carl")
        self.assertIn("Cups broken", self._get(f"{HOME}/complaints"))
        self.authenticate("boris", "boris")
        self.assertNotIn("Cups broken", self._get(f"{HOME}/complaints"))

    def test_what_was_typed_is_kept_when_something_is_missing(self):
        page = self._complain(name=" ")
        self.assertIn("what happened", page)
        self.assertIn("Three of 24.", page)
        self.assertFalse(self._complaints())

    def test_order_of_another_firm(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.south.id, "company_id": self.company.id}
        )
        order.state = "sale"
        self.assertNotIn(order.name, self._get(f"{HOME}/complaints"))
        for order_id in (order.id, "abc", "-1", "9" * 5000):
            with self.subTest(str(order_id)[:9]):
                page = self._complain(order_id=order_id)
                self.assertIn("no such order of yours", page)
        self.assertFalse(self._complaints())

    def test_hostile_text_is_only_text(self):
        page = self._complain(description="a\x00b<img src=x onerror=alert(1)>c")
        self.assertNotIn("<img src=x", page)
        self.assertEqual(len(self._complaints()), 1)

    def test_fields_that_are_not_the_customer_s(self):
        self._complain(cost="1000", state="resolved", user_id=self.env.user.id)
        complaint = self._complaints()
        self.assertEqual((complaint.cost, complaint.state), (0, "new"))
        self.assertEqual(complaint.user_id, self.seller)


@tagged("post_install", "-at_install")
class TestPortalSurvey(PortalCase):
    def setUp(self):
        super().setUp()
        self.survey = self.env["survey.survey"].create({"title": "How was it?"})
        self.answer = self.env["survey.user_input"].create(
            {"survey_id": self.survey.id, "partner_id": self.anna.partner_id.id}
        )

    def test_waiting_survey_leads_to_its_questions(self):
        self.authenticate("anna", "anna")
        page = self._get()
        self.assertIn("How was it?", page)
        self.assertIn(self.answer.access_token, page)

    def test_answered_late_and_others_surveys_are_not_shown(self):
        self.authenticate("carl", "carl")
        self.assertNotIn("How was it?", self._get())
        self.authenticate("anna", "anna")
        self.answer.deadline = "2020-01-01"
        self.assertNotIn("How was it?", self._get())
        self.answer.write({"deadline": False, "state": "done"})
        self.assertNotIn("How was it?", self._get())


@tagged("post_install", "-at_install")
class TestPortalReferral(PortalCase):
    def setUp(self):
        super().setUp()
        self.env["crm.loyalty.bonus"].create(
            {
                "name": "Thanks",
                "program_id": self.shared.id,
                "event": "referral",
                "points": 25,
            }
        )

    def _code(self):
        self.authenticate("anna", "anna")
        page = self._get()
        self.assertIn("25 points", page)
        code = self.north_card.referral_code
        self.assertIn(f'value="{code}"', page)
        return code

    def test_newcomer_names_who_recommended_us(self):
        code = self._code()
        self.authenticate("boris", "boris")
        self.assertIn("Has somebody recommended us to you?", self._get())
        self.assertIn("do not know this code", self._post("/referral", code="NOTHING"))
        self.assertFalse(self.south.loyalty_referrer_id)
        self._post("/referral", code=f" {code.lower()} ")
        self.assertEqual(self.south.loyalty_referrer_id, self.north)
        self.assertNotIn('id="loyalty_code"', self._get(), "asked once")

    def test_nobody_recommends_himself(self):
        code = self._code()
        self.assertIn("do not know this code", self._post("/referral", code=code))
        self.assertFalse(self.north.loyalty_referrer_id)

    def test_who_has_bought_is_no_newcomer(self):
        code = self._code()
        order = {"partner_id": self.south.id, "company_id": self.company.id}
        self.env["sale.order"].create(order).state = "sale"
        self.authenticate("boris", "boris")
        self.assertNotIn('id="loyalty_code"', self._get())
        self.assertIn("do not know this code", self._post("/referral", code=code))
        self.assertFalse(self.south.loyalty_referrer_id)

    def test_nothing_without_a_bonus(self):
        self.env["crm.loyalty.bonus"].search([]).active = False
        self.authenticate("anna", "anna")
        self.assertNotIn("Recommend us", self._get())
        self.assertFalse(self.north_card.referral_code)
