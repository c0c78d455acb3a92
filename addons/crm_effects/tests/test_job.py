"""The nightly job and the cost of opening a form."""

from datetime import date, datetime
from unittest.mock import patch

from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestJob(EffectsCase):
    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_effects.ir_cron_update_effects").method_direct_trigger()
        self.env.invalidate_all()

    def test_estimates_what_is_due(self):
        fresh = self._new_effect()
        trouble = self._new_effect(date_go_live=False, include_in_roi=False)
        closed = self._new_effect(
            implementation_id=self.implementation.copy({"state": "closed"}).id
        )
        self._run_job()
        self.assertEqual(fresh.state, "estimated")
        self.assertEqual(trouble.state, "refused")
        self.assertEqual(closed.state, "draft")

    def test_trouble_with_one_stops_nobody(self):
        """An error nobody thought of is logged, rolled back and passed over."""
        first, second = self._new_effect(), self._new_effect(include_in_roi=False)
        model = type(self.env["crm.effect"])
        estimate = model._estimate

        def break_down(effect):
            estimate(effect)
            if effect.id == first.id:
                raise ZeroDivisionError("division by zero")

        with (
            patch.object(model, "_estimate", break_down),
            self.assertLogs("odoo.addons.crm_risk.models.nightly", "ERROR"),
        ):
            self._run_job()
        self.assertEqual(first.state, "draft", "half an answer is none")
        self.assertEqual(second.state, "estimated")
        failure = self.env["crm.job.failure"].search(
            [("res_model", "=", "crm.effect"), ("res_id", "in", (first + second).ids)]
        )
        self.assertEqual((failure.record_name, failure.state), (first.name, "open"))
        self.assertIn("division by zero", failure.with_user(self.officer).message)
        self._run_job()
        self.assertEqual((first.state, failure.state), ("estimated", "closed"))

    def test_takes_up_new_figures_the_next_night(self):
        effect = self._new_effect()
        effect.action_estimate()
        effect.estimated_at = datetime(2026, 1, 1)
        facts = self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", self.revenue.id), ("date", ">=", date(2025, 1, 1))]
        )
        for fact in facts:
            fact.numerator += 100
        before = effect.effect
        self._run_job()
        self.assertAlmostEqual(effect.effect, before + 200, places=4)


@tagged("post_install", "-at_install")
class TestQueries(EffectsCase):
    def _count_queries_of_form(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.implementation.read(
            ["headline", "npv", "irr_text", "payback_date", "benefit_proven"]
        )
        return self.env.cr.sql_log_count - before

    def test_form_does_not_grow_with_history(self):
        """The figures of the return are stored: months do not matter."""
        effect = self._new_effect()
        effect.action_estimate()
        short = self._count_queries_of_form()
        self.implementation.horizon_months = 120
        effect.action_estimate()
        self.assertEqual(self._count_queries_of_form(), short)
        self.assertLessEqual(short, 10)

    def test_list_of_effects(self):
        effects = self.env["crm.effect"]
        for i in range(10):
            effects |= self._new_effect(name=f"Effect {i}", share=0.05)
        effects.action_estimate()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            effects.read(["name", "result", "money_to_date", "grade", "refusal"])
