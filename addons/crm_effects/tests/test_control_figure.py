"""A product group as control: heating is sold with the CRM, pipes are not.

Heating is what common.py tells: 1000 a month and team, in the introduced ones 1300
from January 2025 on. Pipes are 1000 a month and team throughout.
"""

import math
from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestControlFigure(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.heating = cls._new_indicator("heating", "Heating", "sum", scale="log")
        cls.pipes = cls._new_indicator("pipes", "Pipes", "sum", scale="log")

    @classmethod
    def _calm(cls, team, i):
        return cls._story(team, i) - (
            300 if team in cls.north | cls.south and i >= 24 else 0
        )

    def _estimate(self, **values):
        values = {
            "indicator_id": self.heating.id,
            "control_indicator_id": self.pipes.id,
            "estimator": "did",
            **values,
        }
        effect = self._new_effect(**values)
        effect.action_estimate()
        return effect

    def test_what_only_one_group_had_is_the_effect(self):
        self._write_history(self.heating)
        self._write_history(self.pipes, self._calm)
        effect = self._estimate()
        self.assertEqual(effect.state, "estimated", effect.refusal)
        self.assertAlmostEqual(effect.effect, math.log(1.3), delta=0.01)
        self.assertEqual((effect.grade, effect.proof_class), ("A", "proven"))
        study = effect.get_explorer(effect_id=effect.id)["study"]
        self.assertEqual(len(study["points"]), 24)

    def test_a_market_that_both_groups_had_is_none(self):
        """From 2025 on everything sells a tenth more."""

        def market(team, i):
            return self._calm(team, i) * (1.1 if i >= 24 else 1.0)

        self._write_history(self.heating, market)
        self._write_history(self.pipes, market)
        effect = self._estimate()
        self.assertLess(effect.effect_low, 0)
        self.assertGreater(effect.effect_high, 0)
        self.assertNotEqual(effect.proof_class, "proven")

    def test_the_whole_company_needs_no_units(self):
        self._write_history(self.heating, lambda team, i: 1300 if i >= 24 else 1000)
        self._write_history(self.pipes, self._calm)
        effect = self._estimate()
        effect.team_ids = False
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated", effect.refusal)
        self.assertAlmostEqual(effect.effect, math.log(1.3), delta=0.01)

    def test_without_its_figures(self):
        """Nothing was measured of the control: it is said."""
        self._write_history(self.heating)
        effect = self._estimate()
        self.assertEqual(effect.state, "refused")
        self.assertIn("Months of data", effect.refusal)

    def test_bad_input(self):
        for values, said in (
            ({"control_indicator_id": self.heating.id}, "Heating.*itself"),
            ({"control_indicator_id": self.order_value.id}, "Order value.*with sums"),
            ({"normaliser": "seller"}, "Pipes.*no salespeople"),
        ):
            with self.subTest(said), self.assertRaisesRegex(ValidationError, said):
                self._estimate(include_in_roi=False, **values)

    def test_product_groups_of_real_orders(self):
        """Defined without code on the sales analysis: 300 of heating and 40 of pipes
        in March, 50 of pipes in April; a quotation counts for nothing."""
        self.env["ir.config_parameter"].set_param("crm_risk.history_months", 120)
        author = self.env.ref("base.user_admin")  # figures are read with his rights
        author.company_ids |= self.company
        groups = self.env["product.category"].create(
            [{"name": "Heating"}, {"name": "Pipes"}]
        )
        pump, pipe = self.env["product.product"].create(
            [
                {"name": group.name, "type": "service", "categ_id": group.id}
                for group in groups
            ]
        )
        self._sell({pump: 300, pipe: 40}, "2025-03-10 10:00:00")
        self._sell({pipe: 50}, "2025-04-10 10:00:00")
        self._sell({pipe: 999}, "2025-04-11 10:00:00", state="draft")
        indicators = [self._new_group_indicator(group) for group in groups]
        for indicator in indicators:
            indicator.owner_id = author
        run = self.env["crm.indicator.run"].create({"trigger": "manual"})
        run._measure_all([(one, self.company) for one in indicators])
        sums = [
            one._get_monthly_sums(self.company, self.env["crm.team"])
            for one in indicators
        ]
        march, april = date(2025, 3, 1), date(2025, 4, 1)
        self.assertEqual(sums[0][march][0], 300)
        self.assertEqual(sums[1][march][0], 40)
        self.assertEqual(sums[1][april][0], 50)
        self.assertNotIn(april, {m for m, pair in sums[0].items() if pair[0]})

    def _sell(self, amounts, day, state="sale"):
        self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "company_id": self.company.id,
                "state": state,
                "date_order": day,
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
                    for product, amount in amounts.items()
                ],
            }
        )

    def _new_group_indicator(self, group):
        field = self.env["ir.model.fields"]._get
        return self._new_indicator(
            f"group_{group.id}",
            group.name,
            "sum",
            measure="domain",
            model_id=self.env["ir.model"]._get("sale.report").id,
            domain=f"[('categ_id', 'child_of', {group.id}), ('state', '=', 'sale')]",
            date_field_id=field("sale.report", "date").id,
            measure_field_id=field("sale.report", "price_subtotal").id,
        )
