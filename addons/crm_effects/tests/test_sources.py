"""Effects that no indicator measures: declared, fall of losses, kept out by chance; and
money that nobody may claim twice."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.crm_loyalty.engine import uplift

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestDeclared(EffectsCase):
    def _declare(self, **values):
        effect = self._new_effect(
            estimator="manual", indicator_id=False, money_method="cost", **values
        )
        effect.action_estimate()
        return effect

    def test_hours_with_the_correction_factor(self):
        """20 people save 10 % of a year worth 54 000 each; 80 % of it becomes work:
        86 400 a year, 7 200 a month."""
        effect = self._declare(
            declared_hours=2, hourly_cost=4500, correction_factor=0.8
        )
        effect.money_method = "hours"
        effect.action_estimate()
        self.assertAlmostEqual(effect.money_to_date, 12 * 2 * 4500 * 0.8)
        self.assertAlmostEqual(effect.money_to_date, 86_400)

    def test_ramp_up(self):
        """A quarter more each month up to the fourth: 25 + 50 + 75 + 9 × 100."""
        effect = self._declare(declared_monthly=100, ramp_months=4)
        self.assertAlmostEqual(effect.money_to_date, 1050)
        self.assertAlmostEqual(effect.money_ahead, 1200)

    def test_disbenefit(self):
        effect = self._declare(
            declared_monthly=100,
            declared_low=80,
            declared_high=150,
            is_disbenefit=True,
        )
        self.assertEqual(effect.money_to_date, -1200)
        self.assertEqual((effect.money_low, effect.money_high), (-1800, -960))

    def test_adoption(self):
        """40 % of the people in the first half of 2025, 80 % in the second."""
        adoption = self._new_indicator("adoption", "Adoption", "ratio", unit="percent")
        self.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": adoption.id,
                    "company_id": self.company.id,
                    "granularity": "month",
                    "date": date(2025, month, 1),
                    "team_id": self.north.id,
                    "numerator": 4 if month <= 6 else 8,
                    "denominator": 10,
                }
                for month in range(1, 13)
            ]
        )
        effect = self._declare(declared_monthly=100, adoption_indicator_id=adoption.id)
        self.assertAlmostEqual(effect.money_to_date, 6 * 40 + 6 * 80)
        self.assertAlmostEqual(effect.money_ahead, 12 * 80)

    def test_what_is_used_less_brings_less(self):
        """Adoption fell from 100 % to 50 %: 0.5 by the mean 0.75 lies ahead."""
        adoption = self._new_indicator("fading", "Fading", "ratio", unit="percent")
        self._write_history(
            adoption, lambda team, i: (10.0 if i < 30 else 5.0) if i >= 24 else 0.0
        )
        steady = self._new_effect()
        fading = self._new_effect(
            money_method="none", adoption_indicator_id=adoption.id
        )
        self.assertEqual(steady._get_adoption_outlook(), 1.0)
        self.assertAlmostEqual(fading._get_adoption_outlook(), 0.5 / 0.75)


@tagged("post_install", "-at_install")
class TestRiskReduction(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.env["crm.risk.template"].search(
            [("nature", "=", "reduced")], limit=2
        )
        cls.leaver, cls.leads = (
            cls._new_risk(template, chance)
            for template, chance in zip(cls.templates, (0.4, 0.2), strict=True)
        )

    @classmethod
    def _new_risk(cls, template, chance):
        return cls.env["crm.risk"].create(
            {
                "name": template.name,
                "implementation_id": cls.implementation.id,
                "template_id": template.id,
                "category_id": template.category_id.id,
                "nature": "reduced",
                "occurrence": "once",
                "p_inherent": chance,
                "distribution": "fixed",
                "impact_min": 12_000,
                "impact_mode": 12_000,
                "impact_max": 12_000,
                "response_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "CRM in use",
                            "strategy": "mitigate",
                            "state": "done",
                            "p_reduction": 0.5,
                        },
                    )
                ],
            }
        )

    def _new_reduction(self, risks, **values):
        return self._new_effect(
            estimator="risk",
            indicator_id=False,
            money_method="cost",
            category_id=self.env.ref("crm_effects.crm_effect_category_risk").id,
            reduced_risk_ids=risks.ids,
            **values,
        )

    def test_half_of_the_expected_loss(self):
        """0.4 × 12 000 halved by the response: 2 400 a year, 200 a month."""
        self.assertAlmostEqual(self.leaver.emv_inherent, 4800)
        self.assertAlmostEqual(self.leaver.emv_current, 2400)
        effect = self._new_reduction(self.leaver)
        effect.action_estimate()
        self.assertAlmostEqual(effect.money_to_date, 2400)
        self.assertEqual((effect.grade, effect.proof_class), ("D", "hoped"))
        self.assertIn("estimates", effect.grade_reason)

    def test_live(self):
        """A risk that grows takes the effect back at the next estimate."""
        effect = self._new_reduction(self.leaver)
        self.leaver.response_ids.state = "cancelled"
        effect.action_estimate()
        self.assertEqual(effect.money_to_date, 0)

    def test_a_code_counts_once(self):
        """The loss of leads is measured by another effect: 1 200 a year drop out."""
        effect = self._new_reduction(self.leaver | self.leads)
        effect.action_estimate()
        self.assertAlmostEqual(effect.money_to_date, 2400 + 1200)
        self._new_effect(covered_template_ids=self.leads.template_id.ids)
        effect.action_estimate()
        self.assertAlmostEqual(effect.money_to_date, 2400)
        self.assertIn(self.leads.template_id.code, effect.warning)
        second = self._new_reduction(self.leaver)
        second.action_estimate()
        self.assertEqual(second.state, "refused")
        self.assertIn("another effect", second.refusal)

    def test_risks_are_chosen(self):
        with self.assertRaisesRegex(ValidationError, "choose the risks"):
            self._new_reduction(self.env["crm.risk"])


@tagged("post_install", "-at_install")
class TestHoldout(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.env["loyalty.program"].create(
            {
                "name": "Points",
                "program_type": "loyalty",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
            }
        )

    def _measure(self, treated, control, **values):
        """As if the customers had bought so much each: Group(n, mean, deviation)."""
        effect = self._new_effect(
            estimator="holdout",
            indicator_id=False,
            program_id=self.program.id,
            **values,
        )
        self.program.sudo().write({"holdout_date": date(2025, 1, 1)})
        groups = {False: uplift.Group(*treated), True: uplift.Group(*control)}
        program = type(self.program)
        with patch.object(program, "_holdout_groups", lambda *_args: groups):
            effect.action_estimate()
        return effect

    def test_uplift_becomes_money(self):
        """120 against 100 each in a year, 100 customers: 2 000, at 25 % margin 500."""
        effect = self._measure((100, 120, 10), (100, 100, 10))
        self.assertEqual(effect.state, "estimated", effect.refusal)
        self.assertAlmostEqual(effect.money_to_date, 500, places=2)
        self.assertEqual(effect.grade, "A")
        self.assertIn("chance", effect.grade_reason)
        self.assertLess(effect.money_low, 500)

    def test_what_may_be_chance_is_no_proof(self):
        effect = self._measure((30, 101, 50), (30, 100, 50))
        self.assertEqual(effect.grade, "C")

    def test_too_few_customers(self):
        effect = self._measure((1, 120, 0), (1, 100, 0))
        self.assertEqual(effect.state, "refused")
        self.assertIn("Points", effect.refusal)

    def test_nobody_is_kept_out(self):
        effect = self._new_effect(
            estimator="holdout", indicator_id=False, program_id=self.program.id
        )
        effect.action_estimate()
        self.assertIn("keeps no customers out", effect.refusal)

    def test_a_programme_is_chosen(self):
        with self.assertRaisesRegex(ValidationError, "programme"):
            self._new_effect(estimator="holdout", indicator_id=False)


@tagged("post_install", "-at_install")
class TestClaims(EffectsCase):
    """Order value is a driver of revenue; stock stands apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order_value.driver_of_id = cls.revenue
        cls.stock = cls._new_indicator("stock", "Stock", "level", direction="lower")

    def test_a_driver_of_a_counted_figure(self):
        self._new_effect(name="Revenue")
        with self.assertRaisesRegex(ValidationError, "Bigger.*Revenue.*200"):
            self._new_effect(name="Bigger", indicator_id=self.order_value.id)

    def test_the_whole_of_a_counted_driver(self):
        self._new_effect(name="Bigger", indicator_id=self.order_value.id)
        with self.assertRaisesRegex(ValidationError, "Bigger"):
            self._new_effect(name="Revenue")

    def test_shares_that_fit(self):
        first = self._new_effect(share=0.6)
        self._new_effect(indicator_id=self.order_value.id, share=0.4)
        with self.assertRaises(ValidationError):
            first.share = 0.7

    def test_what_claims_nothing_is_free(self):
        self._new_effect()
        self._new_effect(money_method="none")
        self._new_effect(active=False)
        aside = self._new_effect(include_in_roi=False)
        with self.assertRaises(ValidationError):
            aside.include_in_roi = True

    def test_other_teams_are_other_money(self):
        self._new_effect(team_ids=self.north.ids)
        self._new_effect(team_ids=self.south.ids)
        with self.assertRaises(ValidationError):
            self._new_effect(team_ids=(self.north | self.south).ids)

    def test_cash_once_and_running_cost_of_the_same_stock(self):
        values = {"indicator_id": self.stock.id, "carrying_rate": 0.2}
        release = self._new_effect(money_method="release", **values)
        self._new_effect(money_method="carrying", **values)
        with self.assertRaises(ValidationError):
            self._new_effect(money_method="release", **values)
        self._write_history(self.stock, lambda team, i: 2000 - self._story(team, i))
        release.action_estimate()
        self.assertAlmostEqual(release.money_release, 600, delta=10)
        self.assertEqual(release.money_running, 0)

    def test_no_circles(self):
        with self.assertRaisesRegex(ValidationError, "itself"):
            self.revenue.driver_of_id = self.order_value

    def test_invoices_and_orders_are_one_money(self):
        """The catalogue: invoiced revenue, order value and discounts under R01."""
        top = self.env.ref("crm_risk.crm_indicator_r01")
        for code in ("R02", "R07", "R08", "C02", "C03", "F06"):
            indicator = self.env["crm.indicator"].search([("code", "=", code)])
            self.assertEqual(indicator._get_tree_path()[-1], top, code)


