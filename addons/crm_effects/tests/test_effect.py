"""An effect from the figures of its indicator to its money and its words."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EffectsCase


@tagged("post_install", "-at_install")
class TestEffect(EffectsCase):
    def test_own_history(self):
        """600 a month for two teams, 25 % margin: 150 a month, 1800 a year."""
        effect = self._new_effect()
        self.assertEqual(effect.team_ids, self.north | self.south)
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated")
        self.assertAlmostEqual(effect.effect, 600, delta=6)
        self.assertLess(effect.effect_low, 600)
        self.assertGreater(effect.effect_high, 600)
        self.assertEqual((effect.months_before, effect.months_after), (24, 12))
        self.assertAlmostEqual(effect.money_to_date, 1800, delta=20)
        self.assertLess(effect.money_low, effect.money_to_date)
        self.assertGreater(effect.money_high, effect.money_to_date)
        self.assertEqual(effect.grade, "B")
        self.assertEqual(effect.proof_class, "proven")
        self.assertFalse(effect.refusal)

    def test_months_of_the_effect(self):
        effect = self._new_effect()
        effect.action_estimate()
        measured = effect.line_ids.filtered(lambda line: not line.is_forecast)
        self.assertEqual(len(measured), 12)
        self.assertEqual(measured[0].date, date(2025, 1, 1))
        self.assertEqual(measured[-1].date, date(2025, 12, 1))
        for line in measured:
            self.assertAlmostEqual(line.actual - line.counterfactual, line.delta)
            self.assertAlmostEqual(line.delta * 0.25, line.money, places=2)
            self.assertLess(line.money_low, line.money)
            self.assertEqual(line.proof_class, "proven")
        ahead = effect.line_ids - measured
        # horizon: 24 months from January 2025
        self.assertEqual(ahead[-1].date, date(2026, 12, 1))
        self.assertEqual(set(ahead.mapped("proof_class")), {"hoped"})
        self.assertAlmostEqual(effect.money_ahead, effect.money_to_date, places=1)

    def test_chart(self):
        """24 months before without a counterfactual, 12 after with one."""
        effect = self._new_effect()
        self.assertFalse(effect.chart)
        effect.action_estimate()
        chart = effect.chart
        self.assertEqual(chart["go_live"], "2025-01-01")
        self.assertEqual(
            (len(chart["months"]), chart["months"][24]), (36, "2025-01-01")
        )
        self.assertEqual(chart["counterfactual"][:24], [None] * 24)
        for month in range(24, 36):
            low, path, high = (
                chart[f"counterfactual{end}"][month] for end in ("_low", "", "_high")
            )
            self.assertLess(low, path)
            self.assertLess(path, high)
            self.assertAlmostEqual(chart["actual"][month] - path, 600, delta=30)

    def test_control_group(self):
        effect = self._new_effect(
            estimator="did", control_team_ids=(self.east | self.west).ids
        )
        effect.action_estimate()
        self.assertAlmostEqual(effect.effect, 600, delta=6)
        self.assertEqual(effect.grade, "A")
        self.assertLessEqual(effect.placebo_share, 0.10)

    def test_rise_of_the_whole_market_is_no_effect(self):
        """Control rose as well: what both have is not the introduction's."""
        market = self._new_indicator("market", "Market", "sum")
        self._write_history(
            market,
            lambda team, i: (
                self._story(self.east, i)
                + (5 * (i % 4) if team == self.north else -5 * (i % 4))
                + (300 if i >= 24 else 0)
            ),
        )
        alone = self._new_effect(indicator_id=market.id)
        controlled = self._new_effect(
            indicator_id=market.id,
            include_in_roi=False,
            estimator="did",
            control_team_ids=(self.east | self.west).ids,
        )
        (alone | controlled).action_estimate()
        self.assertAlmostEqual(alone.effect, 600, delta=10)
        self.assertLessEqual(controlled.effect_low, 0)
        self.assertGreaterEqual(controlled.effect_high, 0)
        self.assertEqual(controlled.grade, "C")
        self.assertNotEqual(controlled.proof_class, "proven")

    def test_ratio_uses_its_volume(self):
        """30 more per order, 20 orders a month, 25 %: the same 150 a month."""
        effect = self._new_effect(indicator_id=self.order_value.id)
        effect.action_estimate()
        self.assertAlmostEqual(effect.effect, 30, delta=0.5)
        line = effect.line_ids.filtered("has_data")[0]
        self.assertEqual(line.volume, 20)
        self.assertAlmostEqual(line.money, line.delta * 20 * 0.25, places=2)

    def test_less_is_better(self):
        cost = self._new_indicator("cost", "Cost", "sum", direction="lower")
        self._write_history(cost, lambda team, i: 2 * 1000 - self._story(team, i))
        effect = self._new_effect(indicator_id=cost.id, money_method="cost")
        effect.action_estimate()
        self.assertLess(effect.effect, 0)
        self.assertAlmostEqual(effect.money_to_date, 12 * 600, delta=80)

    def test_cash_is_set_free_once(self):
        stock = self._new_indicator("stock", "Stock", "level", direction="lower")
        self._write_history(stock, lambda team, i: 2 * 1000 - self._story(team, i))
        effect = self._new_effect(indicator_id=stock.id, money_method="release")
        effect.action_estimate()
        self.assertAlmostEqual(effect.money_to_date, 600, delta=7)
        self.assertEqual(effect.money_ahead, 0)
        paid = effect.line_ids.filtered("money")
        self.assertEqual(paid.mapped("date"), [date(2025, 1, 1)])

    def test_declared_is_grade_d_and_hoped(self):
        effect = self._new_effect(
            estimator="manual",
            indicator_id=False,
            declared_monthly=100,
            declared_low=60,
            declared_high=130,
        )
        effect.action_estimate()
        self.assertEqual((effect.grade, effect.proof_class), ("D", "hoped"))
        self.assertEqual(effect.money_to_date, 1200)
        self.assertEqual((effect.money_low, effect.money_high), (720, 1560))
        self.assertEqual(effect.money_ahead, 1200)
        self.assertEqual(self.implementation.benefit_proven, 0)
        self.assertEqual(self.implementation.benefit_hoped, 2400)

    def test_go_live_inside_a_month_leaves_it_out(self):
        effect = self._new_effect(date_go_live=date(2024, 12, 10))
        effect.action_estimate()
        self.assertIn("23", effect.refusal)  # whole months, 24 are needed
        effect.write({"date_go_live": date(2025, 1, 10)})
        effect.action_estimate()
        self.assertEqual((effect.months_before, effect.months_after), (24, 11))
        self.assertEqual(min(effect.line_ids.mapped("date")), date(2025, 2, 1))

    def test_second_run_writes_nothing_new(self):
        effect = self._new_effect()
        effect.action_estimate()
        self.env.flush_all()
        before = {line: line.write_date for line in effect.line_ids}
        with self.assertQueryCount(12):
            effect.action_estimate()
            self.env.flush_all()
        self.assertEqual({line: line.write_date for line in effect.line_ids}, before)

    def test_one_trouble_does_not_stop_the_others(self):
        good = self._new_effect()
        bad = self._new_effect(date_go_live=False, include_in_roi=False)
        (bad | good)._estimate()
        self.assertEqual((bad.state, good.state), ("refused", "estimated"))


