"""Indicators whose records are colleagues: counted, and never named.

East has five sales users in two teams, seen as the table says; Ed leads the shop.

=====  =====  ==========  ==========  ==========  ===========
who    team   last seen   days with   may export  two factors
                          a trace
=====  =====  ==========  ==========  ==========  ===========
Ann    Shop   today       3           yes         yes
Bea    Shop   6 days ago  3           –           yes
Cid    Shop   40 days     1           –           –
Dan    Field  70 days     –           –           –
Ed     Field  never       –           –           –
=====  =====  ==========  ==========  ==========  ===========

Ed's account is new, all others are a year old.
"""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .indicator_common import IndicatorCase


@tagged("post_install", "-at_install")
class TestIndicatorPeople(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.plant = cls._make_company("Plant", cls.eur, "UTC")
        seller = "sales_team.group_sale_salesman"
        cls.ann, cls.bea, cls.cid, cls.dan, cls.ed = (
            cls._make_user(name, seller, companies=cls.plant)
            for name in ("Ann", "Bea", "Cid", "Dan", "Ed")
        )
        cls.everybody = cls.ann | cls.bea | cls.cid | cls.dan | cls.ed
        cls.east = cls.plant
        cls.ann.group_ids = [Command.link(cls.env.ref("base.group_allow_export").id)]
        (cls.everybody - cls.ann).group_ids = [
            Command.unlink(cls.env.ref("base.group_allow_export").id)
        ]
        for user, team in (
            (cls.ann, cls.shop),
            (cls.bea, cls.shop),
            (cls.cid, cls.shop),
            (cls.dan, cls.field_team),
            (cls.ed, cls.field_team),
        ):
            cls.env["crm.team.member"].create(
                {"crm_team_id": team.id, "user_id": user.id}
            )
        cls.shop.user_id = cls.ed
        cls._age_accounts()
        cls._see(cls.ann, 0)
        cls._see(cls.bea, 6)
        cls._see(cls.cid, 40)
        cls._see(cls.dan, 70)
        for user, days in ((cls.ann, 3), (cls.bea, 3), (cls.cid, 1)):
            cls._leave_traces(user, days)

    @classmethod
    def _age_accounts(cls):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_users SET create_date = %s WHERE id IN %s",
            [cls.now - timedelta(days=365), (cls.everybody - cls.ed)._ids],
        )

    @classmethod
    def _see(cls, user, days):
        log = cls.env["res.users.log"].with_user(user).sudo().create({})
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_users_log SET create_date = %s, create_uid = %s WHERE id = %s",
            [cls.now - timedelta(days=days), user.id, log.id],
        )

    @classmethod
    def _leave_traces(cls, user, days):
        partner = cls._make_partner("Somebody")
        for day in range(days):
            cls.env["mail.message"].create(
                {
                    "model": "res.partner",
                    "res_id": partner.id,
                    "author_id": user.partner_id.id,
                    "message_type": "comment",
                    "date": cls.now - timedelta(days=day, minutes=1),
                }
            )

    def _figure(self, code):
        """(numerator, denominator) of the company now."""
        indicator = self._indicator(code)
        line = self._measure(indicator, self.plant, full=True)
        self.assertFalse(line.error)
        facts = self._facts(indicator, self.plant, "rolling30")
        month = self._facts(indicator, self.plant)
        self.assertEqual(
            sum(facts.mapped("numerator")), sum(month.mapped("numerator")), code
        )
        return sum(facts.mapped("numerator")), sum(facts.mapped("denominator"))

    def test_hand_counted(self):
        for code, expected in (
            ("K01", (2, 5)),  # Ann and Bea
            ("K02", (2, 4)),  # Cid and Dan; Ed is new
            ("K03", (2, 5)),  # Ann and Bea
            ("K44", (1, 5)),  # Ann
            ("K45", (1, 4)),  # Dan
        ):
            with self.subTest(code):
                self.assertEqual(self._figure(code), expected)

    def test_administrators_may_export_anyway(self):
        self.cid.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        self.assertEqual(self._figure("K44"), (1, 4))

    def test_two_factors(self):
        if "auth_totp" not in self.installed:
            self.skipTest("auth_totp is not installed")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users SET totp_secret = 'ABCDEFGH' WHERE id IN %s",
            [(self.ann | self.bea)._ids],
        )
        self.env.invalidate_all()
        self.assertEqual(self._figure("K46"), (2, 5))

    def test_leaders_are_too_few_to_be_told(self):
        """Ed alone leads a team here: what one person does is nobody's figure."""
        self.assertEqual(self._figure("K14"), (0, 0))
        more = self.env["crm.team"].create(
            [
                {"name": user.name, "company_id": self.plant.id, "user_id": user.id}
                for user in (self.ann, self.bea)
            ]
        )
        self.assertTrue(more)
        self.assertEqual(self._figure("K14"), (2, 3))

    def test_small_teams_are_not_told_apart(self):
        """Two of the field: neither they nor, by subtraction, the shop alone."""
        self._figure("K01")
        facts = self._facts(self._indicator("K01"), self.plant)
        self.assertFalse(facts.team_id)
        for name in ("Fay", "Gus"):
            user = self._make_user(
                name, "sales_team.group_sale_salesman", companies=self.plant
            )
            self.env["crm.team.member"].create(
                {"crm_team_id": self.field_team.id, "user_id": user.id}
            )
        self._figure("K01")
        facts = self._facts(self._indicator("K01"), self.plant).filtered("record_count")
        self.assertEqual(facts.team_id, self.shop | self.field_team)
        self.assertEqual(sorted(facts.mapped("record_count")), [3, 4])

    def test_fewer_than_three_have_no_figure(self):
        (self.cid | self.dan | self.ed).active = False
        self.assertEqual(self._figure("K01"), (0, 0))
        self.assertFalse(self._facts(self._indicator("K01"), self.plant))

    def test_persons_are_named_to_managers_who_may(self):
        seen = self._indicator("K01")
        self._figure("K01")
        fact = self._facts(seen, self.plant)[0]
        manager = self._make_user(
            "Manager", "crm_risk.crm_risk_group_manager", companies=self.plant
        )
        officer = self._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=self.plant
        )
        for user in (manager, officer):
            with self.assertRaisesRegex(UserError, "counts colleagues"):
                fact.with_user(user).action_open_records()
        self.plant.crm_indicator_person_level = True
        self._figure("K01")
        fact = self._facts(seen, self.plant).filtered(
            lambda one: one.user_id == self.ann
        )
        action = fact.with_user(manager).action_open_records()
        self.assertEqual(action["domain"], [("id", "in", self.ann.ids)])
        with self.assertRaisesRegex(UserError, "counts colleagues"):
            fact.with_user(officer).action_open_records()

    # Training and pulse -------------------------------------------------------------

    def _answer(self, survey, partner, **values):
        return self.env["survey.user_input"].create(
            {"survey_id": survey.id, "partner_id": partner.id, **values}
        )

    def test_training(self):
        """Ann passed both certifications, Bea one of two, Cid the second attempt, Dan
        was given none: two of three have finished."""
        first, second = self.env["survey.survey"].create(
            [
                {
                    "title": title,
                    "certification": True,
                    "scoring_type": "scoring_without_answers",
                }
                for title in ("Sales", "Service")
            ]
        )
        for user, survey, passed in (
            (self.ann, first, True),
            (self.ann, second, True),
            (self.bea, first, True),
            (self.bea, second, False),
            (self.cid, first, False),
            (self.cid, first, True),
        ):
            attempt = self._answer(survey, user.partner_id, state="done")
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE survey_user_input SET scoring_success = %s WHERE id = %s",
                [passed, attempt.id],
            )
        self.assertEqual(self._figure("K48"), (2, 3))

    def _pulse(self, user, answer, days=2):
        question = self.env.ref("crm_risk.survey_pulse_question")
        given = self._answer(
            question.survey_id,
            user.partner_id,
            state="done",
            end_datetime=self.now - timedelta(days=days),
        )
        self.env["survey.user_input.line"].create(
            {
                "user_input_id": given.id,
                "question_id": question.id,
                "answer_type": "scale",
                "value_scale": answer,
            }
        )

    def test_pulse(self):
        """5, 4 and 3 are 12 by 3; two answers are nobody's business."""
        pulse = self._indicator("K50")
        for user, answer in ((self.ann, 5), (self.bea, 4)):
            self._pulse(user, answer)
        self._measure(pulse, self.plant)
        self.assertFalse(self._facts(pulse, self.plant, "rolling30"))
        self._pulse(self.cid, 3)
        self._measure(pulse, self.plant)
        fact = self._facts(pulse, self.plant, "rolling30")
        self.assertEqual((fact.numerator, fact.denominator, fact.value), (12, 3, 4))
        rows = pulse._read_records(pulse._measurer(), fact)
        self.assertEqual(sorted(float(row[1]) for row in rows), [3, 4, 5])

    def test_a_deleted_pulse_is_told(self):
        self.env.ref("crm_risk.survey_pulse").unlink()
        line = self._measure(self._indicator("K50"), self.plant)
        self.assertIn("pulse survey was deleted", line.error)
