"""Lists, forms and jobs ask the database no more often for more records.

Every list and form of the addon is read as its view asks for it, first with a few
records, then with four times as many.
"""

from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from ..engine.returns import add_months
from .common import EffectsCase

FEW, MORE = 2, 6
LISTS = (
    "crm.effect",
    "crm.effect.baseline",
    "crm.effect.baseline.change",
    "crm.effect.cashflow",
    "crm.effect.category",
    "crm.effect.cost",
    "crm.effect.event",
    "crm.effect.goal",
    "crm.effect.history",
    "crm.effect.import",
    "crm.effect.line",
    "crm.effect.method.result",
    "crm.effect.office",
    "crm.effect.review",
    "crm.effect.rollout",
    "crm.effect.scenario",
    "crm.effect.simulation",
    "crm.effect.snapshot",
    "crm.implementation",
)


@tagged("post_install", "-at_install")
class TestQueryCounts(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.implementation.method_result_ids.unlink()
        cls._fill(0, FEW)

    @classmethod
    def _fill(cls, first, last):
        for number in range(first, last):
            day = add_months(date(2024, 7, 1), number)
            effect = cls._new_effect(name=f"Effect {number}", share=0.05)
            effect.action_estimate()
            effect.action_freeze_baseline()
            effect.baseline_id.change_ids.create(
                {
                    "baseline_id": effect.baseline_id.id,
                    "date": day,
                    "old_numerator": 1,
                    "new_numerator": 2,
                }
            )
            cls._new_cost(100, day)
            cls._fill_implementation(number, day)
            cls.implementation.action_simulate_return()

    @classmethod
    def _fill_implementation(cls, number, day):
        one = {"implementation_id": cls.implementation.id}
        create = {
            "crm.effect.event": {"name": f"Event {number}", "date": day},
            "crm.effect.goal": {
                "name": f"Goal {number}",
                "indicator_id": cls.revenue.id,
                "target_value": 3000,
                "date_due": date(2026, 6, 30),
            },
            "crm.effect.scenario": {"name": f"Scenario {number}"},
            "crm.effect.snapshot": {"date": day},
            "crm.effect.review": {"months": number + 20, "date_due": day},
        }
        for model, values in create.items():
            cls.env[model].create({**one, **values})
        indicator = cls._new_indicator(f"n{number}", f"Number {number}", "sum")
        cls.env["crm.effect.office"].create(
            {**one, "block": "service", "indicator_id": indicator.id}
        )
        cls.env["crm.effect.history"].create({**one, "indicator_id": indicator.id})
        cls.env["crm.effect.import"].create(
            {"indicator_id": indicator.id, "company_id": cls.company.id}
        )
        team = cls.env["crm.team"].create(
            {"name": f"Team {number}", "company_id": cls.company.id}
        )
        cls.env["crm.effect.rollout"].create(
            {**one, "unit": "team", "team_id": team.id, "role": "control"}
        )
        cls.env["crm.implementation"].create(
            {"name": f"Introduction {number}", "company_id": cls.company.id}
        )

    def _specification(self, model, view_type):
        env = self.env[model].with_user(self.manager)
        names = env.get_view(view_type=view_type)["models"][model]
        relational = ("many2one", "many2many", "one2many")
        return {
            name: {"fields": {"display_name": {}}}
            if env._fields[name].type in relational
            else {}
            for name in names
            if name in env._fields and env._has_field_access(env._fields[name], "read")
        }

    def _count_list(self, model):
        records = self.env[model].with_user(self.manager).with_company(self.company)
        return self._count(
            lambda: records.web_search_read(
                [("company_id", "=", self.company.id)]
                if "company_id" in records._fields
                else [],
                self._specification(model, "list"),
            )
        )

    def _count_form(self, record):
        record = record.with_user(self.manager).with_company(self.company)
        specification = self._specification(record._name, "form")
        return self._count(lambda: record.web_read(specification))

    def _count(self, call):
        call()  # views, models and rights are in their caches now
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_lists_and_forms(self):
        few = {model: self._count_list(model) for model in LISTS}
        effect = self.implementation.effect_ids[0]
        forms = (self.implementation, effect, effect.baseline_id)
        open_few = [self._count_form(record) for record in forms]
        self._fill(FEW, FEW + MORE)
        for model in LISTS:
            with self.subTest(model=model):
                self.assertLessEqual(self._count_list(model), few[model])
                self.assertLessEqual(few[model], 40)
        for record, before in zip(forms, open_few, strict=True):
            with self.subTest(form=record._name):
                self.assertLessEqual(self._count_form(record), before)

    def test_every_list_is_counted(self):
        views = self.env["ir.ui.view"].search(
            [("model", "=like", "crm.effect%"), ("type", "=", "list")]
        )
        shown = {
            view.model
            for view in views
            if not self.env[view.model]._transient
            and self.env["ir.actions.act_window"].search_count(
                [("res_model", "=", view.model)]
            )
        }
        self.assertLessEqual(shown, set(LISTS))

    def test_jobs(self):
        """One more record costs a night no more than the one before it."""
        jobs = {
            "crm.effect": "_cron_estimate",
            "crm.effect.goal": "_cron_refresh",
            "crm.implementation": "_cron_snapshot",
        }
        cron = type(self.env["ir.cron"])
        counts = {job: [] for job in jobs.values()}
        for step in range(3):
            if step:
                self._fill(20 + 2 * step, 22 + 2 * step)
            with patch.object(cron, "_commit_progress", return_value=60.0):
                for model, job in jobs.items():
                    self.env["crm.effect"].search([]).estimated_at = False
                    counts[job].append(self._count(getattr(self.env[model], job)))
        for job, found in counts.items():
            with self.subTest(job=job):
                first, second = found[1] - found[0], found[2] - found[1]
                self.assertLessEqual(second, first + 10, found)
                self.assertLessEqual(second / 2, 90, found)
