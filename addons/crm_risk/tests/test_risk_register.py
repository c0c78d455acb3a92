from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestExposure(RiskCase):
    """p .4 × PERT 10/20/60 000 (mean 25 000) = EMV 10 000."""

    def setUp(self):
        super().setUp()
        self.risk = self._risk()

    def _respond(self, **values):
        return self.env["crm.risk.response"].create(
            {"name": "Train", "risk_id": self.risk.id, "p_reduction": 0.5, **values}
        )

    def _watch(self, code, severity, **values):
        """An indicator measured by hand, at the given severity."""
        indicator = self.env["crm.indicator"].create({"code": code, "name": code})
        line = self.env["crm.risk.indicator"].create(
            {"risk_id": self.risk.id, "indicator_id": indicator.id, **values}
        )
        line.severity = severity
        return line

    def _emvs(self):
        risk = self.risk
        return [risk.emv_inherent, risk.emv_current, risk.emv_residual]

    def test_alone(self):
        self.assertEqual(self._emvs(), [10_000] * 3)
        self.assertEqual(self.risk.impact_current, 25_000)

    def test_planned_response_counts_later(self):
        self._respond()
        self.assertEqual(self._emvs(), [10_000, 10_000, 5_000])

    def test_done_response_counts_now(self):
        self._respond().action_done()
        self.assertEqual(self._emvs(), [10_000, 5_000, 5_000])
        self.assertAlmostEqual(self.risk.p_current, 0.2)

    def test_cancelled_response_counts_never(self):
        self._respond().action_cancel()
        self.assertEqual(self._emvs(), [10_000] * 3)

    def test_verified_response_is_not_counted_twice(self):
        self._respond(state="done", verified=True)
        self.assertEqual(self._emvs(), [10_000] * 3)

    def test_impact_reduction(self):
        self._respond(p_reduction=0, impact_reduction=0.4, state="done")
        self.assertEqual(self._emvs(), [10_000, 6_000, 6_000])
        self.assertEqual(self.risk.impact_current, 15_000)

    def test_leverage(self):
        response = self._respond(cost_planned=2_000)
        self.assertEqual(response.emv_saved, 5_000)
        self.assertEqual(response.leverage, 2.5)
        self.assertEqual(self._respond(p_reduction=0.1).leverage, 0)
        self.assertEqual(self.risk.response_cost, 2_000)

    def test_responses_are_ranked_by_leverage(self):
        """5 000 ÷ 2 000, ÷ 10 000 and ÷ 1 000, each on a risk of its own."""
        for cost in (2_000, 10_000, 1_000):
            risk = self._risk(name=f"Cost {cost}")
            self._respond(risk_id=risk.id, cost_planned=cost)
        responses = self.env["crm.risk.response"].with_user(self.officer)
        ranked = responses.search(
            [("implementation_id", "=", self.implementation.id)],
            order="leverage desc",
        )
        self.assertEqual(ranked.mapped("leverage"), [5, 2.5, 0.5])
        ranked[0].risk_id.sudo().p_inherent = 0.04  # a tenth of the loss
        self.assertEqual(
            responses.search(
                [("implementation_id", "=", self.implementation.id)],
                order="leverage desc",
            ).mapped("leverage"),
            [2.5, 0.5, 0.5],
        )

    def test_leverage_of_two(self):
        """.5 and .2 together leave .4: without the first .8, without the second .5."""
        first, second = self._respond(), self._respond(p_reduction=0.2)
        self.assertAlmostEqual(self.risk.emv_residual, 4_000)
        self.assertAlmostEqual(first.emv_saved, 4_000)
        self.assertAlmostEqual(second.emv_saved, 1_000)

    def test_response_that_ends_the_risk(self):
        response = self._respond(p_reduction=1)
        self.assertEqual(self.risk.emv_residual, 0)
        self.assertEqual(response.emv_saved, 10_000)

    def test_indicators_move_the_chance(self):
        """§10 case 13: .2 → .42857 red, .07692 at target, .2 amber, cap at 9."""
        self.risk.p_inherent = 0.2
        line = self._watch("X1", 1)
        self.assertAlmostEqual(self.risk.p_current, 0.42857, 5)
        line.severity = -1
        self.assertAlmostEqual(self.risk.p_current, 0.07692, 5)
        line.severity = 0
        self.assertEqual(self.risk.p_current, 0.2)
        line.severity = 1
        for code in ("X2", "X3"):
            self._watch(code, 1)
        self.assertAlmostEqual(self.risk.p_current, 0.69231, 5)

    def test_informing_indicator_moves_nothing(self):
        self._watch("X1", 1, use="inform")
        self.assertEqual(self.risk.p_current, 0.4)

    def test_recomputed_from_inherent(self):
        line = self._watch("X1", 1)
        before = self.risk.p_current
        for severity in (0.3, -1, 0.5, 1):
            line.severity = severity
        self.assertEqual(self.risk.p_current, before)

    def test_repeated_events(self):
        """λ .7 × 25 000; at least once in 1 − e^−.7 = .50341 of the years."""
        self.risk.write({"occurrence": "repeated", "rate": 0.7})
        self.assertEqual(self.risk.emv_inherent, 17_500)
        self.assertAlmostEqual(self.risk.p_inherent, 0.50341, 5)
        self._watch("X1", 1)
        self.assertAlmostEqual(self.risk.emv_current, 52_500)

    def test_opportunity_is_negative(self):
        self.risk.kind = "opportunity"
        self.assertEqual(self._emvs(), [-10_000] * 3)

    def test_distributions(self):
        self.risk.distribution = "triangular"
        self.assertEqual(self.risk.emv_inherent, 12_000)
        self.risk.distribution = "fixed"
        self.assertEqual(self.risk.emv_inherent, 8_000)
        self.risk.write(
            {"distribution": "lognormal", "impact_min": 10_000, "impact_max": 200_000}
        )
        self.assertAlmostEqual(self.risk.impact_inherent, 67_700, -2)

    def test_refresh_reads_the_indicators(self):
        indicator = self.env["crm.indicator"].create(
            {
                "code": "X1",
                "name": "X1",
                "direction": "lower",
                "target": 0.05,
                "amber": 0.2,
                "red": 0.4,
                "min_denominator": 0,
            }
        )
        line = self.env["crm.risk.indicator"].create(
            {"risk_id": self.risk.id, "indicator_id": indicator.id}
        )
        self.assertEqual(line.severity, 0)
        self.env["crm.indicator.measurement"].create(
            {
                "indicator_id": indicator.id,
                "company_id": self.company_a.id,
                "has_value": True,
                "value": 0.3,
                "denominator": 100,
            }
        )
        with self.enter_registry_test_mode():
            self.env.ref("crm_risk.crm_risk_cron_refresh").method_direct_trigger()
        self.assertAlmostEqual(line.severity, 0.5)

    # --- explanation ---------------------------------------------------------

    def test_statement(self):
        self.assertEqual(self.risk.statement, "Fear → Refusal → Empty CRM")

    def test_formula_shows_the_numbers(self):
        self.risk.p_inherent = 0.2
        self._watch("X1", 1)
        self.assertIn("0.20 → odds 0.25 × 3.00 (X1) = 0.75 → 0.43", self.risk.formula)

    def test_formula_names_the_cap(self):
        for code in ("X1", "X2", "X3"):
            self._watch(code, 1)
        self.assertIn("held at 9.00 by the cap", self.risk.formula)

    def test_formula_of_responses_and_money(self):
        self._respond()
        self.assertIn("Train: chance −50 %, impact −0 % (planned)", self.risk.formula)
        self.assertIn("Expected Loss Now: 0.40 × mean impact", self.risk.formula)

    def test_formula_for_a_reporter(self):
        self._watch("X1", 1)
        self.assertTrue(self.risk.with_user(self.seller).formula)

    # --- matrix --------------------------------------------------------------

    def test_levels(self):
        """.4 is band 3; 25 000 of a budget of 100 000 is 25 %, band 4."""
        self.assertEqual(self.risk.p_level_current, 3)
        self.assertEqual(self.risk.impact_level_current, 4)
        self.assertEqual(self.risk.score_current, 12)
        self.assertEqual(self.risk.rating_current_id.name, "Serious")

    def test_no_budget_no_place(self):
        self.implementation.budget = 0
        self.assertEqual(self.risk.impact_level_current, 0)
        self.assertEqual(self.risk.score_current, 0)
        self.assertFalse(self.risk.rating_current_id)

    def test_levels_follow_the_scale(self):
        self.env.ref("crm_risk.scale_probability_4").low = 0.4
        self.assertEqual(self.risk.p_level_current, 4)
        self.assertEqual(self.risk.score_current, 16)

    def test_rating_band_moves(self):
        self.env.ref("crm_risk.rating_high").score_min = 13
        self.assertEqual(self.risk.rating_current_id.name, "Tolerable")


