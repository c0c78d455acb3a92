"""Published figures, put into the database as costs and months of effects.

Reference numbers: Brigham & Houston's projects S and L, Brigham's project M, TEI
studies and Nucleus, section 4 of the method's reference.
"""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..engine.returns import add_months
from .common import GO_LIVE, EffectsCase

BEFORE = date(2024, 12, 1)


class PublishedCase(EffectsCase):
    def setUp(self):
        super().setUp()
        self.implementation.discount_rate = 0.10
        self.implementation.cash_convention = "tei_annual"
        self.effect = self._new_effect(
            estimator="manual", indicator_id=False, money_method="cost"
        )

    def _book_years(self, *amounts, parts=12):
        """Benefits of each year after the go-live in ``parts`` equal months."""
        self.env["crm.effect.line"].create(
            [
                {
                    "effect_id": self.effect.id,
                    "date": add_months(GO_LIVE, 12 * year + month),
                    "money": amount / parts,
                    "money_low": amount / parts,
                    "money_high": amount / parts,
                    "proof_class": "hoped",
                }
                for year, amount in enumerate(amounts)
                for month in range(parts)
            ]
        )


@tagged("post_install", "-at_install")
class TestPublished(PublishedCase):
    def _check(self, npv, irr, mirr, payback_years):
        found = self.implementation
        self.assertAlmostEqual(found.npv, npv, places=2)
        self.assertAlmostEqual(100 * found.irr_rates[0], irr, places=2)
        self.assertAlmostEqual(100 * found.mirr, mirr, places=2)
        # spread over the months of a year, the year is crossed linearly
        self.assertAlmostEqual(found.payback_months / 12, payback_years, places=3)

    def test_project_s(self):
        self._new_cost(1000, BEFORE)
        self._book_years(500, 400, 300, 100)
        self._check(78.82, 14.49, 12.11, 2.333)

    def test_project_l(self):
        self._new_cost(1000, BEFORE)
        self._book_years(100, 300, 400, 600)
        self._check(49.18, 11.79, 11.33, 3.333)

    def test_project_m_has_two_rates(self):
        """-1.6, 10, -10 at 10 %: 25 % and 400 %, NPV -0.77 (in thousands)."""
        self._new_cost(1600, BEFORE)
        self._book_years(10_000, -10_000, parts=1)
        self.assertAlmostEqual(self.implementation.npv, -773.55, places=2)
        self.assertEqual(
            [round(rate, 9) for rate in self.implementation.irr_rates], [0.25, 4.0]
        )
        self.assertIn("judge by NPV and MIRR", self.implementation.irr_text)

    def test_no_rate_is_said(self):
        """-100, 200, -101 has no root."""
        self._new_cost(100, BEFORE)
        self._book_years(200, -101, parts=1)
        self.assertFalse(self.implementation.irr_rates)
        self.assertIn("No internal rate", self.implementation.irr_text)

    def test_tei_headline(self):
        """Costs 220, benefits 680 (thousand): NPV 460, ROI 209 %."""
        self._new_cost(220_000, BEFORE)
        self.implementation.discount_rate = 0
        self._book_years(680_000)
        self.assertEqual(self.implementation.npv, 460_000)
        self.assertAlmostEqual(self.implementation.roi, 2.09, places=2)

    def test_excel_npv(self):
        """Excel's page of NPV: 10 %: -10000, 3000, 4200, 6800 a period: 1188.44.

        The periods are months here, so the yearly rate is 1.1^12 - 1.
        """
        self.implementation.write(
            {"cash_convention": "excel", "discount_rate": 1.1**12 - 1}
        )
        self._new_cost(10_000, date(2025, 1, 5))
        for month, amount in ((2, 3000), (3, 4200), (4, 6800)):
            self._book_month(date(2025, month, 1), amount)
        self.assertAlmostEqual(self.implementation.npv, 1188.44, places=2)
        self.implementation.cash_convention = "monthly"
        self.assertAlmostEqual(self.implementation.npv, 1188.4434 * 1.1, places=2)

    def test_xnpv_and_xirr(self):
        """Microsoft's example of dated flows: 2086.65 and 37.336253 %."""
        self.implementation.write(
            {
                "cash_convention": "dated",
                "discount_rate": 0.09,
                "date_start": date(2008, 1, 1),
            }
        )
        self._new_cost(10_000, date(2008, 1, 1))
        for day, amount in (
            (date(2008, 3, 1), 2750),
            (date(2008, 10, 30), 4250),
            (date(2009, 2, 15), 3250),
            (date(2009, 4, 1), 2750),
        ):
            self._book_month(day, amount)
        self.assertAlmostEqual(self.implementation.npv, 2086.65, places=2)
        self.assertAlmostEqual(
            self.implementation.irr_rates[0], 0.3733625335188314, places=9
        )

    def _book_month(self, day, amount):
        self.env["crm.effect.line"].create(
            {
                "effect_id": self.effect.id,
                "date": day,
                "money": amount,
                "money_low": amount,
                "money_high": amount,
            }
        )

    def test_four_benefits_of_a_tei_study(self):
        """95 883 + 177 561 + 91 445 + 364 075 = 728 964."""
        self.implementation.discount_rate = 0
        for amount in (95_883, 177_561, 91_445, 364_075):
            self.effect = self._new_effect(
                estimator="manual", indicator_id=False, money_method="cost"
            )
            self._book_years(amount, parts=1)
        self.assertEqual(self.implementation.npv, 728_964)

    def test_nucleus_correction(self):
        """20 people × 54 000 × 10 %, of which 80 % becomes work: 86 400."""
        hours = self._new_effect(
            money_method="hours", hourly_cost=54_000, correction_factor=0.8
        )
        self.assertAlmostEqual(hours._get_money_rule().money(0.1, 20), 86_400)

    def test_tables_on_the_form(self):
        self._new_cost(1000, BEFORE)
        self._book_years(500, 400, 300, 100)
        html = str(self.implementation.return_tables)
        for words in ("Excel", "TEI", "actual/365", "Year 4", "Initial", "78.82"):
            self.assertIn(words, html)
        reader = self.implementation.with_user(self.user)
        self.assertIn("Year 4", str(reader.return_tables))


