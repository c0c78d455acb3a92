"""Effects that no indicator measures: declared, fall of losses, kept out by chance."""

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
