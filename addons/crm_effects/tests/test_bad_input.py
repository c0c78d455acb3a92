"""Bad input, case by case: a sentence that says what is wrong and what to do.

Three more are tested where their story is: everything on one import day and gaps in
`test_claims`, costs after the horizon in `test_cost_documents`, a currency without a
rate in `test_second_currency`.
"""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestBadInput(EffectsCase):
    def _refusal(self, **values):
        effect = self._new_effect(**values)
        effect.action_estimate()
        self.assertEqual(effect.state, "refused")
        self.assertFalse(effect.line_ids, "no figure that looks like an answer")
        return effect.refusal

    def _facts(self, indicator):
        return self.env["crm.indicator.fact"].search(
            [("indicator_id", "=", indicator.id)]
        )

    def test_less_than_a_season(self):
        short = self._new_indicator("season", "Season", "sum")
        self._write_history(short, months=12)
        said = self._refusal(indicator_id=short.id, date_go_live=date(2023, 9, 1))
        self.assertIn("The season cannot be told from the effect", said)
        self.assertIn("Import the missing earlier months (16)", said)

    def test_gaps_are_no_data(self):
        """Two of 24 months before are missing: 22 are said, not filled in."""
        gaps = self._new_indicator("gaps", "Gaps", "sum")
        self._write_history(gaps)
        holes = (date(2023, 5, 1), date(2024, 2, 1))
        self._facts(gaps).filtered(lambda fact: fact.date in holes).unlink()
        said = self._refusal(indicator_id=gaps.id)
        self.assertIn("Months of data before the go-live: 22, needed: 24", said)

    def test_zero_and_negative_denominators(self):
        """In one month nothing, in another less than nothing was there to divide by."""
        ratio = self._new_indicator("nothing", "Nothing", "ratio")
        self._write_history(ratio)
        bad = {date(2025, 3, 1): 0, date(2025, 4, 1): -10}
        for day, denominator in bad.items():
            facts = self._facts(ratio).filtered(lambda fact, day=day: fact.date == day)
            facts.denominator = denominator
        effect = self._new_effect(indicator_id=ratio.id)
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated")
        self.assertIn("divided by zero or less: 2.", effect.warning)
        lines = effect.line_ids.filtered(lambda line: line.date in bad)
        self.assertEqual(set(lines.mapped("has_data")), {False})
        self.assertTrue(20 < effect.effect < 40, "the other months tell the same")

    def test_only_costs_and_only_benefits(self):
        self._new_cost(900, date(2024, 7, 10))
        self.assertIn("all months have the same sign", self.implementation.irr_text)
        self.assertFalse(self.implementation.has_mirr)
        self.implementation.cost_ids.unlink()
        self._new_effect(
            estimator="manual", indicator_id=False, declared_monthly=10
        ).action_estimate()
        self.assertIn("all months have the same sign", self.implementation.irr_text)
        self.assertFalse(self.implementation.has_mirr)
        self.assertFalse(self.implementation.has_roi)

    def test_go_live_outside_the_data(self):
        said = self._refusal(date_go_live=date(2020, 1, 1))
        self.assertIn("lies outside the figures of the indicator", said)
        self.assertIn("correct the date or import the missing months", said)

    def test_treated_and_control_at_once(self):
        with self.assertRaisesRegex(
            ValidationError, "North cannot be introduced and control at the same time"
        ):
            self._new_effect(
                estimator="did", control_team_ids=(self.north | self.east).ids
            )

    def test_the_module_of_the_indicator_is_gone(self):
        """Its figures are gone with it: the reason is said, the others go on."""
        gone = self._new_indicator("gone", "Gone", "sum")
        lost = self._new_effect(name="Lost", indicator_id=gone.id)
        good = self._new_effect(include_in_roi=False)
        reason = "The app Timesheets is not installed."
        model = type(self.env["crm.indicator"])

        def tell(indicator, installed):
            return reason if indicator == gone else False

        with patch.object(model, "_get_inactive_reason", tell):
            gone.invalidate_recordset()
            (lost | good).action_estimate()
        self.assertEqual((lost.state, good.state), ("refused", "estimated"))
        self.assertIn(f"The indicator cannot be measured: {reason}", lost.refusal)