@tagged("post_install", "-at_install")
class TestRiskAdjusted(EffectsCase):
    """1200 measured, 1200 ahead; the risk takes half when it happens."""

    def setUp(self):
        super().setUp()
        self.implementation.discount_rate = 0
        self._new_cost(900, date(2024, 7, 10))
        self.effect = self._new_effect(
            name="Fewer phone calls",
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
        )
        self.effect.action_estimate()
        self.risk = self.env["crm.risk"].create(
            {
                "name": "People go back to paper",
                "implementation_id": self.implementation.id,
                "p_inherent": 0.2,
                "impact_min": 1,
                "impact_mode": 2,
                "impact_max": 3,
            }
        )
        self.link = self.env["crm.effect.risk"].create(
            {"effect_id": self.effect.id, "risk_id": self.risk.id, "share": 0.5}
        )

    def test_confidential_risk_lowers_the_figure_and_stays_unnamed(self):
        links = self.env["crm.effect.risk"].with_user(self.officer)
        found = [("id", "=", self.link.id)]
        self.assertTrue(links.search(found))
        self.risk.confidential = True
        self.env.invalidate_all()
        self.assertFalse(links.search(found))
        with self.assertRaises(AccessError):
            links.browse(self.link.id).read(["risk_id", "probability"])
        self.assertAlmostEqual(self.effect.money_ahead_adjusted, 1200 * 0.9)

    def test_exactly_probability_times_share(self):
        """p 0.2 → 0.5: 1200 × 0.3 × 0.5 = 180 less, at once."""
        self.assertAlmostEqual(self.effect.money_ahead_adjusted, 1200 * 0.9)
        self.assertAlmostEqual(self.implementation.npv, 1500 - 120)
        self.assertAlmostEqual(self.implementation.npv_unadjusted, 1500)
        self.risk.p_inherent = 0.5
        self.assertAlmostEqual(self.effect.money_ahead_adjusted, 1200 * 0.75)
        self.assertAlmostEqual(self.implementation.npv, 1500 - 300)
        self.assertEqual(self.effect.money_to_date, 1200, "measured is certain")

    def test_formula_in_words(self):
        self.assertIn("(1 − 20.00 % × 50.00 %)", self.effect.risk_formula)

    def test_closed_risk_threatens_nothing(self):
        self.risk.write({"state": "closed", "close_reason": "expired"})
        self.assertEqual(self.effect.risk_factor, 1.0)
        self.assertAlmostEqual(self.implementation.npv, 1500)

    def test_two_risks_multiply(self):
        other = self.risk.copy({"p_inherent": 0.1})
        self.link.copy({"risk_id": other.id, "share": 1.0})
        self.assertAlmostEqual(self.effect.risk_factor, 0.9 * 0.9)

    def test_confidential_risk_counts_for_everybody(self):
        self.risk.confidential = True
        reader = self.effect.with_user(self.user)
        self.assertAlmostEqual(reader.money_ahead_adjusted, 1080)
        self.assertIn("20.00 %", reader.risk_formula)

    def test_risk_of_another_implementation(self):
        other = self.implementation.copy({"name": "Other"})
        risk = self.risk.copy({"implementation_id": other.id})
        with self.assertRaisesRegex(Exception, "another implementation"):
            self.link.risk_id = risk

    def test_uplift_of_planned_costs(self):
        """200 planned ahead with 10 % uplift: 220."""
        self._new_cost(200, date(2026, 6, 1), "plan", "support", risk_uplift=0.1)
        self.assertAlmostEqual(self.implementation.npv, 1380 - 220)