@tagged("post_install", "-at_install")
class TestSplit(EffectsCase):
    """2024: 2 customers, 4 orders of 100. 2025: 3 customers, 9 orders of 120."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"].create([{"name": f"P{n}"} for n in range(3)])
        for year, count, each, amount in ((2024, 2, 2, 100), (2025, 3, 3, 120)):
            for partner in partners[:count]:
                cls._new_orders(partner, year, each, amount)

    @classmethod
    def _new_orders(cls, partner, year, count, amount):
        product = cls.env["product.product"].create({"name": "Work", "type": "service"})
        for month in range(3, 3 + count):
            cls.env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "state": "sale",
                    "date_order": f"{year}-{month:02}-10 10:00:00",
                    "order_line": [
                        (
                            0,
                            0,
                            {
                                "product_id": product.id,
                                "price_unit": amount,
                                "tax_ids": False,
                            },
                        )
                    ],
                }
            )

    def test_parts_add_up(self):
        """400 and 1 080: customers ×1.5, orders each ×1.5, value ×1.2."""
        split = self.implementation._get_driver_split()
        self.assertEqual((split["before"], split["after"]), (400, 1080))
        self.assertEqual(split["drivers_before"], [2, 2, 100])
        self.assertEqual(split["drivers_after"], [3, 3, 120])
        self.assertAlmostEqual(sum(split["parts"]), split["total"], 9)
        customers, orders, value = split["parts"]
        self.assertAlmostEqual(customers, orders, 9)  # both grew by half
        self.assertLess(value, customers)
        self.assertEqual(len(split["labels"]), 3)
        self.assertEqual(split["spans"][0], ["2024-01-01", "2024-12-01"])
        self.assertEqual(split["spans"][1], ["2025-01-01", "2025-12-01"])

    def test_in_words(self):
        words = self.implementation.revenue_split.split("\n")
        self.assertEqual(len(words), 4)
        for figure in ("400", "1,080", "680", "January 2024", "December 2025"):
            self.assertIn(figure, words[0])
        self.assertTrue(words[1].startswith("Customers: "))

    def test_same_months_of_the_year_before(self):
        self.implementation.date_go_live = date(2025, 4, 1)
        spans = self.implementation._get_split_spans()
        self.assertEqual(spans[1], (date(2025, 4, 1), date(2025, 12, 1)))
        self.assertEqual(spans[0], (date(2024, 4, 1), date(2024, 12, 1)))

    def test_nothing_to_compare(self):
        self.implementation.date_go_live = False
        self.assertFalse(self.implementation._get_driver_split())
        self.implementation.date_go_live = date(2030, 1, 1)
        self.assertFalse(self.implementation._get_driver_split())


@tagged("post_install", "-at_install")
class TestHistory(EffectsCase):
    def _check(self, indicator):
        self.implementation.with_user(self.officer).action_check_history()
        return self.env["crm.effect.history"].search(
            [
                ("implementation_id", "=", self.implementation.id),
                ("indicator_id", "=", indicator.id),
            ]
        )

    def test_two_whole_years(self):
        history = self._check(self.revenue)
        self.assertEqual(history.verdict, "good")
        self.assertEqual((history.month_count, history.gap_count), (24, 0))
        self.assertTrue(0 < history.detectable < 0.1)
        self.assertEqual(self._check(self.revenue), history)  # one row each

    def test_gaps_and_missing_months(self):
        short = self._new_indicator("short", "Short", "sum")
        self._write_history(short)
        self.env["crm.indicator.fact"].search(
            [
                ("indicator_id", "=", short.id),
                "|",
                ("date", "<", date(2023, 5, 1)),
                ("date", "=", date(2024, 2, 1)),
            ]
        ).unlink()
        history = self._check(short)
        self.assertEqual(history.verdict, "short")
        self.assertEqual((history.month_count, history.gap_count), (19, 1))
        for figure in ("5", "1"):
            self.assertIn(figure, history.message)

    def test_everything_on_one_import_day(self):
        """All orders confirmed in one month: there is no true before."""
        spike = self._new_indicator("spike", "Spike", "sum")
        self._write_history(spike)
        facts = self.env["crm.indicator.fact"].search([("indicator_id", "=", spike.id)])
        facts.filtered(lambda fact: fact.date == date(2024, 5, 1)).record_count = 5000
        history = self._check(spike)
        self.assertEqual(history.verdict, "none")
        self.assertIn("imported", history.message)

    def test_no_figures_at_all(self):
        empty = self._new_indicator("empty", "Empty", "sum")
        self._new_effect(indicator_id=empty.id)
        self.assertEqual(self._check(empty).verdict, "none")
        self.assertIn("No figures", self._check(empty).message)

    def test_what_began_after_the_go_live_is_left_out(self):
        late = self._new_indicator("late", "Late", "sum")
        self._write_history(late)
        facts = self.env["crm.indicator.fact"].search([("indicator_id", "=", late.id)])
        self.assertTrue(self._check(late))
        facts.filtered(lambda fact: fact.date < date(2025, 1, 1)).unlink()
        self.assertFalse(self._check(late))

    def test_records_made_on_one_day(self):
        """Four orders made on one day, one on another: 80 % imported."""
        revenue = self.env.ref("crm_risk.crm_indicator_r01")
        self.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": revenue.id,
                    "company_id": self.company.id,
                    "granularity": "month",
                    "date": date(2023 + i // 12, 1 + i % 12, 1),
                    "numerator": 100 + i % 5,
                    "record_count": 1,
                }
                for i in range(24)
            ]
        )
        partner = self.env["res.partner"].create({"name": "Buyer"})
        orders = self.env["sale.order"].create(
            [{"partner_id": partner.id, "company_id": self.company.id}] * 5
        )
        self.env.flush_all()
        for order, day in zip(orders, (3, 3, 3, 3, 9), strict=True):
            self.env.cr.execute(
                "UPDATE sale_order SET create_date = %s WHERE id = %s",
                [date(2024, 6, day), order.id],
            )
        history = self._check(revenue)
        self.assertEqual(history.import_day, date(2024, 6, 3))
        self.assertAlmostEqual(history.import_share, 0.8)
        self.assertEqual(history.verdict, "doubtful")
        self.assertIn("80", history.message)
