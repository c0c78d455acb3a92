from datetime import datetime, timedelta
from unittest import SkipTest

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import LoyaltyCase

NOW = datetime(2026, 6, 15, 12)


class SatisfactionCase(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("crm_loyalty.survey_survey_satisfaction")
        cls.survey.user_input_ids.unlink()  # of demo customers
        cls.nps_question = cls.env.ref("crm_loyalty.survey_question_satisfaction_nps")
        cls.csat_question = cls.env.ref("crm_loyalty.survey_question_satisfaction_csat")
        cls.answers = cls.env["crm.loyalty.satisfaction"]
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.firm = cls._customer(
            "Firm", is_company=True, email="firm@example.com", user_id=cls.seller.id
        )
        cls.cook = cls._customer("Cook", parent_id=cls.firm.id)

    @classmethod
    def _answer(cls, partner, nps=None, csat=None, days=0, **values):
        """Return an answer completed so many days ago."""
        answer = cls.env["survey.user_input"].create(
            {"survey_id": cls.survey.id, "partner_id": partner.id, **values}
        )
        for question, score in ((cls.nps_question, nps), (cls.csat_question, csat)):
            if score is not None:
                answer._save_lines(question, str(score))  # as the page sends it
        answer._mark_done()
        answer.end_datetime = NOW - timedelta(days=days)
        return answer

    def _measure(self, name, **context):
        [(value,)] = self.answers._read_group(
            [("company_id", "=", self.company.id)], [], [f"{name}:avg"]
        )
        return value


class TestSatisfactionIndicators(SatisfactionCase):
    def test_nps_is_promoters_less_detractors(self):
        # 10, 9, 9, 8, 7, 6, 0, 10: four of eight promoters, two detractors: 50 - 25
        for score in (10, 9, 9, 8, 7, 6, 0, 10):
            self._answer(self._customer(f"Customer {score}"), nps=score)
        self.assertEqual(self._measure("nps"), 25)
        self.assertFalse(self._measure("csat"))

    def test_csat_is_the_share_of_fours_and_fives(self):
        for score in (5, 4, 3, 5, 1):
            self._answer(self.cook, csat=score)
        self.assertEqual(self._measure("csat"), 60)

    def test_tests_and_unfinished_answers_do_not_count(self):
        self._answer(self.firm, nps=10, test_entry=True)
        self._answer(self.firm, nps=0).state = "in_progress"
        self.assertFalse(self.answers.search([("partner_id", "=", self.firm.id)]))

    def test_by_segment(self):
        self._order(self.firm, "2026-06-01", 100)
        segment = self.env["crm.loyalty.segment"].create({"name": "Mine"})
        self.profiles.create(
            {
                "company_id": self.company.id,
                "partner_id": self.firm.id,
                "segment_id": segment.id,
            }
        )
        self._answer(self.cook, nps=9)
        self._answer(self._customer("Other"), nps=0)
        groups = dict(
            self.answers._read_group(
                [("company_id", "=", self.company.id)], ["segment_id"], ["nps:avg"]
            )
        )
        self.assertEqual(groups[segment], 100)
        self.assertEqual(groups[self.env["crm.loyalty.segment"]], -100)

    def test_each_companys_own(self):
        other = self._new_company("Other")
        allowed = self.company | other
        answers = self.answers.with_context(allowed_company_ids=allowed.ids)
        self.survey.loyalty_company_id = self.company
        self._answer(self.firm, nps=10)
        self.assertEqual(answers.search([]).company_id, self.company)
        self.survey.loyalty_company_id = False
        self.assertEqual(answers.search([]).company_id, allowed)

    def test_question_must_be_the_scale_it_measures(self):
        for values in (
            {"scale_max": 5},
            {"scale_min": 1},
            {"question_type": "text_box"},
            {"loyalty_measure": "csat"},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "only as a scale from"),
                self.env.cr.savepoint(),
            ):
                self.nps_question.write(values)