@tagged("post_install", "-at_install")
class TestSimulation(EffectsCase):
    """A declared 100 (between 50 and 150) for 24 months against a cost of 1800."""

    def setUp(self):
        super().setUp()
        self.implementation.discount_rate = 0
        self._new_cost(1800, date(2024, 12, 10))
        self.effect = self._new_effect(
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
            declared_low=50,
            declared_high=150,
        )
        self.effect.action_estimate()

    def test_marks(self):
        """Triangular (0.5, 1, 1.5) of 2400: quantile 10 % is 0.5 + sqrt(0.1 / 2)."""
        self.implementation.action_simulate_return()
        run = self.implementation.return_simulation_id
        p10 = 2400 * (0.5 + (0.1 / 2) ** 0.5) - 1800
        # four standard errors, √(q (1 - q) / draws) ÷ density at the mark; the density
        # is 4 √0.05 ÷ 2400 at 10 % and 90 %, 2 ÷ 2400 in the middle
        root = run.draws**0.5
        outer = 4 * 0.3 / root * 2400 / (4 * 0.05**0.5)
        self.assertAlmostEqual(run.p10, p10, delta=outer)
        self.assertAlmostEqual(run.p50, 600, delta=4 * 0.5 / root * 2400 / 2)
        self.assertAlmostEqual(run.p90, 1200 - p10, delta=outer)
        # 75 % of 2400 suffices: chance 1 - 2 × 0.25²
        error = 4 * (0.875 * 0.125) ** 0.5 / root
        self.assertAlmostEqual(run.probability_positive, 0.875, delta=error)
        self.assertLess(run.payback_p10, run.payback_p50)
        # 1800 at 100 a month: month 18 after December 2024
        self.assertAlmostEqual(run.payback_months_p50, 18, delta=0.2)
        self.assertFalse(run.payback_p90, "more than one future in ten never pays")

    def test_same_inputs_same_marks(self):
        self.implementation.action_simulate_return()
        first = self.implementation.return_simulation_id
        self.implementation.action_simulate_return()
        second = self.implementation.return_simulation_id
        self.assertNotEqual(first, second)
        self.assertEqual(first.inputs, second.inputs)
        for name in ("p10", "p50", "p90", "payback_months_p50"):
            self.assertEqual(first[name], second[name])

    def test_stale_when_something_changes(self):
        self.implementation.action_simulate_return()
        run = self.implementation.return_simulation_id
        self.assertFalse(run.is_stale)
        self.implementation.discount_rate = 0.2
        run.invalidate_recordset()
        self.assertTrue(run.is_stale)
        self.implementation.discount_rate = 0
        run.invalidate_recordset()
        self.assertFalse(run.is_stale)
        self._new_cost(1, date(2025, 1, 1))
        run.invalidate_recordset()
        self.assertTrue(run.is_stale)

    def test_headline_names_the_span(self):
        self.implementation.horizon_months = 48
        self.effect.action_estimate()
        self.implementation.action_simulate_return()
        self.assertIn("pay back between", self.implementation.headline)

    def test_one_future_is_no_curve(self):
        self.implementation.action_simulate_return()
        self.assertTrue(self.implementation.npv_chart)
        self.effect.unlink()
        self.implementation.action_simulate_return()
        self.assertEqual(self.implementation.npv_p90, -1800)
        self.assertFalse(self.implementation.npv_chart)

    def test_nothing_to_simulate(self):
        bare = self.env["crm.implementation"].create(
            {"name": "Bare", "company_id": self.company.id}
        )
        with self.assertRaisesRegex(Exception, "neither costs nor effects"):
            bare.action_simulate_return()

    def test_rights(self):
        with self.assertRaisesRegex(Exception, "not allowed|access"):
            self.implementation.with_user(self.user).action_simulate_return()
        self.implementation.with_user(self.officer).action_simulate_return()
        run = self.implementation.with_user(self.user).return_simulation_id
        self.assertTrue(run.p50)
        with self.assertRaisesRegex(Exception, "inputs|access"):
            run.read(["inputs"])


