from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestTrigger(RiskCase):
    """One risk with a contingency plan; the officer owns it, the manager carries out
    the plan."""

    def setUp(self):
        super().setUp()
        self.risk = self._risk(contingency_plan="Call the vendor")
        self.indicator = self.env["crm.indicator"].create({"code": "X1", "name": "X1"})

    def _trigger(self, trigger, **values):
        return self.env["crm.risk.trigger"].create(
            {
                "risk_id": self.risk.id,
                "trigger": trigger,
                "user_id": self.manager.id,
                **values,
            }
        )

    def _at_night(self):
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 60
        ):
            self.env["crm.risk.trigger"]._cron_fire()

    def _board(self, status):
        line = self.env["crm.implementation.indicator"].search(
            [
                ("implementation_id", "=", self.implementation.id),
                ("indicator_id", "=", self.indicator.id),
            ]
        )
        values = {
            "implementation_id": self.implementation.id,
            "indicator_id": self.indicator.id,
            "status": status,
        }
        return line.write(values) if line else line.create(values)

    def test_red_indicator_once(self):
        trigger = self._trigger("indicator", indicator_id=self.indicator.id)
        for status, count in (("amber", 0), ("red", 1), ("red", 1), ("green", 1)):
            self._board(status)
            self._at_night()
            self.assertEqual(len(self.risk.activity_ids), count, status)
        activity = self.risk.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("X1 is red", activity.summary)
        self.assertIn("Call the vendor", activity.note)
        self.assertEqual(trigger.date_fired, fields.Date.today())

    def test_red_elsewhere_does_not_fire(self):
        self._trigger("indicator", indicator_id=self.indicator.id)
        other = self._implementation("Other", self.company_a)
        self.env["crm.implementation.indicator"].create(
            {
                "implementation_id": other.id,
                "indicator_id": self.indicator.id,
                "status": "red",
            }
        )
        self._at_night()
        self.assertFalse(self.risk.activity_ids)

    def test_date(self):
        today = fields.Date.today()
        early = self._trigger("date", date=today)
        late = self._trigger("date", plan="fallback", date=today + timedelta(days=1))
        self._at_night()
        self.assertTrue(early.date_fired)
        self.assertFalse(late.date_fired)
        self.assertEqual(len(self.risk.activity_ids), 1)

    def test_event(self):
        self._trigger("event", user_id=False)
        self.env["crm.risk.event"].create({"name": "Boom", "risk_id": self.risk.id})
        activity = self.risk.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        self.env["crm.risk.event"].create({"name": "Again", "risk_id": self.risk.id})
        self.assertEqual(self.risk.activity_ids, activity)

    def test_armed_again(self):
        trigger = self._trigger("date", date=fields.Date.today())
        self._at_night()
        trigger.with_user(self.officer).action_rearm()
        self._at_night()
        self.assertEqual(len(self.risk.activity_ids), 2)

    def test_closed_risk_does_not_fire(self):
        self._trigger("date", date=fields.Date.today())
        self.risk.write({"state": "closed", "close_reason": "expired"})
        self._at_night()
        self.assertFalse(self.risk.activity_ids)

    def test_activity_plan(self):
        """The plan shipped for a risk that happened has three activities."""
        plan = self.env.ref("crm_risk.mail_activity_plan_happened")
        self._trigger("date", date=fields.Date.today(), activity_plan_id=plan.id)
        self._at_night()
        self.assertEqual(len(self.risk.activity_ids), 3)
        self.assertEqual(self.risk.activity_ids.user_id, self.manager)

    def test_plan_of_a_response(self):
        """Launched from the response as the officer: three activities in its chatter,
        after 2, 14 and 30 days."""
        response = self.env["crm.risk.response"].create(
            {"name": "Train", "risk_id": self.risk.id}
        )
        action = response.with_user(self.officer).action_launch_plan()
        form = Form(
            self.env["mail.activity.schedule"]
            .with_user(self.officer)
            .with_context(**action["context"])
        )
        form.plan_id = self.env.ref("crm_risk.mail_activity_plan_response")
        form.plan_on_demand_user_id = self.manager
        form.save().action_schedule_plan()
        days = {
            (one.date_deadline - fields.Date.today()).days
            for one in response.activity_ids
        }
        self.assertEqual(days, {2, 14, 30})

    def test_copied_risk_is_armed(self):
        self._trigger("date", date=fields.Date.today())
        self._at_night()
        self.assertEqual(self.risk.copy().trigger_ids.mapped("date_fired"), [False])

    def test_bad_input(self):
        with self.refused("choose the indicator"):
            self._trigger("indicator")
        with self.refused("choose the date"):
            self.risk.trigger_ids = [Command.create({"trigger": "date"})]

    def test_salespeople_only_read(self):
        trigger = self._trigger("date", date=fields.Date.today())
        self.assertTrue(trigger.with_user(self.seller).read(["plan"]))
        with self.assertRaises(AccessError):
            trigger.with_user(self.seller).action_rearm()

    def test_many_triggers_few_queries(self):
        """Searching what is due costs the same for one and for fifty."""
        for number in range(50):
            self._trigger("date", date=fields.Date.today() + timedelta(days=number + 1))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            self._at_night()
