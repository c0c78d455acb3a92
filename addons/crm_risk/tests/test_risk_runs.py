from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestSimulation(RiskCase):
    """The teaching case: p .3 × 100, .5 × 40, .1 × 900 (here thousands).

    EMV 140 = P80, P50 40, P95 940; a reserve of 140 suffices in 90 % of futures.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.risks = [
            cls._risk(p_inherent=p, distribution="fixed", impact_mode=1000 * loss)
            for p, loss in ((0.3, 100), (0.5, 40), (0.1, 900))
        ]
        cls.implementation.write(
            {
                "reserve": 140_000,
                "simulation_iterations": 50_000,
                "simulation_precision": 0,
            }
        )

    def _run(self, user=None):
        action = self.implementation.with_user(user or self.officer).action_simulate()
        return self.env["crm.risk.simulation"].browse(action["res_id"])

    def _scenario(self, run, name):
        return run.scenario_ids.filtered(lambda one: one.scenario == name)

    def test_published_case(self):
        current = self._scenario(self._run(), "current")
        self.assertEqual(current.p50, 40_000)
        self.assertEqual(current.p80, 140_000)
        self.assertEqual(current.p95, 940_000)
        # Four standard errors: √(.9 · .1 / 50 000) and 274 590 / √50 000
        self.assertAlmostEqual(current.probability_within_reserve, 0.9, delta=0.0054)
        self.assertAlmostEqual(current.mean, 140_000, delta=4_912)

    def test_on_the_implementation(self):
        self._run()
        implementation = self.implementation.with_user(self.officer)
        self.assertEqual(implementation.p50_current, 40_000)
        self.assertEqual(implementation.p80_current, 140_000)
        self.assertEqual(implementation.p95_current, 940_000)
        self.assertEqual(implementation.reserve_needed, 140_000)
        self.assertEqual(implementation.emv_current, 140_000)
        self.assertEqual(implementation.risk_count, 3)

    def test_drivers_sum_to_one(self):
        lines = self._scenario(self._run(), "current").line_ids
        self.assertEqual(len(lines), 3)
        self.assertAlmostEqual(sum(lines.mapped("variance_share")), 1)
        self.assertAlmostEqual(sum(lines.mapped("tail_share")), 1)
        self.assertEqual(lines.sorted("variance_share")[-1].risk_id, self.risks[2])

    def test_scenarios_are_comparable(self):
        self.risks[2].response_ids.create(
            {"name": "End", "risk_id": self.risks[2].id, "p_reduction": 1}
        )
        run = self._run()
        self.assertEqual(self._scenario(run, "inherent").p95, 940_000)
        self.assertEqual(self._scenario(run, "residual").p95, 140_000)
        # Common random numbers: the small risks happen in the same futures.
        means = [self._scenario(run, name).line_ids for name in ("current", "residual")]
        small = [
            [
                line.mean
                for line in lines.sorted("risk_id")
                if line.risk_id != self.risks[2]
            ]
            for lines in means
        ]
        self.assertEqual(*small)

    def test_same_seed_same_result(self):
        one, two = self._run(), self._run()
        self.assertEqual(
            [line.mean for line in one.scenario_ids.line_ids],
            [line.mean for line in two.scenario_ids.line_ids],
        )
        self.assertEqual(one.scenario_ids[1].curve, two.scenario_ids[1].curve)
        self.implementation.simulation_seed = 2
        other = self._run()
        self.assertNotEqual(
            one.scenario_ids.mapped("mean"), other.scenario_ids.mapped("mean")
        )

    def test_stale_after_a_change(self):
        run = self._run()
        self.assertFalse(run.is_stale)
        p80 = self._scenario(run, "current").p80
        self.risks[0].p_inherent = 0.9
        run.invalidate_recordset()
        self.assertTrue(run.is_stale)
        self.assertTrue(self.implementation.simulation_stale)
        self.assertEqual(self._scenario(run, "current").p80, p80)
        self.risks[0].p_inherent = 0.3
        run.invalidate_recordset()
        self.assertFalse(run.is_stale)

    def test_stale_is_one_look_at_the_columns(self):
        """The quick answer costs the same for three risks as for twenty."""
        self._run()
        run = self.implementation.simulation_id

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(run.is_stale)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(17):
            self._risk(name=f"More {number}")
        self._run()
        run = self.implementation.simulation_id
        self.assertEqual(count(), few)

    def test_progress_of_a_response_is_no_change(self):
        """Planned or begun, a response takes the same away: the columns differ, the
        inputs do not."""
        response = self.risks[0].response_ids.create(
            {"name": "Training", "risk_id": self.risks[0].id, "p_reduction": 0.5}
        )
        run = self._run()
        response.action_start()
        run.invalidate_recordset()
        self.assertFalse(run.is_stale)
        response.action_done()
        run.invalidate_recordset()
        self.assertTrue(run.is_stale)

    def test_every_input_makes_it_stale(self):
        driver = self.env.ref("crm_risk.driver_people")
        for values in (
            {"p_inherent": 0.31},
            {"impact_mode": 100_001},
            {"kind": "opportunity"},
            {"driver_id": driver.id},
            {"occurrence": "repeated", "rate": 2},
            {"state": "closed", "close_reason": "expired"},
        ):
            with self.subTest(values):
                run = self._run()
                self.risks[0].write(values)
                run.invalidate_recordset()
                self.assertTrue(run.is_stale)

    def test_names_do_not_make_it_stale(self):
        run = self._run()
        self.risks[0].name = "Another name"
        run.invalidate_recordset()
        self.assertFalse(run.is_stale)

    def test_inputs_are_kept(self):
        run = self._run()
        inputs = run.inputs["risks"]
        self.assertEqual([one["id"] for one in inputs], [r.id for r in self.risks])
        self.assertEqual(inputs[0]["current"]["probability"], 0.3)
        seed = self.implementation.simulation_seed
        self.assertEqual(
            (run.seed, run.iterations, run.correlation), (seed, 50_000, 0.2)
        )
        self.assertEqual(run.draws, 50_000)

    def test_chart_has_three_curves(self):
        chart = self._run().chart
        self.assertEqual(
            [one["scenario"] for one in chart], ["inherent", "current", "residual"]
        )
        self.assertTrue(all(len(one["points"]) == 101 for one in chart))

    def test_a_run_is_never_changed(self):
        run = self._run()
        for user in (self.officer, self.manager):
            with self.assertRaises(AccessError):
                run.with_user(user).seed = 5
            with self.assertRaises(AccessError):
                run.scenario_ids[0].with_user(user).p80 = 5
            with self.assertRaises(AccessError):
                run.with_user(user).copy()

    def test_confidential_risk_counts_for_managers_alone(self):
        """Two runs: .3 × 100 and .5 × 40 for all; with .1 × 900 for managers.

        Without it the loss is 0, 40, 100 or 140 with .35, .35, .15, .15: P80 100.
        """
        self.risks[2].write({"confidential": True, "owner_id": self.manager.id})
        shown = self._run(self.officer)
        self.assertFalse(shown.has_confidential)
        self.assertEqual(self._scenario(shown, "current").p80, 100_000)
        whole = self.implementation.with_user(self.manager).simulation_id
        self.assertTrue(whole.has_confidential)
        self.assertEqual(self._scenario(whole.sudo(), "current").p95, 940_000)
        self.env.invalidate_all()
        for user, p80, p95 in (
            (self.officer, 100_000, 140_000),
            (self.manager, 140_000, 940_000),
        ):
            implementation = self.implementation.with_user(user)
            self.assertEqual(implementation.p80_current, p80)
            self.assertEqual(implementation.p95_current, p95)
            self.assertFalse(implementation.simulation_stale)

    def test_run_with_confidential_risks_is_out_of_reach(self):
        self.risks[2].write({"confidential": True, "owner_id": self.manager.id})
        whole = self._run(self.manager)
        self.assertTrue(whole.has_confidential)
        self.env.invalidate_all()
        for records in (whole, whole.scenario_ids, whole.scenario_ids.line_ids):
            mine = records.with_user(self.officer)
            self.assertFalse(mine.search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                mine.read(["company_id"])

    def test_a_secret_later_makes_the_run_stale_for_managers(self):
        self._run()
        self._risk(name="Secret", confidential=True, owner_id=self.manager.id)
        self.env.invalidate_all()
        officer, manager = (
            self.implementation.with_user(user) for user in (self.officer, self.manager)
        )
        self.assertFalse(officer.simulation_stale)
        self.assertTrue(manager.simulation_stale)

    def test_driver_widens_the_sum(self):
        driver = self.env.ref("crm_risk.driver_people")
        for risk in self.risks:
            risk.write({"p_inherent": 0.5, "impact_mode": 100_000})
        loose = self._scenario(self._run(), "current").sd
        for risk in self.risks:
            risk.driver_id = driver
        self.implementation.correlation = 0.9
        self.assertGreater(self._scenario(self._run(), "current").sd, 1.2 * loose)

    def test_risk_effect_for_the_return(self):
        self.risks[0].nature = "reduced"
        self.risks[0].response_ids = [
            Command.create(
                {
                    "name": "CRM",
                    "p_reduction": 0.5,
                    "state": "done",
                    "cost_planned": 700,
                    "date_deadline": "2026-03-01",
                }
            )
        ]
        effect = self.implementation._get_risk_effect("2026-01-01", "2026-12-31")
        self.assertEqual(effect["inherent"], 140_000)
        self.assertEqual(effect["current"], 125_000)
        self.assertEqual(effect["reduced_effect"], 15_000)
        self.assertEqual(effect["introduced_emv"], 110_000)
        self.assertEqual(effect["response_cost_planned"], 700)

    # --- bad input and rights ------------------------------------------------

    def test_nothing_to_simulate(self):
        empty = self._implementation("Empty", self.company_a)
        with self.refused("no open risks to simulate", UserError):
            empty.with_user(self.officer).action_simulate()

    @mute_logger("odoo.sql_db")
    def test_bad_parameters(self):
        for values in (
            {"correlation": 1.5},
            {"simulation_iterations": 10},
            {"simulation_iterations": 10_000_000},
            {"simulation_seed": -1},
            {"simulation_precision": 1.5},
        ):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.implementation.write(values)
                self.env.flush_all()

    def test_salespeople_do_not_simulate(self):
        with self.assertRaises(AccessError):
            self._run(self.seller)

    def test_other_company_does_not_simulate(self):
        with self.assertRaises(AccessError):
            self._run(self.stranger)