class TestSatisfactionRatings(SatisfactionCase):
    """Ratings of documents, where a module that asks for them is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "rating.rating" not in cls.env:
            raise SkipTest("No installed module asks for ratings.")
        cls.env["rating.rating"].search([]).unlink()

    @classmethod
    def _rate(cls, partner, rating, days=0, record=None, **values):
        record = record or partner
        return cls.env["rating.rating"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "partner_id": partner.id,
                "rating": rating,
                "consumed": True,
                "rated_on": NOW - timedelta(days=days),
                **values,
            }
        )

    def test_ratings_count_as_answers(self):
        # answer 5, ratings 4 and 1; requests without an answer are none: 2 of 3
        self._answer(self.cook, csat=5)
        self._rate(self.firm, 4)
        self._rate(self.firm, 1)
        self._rate(self.firm, 0)
        self._rate(self.firm, 5, consumed=False)
        self.env.flush_all()
        self.assertAlmostEqual(self._measure("csat"), 200 / 3)

    def test_rating_of_another_companys_document(self):
        other = self._new_company("Other")
        order = self._order(self.firm, "2026-06-01", 100, company=other)
        self._rate(self.firm, 5, record=order)
        self.env.flush_all()
        answers = self.answers.with_context(
            allowed_company_ids=(self.company | other).ids
        )
        self.assertEqual(answers.search([("kind", "=", "csat")]).company_id, other)

    def test_last_rating_on_the_profile(self):
        profile = self.profiles.create(
            {"company_id": self.company.id, "partner_id": self.firm.id}
        )
        self._answer(self.cook, csat=5, days=9)
        self._rate(self.cook, 2, days=5)
        self.env.flush_all()
        self.scoring._score_satisfaction(self.company, NOW.date(), None)
        self.assertEqual(profile.csat, 2)


class TestSatisfactionProfile(SatisfactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.profiles.create(
            {"company_id": cls.company.id, "partner_id": cls.firm.id}
        )

    def _score_answers(self):
        self.env.flush_all()
        self.scoring._score_satisfaction(self.company, NOW.date(), None)

    def test_last_answer_of_the_firm(self):
        self._answer(self.firm, nps=9, csat=5, days=40)
        self._answer(self.cook, nps=4, days=10)
        self._answer(self.cook, csat=2, days=5)
        self._score_answers()
        self.assertEqual((self.profile.nps, self.profile.nps_group), (4, "detractor"))
        self.assertEqual(str(self.profile.nps_date), "2026-06-05")
        self.assertEqual(self.profile.csat, 2)
        self.assertEqual(str(self.profile.csat_date), "2026-06-10")

    def test_groups(self):
        for days, (score, group) in enumerate(
            (
                (0, "detractor"),
                (6, "detractor"),
                (7, "passive"),
                (8, "passive"),
                (9, "promoter"),
                (10, "promoter"),
            ),
        ):
            self._answer(self.firm, nps=score, days=20 - days)
            self._score_answers()
            self.assertEqual((self.profile.nps, self.profile.nps_group), (score, group))

    def test_zero_is_an_answer(self):
        self._answer(self.firm, nps=0)
        self._score_answers()
        self.assertTrue(self.profile.nps_date)
        [line] = [
            item
            for item in self.profile._card_items()[self.profile.id]
            if item["key"] == "satisfaction"
        ]
        self.assertEqual((line["value"], line["level"]), ("0 of 10", "danger"))

    def test_withdrawn_answer(self):
        answer = self._answer(self.firm, nps=9)
        self._score_answers()
        answer.unlink()
        self._score_answers()
        self.assertFalse(self.profile.nps_date or self.profile.nps_group)

    def test_query_count_does_not_grow(self):
        def count():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._score_answers()
            return self.env.cr.sql_log_count - before

        self._answer(self.firm, nps=9)
        count()  # what is cached once is not counted
        few = count()
        for number in range(10):
            partner = self._customer(f"Customer {number}")
            self.profiles.create(
                {"company_id": self.company.id, "partner_id": partner.id}
            )
            self._answer(partner, nps=9, csat=3)
        self.assertEqual(count(), few)


class TestDetractor(SatisfactionCase):
    def _activities(self):
        return self.firm.activity_ids.filtered(
            lambda activity: "recommend" in (activity.summary or "")
        )

    def test_one_call_per_answer(self):
        answer = self._answer(self.cook, nps=3)
        activity = self._activities()
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("3 of 10", activity.summary)
        self.assertTrue(answer.loyalty_followed_up)
        answer._follow_up_detractors()
        self.env["survey.user_input"]._follow_up_waiting()
        self.assertEqual(self._activities(), activity)
        self._answer(self.firm, nps=6)
        self.assertEqual(len(self._activities()), 2)

    def test_seven_is_no_detractor(self):
        self._answer(self.firm, nps=7, csat=1)
        self.assertFalse(self._activities())

    def test_done_activity_does_not_come_back(self):
        self._answer(self.firm, nps=3)
        self._activities().action_feedback("Called")
        self.env["survey.user_input"]._follow_up_waiting()
        self.assertFalse(self._activities())

    def test_answers_that_came_by_another_way(self):
        answer = self._answer(self.firm, nps=9)
        answer.user_input_line_ids.value_scale = 2
        old = self._answer(self.firm, nps=9, days=31)
        old.user_input_line_ids.value_scale = 2
        self.env["survey.user_input"]._follow_up_waiting()
        self.assertEqual(len(self._activities()), 1)
        self.assertFalse(old.loyalty_followed_up)

    def test_without_salesperson_whoever_made_the_survey(self):
        self.firm.user_id = False
        author = self._new_user("author", "survey.group_survey_user")
        self.survey.user_id = author
        self._answer(self.firm, nps=1)
        self.assertEqual(self._activities().user_id, author)


class TestSurveyInvitation(SatisfactionCase):
    def _invited(self):
        return self.env["survey.user_input"].search(
            [("survey_id", "=", self.survey.id)]
        )

    def _send(self, partners, user=None):
        return (
            partners.with_user(user or self.seller)
            .with_context(allowed_company_ids=self.company.ids)
            .action_send_satisfaction_survey()
        )

    def test_salesman_without_survey_rights_sends(self):
        action = self._send(self.firm | self.cook)
        self.assertEqual(self._invited().partner_id, self.firm)
        message = action["params"]["message"]
        self.assertIn("Invitations sent: 1", message)
        self.assertIn("Cook", message)  # no address
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.firm.ids)], limit=1
        )
        self.assertIn(self._invited().access_token, mail.body_html)

    def test_nobody_is_asked_twice_in_a_quarter(self):
        self._send(self.firm)
        action = self._send(self.firm)
        self.assertEqual(len(self._invited()), 1)
        self.assertIn("Asked in the last 90 days: Firm", action["params"]["message"])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_user_input SET create_date = '2026-03-01' WHERE id = %s",
            self._invited().ids,
        )
        self.env.invalidate_all()
        self._send(self.firm)
        self.assertEqual(len(self._invited()), 2)

    def test_company_chooses_its_survey(self):
        own = self.survey.copy()
        self.company.loyalty_survey_id = own
        self._send(self.firm)
        self.assertFalse(self._invited())
        self.assertEqual(own.user_input_ids.partner_id, self.firm)

    def test_no_survey(self):
        self.survey.active = False
        with self.assertRaisesRegex(UserError, "no satisfaction survey"):
            self._send(self.firm)

    def test_who_may_not(self):
        clerk = self._new_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._send(self.firm, clerk)

    def test_salesman_sees_answers_of_his_customers(self):
        rival = self._customer(
            "Rival", user_id=self._new_user("olga", "sales_team.group_sale_manager").id
        )
        self._answer(self.firm, nps=9)
        self._answer(rival, nps=9)
        answers = self.answers.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(
            answers.with_user(self.seller).search([]).partner_id, self.firm
        )
        clerk = self._new_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            answers.with_user(clerk).search([])
        with self.assertRaises(AccessError):
            answers.with_user(self.seller).search([]).write({"score": 1})
