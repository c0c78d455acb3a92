"""Five-step self-assessment: steps, requests, plans, lock.

step 1 asks for one priority chain with two participants, step 2 for a scenario of
each environment, step 3 for applications tied to goal and process, step 4 for skills,
step 5 for closed requests.
"""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .preparation_common import PreparationCase


@tagged("post_install", "-at_install")
class TestReadiness(PreparationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.readiness = cls._new("crm.readiness")
        cls.process = cls._new("crm.process", name="From enquiry to quotation")

    def _answers(self, step):
        return self.readiness.answer_ids.filtered(lambda one: one.step == step)

    def _question(self, step, number):
        question = self.env.ref(f"crm_risk.readiness_question_{step}_{number}")
        return self.readiness.answer_ids.filtered(
            lambda one: one.question_id == question
        )

    def _fill(self, *steps):
        """Complete these steps, every answer yes."""
        fill = {
            "1": self._fill_market,
            "2": self._fill_scenarios,
            "3": self._fill_applications,
            "4": self._fill_skills,
        }
        for step in steps:
            self._answers(step).answer = "yes"
            fill.get(step, lambda: None)()

    def _fill_market(self):
        people = [{"name": name} for name in ("Dealer", "End user")]
        self.readiness.chain_ids = [
            Command.create({"name": "Dealers", "is_priority": True})
        ]
        self.readiness.chain_ids.participant_ids = [
            Command.create(values) for values in people
        ]

    def _fill_scenarios(self):
        self.readiness.scenario_ids = [
            Command.create({"name": "Dealers buy online", "environment": "micro"}),
            Command.create({"name": "Rates rise", "environment": "macro"}),
        ]

    def _fill_applications(self):
        self.readiness.application_ids = [
            Command.create(
                {
                    "name": "Portal",
                    "goal": "Half of the orders online",
                    "process_id": self.process.id,
                    "benefit": "4",
                    "effort": "2",
                }
            )
        ]

    def _fill_skills(self):
        self.readiness.application_ids.write(
            {
                "is_chosen": True,
                "skills": "Help customers in the portal\nRead its figures",
                "cost_min": 2_000,
                "cost_max": 4_000,
            }
        )

    # Steps ----------------------------------------------------------------------

    def test_every_question_is_asked(self):
        questions = self.env["crm.readiness.question"].search([])
        self.assertEqual(self.readiness.answer_ids.question_id, questions)
        self.assertEqual(set(questions.mapped("step")), set("12345"))

    def test_step_1_needs_one_priority_chain(self):
        self._answers("1").answer = "yes"
        with self.refused("exactly one supply chain .* now they are 0", UserError):
            self.readiness.action_next()
        self._fill_market()
        second = {"name": "Retail", "is_priority": True}
        self.readiness.chain_ids = [Command.create(second)]
        with self.refused("exactly one supply chain .* now they are 2", UserError):
            self.readiness.action_next()
        self.readiness.chain_ids[1].is_priority = False
        self.readiness.chain_ids[0].participant_ids[0].unlink()
        with self.refused(
            "at least two participants of the chain “Dealers”", UserError
        ):
            self.readiness.action_next()
        self.assertEqual(self.readiness.step, "1")

    def test_step_1_needs_its_answers(self):
        self._fill("1")
        self._answers("1")[2].answer = False
        with self.refused("answer every question.*Open: Do we know what", UserError):
            self.readiness.action_next()
        self._answers("1")[2].answer = "unknown"
        self.readiness.action_next()
        self.assertEqual(self.readiness.step, "2")

    def test_step_2_needs_both_environments(self):
        self._answers("2").answer = "yes"
        self.readiness.step = "2"
        self.readiness.scenario_ids = [
            Command.create({"name": "Dealers buy online", "environment": "micro"})
        ]
        with self.refused("at least one scenario of: Macro", UserError):
            self.readiness.action_next()

    def test_step_3_ties_applications(self):
        self._fill("3")
        self.readiness.step = "3"
        self.readiness.application_ids.goal = False
        with self.refused("tie “Portal” to a goal and to a process", UserError):
            self.readiness.action_next()

    def test_step_4_names_skills_first(self):
        self._fill("3", "4")
        self.readiness.step = "4"
        self.readiness.application_ids.skills = False
        with self.refused("name the skills that “Portal” needs", UserError):
            self.readiness.action_next()
        self.readiness.application_ids.is_chosen = False
        with self.refused("choose at least one application", UserError):
            self.readiness.action_next()

    def test_to_the_end(self):
        for step in "1234":
            self._fill(step)
            self.readiness.action_next()
        self._fill("5")
        self.readiness.action_done()
        self.assertEqual(self.readiness.state, "done")
        self.assertAlmostEqual(self.readiness.score, 1)
        with self.refused("finished and locked", UserError):
            self.readiness.strategy = "Other"
        with self.refused("finished and locked", UserError):
            self._answers("1")[0].answer = "no"
        with self.refused("finished and locked", UserError):
            self.readiness.chain_ids.unlink()
        with self.refused("finished and locked", UserError):
            self.readiness.with_user(self.manager).unlink()
        self.readiness.action_reopen()
        self._answers("1")[0].answer = "no"

    def test_cannot_be_finished_halfway(self):
        self._fill("1", "2", "3", "4")
        with self.refused("cannot be finished yet: 5 Report and plans: answer every"):
            self.readiness.write({"state": "done"})

    def test_score(self):
        """Yes, yes, no, partly in step 1: 2.5 of 4; unknown ones are left out."""
        for answer, value in zip(
            self._answers("1"), ("yes", "yes", "no", "partly"), strict=True
        ):
            answer.answer = value
        self.assertAlmostEqual(self.readiness.score_1, 2.5 / 4)
        self._answers("1")[3].answer = "unknown"
        self.assertAlmostEqual(self.readiness.score_1, 2 / 3)
        self.assertEqual(self.readiness.unknown_count, 1)

    def test_priority_is_benefit_by_effort(self):
        self._fill("3")
        self.assertEqual(self.readiness.application_ids.priority, 2)

    # Requests ---------------------------------------------------------------------

    def test_unknown_becomes_one_request(self):
        answer = self._question(1, 3)
        answer.answer = "unknown"
        request = answer.request_ids
        today = fields.Date.context_today(self.readiness)
        self.assertEqual(request.owner_id, self.officer)
        self.assertEqual(request.date_deadline, today + relativedelta(days=7))
        self.assertEqual(request.source, "customer")
        self.assertEqual(request.name, answer.question)
        activity = request.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        self.assertEqual(activity.date_deadline, request.date_deadline)
        answer.write({"asked_id": self.seller.id, "date_asked": "2030-01-31"})
        self.assertEqual(answer.request_ids, request)
        self.assertEqual(request.owner_id, self.seller)
        self.assertEqual(request.activity_ids, activity)
        self.assertEqual(activity.user_id, self.seller)
        self.assertEqual(str(activity.date_deadline), "2030-01-31")

    def test_reply_answers_the_question(self):
        answer = self._question(1, 3)
        answer.write({"answer": "unknown", "asked_id": self.seller.id})
        request = answer.request_ids.with_user(self.seller)
        with self.refused("write what you found out", UserError):
            request.action_done()
        request.write({"reply": "They want it within a day", "answer": "partly"})
        request.action_done()
        self.assertEqual((answer.answer, answer.note), ("partly", request.reply))
        self.assertEqual(request.state, "done")
        self.assertFalse(request.activity_ids)
        self.assertEqual(self.readiness.open_request_count, 0)

    def test_known_after_all_closes_the_request(self):
        answer = self._question(1, 3)
        answer.answer = "unknown"
        request = answer.request_ids
        answer.answer = "yes"
        self.assertEqual(request.state, "cancelled")
        self.assertFalse(request.activity_ids)
        answer.answer = "unknown"
        self.assertEqual(len(answer.request_ids), 2)
        self.assertEqual(self.readiness.open_request_count, 1)

    def test_only_who_was_asked_answers(self):
        answer = self._question(1, 3)
        answer.write({"answer": "unknown", "asked_id": self.officer.id})
        request = answer.request_ids.with_user(self.seller)
        self.assertEqual(request.state, "planned")
        with self.assertRaises(AccessError):
            request.reply = "I know better"
        with self.assertRaises(AccessError):
            answer.with_user(self.seller).answer = "yes"

    def test_open_requests_hold_the_report_back(self):
        self._fill("1", "2", "3", "4", "5")
        self._question(1, 3).answer = "unknown"
        with self.refused(r"close the open requests \(now 1\)"):
            self.readiness.action_done()
        self.readiness.accepted_gaps = "The customer is on leave"
        self.readiness.action_done()
        request = self._question(1, 3).request_ids
        request.write({"reply": "Late", "answer": "yes"})
        request.action_done()
        self.assertEqual(self._question(1, 3).answer, "unknown", "the report is locked")

    # Plans and risks ----------------------------------------------------------------

    def test_plans_follow_from_answers_and_applications(self):
        self._fill("1", "2", "3", "4", "5")
        self._question(3, 2).answer = "no"
        for _twice in range(2):
            self.readiness.action_propose_plans()
            self.assertEqual(
                set(self.readiness.action_ids.mapped("name")),
                {
                    self.env.ref("crm_risk.readiness_question_3_2").action,
                    "Introduce: Portal",
                },
            )
            training = self.readiness.training_ids
            self.assertEqual(training.name, "Help customers in the portal")
            self.assertEqual(training.activity, self.process.name)
        self.assertAlmostEqual(self.readiness.plan_cost, 3_000)

    def test_action_becomes_a_response(self):
        risk = self._risk()
        action = self._new(
            "crm.preparation.action",
            name="Talk to them",
            cost=500,
            owner_id=self.officer.id,
            date_deadline="2030-01-31",
        )
        with self.refused("choose the risk it answers first", UserError):
            action.action_make_response()
        action.risk_id = risk
        action.action_make_response()
        action.action_make_response()
        response = risk.response_ids
        self.assertEqual(response.mapped("name"), ["Talk to them"])
        self.assertEqual(
            (response.cost_planned, response.owner_id), (500, self.officer)
        )

    def test_bad_answer_raises_its_risk(self):
        answer = self._question(3, 2)
        answer.write({"answer": "no", "note": "He has not come once"})
        answer.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertEqual(risk.template_id.code, "B03")
        self.assertIn("The chief executive does not stand behind", risk.cause)
        self.assertIn("He has not come once", risk.cause)
        self.assertTrue(risk.event and risk.consequence and risk.emv_current)
        self.assertEqual(self.readiness.raised_risk_count, 1)
        domain = self.readiness.action_open_raised_risks()["domain"]
        self.assertEqual(self.env["crm.risk"].search(domain), risk)
        self.assertEqual(risk.source_name, answer.display_name)

    def test_scenario_raises_threat_or_chance(self):
        self._fill("2")
        scenario = self.readiness.scenario_ids[0]
        scenario.write({"effect": "opportunity", "probability": 0.3})
        scenario.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertEqual((risk.kind, risk.p_inherent), ("opportunity", 0.3))

    def test_bad_figures(self):
        with self.refused("share of turnover lies between 0 % and 100 %, it is 120 %"):
            self.readiness.chain_ids = [
                Command.create({"name": "Dealers", "turnover_share": 1.2})
            ]
        with self.refused("bring 130 % of the turnover together"):
            self.readiness.chain_ids = [
                Command.create({"name": name, "turnover_share": share})
                for name, share in (("Dealers", 0.7), ("Retail", 0.6))
            ]
        with self.refused("probability lies between 0 and 1, it is 7"):
            self.readiness.scenario_ids = [
                Command.create({"name": "Rates rise", "probability": 7})
            ]
        with self.refused("Portal: the cost must rise from 0; it goes from 5 to 4"):
            self.readiness.application_ids = [
                Command.create({"name": "Portal", "cost_min": 5, "cost_max": 4})
            ]

    def test_form(self):
        with Form(self.readiness) as form:
            with form.chain_ids.new() as line:
                line.name = "Dealers"
            with form.answer_1_ids.edit(0) as line:
                line.answer = "no"
        self.assertEqual(self._answers("1")[0].answer, "no")
        self.assertEqual(self.readiness.chain_ids.mapped("name"), ["Dealers"])