@tagged("post_install", "-at_install")
class TestRefusal(EffectsCase):
    """What has no answer says so in words and shows no money."""

    def _refuse(self, effect, *words):
        effect.action_estimate()
        self.assertEqual(effect.state, "refused")
        for word in words:
            self.assertIn(word, effect.refusal)
        self.assertFalse(effect.line_ids)
        self.assertFalse(effect.grade)
        self.assertEqual(effect.money_to_date, 0)

    def test_thirteen_months(self):
        short = self._new_indicator("short", "Short", "sum")
        self._write_history(short, months=13)
        effect = self._new_effect(indicator_id=short.id, date_go_live=date(2023, 9, 1))
        self._refuse(effect, "season", "8", "24", "16")

    def test_too_early(self):
        effect = self._new_effect(date_go_live=date(2025, 11, 1))
        self._refuse(effect, "2", "3")

    def test_no_go_live(self):
        self._refuse(self._new_effect(date_go_live=False), "go-live")

    def test_go_live_outside_the_figures(self):
        effect = self._new_effect(date_go_live=date(2030, 1, 1))
        self._refuse(effect, "outside", "2030")
        effect = self._new_effect(date_go_live=date(2020, 1, 1), include_in_roi=False)
        self._refuse(effect, "outside", "2020")

    def test_no_figures(self):
        empty = self._new_indicator("empty", "Empty", "sum")
        self._refuse(self._new_effect(indicator_id=empty.id), "Empty")

    def test_no_control_teams(self):
        self._refuse(self._new_effect(estimator="did"), "compare")

    def test_ratio_without_denominators(self):
        ratio = self._new_indicator("zero", "Zero", "ratio")
        self._write_history(ratio)
        facts = self.env["crm.indicator.fact"].search([("indicator_id", "=", ratio.id)])
        facts.denominator = 0
        self._refuse(self._new_effect(indicator_id=ratio.id), "Zero")

    def test_an_answer_is_withdrawn(self):
        effect = self._new_effect()
        effect.action_estimate()
        self.assertTrue(effect.line_ids)
        effect.date_go_live = date(2025, 11, 1)
        self._refuse(effect, "3")

    def test_negative_figures_leave_the_log_scale(self):
        loss = self._new_indicator("loss", "Loss", "sum", scale="log")
        self._write_history(loss, lambda team, i: self._story(team, i) - 5000)
        effect = self._new_effect(indicator_id=loss.id)
        effect.action_estimate()
        self.assertEqual(effect.state, "estimated")
        self.assertFalse(effect.is_log)
        self.assertIn("positive", effect.warning)

    def test_team_in_both_groups(self):
        with self.assertRaisesRegex(ValidationError, "North"):
            self._new_effect(estimator="did", control_team_ids=self.north.ids)

    def test_hours_need_a_correction_factor(self):
        with self.assertRaisesRegex(ValidationError, "correction factor"):
            self._new_effect(money_method="hours")

    def test_measured_effect_needs_an_indicator(self):
        with self.assertRaisesRegex(ValidationError, "indicator"):
            self._new_effect(indicator_id=False)

    def test_share_above_everything(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._new_effect(share=1.5)


@tagged("post_install", "-at_install")
class TestWords(EffectsCase):
    def test_formula_multiplies_to_the_money(self):
        effect = self._new_effect()
        effect.action_estimate()
        line = effect.line_ids.filtered("has_data")[-1]
        self.assertIn("margin 25.00 %", line.formula)
        self.assertIn(f"{line.money:,.2f}", line.formula)
        change = line.formula.split("change of ")[1].split(" ")[0]
        self.assertTrue(change.startswith("$"), "an amount names its currency")
        shown = float(change.removeprefix("$\N{NO-BREAK SPACE}").replace(",", ""))
        self.assertAlmostEqual(shown * 0.25, line.money, delta=0.01)
        self.assertTrue(effect.formula.startswith("December 2025: "))

    def test_amounts_name_their_currency(self):
        effect = self._new_effect()
        effect.action_estimate()
        self.assertRegex(effect.result, r"^\+\$\N{NO-BREAK SPACE}[56]\d\d\.\d\d on")
        self.assertEqual(effect.chart["unit"], "currency")
        self.assertEqual(effect.chart["currency_id"], self.company.currency_id.id)
        self.company.currency_id.position = "after"
        effect.invalidate_recordset()
        self.assertRegex(effect.result, r"^\+[56]\d\d\.\d\d\N{NO-BREAK SPACE}\$ on")

    def test_log_result_is_percent(self):
        growth = self._new_indicator("growth", "Growth", "sum", scale="log")
        self._write_history(growth)
        effect = self._new_effect(indicator_id=growth.id)
        effect.action_estimate()
        self.assertTrue(effect.is_log)
        self.assertRegex(effect.result, r"^\+(29|30)\.\d %")

    def test_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        effect = self._new_effect(date_go_live=date(2025, 11, 1))
        effect.action_estimate()
        english, russian = effect.refusal, effect.with_context(lang="ru_RU").refusal
        self.assertNotEqual(english, russian)
        self.assertRegex(russian, "[а-я]{4}")
