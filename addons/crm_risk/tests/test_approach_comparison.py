"""Approaches compared on the same draws.

The register: B08 (odds ×2 under big bang, ×0.7 by function …) and two risks of no
approach at all, which no approach may move by a cent.
"""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..engine import likelihood, simulation
from .preparation_common import PreparationCase


@tagged("post_install", "-at_install")
class TestApproachComparison(PreparationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.big_bang = cls.env.ref("crm_risk.approach_big_bang")
        cls.plain = cls._risk(name="Plain")
        template = cls._template("B08")
        cls.dip = cls.env["crm.risk"].create(
            {
                **template._prepare_risk(cls.implementation),
                "owner_id": cls.officer.id,
                "indicator_ids": False,
            }
        )
        cls.implementation.simulation_iterations = 5_000

    def _compare(self):
        action = self.implementation.with_user(self.officer).action_compare_approaches()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _line(self, run, name):
        approach = self.env.ref(f"crm_risk.approach_{name}")
        return run.line_ids.filtered(lambda line: line.approach_id == approach)

    def test_one_line_for_each_approach(self):
        run = self._compare()
        approaches = self.env["crm.implementation.approach"].search([])
        lines = run.line_ids
        self.assertEqual(lines.approach_id, approaches)
        self.assertEqual(len(lines), len(approaches) + 2)
        self.assertEqual(set(lines.mapped("kind")), {"approach", "chosen", "best"})

    def test_big_bang_doubles_the_odds(self):
        """.75 → .85714 (§10 case 14)"""
        odds = self.dip._get_odds_under(self.big_bang)
        self.assertEqual(odds, 2)
        outlook = self.dip._get_outlook("current", odds=odds)
        self.assertAlmostEqual(outlook.probability, 0.85714, 5)
        self.assertEqual(self.plain._get_odds_under(self.big_bang), 1)

    def test_same_draws(self):
        """What an approach does not touch stays to the cent, and what it touches moves
        by just the difference that the touched risk makes alone, draw by draw."""
        run = self._compare()
        chosen = run.line_ids.filtered(lambda line: line.kind == "chosen")
        untouched = self._line(run, "in_house")
        self.assertEqual(self.dip._get_odds_under(untouched.approach_id), 1)
        for name in ("mean", "p50", "p80", "p95"):
            self.assertEqual(untouched[name], chosen[name])
        self.assertEqual(untouched.difference, 0)

        alone = {
            name: [self.dip._get_outlook("current", odds=odds)]
            for name, odds in (("now", 1), ("big", 2), ("less", 0.7))
        }
        # All variants must be drawn together, as the comparison does.
        for factor in {
            self.dip._get_odds_under(line.approach_id)
            for line in run.line_ids
            if line.approach_id
        }:
            alone[factor] = [self.dip._get_outlook("current", odds=factor)]
        found = simulation.simulate_scenarios(
            alone,
            iterations=run.iterations,
            seed=run.seed,
            correlation=run.correlation,
        )
        moved = self._line(run, "big_bang").mean - chosen.mean
        self.assertAlmostEqual(moved, found["big"].mean - found["now"].mean, 0)
        self.assertGreater(moved, 0)

    def test_more_likely_is_never_cheaper(self):
        """On the same draws higher odds can only add losses: every quantile is at
        least as high. With draws of their own this would fail now and then."""
        run = self._compare()
        chosen = run.line_ids.filtered(lambda line: line.kind == "chosen")
        for line in run.line_ids.filtered("approach_id"):
            odds = self.dip._get_odds_under(line.approach_id)
            for name in ("mean", "p50", "p80", "p95"):
                if odds >= 1:
                    self.assertGreaterEqual(line[name], chosen[name])
                else:
                    self.assertLessEqual(line[name], chosen[name])

    def test_chosen_approach_changes_nothing(self):
        self.implementation.approach_ids = self.big_bang
        run = self._compare()
        line = self._line(run, "big_bang")
        self.assertTrue(line.is_chosen)
        self.assertEqual(line.difference, 0)
        self.assertLess(self._line(run, "pilot").mean, line.mean + 0.01)

    def test_estimate_carries_the_approach_chosen(self):
        """p .75 was estimated under big bang: without it the odds are halved, .6."""
        self.implementation.approach_ids = self.big_bang
        none = self.env["crm.implementation.approach"]
        odds = self.dip._get_odds_under(none)
        self.assertAlmostEqual(likelihood.with_odds(0.75, odds), 0.6)

    def test_best_combination(self):
        run = self._compare()
        best = run.line_ids.filtered(lambda line: line.kind == "best")
        axes = best.combination_ids.mapped("axis")
        self.assertEqual(len(axes), len(set(axes)))
        self.assertLessEqual(best.mean, min(run.line_ids.mapped("mean")) + 0.01)
        # B08 alone depends on approaches here, and only the roll-out moves it.
        self.assertEqual(axes, ["rollout"])
        self.assertLess(self.dip._get_odds_under(best.combination_ids), 1)

    def test_repeatable_and_marked_stale(self):
        first, second = self._compare(), self._compare()
        self.assertEqual(
            first.line_ids.sorted("id").mapped("p80"),
            second.line_ids.sorted("id").mapped("p80"),
        )
        self.assertFalse(first.is_stale)
        self.plain.p_inherent = 0.9
        first.invalidate_recordset()
        self.assertTrue(first.is_stale)

    def test_choice_makes_it_stale(self):
        run = self._compare()
        self.implementation.approach_ids = self.big_bang
        run.invalidate_recordset()
        self.assertTrue(run.is_stale)

    def test_confidential_risks_do_not_show_in_the_totals(self):
        before = self._compare()
        self._risk(name="Secret", confidential=True, owner_id=self.manager.id)
        after = self._compare()
        self.assertEqual(after.line_ids[0].mean, before.line_ids[0].mean)
        self.assertEqual(after.risk_count, before.risk_count)

    def test_empty_register(self):
        hub = self._implementation("Empty", self.company_a).with_user(self.officer)
        with self.refused("Empty has no estimated risks to compare", UserError):
            hub.action_compare_approaches()

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.implementation.with_user(self.seller).action_compare_approaches()
        run = self._compare()
        for user in (self.seller, self.stranger):
            with self.assertRaises(AccessError):
                run.with_user(user).read(["risk_count"])
        with self.assertRaises(AccessError):
            run.line_ids[0].with_user(self.manager).p80 = 0
