"""Attacks: what each kind of user gets from every public method, and from typing
results over the wire.

`stranger`: an employee without any of our groups; `seller`: a salesperson;
`risks`: a manager of risks who has no right to effects; `foreign`: a manager of
effects in another company.
"""

import inspect
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import EffectsCase

LEVELS = ("user", "officer", "manager")
# (model, method): the least level that may call it. "user" reads, nothing else.
METHODS = {
    ("crm.effect", "action_estimate"): "officer",
    ("crm.effect", "action_freeze_baseline"): "manager",
    ("crm.effect", "action_try_placebos"): "officer",
    ("crm.effect", "action_check_power"): "officer",
    ("crm.effect", "action_open_month"): "user",
    ("crm.effect", "get_explorer"): "user",
    ("crm.effect", "get_revenue_split"): "user",
    ("crm.effect.baseline", "action_unfreeze"): "manager",
    ("crm.effect.unfreeze", "action_unfreeze"): "manager",
    ("crm.effect.cost", "action_open_document"): "officer",
    ("crm.effect.goal", "action_refresh"): "officer",
    ("crm.effect.import", "action_import"): "officer",
    ("crm.effect.import", "action_withdraw"): "officer",
    ("crm.effect.office", "action_open_facts"): "user",
    ("crm.effect.review", "action_start"): "officer",
    ("crm.effect.review", "action_done"): "officer",
    ("crm.effect.review.line", "action_confirm"): "officer",
    ("crm.effect.review.line", "action_dispute"): "officer",
    ("crm.effects.onboarding", "action_next"): "officer",
    ("crm.effects.onboarding", "action_finish"): "officer",
    ("crm.implementation", "action_check_history"): "officer",
    ("crm.implementation", "action_estimate_effects"): "officer",
    ("crm.implementation", "action_make_scenarios"): "officer",
    ("crm.implementation", "action_plan_effect_reviews"): "officer",
    ("crm.implementation", "action_plan_integration"): "officer",
    ("crm.implementation", "action_refresh_scorecard"): "officer",
    ("crm.implementation", "action_simulate_return"): "officer",
    ("crm.implementation", "action_sync_costs"): "officer",
}
# these name a list, an address or a chart to open; what opens has rights of its own
DOORS = {
    ("crm.effect", "action_open_explorer"),
    ("crm.effect", "action_open_lines"),
    ("crm.effects.onboarding", "action_back"),
    ("crm.effect.baseline", "action_open_changes"),
    ("crm.implementation", "action_compare_costs"),
    ("crm.implementation", "action_export_csv"),
    ("crm.implementation", "action_export_json"),
    ("crm.implementation", "action_export_workbook"),
    ("crm.implementation", "action_open_cashflow"),
    ("crm.implementation", "action_open_costs"),
    ("crm.implementation", "action_open_effects"),
    ("crm.implementation", "action_open_effect_reviews"),
    ("crm.implementation", "action_open_explorer"),
    ("crm.implementation", "action_open_goals"),
    ("crm.implementation", "action_open_price_split"),
    ("crm.implementation", "action_split_by_products"),
    ("crm.implementation", "action_open_scorecard"),
    ("crm.implementation", "action_open_snapshots"),
}
ARGUMENTS = {
    "action_open_month": lambda case: ["2025-03-01"],
    "get_revenue_split": lambda case: [case.implementation.id],
}
ORM = {"create", "write", "unlink", "copy", "default_get", "button_draft", "copy_data"}


