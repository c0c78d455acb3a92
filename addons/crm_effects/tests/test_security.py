"""Who may do what: reader, officer, manager; two companies."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestSecurity(EffectsCase):
    def setUp(self):
        super().setUp()
        self.effect = self._new_effect()
        self.cost = self._new_cost(900, date(2024, 7, 10))
        self.effect.action_estimate()
        self.env.invalidate_all()

    def test_reader_reads_effects_and_return_but_no_single_cost(self):
        effect = self.effect.with_user(self.user)
        self.assertGreater(effect.money_to_date, 0)
        self.assertTrue(effect.line_ids[0].formula)
        self.assertTrue(effect.implementation_id.headline)
        self.assertEqual(effect.implementation_id.cost_actual, 900)
        with self.assertRaises(AccessError):
            self.cost.with_user(self.user).read(["amount"])
        with self.assertRaises(AccessError):
            self.env["crm.effect.cashflow"].with_user(self.user).search([])

    def test_reader_changes_nothing(self):
        effect = self.effect.with_user(self.user)
        with self.assertRaises(AccessError):
            effect.action_estimate()
        with self.assertRaises(AccessError):
            effect.name = "Mine"
        with self.assertRaises(AccessError):
            effect.line_ids[0].money = 1_000_000

    def test_officer_estimates_and_books_costs(self):
        effect = self.effect.with_user(self.officer)
        effect.margin_ratio = 0.5
        effect.action_estimate()
        self.assertAlmostEqual(effect.money_to_date, 3600, delta=40)
        implementation = effect.implementation_id
        implementation.cost_ids = [
            (0, 0, {"amount": 5, "date": date(2025, 1, 1), "cost_type": "other"})
        ]
        self.assertEqual(implementation.cost_actual, 905)

    def test_nobody_types_results(self):
        for person in (self.officer, self.manager):
            lines = self.effect.with_user(person).line_ids
            with self.assertRaises(AccessError):
                lines[0].write({"money": 1})
            with self.assertRaises(AccessError):
                lines.unlink()

    def test_only_managers_delete_effects_and_categories(self):
        spare = self._new_effect(include_in_roi=False)
        with self.assertRaises(AccessError):
            spare.with_user(self.officer).unlink()
        with self.assertRaises(AccessError):
            self.category.with_user(self.officer).name = "Other"
        spare.with_user(self.manager).unlink()

    def test_employee_without_the_group_sees_nothing(self):
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.effect.with_user(stranger).read(["name"])

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other House"})
        foreign = new_test_user(
            self.env,
            login="foreign",
            groups="base.group_user,crm_effects.crm_effects_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        baseline = self.effect._freeze_baseline()
        for record in (
            self.implementation,
            self.effect,
            self.effect.line_ids[0],
            self.cost,
            baseline,
        ):
            found = self.env[record._name].with_user(foreign)
            self.assertFalse(found.search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                record.with_user(foreign).read(["display_name"])
        flow = self.env["crm.effect.cashflow"]
        mine = [("implementation_id", "=", self.implementation.id)]
        self.assertTrue(flow.search(mine))
        self.assertFalse(flow.with_user(foreign).search(mine))

    def test_figures_of_another_company_do_not_leak_in(self):
        """The same indicator in a second company: the effect must not see it."""
        other = self.env["res.company"].create({"name": "Other House"})
        whole = self._new_effect(team_ids=False, include_in_roi=False)
        whole.team_ids = False
        whole.action_estimate()
        before = whole.effect
        self.env["crm.indicator.fact"].create(
            {
                "indicator_id": self.revenue.id,
                "company_id": other.id,
                "date": date(2025, 3, 1),
                "numerator": 1_000_000,
            }
        )
        whole.action_estimate()
        self.assertEqual(whole.effect, before)
