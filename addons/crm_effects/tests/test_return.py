"""The return of an implementation.

Costs: 900 in July 2024, 300 in January 2025. Benefit: the declared 100 a month from
January 2025 on, horizon 24 months: 1200 measured by today (15 January 2026), 1200
ahead.
"""

from datetime import date

from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestReturn(EffectsCase):
    def setUp(self):
        super().setUp()
        self._new_cost(900, date(2024, 7, 10))
        self._new_cost(300, date(2025, 1, 10), cost_type="training")
        self.effect = self._new_effect(
            name="Fewer phone calls",
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
        )
        self.effect.action_estimate()

    def test_undiscounted(self):
        self.implementation.discount_rate = 0
        self.assertEqual(self.implementation.cost_actual, 1200)
        self.assertAlmostEqual(self.implementation.npv, 1200)
        self.assertAlmostEqual(self.implementation.npv_to_date, 0)
        self.assertAlmostEqual(self.implementation.roi, 1.0)
        # -900 in month 0; month 6: -300 + 100; then 100 a month: zero in month 17
        self.assertAlmostEqual(self.implementation.payback_months, 17)
        self.assertEqual(self.implementation.payback_date, date(2025, 12, 1))

    def test_discounted_by_month(self):
        """10 % a year: month m by 1.1^(-m/12), counted from July 2024."""
        expected = (
            -900
            - 300 * 1.1 ** (-6 / 12)
            + sum(100 * 1.1 ** (-m / 12) for m in range(6, 30))
        )
        self.assertAlmostEqual(self.implementation.npv, expected, places=2)
        self.assertGreater(
            self.implementation.discounted_payback_months,
            self.implementation.payback_months,
        )

    def test_tei_years(self):
        """Initial 900; year 1: 1200 - 300; year 2: 1200."""
        self.implementation.cash_convention = "tei_annual"
        self.assertAlmostEqual(
            self.implementation.npv, -900 + 900 / 1.1 + 1200 / 1.21, places=2
        )

    def test_one_rate_in_words(self):
        self.assertEqual(len(self.implementation.irr_rates), 1)
        self.assertRegex(self.implementation.irr_text, r"^\d+\.\d %$")
        self.assertTrue(self.implementation.has_mirr)

    def test_no_rate_is_explained(self):
        self.effect.active = False
        self.assertFalse(self.implementation.irr_rates)
        self.assertIn("same sign", self.implementation.irr_text)
        self.assertFalse(self.implementation.payback_date)
        self.assertFalse(self.implementation.has_mirr)
        self.assertEqual(self.implementation.npv_low, self.implementation.npv_high)

    def test_indirect_effect_stays_out(self):
        npv = self.implementation.npv
        indirect = self._new_effect(
            category_id=self.env.ref(
                "crm_effects.crm_effect_category_indirect_service"
            ).id,
            estimator="manual",
            indicator_id=False,
            declared_monthly=1000,
        )
        indirect.action_estimate()
        self.assertFalse(indirect.include_in_roi)
        self.assertEqual(self.implementation.npv, npv)
        indirect.include_in_roi = True
        self.assertGreater(self.implementation.npv, npv)

    def test_forgotten_actuals_are_not_a_gain(self):
        """A plan of a type of which nothing is booked counts; of 'licence' not."""
        npv = self.implementation.npv
        self._new_cost(5000, date(2024, 8, 1), "plan", "licence")
        self.assertEqual(self.implementation.npv, npv)
        self.assertEqual(self.implementation.cost_planned, 5000)
        self._new_cost(70, date(2024, 7, 1), "plan", "support")
        self.assertAlmostEqual(self.implementation.npv, npv - 70)

    def test_planned_ahead_counts(self):
        self.implementation.discount_rate = 0
        self._new_cost(200, date(2099, 1, 1), "plan", "licence")
        self.assertAlmostEqual(self.implementation.npv, 1000)
        self.assertAlmostEqual(self.implementation.npv_to_date, 0)

    def test_integration_is_two_thirds(self):
        self._new_cost(300_000, date(2024, 8, 1), "plan", "licence")
        self.implementation.action_plan_integration()
        planned = self.implementation.cost_ids.filtered(
            lambda cost: cost.cost_type == "integration"
        )
        self.assertEqual(planned.amount, 200_000)
        self.assertEqual(planned.nature, "plan")

    def test_cost_at_the_rate_of_its_day(self):
        """Two for one in July 2024; the later rate of four changes nothing."""
        foreign = self.env["res.currency"].create({"name": "TST", "symbol": "T"})
        rates = self.env["res.currency.rate"]
        for day, rate in ((date(2024, 1, 1), 2.0), (date(2025, 6, 1), 4.0)):
            rates.create(
                {
                    "currency_id": foreign.id,
                    "name": day,
                    "rate": rate,
                    "company_id": self.company.id,
                }
            )
        cost = self._new_cost(100, date(2024, 7, 1), currency_id=foreign.id)
        self.assertAlmostEqual(cost.amount_company, 50)

    def test_cash_flow_adds_up(self):
        flow = self.env["crm.effect.cashflow"].search(
            [("implementation_id", "=", self.implementation.id)]
        )
        self.implementation.discount_rate = 0
        self.assertAlmostEqual(sum(flow.mapped("amount")), self.implementation.npv)
        costs = flow.filtered(lambda row: row.kind == "cost")
        self.assertEqual(sum(costs.mapped("amount")), -1200)
        self.assertEqual(len(flow - costs), 24)


