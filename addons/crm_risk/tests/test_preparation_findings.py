"""Processes, SWOT, interviews: money of pains, pairs, findings; all raise risks."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .preparation_common import PreparationCase


@tagged("post_install", "-at_install")
class TestFindings(PreparationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls._new(
            "crm.process",
            name="From enquiry to quotation",
            monthly=200,
            minutes=30,
            minutes_to_be=12,
            hourly_rate=20,
        )

    def _pain(self, **values):
        return (
            self.env["crm.process.pain"]
            .with_user(self.officer)
            .create(
                {
                    "name": "The offer is typed twice",
                    "process_id": self.process.id,
                    "monthly": 100,
                    "minutes": 30,
                    **values,
                }
            )
        )

    # Processes --------------------------------------------------------------------

    def test_cost_of_a_pain(self):
        """100 a month × 12 × ½ h × 20 = 12 000; and 5 lost each time = 6 000 more."""
        pain = self._pain()
        self.assertEqual(pain.hourly_rate, 20)
        self.assertAlmostEqual(pain.cost, 12_000)
        pain.loss = 5
        self.assertAlmostEqual(pain.cost, 18_000)
        self._pain(minutes=0, monthly=10, loss=50)
        self.assertAlmostEqual(self.process.cost, 24_000)
        self.assertEqual(self.process.pain_count, 2)

    def test_time_saved(self):
        """200 × 12 × 18 minutes × 20 an hour = 14 400."""
        self.assertAlmostEqual(self.process.saving, 14_400)
        self.process.minutes_to_be = 0
        self.assertEqual(self.process.saving, 0, "not described: nothing is saved")

    def test_pain_raises_a_risk(self):
        pain = self._pain()
        pain.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertIn("From enquiry to quotation", risk.cause)
        self.assertEqual(risk.impact_mode, 12_000)
        self.assertEqual(risk.nature, "reduced")
        self.assertEqual(self.process.raised_risk_count, 1)
        self.assertEqual(risk.action_open_source()["res_id"], pain.id)

    def test_pain_of_the_catalogue(self):
        pain = self._pain(template_id=self._template("B17").id)
        pain.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertEqual(risk.template_id.code, "B17")
        self.assertIn("The offer is typed twice", risk.cause)

    def test_process_brings_its_indicators(self):
        indicator = self.env["crm.indicator"].search([("code", "=", "K06")])
        self.process.indicator_ids = indicator
        self.process.action_raise_risk()
        self.assertEqual(
            self.implementation.risk_ids.indicator_ids.indicator_id, indicator
        )

    def test_negative_figures(self):
        with self.refused("“Minutes Each” cannot be negative, it is -1"):
            self._pain(minutes=-1)
        with self.refused("runs -1 times a month"):
            self.process.monthly = -1

    # SWOT -------------------------------------------------------------------------

    def _item(self, quadrant, name, weight="3"):
        return self._new("crm.swot.item", quadrant=quadrant, name=name, weight=weight)

    def test_weakness_raises_a_threat_with_link_back(self):
        item = self._item("weakness", "No owner of the data")
        item.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertEqual((risk.kind, risk.state), ("threat", "identified"))
        self.assertEqual(risk._get_source(), item)
        self.assertEqual(item.raised_risk_count, 1)

    def test_opportunity_raises_a_chance(self):
        self._item("opportunity", "Dealers go online").action_raise_risk()
        self.assertEqual(self.implementation.risk_ids.kind, "opportunity")

    def test_risk_outlives_its_source(self):
        item = self._item("threat", "A rival is faster")
        item.action_raise_risk()
        item.action_plan()
        risk = self.implementation.risk_ids
        item.unlink()
        self.assertFalse(risk.res_id or risk.res_model or risk.source_name)
        with self.refused("gone or not yours", UserError):
            risk.action_open_source()

    def test_proposed_pairs(self):
        """The heaviest of each side: 5 × 4, 2 × 4; nothing is proposed twice."""
        strong = self._item("strength", "Known by name", "5")
        self._item("strength", "Own transport", "1")
        weak = self._item("weakness", "Old data", "2")
        chance = self._item("opportunity", "Dealers go online", "4")
        pairs = self.env["crm.swot.pair"].with_user(self.officer)
        found = pairs._propose(self.implementation)
        self.assertEqual(
            [(pair.strategy, pair.internal_id, pair.weight) for pair in found],
            [("so", strong, 20), ("wo", weak, 8)],
        )
        self.assertEqual(found.external_id, chance)
        self.assertIn("Known by name", found[0].name)
        again = pairs._propose(self.implementation)
        self.assertEqual(again.internal_id.name, "Own transport")
        with self.refused("nothing left to pair", UserError):
            pairs._propose(self.implementation)

    def test_proposal_from_the_implementation(self):
        self._item("strength", "Known by name")
        self._item("threat", "A rival is faster")
        action = self.implementation.with_user(self.officer).action_propose_pairs()
        found = self.env["crm.swot.pair"].search(action["domain"])
        self.assertEqual(found.mapped("strategy"), ["st"])
        found.action_plan()
        self.assertEqual(found.planned_action_count, 1)

    def test_pair_ties_inside_to_outside(self):
        inside = self._item("strength", "Known by name")
        other = self._item("weakness", "Old data")
        with self.refused("not “Known by name” to “Old data”"):
            self._new(
                "crm.swot.pair",
                name="x",
                internal_id=inside.id,
                external_id=other.id,
            )
        hub = self._implementation("Other", self.company_a)
        foreign = self._new(
            "crm.swot.item",
            name="Elsewhere",
            quadrant="threat",
            implementation_id=hub.id,
        )
        with self.refused("must belong to the implementation CRM for A"):
            self._new(
                "crm.swot.pair",
                name="x",
                internal_id=inside.id,
                external_id=foreign.id,
            )

    def test_board_shows_all_quadrants(self):
        self._item("threat", "A rival is faster")
        items = self.env["crm.swot.item"].with_context(read_group_expand=True)
        groups = items.web_read_group(
            [("implementation_id", "=", self.implementation.id)], ["quadrant"]
        )
        self.assertEqual(len(groups["groups"]), 4)

    # Interviews ---------------------------------------------------------------------

    def _interview(self, user=None, **values):
        return self._new("crm.interview", user=user, **{"person": "Anna", **values})

    def _finding(self, interview, **values):
        interview.finding_ids = [
            Command.create({"name": "We type every offer twice", **values})
        ]
        return interview.finding_ids[-1]

    def test_questions_are_asked(self):
        interview = self._interview()
        questions = self.env["crm.interview.question"].search([])
        self.assertEqual(interview.answer_ids.mapped("name"), questions.mapped("name"))
        with self.refused("write down what was said"):
            interview.action_done()
        interview.answer_ids[0].answer = "I write offers"
        interview.action_done()
        with self.refused("finished and locked", UserError):
            interview.answer_ids[0].answer = "I do not"

    def test_finding_becomes_a_pain_and_mentions_count(self):
        first, second = self._interview(), self._interview(person="Boris")
        finding = self._finding(first)
        with self.refused("choose the process that hurts first", UserError):
            finding.action_make_pain()
        finding.process_id = self.process
        finding.action_make_pain()
        finding.action_make_pain()
        pain = self.process.pain_ids
        self.assertEqual(pain.mapped("name"), ["We type every offer twice"])
        self._finding(second, process_id=self.process.id, pain_id=pain.id)
        self._finding(second, process_id=self.process.id, pain_id=pain.id)
        pain.invalidate_recordset()
        self.assertEqual(pain.mention_count, 2, "two persons, three statements")

    def test_finding_becomes_a_request(self):
        finding = self._finding(self._interview(), kind="request")
        finding.action_make_request()
        finding.action_make_request()
        request = self.env["crm.preparation.request"].search(
            [("implementation_id", "=", self.implementation.id)]
        )
        self.assertEqual((request.name, request.owner_id), (finding.name, self.officer))

    def test_risk_of_a_confidential_interview_is_confidential(self):
        interview = self._interview(user=self.manager)
        finding = self._finding(interview, kind="risk")
        finding.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertTrue(risk.confidential)
        with self.assertRaises(AccessError):
            risk.with_user(self.seller).read(["cause"])
        finding.action_plan()
        planned = self.env["crm.preparation.action"].search(
            [("res_model", "=", finding._name), ("res_id", "=", finding.id)]
        )
        self.assertNotIn("offer", planned.name)

    def test_open_interview_raises_an_open_risk(self):
        finding = self._finding(self._interview(confidential=False), kind="risk")
        finding.action_raise_risk()
        self.assertFalse(self.implementation.risk_ids.confidential)


@tagged("post_install", "-at_install")
class TestPreparationSecurity(PreparationCase):
    """Who reads what:

    ==========  ==========  ====================  ============
    user        interviews  of others, confident  of company B
    ==========  ==========  ====================  ============
    seller      no          no                    no
    officer     yes         no                    no
    manager     yes         yes                   no
    stranger    of B                              yes
    ==========  ==========  ====================  ============
    """

    ALL = {
        "crm.maturity.assessment": {},
        "crm.readiness": {},
        "crm.data.audit": {},
        "crm.process": {"name": "Process"},
        "crm.swot.item": {"name": "Item"},
        "crm.preparation.action": {"name": "Action"},
        "crm.preparation.training": {"name": "Training"},
        "crm.preparation.request": {"name": "Request"},
        "crm.preparation.method": {"method": "swot"},
    }

    def test_reporters_read_and_do_not_change(self):
        for model, values in self.ALL.items():
            record = self._new(model, **values).with_user(self.seller)
            self.assertTrue(record.read(), model)
            with self.assertRaises(AccessError, msg=model):
                record.write({"implementation_id": self.implementation.id})
            with self.assertRaises(AccessError, msg=model):
                record.create({"implementation_id": self.implementation.id, **values})

    def test_other_companies_see_nothing(self):
        for model, values in (self.ALL | {"crm.interview": {"person": "Anna"}}).items():
            record = self._new(model, user=self.manager, **values)
            with self.assertRaises(AccessError, msg=model):
                record.with_user(self.stranger).read(["company_id"])
            found = self.env[model].with_user(self.stranger).search([])
            self.assertNotIn(record, found, model)

    def test_interviews_are_not_for_reporters(self):
        interview = self._new("crm.interview", person="Anna", confidential=False)
        interview.finding_ids = [Command.create({"name": "It hurts"})]
        parts = interview | interview
        for records in (parts, interview.finding_ids, interview.answer_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.seller).read(["display_name"])
        names = self.implementation.with_user(self.seller).fields_get()
        self.assertNotIn("interview_count", names)

    def test_confidential_interviews_are_the_interviewers(self):
        other = self._user("risk_officer_2", "crm_risk.crm_risk_group_officer")
        secret = self._new("crm.interview", person="Anna")
        secret.finding_ids = [Command.create({"name": "It hurts"})]
        for user, sees in ((self.officer, True), (other, False), (self.manager, True)):
            found = self.env["crm.interview"].with_user(user).search([])
            self.assertEqual(secret in found, sees, user.login)
            findings = self.env["crm.interview.finding"].with_user(user).search([])
            self.assertEqual(secret.finding_ids in findings, sees, user.login)
            hub = self.implementation.with_user(user)
            self.assertEqual(hub.interview_count, int(sees))

    def test_reporter_opens_every_form(self):
        views = {
            "crm.readiness": "crm_readiness_view_form",
            "crm.maturity.assessment": "crm_maturity_assessment_view_form",
            "crm.data.audit": "crm_data_audit_view_form",
            "crm.process": "crm_process_view_form",
            "crm.swot.item": "crm_swot_item_view_form",
            "crm.implementation": "crm_implementation_view_form",
        }
        for model, view in views.items():
            record = self.implementation
            if model != "crm.implementation":
                record = self._new(model, **self.ALL[model])
            record = record.with_user(self.seller)
            arch = record.get_view(self.env.ref(f"crm_risk.{view}").id)
            names = set(arch["models"][model]) & set(record.fields_get())
            self.assertTrue(record.read(names), model)

    def test_officer_does_not_delete_evidence(self):
        process = self._new("crm.process", name="Process")
        with self.assertRaises(AccessError):
            process.unlink()
        process.with_user(self.manager).unlink()
