from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestAcceptance(RiskCase):
    """p .1 × 20 000 fixed: EMV 2 000, rated so that officers accept it."""

    def setUp(self):
        super().setUp()
        self.risk = self._risk(
            p_inherent=0.1,
            distribution="fixed",
            impact_mode=20_000,
            state="assessed",
        )
        self.officer_accepts()

    def officer_accepts(self):
        self.env["crm.risk.rating"].search([]).accept_group_id = self.env.ref(
            "crm_risk.crm_risk_group_officer"
        )

    def _limit(self, amount, user=None, group=None):
        return self.env["crm.risk.authority"].create(
            {
                "company_id": self.company_a.id,
                "user_id": user and user.id,
                "group_id": group and self.env.ref(group).id,
                "emv_limit": amount,
            }
        )

    def _accept(self, user=None, **values):
        self.risk.with_user(user or self.officer)._accept(**values)

    def _recalled(self):
        return self.risk.activity_ids.filtered(
            lambda one: (
                one.activity_type_id
                == self.env.ref("crm_risk.mail_activity_type_recall")
            )
        )

    def test_jobs_write_in_the_language_of_who_reads(self):
        """A job has no language of its own: the project manager reads Russian."""
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["crm_risk"], ["ru_RU"])
        self.implementation.manager_id = self.officer
        self.officer.lang = "ru_RU"
        self._accept(until=fields.Date.today() + timedelta(days=1))
        with freeze_time(fields.Date.today() + timedelta(days=2)):
            self._at_night()
        self.assertIn("Принятие отозвано", self._recalled().summary)
        self.assertIn("Принятие отозвано", self.risk.assessment_ids[:1].reason)

    def _at_night(self, times=1):
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 60
        ):
            for _night in range(times):
                self.env["crm.risk"]._cron_recall()

    # --- authority -----------------------------------------------------------

    def test_without_limits_the_rating_decides(self):
        self.assertTrue(self.risk.with_user(self.officer).may_accept)
        self._accept()
        self.assertEqual(self.risk.accepted_by_id, self.officer)

    def test_salesperson_has_no_authority(self):
        with self.refused("accepted by the group Risk officer", AccessError):
            self._accept(self.seller)
        self.assertFalse(self.risk.with_user(self.seller).may_accept)

    def test_limit_of_a_person(self):
        limit = self._limit(1_999, user=self.officer)
        with self.refused("above your limit of acceptance", AccessError):
            self._accept()
        limit.emv_limit = 2_000
        self._accept()

    def test_limit_of_a_group(self):
        self._limit(5_000, group="crm_risk.crm_risk_group_officer")
        self._accept()

    def test_highest_group_counts_and_the_person_goes_first(self):
        self._limit(1_000, group="crm_risk.crm_risk_group_officer")
        self._limit(9_000, group="crm_risk.crm_risk_group_manager")
        self._accept(self.manager)
        self.risk.action_recall()
        self._limit(500, user=self.manager)
        with self.refused("above your limit", AccessError):
            self._accept(self.manager)

    def test_others_have_limits_you_have_none(self):
        self._limit(9_000, user=self.manager)
        with self.refused("above your limit", AccessError):
            self._accept()

    def test_limits_of_another_company(self):
        self._limit(1, user=self.officer).company_id = self.company_b
        self._accept()

    def test_opportunity_is_within_any_limit(self):
        self._limit(0, user=self.officer)
        self.risk.kind = "opportunity"
        self._accept()

    def test_authority_is_not_forged(self):
        for values in (
            {"accepted_by_id": self.officer.id, "strategy": "accept"},
            {"accepted_until": "2099-01-01"},
            {"emv_at_acceptance": 1e9},
        ):
            with self.refused("not entered by hand", AccessError):
                self.risk.with_user(self.officer).write(values)
        limit = self._limit(10, user=self.officer)
        with self.assertRaises(AccessError):
            limit.with_user(self.officer).emv_limit = 1e9

    @mute_logger("odoo.sql_db")
    def test_bad_limits(self):
        with self.refused("choose one of them"):
            self._limit(5)
        with self.refused("choose one of them"):
            self._limit(5, self.officer, "crm_risk.crm_risk_group_officer")
        self._limit(5, self.officer)
        for values in ((6, self.officer), (-1, self.manager)):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._limit(*values)

    # --- wizard --------------------------------------------------------------

    def test_wizard(self):
        action = self.risk.with_user(self.officer).action_accept()
        form = Form(
            self.env["crm.risk.accept"]
            .with_user(self.officer)
            .with_context(**action["context"])
        )
        today = fields.Date.today()
        self.assertEqual(form.until, today + timedelta(days=180))
        form.until = today + timedelta(days=10)
        form.reason = "Insured"
        form.save().action_accept()
        self.assertEqual(self.risk.accepted_until, today + timedelta(days=10))
        self.assertEqual(self.risk.emv_at_acceptance, 2_000)
        row = self.risk.assessment_ids.sorted("id")[-1]
        self.assertEqual(row.source, "acceptance")
        self.assertIn("Insured", row.reason)
        self.risk.action_plan()

    def test_until_yesterday(self):
        with self.refused("which is past"):
            self._accept(until=fields.Date.today() - timedelta(days=1))

    # --- recall --------------------------------------------------------------

    def test_growth_by_a_quarter_calls_it_back(self):
        """2 000 → 2 480 holds (+24 %), 2 500 does not (+25 %)."""
        self._accept()
        self.risk.action_plan()
        self.risk.p_inherent = 0.124
        self.assertTrue(self.risk.accepted_by_id)
        self.risk.p_inherent = 0.125
        self.assertFalse(self.risk.accepted_by_id)
        self.assertFalse(self.risk.accepted_until)
        self.assertEqual(self.risk.state, "assessed")
        self.assertFalse(self.risk.strategy)
        activity = self._recalled()
        self.assertEqual(activity.user_id, self.officer)
        self.assertEqual(len(activity), 1)
        row = self.risk.assessment_ids.sorted("id")[-1]
        self.assertEqual(row.source, "acceptance")
        self.assertRegex(row.reason, "rose from .*2,000.* to .*2,500")

    def test_share_is_set_by_the_company(self):
        self.company_a.crm_risk_recall_share = 0.5
        self._accept()
        self.risk.p_inherent = 0.149
        self.assertTrue(self.risk.accepted_by_id)
        self.risk.p_inherent = 0.15
        self.assertFalse(self.risk.accepted_by_id)

    def test_indicator_calls_it_back(self):
        self._accept()
        indicator = self.env["crm.indicator"].create({"code": "X1", "name": "X1"})
        line = self.env["crm.risk.indicator"].create(
            {"risk_id": self.risk.id, "indicator_id": indicator.id}
        )
        self.assertTrue(self.risk.accepted_by_id)
        line.severity = 1
        self.assertFalse(self.risk.accepted_by_id)

    def test_less_loss_keeps_it(self):
        self._accept()
        self.risk.p_inherent = 0.01
        self._at_night()
        self.assertTrue(self.risk.accepted_by_id)

    def test_expiry(self):
        """It holds on its last day and is called back the night after."""
        day = fields.Date.today() + timedelta(days=5)
        self._accept(until=day)
        with freeze_time(day):
            self._at_night()
        self.assertTrue(self.risk.accepted_by_id)
        with freeze_time(day + timedelta(days=1)):
            self._at_night(times=2)
        self.assertFalse(self.risk.accepted_by_id)
        self.assertEqual(len(self._recalled()), 1)
        self.assertIn("Expired on", self.risk.assessment_ids.sorted("id")[-1].reason)

    def test_closed_risk_is_left_alone(self):
        self._accept()
        self.risk.write({"state": "closed", "close_reason": "expired"})
        with freeze_time(fields.Date.today() + timedelta(days=999)):
            self._at_night()
        self.assertTrue(self.risk.accepted_by_id)

    def test_withdrawn_by_hand(self):
        self._accept()
        self.risk.with_user(self.officer).action_recall()
        self.assertFalse(self.risk.accepted_by_id)
        self.assertFalse(self._recalled())
        self._accept()
        with self.refused("limit of acceptance|Risk officer", AccessError):
            self.risk.with_user(self.seller).action_recall()

    def test_nightly_job_reads_in_few_queries(self):
        for _number in range(20):
            self._risk(p_inherent=0.01, state="assessed").with_user(
                self.manager
            )._accept()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self._at_night()

    def test_company_settings_are_checked(self):
        with mute_logger("odoo.sql_db"):
            for values in (
                {"crm_risk_acceptance_days": 0},
                {"crm_risk_recall_share": -0.1},
            ):
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self.company_a.write(values)
                    self.env.flush_all()