@tagged("post_install", "-at_install")
class TestRights(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        effect = cls._new_effect(owner_id=cls.manager.id)
        effect.action_estimate()
        effect.action_freeze_baseline()
        cls.effect = effect
        one = {"implementation_id": cls.implementation.id}
        review = cls.env["crm.effect.review"].create(
            {**one, "months": 6, "date_due": date(2025, 7, 1)}
        )
        review.action_start()
        cls.records = {
            "crm.effect": effect,
            "crm.effect.baseline": effect.baseline_id,
            "crm.effect.unfreeze": cls.env["crm.effect.unfreeze"].create(
                {"baseline_id": effect.baseline_id.id, "reason": "No reason"}
            ),
            "crm.effect.cost": cls._new_cost(900, date(2024, 7, 10)),
            "crm.effect.goal": cls.env["crm.effect.goal"].create(
                {
                    **one,
                    "name": "More",
                    "indicator_id": cls.revenue.id,
                    "target_value": 3000,
                    "date_due": date(2026, 6, 30),
                }
            ),
            "crm.effect.import": cls.env["crm.effect.import"].create(
                {"indicator_id": cls.revenue.id, "company_id": cls.company.id}
            ),
            "crm.effect.office": cls.env["crm.effect.office"].create(
                {**one, "block": "service", "indicator_id": cls.revenue.id}
            ),
            "crm.effect.review": review,
            "crm.effect.review.line": review.line_ids,
            "crm.effects.onboarding": cls.env["crm.effects.onboarding"].create(one),
            "crm.implementation": cls.implementation,
        }
        cls.foreign_company = cls.env["res.company"].create({"name": "Other House"})
        cls.attackers = {
            "stranger": cls._attacker("stranger", ""),
            "seller": cls._attacker("seller", ",sales_team.group_sale_salesman"),
            "risks": cls._attacker("risks", ",crm_risk.crm_risk_group_manager"),
            "foreign": cls._attacker(
                "foreign", ",crm_effects.crm_effects_group_manager", cls.foreign_company
            ),
        }

    @classmethod
    def _attacker(cls, name, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"attacker_{name}",
            groups=f"base.group_user{groups}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _call(self, key, user):
        model, name = key
        record = self.records[model].with_user(user).with_company(user.company_id)
        arguments = ARGUMENTS.get(name, lambda case: [])(self)
        if name.startswith("get_"):
            record = record.browse()
        with self.env.cr.savepoint() as undo:
            try:
                return getattr(record, name)(*arguments)
            finally:
                undo.rollback()
                self.env.invalidate_all()

    def test_every_public_method_is_listed(self):
        """A new one has to be thought about here."""
        found = set()
        for model in self.env.values():
            for cls in type(model).__mro__:
                if not cls.__module__.startswith("odoo.addons.crm_effects."):
                    continue
                for name, member in vars(cls).items():
                    if inspect.isfunction(member) and not name.startswith("_"):
                        found.add((model._name, name))
        found = {key for key in found if key[1] not in ORM}
        self.assertEqual(found, set(METHODS) | DOORS)

    def test_attackers_get_nothing(self):
        for key in METHODS:
            for name, user in self.attackers.items():
                with self.subTest(key=key, attacker=name):
                    self._assert_refused(key, name, user)

    def _assert_refused(self, key, name, user):
        try:
            answer = self._call(key, user)
        except AccessError:
            return
        except UserError as refusal:
            self.fail(f"{key}: told {name} {refusal}")
        # a foreign manager may ask for the explorer: his own is empty
        empty = not answer or not answer.get("effects", True)
        self.assertTrue(key[1].startswith("get_") and empty, f"{key} answered {name}")

    def test_levels(self):
        people = dict(zip(LEVELS, (self.user, self.officer, self.manager), strict=True))
        for key, least in METHODS.items():
            for level in LEVELS[: LEVELS.index(least)]:
                with self.subTest(key=key, level=level):
                    with self.assertRaises(UserError):
                        self._call(key, people[level])

    def test_results_are_not_typed(self):
        """Grade, proof and money are computed: nobody writes them over the wire."""
        effect = self.effect
        for user in (self.officer, self.manager):
            for values in (
                {"grade": "A"},
                {"proof_class": "proven"},
                {"money_to_date": 1e6},
                {"effect_low": 1.0},
                {"state": "estimated"},
                {"baseline_id": False},
                {"grade_reasons": []},
                {"lost_on": False},
            ):
                with self.subTest(user=user.login, values=values):
                    with self.assertRaisesRegex(UserError, "computed"):
                        effect.with_user(user).write(values)
            with self.assertRaisesRegex(UserError, "computed"):
                effect.with_user(user).create(
                    {
                        "name": "Forged",
                        "implementation_id": self.implementation.id,
                        "category_id": self.category.id,
                        "indicator_id": self.revenue.id,
                        "include_in_roi": False,
                        "grade": "A",
                    }
                )
            for values in ({"npv": 1e9}, {"benefit_proven": 1e9}, {"roi": 9.0}):
                with self.subTest(user=user.login, values=values):
                    with self.assertRaisesRegex(UserError, "computed"):
                        self.implementation.with_user(user).write(values)

    def test_every_model_keeps_companies_apart(self):
        """Each stored model with a company has a rule for everybody."""
        checked = 0
        for model in self.env["ir.model"].search([]):
            env = self.env.get(model.model)
            if env is None or "company_id" not in env._fields or env._transient:
                continue
            if not model.model.startswith("crm.effect"):
                continue
            rules = self.env["ir.rule"].search(
                [("model_id", "=", model.id), ("groups", "=", False)]
            )
            self.assertIn("company_ids", str(rules.mapped("domain_force")), model.model)
            checked += 1
        self.assertGreater(checked, 15)

    def test_records_of_another_company(self):
        foreign = self.attackers["foreign"]
        for model, record in self.records.items():
            if record._transient:
                continue
            with self.subTest(model=model):
                theirs = record.with_user(foreign).with_company(foreign.company_id)
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    theirs.read(["display_name"])
                with self.assertRaises(AccessError):
                    theirs.check_access("write")

    def test_nothing_is_planted_in_another_company(self):
        foreign = self.attackers["foreign"]
        env = self.env(user=foreign)
        one = {"implementation_id": self.implementation.id}
        for model, values in {
            "crm.effect": {"name": "x", "category_id": self.category.id},
            "crm.effect.cost": {"amount": 1, "date": "2025-01-01"},
            "crm.effect.event": {"name": "x", "date": "2025-01-01"},
            "crm.effect.scenario": {"name": "x"},
        }.items():
            with self.subTest(model=model), self.assertRaises(UserError):
                env[model].create({**one, **values})

    def test_salesperson_sees_no_money(self):
        """The implementation and its return are no business of a salesperson."""
        seller = self.attackers["seller"]
        for model in (
            "crm.effect",
            "crm.effect.line",
            "crm.effect.cost",
            "crm.effect.cashflow",
            "crm.effect.snapshot",
            "crm.effect.simulation",
            "crm.effect.method.result",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(seller).search([])
        returns = ("npv", "cost_actual", "headline", "second_npv", "method_result_ids")
        for who in ("seller", "risks"):
            for name in returns:
                with self.subTest(who=who, name=name), self.assertRaises(AccessError):
                    self.implementation.with_user(self.attackers[who]).read([name])