@tagged("post_install", "-at_install")
class TestSnapshot(EffectsCase):
    """January: 100 a month against 1500; in February the cost turns out 300 higher."""

    def setUp(self):
        super().setUp()
        self.implementation.write({"discount_rate": 0, "state": "active"})
        self._new_cost(1500, date(2024, 12, 10))
        self._new_effect(
            estimator="manual", indicator_id=False, declared_monthly=100
        ).action_estimate()

    def _on(self, day):
        with self._today(day), self.enter_registry_test_mode():
            self.env.ref("crm_effects.ir_cron_snapshot").method_direct_trigger()
        self.env.invalidate_all()
        return self.implementation.snapshot_ids

    def test_the_forecast_is_kept_month_by_month(self):
        first = self._on(date(2026, 1, 10))
        self.assertEqual(first.date, date(2026, 1, 1))
        self.assertEqual(first.payback_months, 15)
        self._new_cost(300, date(2025, 1, 10))
        self.assertEqual(self._on(date(2026, 1, 20)), first, "the month goes on")
        self.assertEqual(first.payback_months, 18)
        self._new_cost(100, date(2025, 1, 10))
        second = self._on(date(2026, 2, 3)) - first
        self.assertEqual(second.payback_months, 19)
        self.assertEqual(first.payback_months, 18, "a closed month stays")
        chart = self.implementation.payback_chart
        self.assertEqual(chart["labels"], ["2026-01-01", "2026-02-01"])
        self.assertEqual(len(chart["datasets"]), 3)

    def test_unchanged_figures_are_not_simulated_again(self):
        self._on(date(2026, 1, 10))
        self._on(date(2026, 1, 11))
        self.assertEqual(len(self.implementation.return_simulation_ids), 1)

    def test_closed_ones_rest(self):
        self.implementation.state = "closed"
        self.assertFalse(self._on(date(2026, 1, 10)))

    def test_nobody_types_snapshots(self):
        self._on(date(2026, 1, 10))
        with self.assertRaisesRegex(Exception, "not allowed|access"):
            self.implementation.snapshot_ids.with_user(self.manager).write({"npv": 1})