@tagged("post_install", "-at_install")
class TestHeadline(EffectsCase):
    """The sentence is exactly as strong as the evidence."""

    def test_nothing_yet(self):
        self.assertIn("No effect is proven yet", self.implementation.headline)
        self.assertIn("No costs are recorded", self.implementation.headline)
        self._new_cost(900, date(2024, 7, 10))
        self.assertIn("cannot be told yet", self.implementation.headline)
        self.implementation.date_go_live = False
        self.assertIn("not been dated", self.implementation.headline)

    def test_proven_gain(self):
        """950 spent in July 2024, 150 a month from January: zero in June 2025."""
        self._new_cost(950, date(2024, 7, 10))
        self._new_effect().action_estimate()
        self._new_effect(name="Happier people", estimator="manual").action_estimate()
        headline = self.implementation.headline
        self.assertIn("January 2025", headline)
        self.assertIn("more profit than would have come anyway", headline)
        self.assertIn("It has paid back: June 2025", headline)
        self.assertIn("Not proven yet: Happier people", headline)

    def test_proven_loss_changes_the_sign(self):
        loss = self._new_indicator("loss", "Loss", "sum")
        self._write_history(loss, lambda team, i: 2 * 1000 - self._story(team, i))
        self._new_cost(900, date(2024, 7, 10))
        self._new_effect(indicator_id=loss.id).action_estimate()
        headline = self.implementation.headline
        self.assertIn("has cost between", headline)
        self.assertIn("does not pay back", headline)
        self.assertLess(self.implementation.benefit_proven, 0)

    def test_indication_only(self):
        early = self._new_effect(date_go_live=date(2025, 9, 1))
        early.action_estimate()
        self.assertEqual(early.grade, "C")
        headline = self.implementation.headline
        self.assertIn("Nothing is proven yet", headline)
        self.assertNotIn("Not proven yet", headline, "once is enough")
        for figure in (early.money_to_date, early.money_low, early.money_high):
            self.assertIn(f"{abs(figure):,.0f}", headline)

    def test_paid_back_by_what_is_not_proven(self):
        """2500 spent; 150 a month proven since January 2025 are 1800, and 100 a month
        are declared: 250 a month bring 2500 back after ten months."""
        self._new_cost(2500, date(2024, 7, 10))
        self._new_effect().action_estimate()
        self._new_effect(
            name="Fewer calls",
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
        ).action_estimate()
        self.assertIn(
            "Counting what is not proven too, it has paid back",
            self.implementation.headline,
        )
