"""Precision, tornado and what-ifs, on the teaching case of test_risk_runs (thousands).

risk   p    loss  EMV  response
fire   .3   100   30   training, planned, takes all of the chance away
fuss   .5    40   20   -
flop   .1   900   90   -

EMV 140; without flop 50, P95 140. Analytic shares of the spread: variances 2 100, 400
and 72 900 of 75 400.
"""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.crm_risk_simulation_tornado import SHOWN
from .risk_common import RiskCase

DRAWS = 20_000


@tagged("post_install", "-at_install")
class TestWhatIf(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fire, cls.fuss, cls.flop = [
            cls._risk(
                name=name, p_inherent=p, distribution="fixed", impact_mode=1000 * loss
            )
            for name, p, loss in (
                ("Fire", 0.3, 100),
                ("Fuss", 0.5, 40),
                ("Flop", 0.1, 900),
            )
        ]
        cls.training = cls.env["crm.risk.response"].create(
            {"name": "Training", "risk_id": cls.fire.id, "p_reduction": 1}
        )
        cls.implementation.write(
            {
                "reserve": 140_000,
                "simulation_iterations": DRAWS,
                "simulation_precision": 0,
            }
        )

    def _run(self, user=None):
        action = self.implementation.with_user(user or self.officer).action_simulate()
        return self.env["crm.risk.simulation"].browse(action["res_id"])

    def _what_if(self, base, risks=(), responses=(), user=None):
        wizard = (
            self.env["crm.risk.what.if"]
            .with_user(user or self.officer)
            .create(
                {
                    "base_id": base.id,
                    "risk_ids": [Command.link(risk.id) for risk in risks],
                    "response_ids": [Command.link(one.id) for one in responses],
                }
            )
        )
        action = wizard.action_run()
        return self.env["crm.risk.simulation"].browse(action["res_id"])

    def _state(self, run, name):
        return run.scenario_ids.filtered(lambda one: one.scenario == name)

    # --- precision -------------------------------------------------------------------

    def test_stops_when_precise_enough(self):
        """P80 is 140 wherever the sample lies: known exactly with the least draws."""
        self.implementation.simulation_precision = 0.01
        run = self._run()
        self.assertEqual(run.iterations, DRAWS)
        self.assertGreaterEqual(run.draws, 4_000)
        self.assertLess(run.draws, DRAWS)
        self.assertEqual(run.relative_error, 0)
        self.assertIn(f"{run.draws:,}", run.precision_text)
        self.assertIn("Stopped there", run.precision_text)

    def test_says_what_it_could_not_reach(self):
        """P90 lies on the edge between 140 and 900: no number of draws decides it."""
        self.implementation.write(
            {
                "simulation_precision": 0.01,
                "confidence": 0.9,
                "simulation_seed": 20,  # the edge is hit early by some other seeds
            }
        )
        run = self._run()
        self.assertEqual(run.draws, DRAWS)
        self.assertGreater(run.relative_error, 0.01)
        self.assertIn("allow more draws", run.precision_text)

    def test_too_few_draws_for_an_error(self):
        self.implementation.write({"simulation_iterations": 100, "confidence": 0.999})
        run = self._run()
        self.assertEqual(run.relative_error, -1)
        self.assertIn("Too few", run.precision_text)

    # --- tornado ---------------------------------------------------------------------

    def _bars(self, run, state="current"):
        return next(one for one in run.drivers if one["scenario"] == state)["bars"]

    def test_tornado_holds_the_analytic_shares(self):
        bars = {bar["label"]: bar for bar in self._bars(self._run())}
        self.assertEqual(len(bars), 3)
        for name in ("variance", "tail"):
            self.assertAlmostEqual(sum(bar[name] for bar in bars.values()), 1)
        # A share of about 1 − x scatters by some x·√(1/(N·p)): a percent here.
        self.assertAlmostEqual(
            bars[self.flop.display_name]["variance"], 72_900 / 75_400, delta=0.01
        )
        self.assertAlmostEqual(
            bars[self.fire.display_name]["variance"], 2_100 / 75_400, delta=0.01
        )

    def test_tornado_sums_up_the_rest(self):
        for number in range(SHOWN):
            self._risk(name=f"Small {number}", impact_mode=11_000 + number)
        bars = self._bars(self._run())
        self.assertEqual(len(bars), SHOWN + 1)
        self.assertEqual(bars[-1]["label"], "Other risks: 3")
        self.assertFalse(bars[-1]["risk_id"])
        self.assertAlmostEqual(sum(bar["tail"] for bar in bars), 1)
        self.assertAlmostEqual(sum(bar["variance"] for bar in bars), 1)

    def test_tornado_without_confidential_risks(self):
        self.flop.write({"confidential": True, "owner_id": self.manager.id})
        bars = self._bars(self._run())
        self.assertEqual({bar["risk_id"] for bar in bars}, {self.fire.id, self.fuss.id})
        self.assertAlmostEqual(sum(bar["tail"] for bar in bars), 1)

    def test_what_if_on_a_run_with_secrets_is_secret_too(self):
        self.flop.write({"confidential": True, "owner_id": self.manager.id})
        base = self._run(self.manager)
        self.assertTrue(base.has_confidential)
        run = self._what_if(base, [self.flop], user=self.manager)
        self.assertTrue(run.has_confidential)
        with self.assertRaises(AccessError):
            run.with_user(self.officer).read(["question"])

    def test_nothing_varies(self):
        (self.fire | self.fuss | self.flop).p_inherent = 1
        bars = self._bars(self._run())
        self.assertEqual({bar["variance"] for bar in bars}, {0})

    # --- what if ---------------------------------------------------------------------

    def test_without_a_risk_the_mean_falls_by_its_emv(self):
        """Row 18: within 4σ/√N, σ that of the risk left out: 900·√(.1·.9) = 270."""
        base = self._run()
        run = self._what_if(base, [self.flop])
        self.assertEqual(run.base_id, base)
        current = self._state(run, "current")
        delta = 4 * 270_000 / DRAWS**0.5
        self.assertAlmostEqual(current.mean_change, -90_000, delta=delta)
        self.assertEqual(current.p95, 140_000)
        self.assertEqual(current.base_p95, 940_000)
        self.assertEqual(current.p95_change, -800_000)
        self.assertEqual(current.probability_within_reserve, 1)
        self.assertEqual(run.risk_count, 2)

    def test_the_others_meet_the_same_futures(self):
        base = self._run()
        run = self._what_if(base, [self.flop])
        means = [
            {line.risk_id: line.mean for line in self._state(one, "current").line_ids}
            for one in (base, run)
        ]
        for risk in (self.fire, self.fuss):
            self.assertEqual(means[0][risk], means[1][risk])
        self.assertNotIn(self.flop, means[1])

    def test_without_a_response(self):
        """The training takes fire, 30 in the mean, away from what remains."""
        base = self._run()
        run = self._what_if(base, responses=[self.training])
        residual = self._state(run, "residual")
        # Without its response, fire costs what it does today, draw by draw.
        current = self._state(base, "current")
        self.assertEqual(residual.mean, current.mean)
        self.assertAlmostEqual(
            residual.mean_change,
            30_000,
            delta=4 * 100_000 * (0.3 * 0.7) ** 0.5 / DRAWS**0.5,
        )
        self.assertEqual(self._state(run, "current").mean_change, 0)

    def test_what_if_leaves_the_register_and_the_latest_run_alone(self):
        base = self._run()
        run = self._what_if(base, [self.flop])
        self.implementation.invalidate_recordset()
        self.assertEqual(self.implementation.simulation_id, base)
        self.assertEqual(base.what_if_count, 1)
        self.assertIn(self.flop, self.implementation._get_open_risks())
        self.assertIn(self.flop.ref, run.question)
        self.assertIn(self.flop.ref, run.display_name)

    def test_chart_shows_the_base_behind(self):
        run = self._what_if(self._run(), [self.flop])
        self.assertEqual(
            [one["scenario"] for one in run.chart],
            ["inherent", "current", "residual", "base_current", "base_residual"],
        )

    def test_stale_like_any_run(self):
        run = self._what_if(self._run(), [self.flop])
        self.assertFalse(run.is_stale)
        self.flop.p_inherent = 0.2  # left out: of no account
        run.invalidate_recordset()
        self.assertFalse(run.is_stale)
        self.fuss.p_inherent = 0.2
        run.invalidate_recordset()
        self.assertTrue(run.is_stale)

    def test_stale_base_is_simulated_anew(self):
        base = self._run()
        self.fuss.p_inherent = 0.25
        run = self._what_if(base, [self.flop])
        self.assertNotEqual(run.base_id, base)
        self.assertFalse(run.base_id.is_stale)

    def test_question_names_a_few_and_counts_the_others(self):
        small = [self._risk(name=f"Small {number}") for number in range(5)]
        run = self._what_if(self._run(), small)
        self.assertIn("others: 1", run.question)

    def test_form_offers_open_risks(self):
        form = Form(
            self.env["crm.risk.what.if"]
            .with_user(self.officer)
            .with_context(default_base_id=self._run().id)
        )
        form.risk_ids.add(self.flop)
        self.assertEqual(form.emv_out, 90_000)

    # --- bad input and rights --------------------------------------------------------

    def test_nothing_left_out(self):
        base = self._run()
        with self.refused("at least one risk or response"):
            self._what_if(base)

    def test_nothing_left_in(self):
        base = self._run()
        with self.refused("at least one risk in"):
            self._what_if(base, self.implementation.risk_ids)

    def test_salespeople_and_strangers_ask_nothing(self):
        base = self._run()
        for user in (self.seller, self.stranger):
            with self.assertRaises(AccessError):
                self._what_if(base, [self.flop], user=user)

    def test_a_risk_one_may_not_read_cannot_be_left_out(self):
        base = self._run()
        self.flop.write({"confidential": True, "owner_id": self.manager.id})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._what_if(base, [self.flop])

    # --- nightly ---------------------------------------------------------------------

    def test_nightly_simulates_what_changed(self):
        self.implementation.state = "active"
        empty = self._implementation("Empty", self.company_a)
        empty.state = "active"
        runs = self.env["crm.risk.simulation"]
        for change, expected in ((None, 1), (None, 1), (0.4, 2)):
            if change:
                self.fire.p_inherent = change
            with self.enter_registry_test_mode():
                self.env.ref("crm_risk.crm_risk_cron_simulate").method_direct_trigger()
            runs.invalidate_model()
            self.assertEqual(
                runs.search_count([("implementation_id", "=", self.implementation.id)]),
                expected,
            )
        self.assertFalse(
            runs.search_count([("implementation_id", "=", empty.id)]), "nothing to draw"
        )
