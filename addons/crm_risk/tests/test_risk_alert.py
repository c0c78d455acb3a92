"""A red that holds raises one activity, and a green closes it.

K06 is red: ten open opportunities without next step. Two risks are watched by it, one
of them closed.
"""

from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_implementation_indicator import BoardCase


@tagged("post_install", "-at_install")
class TestAlert(BoardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._make_user(
            "Owner", "crm_risk.crm_risk_group_officer", companies=cls.east
        )
        cls.leads = cls._make_leads(10)
        cls.risk, cls.closed = cls.env["crm.risk"].create(
            [
                {
                    "name": name,
                    "implementation_id": cls.implementation.id,
                    "owner_id": cls.owner.id,
                    "indicator_ids": [Command.create({"indicator_id": cls.idle.id})],
                    **values,
                }
                for name, values in (
                    ("Forgotten deals", {}),
                    ("Old", {"state": "closed", "close_reason": "expired"}),
                )
            ]
        )

    def _red_night(self):
        """One more measurement, as if the last one had been yesterday's."""
        line = self._line(self.idle)
        if line.streak_date:
            line.streak_date -= timedelta(days=1)
        return self._night(self.idle)

    def _plan(self, leads):
        for lead in leads:
            lead.activity_schedule("mail.mail_activity_data_todo")

    def _alerts(self):
        return self.env["crm.risk.alert"].search(
            [("line_id.indicator_id", "=", self.idle.id)]
        )

    def test_two_reds_one_activity(self):
        self._red_night()
        self.assertFalse(self._alerts())
        self._red_night()
        alert = self._alerts()
        self.assertEqual((alert.risk_id, alert.user_id), (self.risk, self.owner))
        activity = self.risk.activity_ids
        self.assertEqual((activity, activity.user_id), (alert.activity_id, self.owner))
        self.assertEqual(activity.summary, "Red: Open opportunities without next step")
        self.assertIn("100.0 %", activity.note)
        self.assertIn("red in 2 measurements", activity.note)
        for _night in range(3):
            self._red_night()
        self.implementation._refresh_board()
        self.assertEqual(self._alerts(), alert)
        self.assertEqual(len(self.risk.activity_ids), 1)
        self.assertFalse(self.closed.activity_ids)
        self.assertEqual(self.implementation.alert_count, 1)
        action = self.implementation.action_open_alerts()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), alert)

    def test_closed_on_recovery(self):
        self._red_night()
        self._red_night()
        activity = self.risk.activity_ids
        self._plan(self.leads[:7])
        self._red_night()
        self.assertEqual(self._line(self.idle).status, "amber")
        self.assertEqual(self._alerts().state, "open", "amber is not over")
        self._plan(self.leads[7:])
        self._red_night()
        alert = self._alerts()
        self.assertEqual((alert.state, alert.close_reason), ("closed", "recovered"))
        self.assertFalse(self.risk.activity_ids)
        self.assertFalse(activity.active)
        self.assertIn("green again", self.risk.message_ids[0].body)

    def test_red_again_after_recovery_is_a_new_alert(self):
        self._red_night()
        self._red_night()
        self._plan(self.leads)
        self._red_night()
        self.leads.activity_ids.unlink()
        self._red_night()
        self.assertEqual(len(self._alerts()), 1)
        self._red_night()
        self.assertEqual(self._alerts().mapped("state"), ["open", "closed"])

    def test_done_by_the_owner_while_red(self):
        """He acknowledged it: no second activity, and the alert still closes."""
        self._red_night()
        self._red_night()
        self.risk.activity_ids.with_user(self.owner).action_feedback(feedback="On it")
        self._red_night()
        self.assertFalse(self.risk.activity_ids)
        self.assertEqual(self._alerts().state, "open")
        self._plan(self.leads)
        self._red_night()
        self.assertEqual(self._alerts().state, "closed")

    def test_closing_the_risk_ends_it(self):
        self._red_night()
        self._red_night()
        self.risk.write({"close_reason": "treated", "state": "closed"})
        self._red_night()
        self.assertEqual(self._alerts().close_reason, "risk_closed")
        self.assertFalse(self.risk.activity_ids)

    def test_no_longer_watched(self):
        self._red_night()
        self._red_night()
        self.risk.indicator_ids.unlink()
        self._red_night()
        self.assertEqual(self._alerts().close_reason, "unlinked")

    def test_without_owner_the_manager_is_alarmed(self):
        self.risk.owner_id = False
        self.implementation.manager_id = self.alice
        self._red_night()
        self._red_night()
        self.assertEqual(self._alerts().user_id, self.alice)

    def test_nobody_there(self):
        self.risk.owner_id = False
        self.implementation.manager_id = False
        self._red_night()
        self._red_night()
        alert = self._alerts()
        self.assertEqual(alert.state, "open")
        self.assertFalse(alert.activity_id)

    def test_in_the_owners_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.idle.with_context(lang="fr_FR").name = "Sans prochaine étape"
        self.owner.lang = "fr_FR"
        self._red_night()
        self._red_night()
        self.assertIn("Sans prochaine étape", self.risk.activity_ids.summary)

    def test_killed_between_alert_and_commit(self):
        """What was not committed is raised by the next run, once."""
        self._red_night()
        line = self._line(self.idle)
        line.streak_date -= timedelta(days=1)
        Alert = type(self.env["crm.risk.alert"])
        with (
            patch.object(Alert, "create", side_effect=RuntimeError("killed")),
            self.assertRaisesRegex(RuntimeError, "killed"),
            self.env.cr.savepoint(),
        ):
            self._night(self.idle)
        self.assertFalse(self._alerts())
        self.assertFalse(self.risk.activity_ids, "undone together")
        self.assertEqual(line.red_streak, 1)
        self._night(self.idle)
        self.assertEqual(len(self._alerts()), 1)
        self.assertEqual(len(self.risk.activity_ids), 1)

    def test_two_open_alerts_are_impossible(self):
        self._red_night()
        self._red_night()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._alerts().copy()

    def test_rights(self):
        self.risk.confidential = True
        self._red_night()
        self._red_night()
        officer = self._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=self.east
        )
        manager = self._make_user(
            "Manager",
            "crm_risk.crm_risk_group_manager",
            "sales_team.group_sale_salesman_all_leads",
            companies=self.east,
        )
        stranger = self._make_user(
            "Stranger", "crm_risk.crm_risk_group_manager", companies=self.west
        )
        alert = self._alerts()
        for user, sees in (
            (officer, False),
            (self.owner, True),
            (manager, True),
            (stranger, False),
        ):
            found = alert.with_user(user).search([("id", "=", alert.id)])
            self.assertEqual(bool(found), sees, user.name)
        self.assertEqual(alert.date_raised, fields.Date.today())
        self.assertEqual(
            alert.with_user(manager).action_open_records()["res_model"], "crm.lead"
        )
