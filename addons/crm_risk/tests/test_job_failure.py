"""What a nightly job could not do is told until it can."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .risk_common import RiskCase

NIGHTLY_LOG = "odoo.addons.crm_risk.models.nightly"


@tagged("post_install", "-at_install")
class TestJobFailure(RiskCase):
    """Two implementations of company A, each with a risk to simulate; ours breaks.

    Our officer leads both; the manager may read secrets, the stranger is of another
    company.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._implementation("Other", cls.company_a)
        cls.hubs = cls.implementation | cls.other
        cls.hubs.write({"manager_id": cls.officer.id, "state": "active"})
        cls.risk = cls._risk()
        cls._risk(implementation_id=cls.other.id)
        cls.failures = cls.env["crm.job.failure"]

    def _at_night(self, error=None, job=None, step="_simulate", model=None):
        """Run a job; ``error`` strikes what belongs to our implementation."""
        hub, method = self.implementation, (model or type(self.implementation))
        whole = getattr(method, step)

        def broken(record, *args, **kwargs):
            result = whole(record, *args, **kwargs)
            mine = record if record._name == hub._name else record.implementation_id
            if error and mine == hub:
                raise error
            return result

        with (
            patch.object(method, step, broken),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 60
            ),
            mute_logger(NIGHTLY_LOG),
        ):
            (job or self.env["crm.risk.simulation"]._cron_simulate)()
        self.env.invalidate_all()

    def _found(self, user=None):
        failures = self.failures.with_user(user or self.officer)
        return failures.search([("implementation_id", "in", self.hubs.ids)])

    def test_told_once_until_it_succeeds(self):
        self._at_night(ZeroDivisionError("division by zero"))
        failure = self._found()
        self.assertEqual(failure.implementation_id, self.implementation)
        self.assertEqual(failure.record_name, "CRM for A")
        self.assertEqual(
            failure.cron_id.sudo(), self.env.ref("crm_risk.crm_risk_cron_simulate")
        )
        self.assertIn("nobody expected", failure.message)
        self.assertIn("division by zero", failure.message)
        self.assertFalse(self.implementation.simulation_ids, "half a run is none")
        self.assertTrue(self.other.simulation_ids, "the others go on")
        activity = self.implementation.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        self.assertIn("simulate registers", activity.summary)
        self.assertIn("division by zero", activity.note)

        self._at_night(ValueError("another"))
        self.assertEqual(self._found(), failure, "still one")
        self.assertEqual(failure.tries, 2)
        self.assertIn("another", failure.message)
        self.assertEqual(self.implementation.activity_ids, activity)

        self._at_night()
        self.assertEqual(failure.state, "closed")
        self.assertTrue(failure.date_closed)
        self.assertFalse(self.implementation.activity_ids, "done")
        self.assertFalse(self.other.activity_ids)

        self._at_night()
        self.risk.p_inherent = 0.5  # simulated anew
        self._at_night(ValueError("again"))
        self.assertEqual(self._found().mapped("state"), ["open", "closed"])

    def test_what_is_written_for_users_is_told_as_it_is(self):
        self._at_night(UserError("Name a budget first."))
        self.assertEqual(self._found().message, "Name a budget first.")

    def test_notice_on_the_implementation(self):
        hub, other = (one.with_user(self.officer) for one in self.hubs)
        self.assertFalse(hub.failed_job_count)
        self._at_night(ValueError("Ow"))
        self.assertEqual((hub.failed_job_count, other.failed_job_count), (1, 0))
        action = hub.action_open_failed_jobs()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self._found()
        )
        self._at_night()
        self.env.invalidate_all()
        self.assertFalse(hub.failed_job_count)

    def test_over_when_the_job_has_no_more_to_do_with_it(self):
        self._at_night(ValueError("Ow"))
        self.implementation.state = "closed"
        self._at_night()
        self.assertEqual(self._found().state, "closed")
        self.assertFalse(self.implementation.activity_ids)

    def test_steps_fail_apart(self):
        """The board is brought up to date although the baseline cannot be."""
        refreshed = []
        hubs = type(self.implementation)
        with patch.object(
            hubs, "_refresh_lines", lambda hub: refreshed.append(hub.name)
        ):
            self._at_night(
                ValueError("Ow"),
                self.env["crm.implementation"]._cron_refresh_boards,
                "_refresh_baseline",
            )
        self.assertIn("CRM for A", refreshed)
        self.assertEqual(self._found().mapped("step"), ["_refresh_baseline"])

    def test_nobody_to_tell(self):
        """Who left, or lost his rights, gets no activity; the list has it."""
        self.officer.active = False
        self._at_night(ValueError("Ow"))
        failure = self._found(self.manager)
        self.assertEqual((len(failure), failure.user_id.ids), (1, []))
        self.assertFalse(self.implementation.activity_ids)
        self._at_night()
        self.assertEqual(failure.state, "closed")

    # --- trying again

    def test_try_again(self):
        self._at_night(ValueError("Ow"))
        failure = self._found()
        with (
            patch.object(
                type(self.implementation), "_simulate", side_effect=ValueError("Oh")
            ),
            mute_logger(NIGHTLY_LOG),
        ):
            answer = failure.action_retry()
        self.assertEqual(answer["params"]["type"], "danger")
        self.assertIn("Oh", answer["params"]["message"])
        self.assertEqual((failure.state, failure.tries), ("open", 2))

        answer = failure.action_retry()
        self.assertEqual(answer["params"]["type"], "success")
        self.assertEqual(failure.state, "closed")
        self.assertTrue(self.implementation.simulation_ids)
        with self.refused("over already", UserError):
            failure.action_retry()

    def test_try_again_what_was_deleted(self):
        trigger = self._trigger()
        self._fail_to_fire()
        failure = self._found()
        self.assertEqual(failure.action_open_record()["res_id"], trigger.id)
        trigger.unlink()
        self.env.invalidate_all()
        self.assertFalse(failure.record_name)
        with self.refused("was deleted", UserError):
            failure.action_open_record()
        failure.action_retry()
        self.assertEqual(failure.state, "closed")

    # --- rights

    def _trigger(self):
        return self.env["crm.risk.trigger"].create(
            {"risk_id": self.risk.id, "trigger": "date", "date": "2020-01-01"}
        )

    def _fail_to_fire(self):
        triggers = self.env["crm.risk.trigger"]
        self._at_night(
            ValueError("Ow"), triggers._cron_fire, "_fire", model=type(triggers)
        )

    def test_a_secret_risk_keeps_its_failure(self):
        """The project manager, an officer, reads neither; the risk manager does."""
        self.risk.write(
            {"confidential": True, "owner_id": self.manager.id, "name": "The secret"}
        )
        self._trigger()
        self._fail_to_fire()
        self.assertFalse(self._found(self.officer))
        self.assertFalse(self.implementation.with_user(self.officer).failed_job_count)
        self.assertEqual(self._found(self.manager).risk_id, self.risk)
        activity = self.implementation.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        self.assertNotIn("secret", activity.note + activity.summary)
        self.assertNotIn("Ow", activity.note)

    def test_rights(self):
        self._at_night(ValueError("Ow"))
        failure = self._found()
        self.assertFalse(self._found(self.stranger))
        for user in (self.seller, self.stranger):
            with self.refused("", AccessError):
                failure.with_user(user).action_retry()
        self.assertFalse(self.implementation.with_user(self.seller).failed_job_count)
        for change in (
            lambda one: one.write({"step": "unlink"}),
            lambda one: one.unlink(),
            lambda one: one.create({"step": "unlink"}),
        ):
            with self.refused("", AccessError):
                change(failure.with_user(self.manager))

    def test_old_ones_are_forgotten(self):
        self._at_night(ValueError("Ow"))
        failure = self._found()
        failure.sudo().date_first = "2020-01-01"
        self.failures._gc_closed()
        self.assertTrue(failure.exists(), "what fails is kept")
        self._at_night()
        failure.sudo().date_closed = "2020-01-01"
        self.failures._gc_closed()
        self.assertFalse(failure.exists())

    def test_one_query_more_for_any_number(self):
        """A job without trouble asks once for what is open."""
        job = self.env.ref("crm_risk.crm_risk_cron_simulate")
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.failures._take_up(job, self.hubs)