@tagged("post_install", "-at_install")
class TestRegister(RiskCase):
    def test_reference_is_given(self):
        one, two = self._risk(), self._risk()
        self.assertRegex(one.ref, r"^RSK/\d{5}$")
        self.assertNotEqual(one.ref, two.ref)

    def test_path_through_the_states(self):
        risk = self._risk(owner_id=False, strategy=False)
        with self.refused("name the risk owner"):
            risk.action_assess()
        risk.owner_id = self.officer
        risk.action_assess()
        with self.refused("choose a strategy"):
            risk.action_plan()
        risk.strategy = "mitigate"
        with self.refused("plan a response"):
            risk.action_plan()
        risk.response_ids = [Command.create({"name": "Train"})]
        risk.action_plan()
        risk.action_monitor()
        with self.refused("reason of closing"):
            risk.action_close()
        risk.close_reason = "treated"
        risk.action_close()
        risk.action_reopen()
        self.assertEqual((risk.state, risk.close_reason), ("identified", False))

    def test_not_assessed_without_an_estimate(self):
        risk = self._risk(impact_min=0, impact_mode=0, impact_max=0)
        with self.refused("estimate probability and impact"):
            risk.action_assess()

    def test_acceptance_needs_authority(self):
        """Serious risks are accepted by managers."""
        risk = self._risk(state="assessed")
        with self.refused("Serious.*Risk manager", AccessError):
            risk.with_user(self.officer).action_accept()
        risk.with_user(self.manager)._accept()
        self.assertEqual(risk.strategy, "accept")
        self.assertEqual(risk.accepted_by_id, self.manager)
        self.assertEqual(risk.emv_at_acceptance, 10_000)
        risk.action_plan()

    def test_closed_risk_is_not_accepted(self):
        risk = self._risk(state="closed", close_reason="expired")
        with self.refused("closed risk", UserError):
            risk.with_user(self.manager).action_accept()

    def test_copy_leaves_the_catalogue(self):
        risk = self._risk(template_id=self._template("B09").id)
        copy = risk.copy()
        self.assertFalse(copy.template_id)
        self.assertEqual(copy.name, "Refusal of the system (copy)")

    # --- bad input -----------------------------------------------------------

    def test_bad_estimates(self):
        for values, message in (
            ({"p_inherent": 1.2}, r"between 0 and 1, it is 1\.2"),
            ({"p_inherent": -0.1}, r"it is -0\.1"),
            ({"impact_mode": 70_000}, "must rise in this order"),
            ({"impact_min": -5}, "must rise in this order"),
            ({"distribution": "lognormal", "impact_min": 0}, "above zero"),
            ({"occurrence": "repeated", "rate": -2}, "between 0 and 1000"),
            ({"occurrence": "repeated", "rate": 5_000}, "it is 5000"),
            ({"date_from": "2026-05-01", "date_to": "2026-04-01"}, "before"),
        ):
            with self.subTest(values), self.refused(message):
                self._risk(**values)

    @mute_logger("odoo.sql_db")
    def test_bad_response(self):
        risk = self._risk()
        for values in (
            {"p_reduction": 1.5},
            {"impact_reduction": -0.1},
            {"cost_planned": -1},
        ):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                risk.response_ids.create({"name": "x", "risk_id": risk.id, **values})

    def test_deadline_before_start(self):
        with self.refused("cannot be before the start"):
            self._risk(
                response_ids=[
                    Command.create(
                        {
                            "name": "x",
                            "date_start": "2026-02-01",
                            "date_deadline": "2026-01-01",
                        }
                    )
                ]
            )

    def test_overdue_responses_are_found(self):
        risk = self._risk(
            response_ids=[
                Command.create({"name": "late", "date_deadline": "2020-01-01"}),
                Command.create({"name": "far", "date_deadline": "2999-01-01"}),
                Command.create(
                    {"name": "over", "date_deadline": "2020-01-01", "state": "done"}
                ),
            ]
        )
        of_risk = [("risk_id", "=", risk.id)]
        search = self.env["crm.risk.response"].search
        found = search([*of_risk, ("is_overdue", "=", True)])
        self.assertEqual(found.mapped("name"), ["late"])
        self.assertEqual(found.filtered("is_overdue"), found)
        self.assertEqual(len(search([*of_risk, ("is_overdue", "=", False)])), 2)
