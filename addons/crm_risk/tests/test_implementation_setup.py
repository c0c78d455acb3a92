"""The guided first implementation, and the way through the preparation."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .preparation_common import PreparationCase


@tagged("post_install", "-at_install")
class TestSetup(PreparationCase):
    def _setup(self, **values):
        setup = self.env["crm.implementation.setup"].with_user(self.officer)
        form = Form(setup)
        form.name = "CRM in the north"
        for name, value in values.items():
            form[name] = value
        return form.save()

    def _to(self, setup, page):
        while setup.state != page:
            setup.action_next()
        return setup

    def test_dates_are_proposed(self):
        setup = self._setup(date_start="2026-01-15")
        self.assertEqual(str(setup.date_go_live), "2026-05-15")
        self.assertEqual(str(setup.date_end), "2027-05-15")

    def test_from_name_to_register(self):
        setup = self._setup()
        setup.write(
            {
                "budget": 100_000,
                "monthly_payroll": 50_000,
                "monthly_margin": 200_000,
                "rollout_id": self.env.ref("crm_risk.approach_big_bang").id,
            }
        )
        self._to(setup, "maturity")
        self.assertEqual(len(setup.line_ids), 7)
        data = self.env.ref("crm_risk.maturity_data")
        for line in setup.line_ids:
            line.level = "1" if line.dimension_id == data else "4"
        self._to(setup, "risks")
        self.assertEqual(
            set(setup.template_ids.mapped("code")), {"B08", "B09", "A06", "B19", "B20"}
        )
        self.assertFalse(setup.missing)
        action = setup.action_create()
        hub = self.env["crm.implementation"].browse(action["res_id"])
        self.assertEqual((hub.name, hub.budget), ("CRM in the north", 100_000))
        self.assertEqual(hub.approach_ids.name, "Big bang")
        self.assertEqual(len(hub.risk_ids), 5)
        dip = hub.risk_ids.filtered(lambda risk: risk.template_id.code == "B08")
        self.assertAlmostEqual(dip.p_inherent, 0.85714, 5)
        self.assertGreater(hub.with_user(self.officer).p80_current, 0)
        assessment = hub.maturity_ids
        self.assertEqual((assessment.stage, assessment.state), ("1", "done"))
        self.assertEqual(assessment.raised_risk_count, 5)
        self.assertTrue(all(assessment.line_ids.mapped("evidence")), "taken over")
        self.assertEqual(hub.maturity_stage, "1")

    def test_short_way(self):
        """Nothing but a name: an implementation without risks, to be filled later."""
        setup = self._to(self._setup(), "scope")
        hub = self.env["crm.implementation"].browse(setup.action_create()["res_id"])
        self.assertEqual(hub.state, "draft")
        self.assertFalse(hub.risk_ids or hub.maturity_ids)

    def test_missing_base_is_named(self):
        setup = self._to(self._setup(), "risks")
        self.assertIn("Monthly Payroll", setup.missing)
        with self.refused("Monthly Payroll.*Go back and fill it in", UserError):
            setup.action_create()
        setup.template_ids = False
        setup.action_create()

    def test_dates_are_checked_on_their_page(self):
        setup = self._setup(date_start="2026-05-01", date_go_live="2026-04-01")
        with self.refused("cannot be before the start", ValidationError):
            setup.action_next()
        self.assertEqual(setup.state, "basics")

    def test_negative_money(self):
        setup = self._to(self._setup(), "scope")
        setup.budget = -1
        with self.refused("Cannot be negative: Budget", UserError):
            setup.action_next()

    def test_back(self):
        setup = self._to(self._setup(), "approach")
        setup.action_back()
        self.assertEqual(setup.state, "scope")

    def test_open_levels_leave_the_assessment_open(self):
        setup = self._to(self._setup(), "risks")
        setup.template_ids = False
        hub = self.env["crm.implementation"].browse(setup.action_create()["res_id"])
        self.assertEqual(hub.maturity_ids.state, "draft")

    def test_reporters_do_not_start_one(self):
        with self.assertRaises(AccessError):
            self.env["crm.implementation.setup"].with_user(self.seller).create({})

    # The way -----------------------------------------------------------------------

    def _steps(self, user=None):
        hub = self.implementation.with_user(user or self.officer)
        hub.invalidate_recordset()
        return {step["name"]: step["done"] for step in hub.preparation_steps}

    def test_steps_follow_what_is_done(self):
        steps = self._steps()
        self.assertTrue(steps.pop("money"))
        self.assertFalse(any(steps.values()))
        self._new("crm.swot.item", name="Known by name")
        self._new("crm.interview", person="Anna")
        assessment = self._new("crm.maturity.assessment")
        self.assertFalse(self._steps()["maturity"], "not finished yet")
        assessment.line_ids.level = "2"
        assessment.action_done()
        steps = self._steps()
        for name in ("swot", "interview", "maturity"):
            self.assertTrue(steps[name], name)
        self.assertAlmostEqual(self.implementation.preparation_progress, 4 / 9)

    def test_reporters_see_no_interviews_and_no_money(self):
        self.assertNotIn("interview", self._steps(self.seller))
        self.assertTrue(self._steps(self.seller)["money"])

    def test_every_step_opens(self):
        for step in self.implementation.preparation_steps:
            if step["name"] in ("money", "approach"):
                continue
            action = self.implementation.action_open_preparation(step["name"])
            self.assertIn(action["res_model"], self.env)
        with self.refused("no step of preparation “nonsense”", UserError):
            self.implementation.action_open_preparation("nonsense")

    def test_form_queries_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            hub = self.implementation.with_user(self.officer)
            view = self.env.ref("crm_risk.crm_implementation_view_form").id
            # addons on top show fields that the officer may not read
            names = hub.fields_get(hub.get_view(view)["models"]["crm.implementation"])
            before = self.env.cr.sql_log_count
            hub.read(list(names))
            return self.env.cr.sql_log_count - before

        queries()
        small = queries()
        for number in range(5):
            assessment = self._new("crm.maturity.assessment")
            assessment.line_ids.level = "2"
            assessment.action_done()
            self._new("crm.process", name=f"Process {number}")
            self._new("crm.preparation.action", name=f"Action {number}")
        # one more each for what is latest of the three kinds
        self.assertLessEqual(queries(), small + 3)
