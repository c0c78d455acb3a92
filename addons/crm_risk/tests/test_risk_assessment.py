from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestAssessment(RiskCase):
    """p .4 × 25 000 = EMV 10 000, then by hand, by an indicator and by a response:

    ============================  ======  =======
    change                        source  EMV now
    ============================  ======  =======
    p .2                          manual    5 000
    red, weight 6: .25 × 6 = 1.5  → .6     15 000
    response done, −50 %          → .3      7 500
    ============================  ======  =======
    """

    def setUp(self):
        super().setUp()
        self.risk = self._risk()

    def _rows(self, risk=None):
        return (risk or self.risk).assessment_ids.sorted("id")

    def _watch(self, severity):
        indicator = self.env["crm.indicator"].create({"code": "X1", "name": "X1"})
        line = self.env["crm.risk.indicator"].create(
            {"risk_id": self.risk.id, "indicator_id": indicator.id, "odds_weight": 6}
        )
        line.severity = severity
        return line

    def test_first_estimate_is_a_row(self):
        row = self._rows()
        self.assertEqual(len(row), 1)
        self.assertEqual((row.source, row.reason), ("manual", "First estimate"))
        self.assertEqual((row.p_current, row.emv_current), (0.4, 10_000))
        self.assertEqual(row.user_id, self.env.user)

    def test_three_changes_three_rows(self):
        risk = self.risk.with_user(self.officer)
        risk.write({"p_inherent": 0.2, "change_reason": "New facts"})
        self._watch(1)
        risk.response_ids = [
            Command.create({"name": "Train", "p_reduction": 0.5, "state": "done"})
        ]
        rows = self._rows()[1:]
        self.assertEqual(rows.mapped("source"), ["manual", "indicator", "response"])
        for row, emv in zip(rows, (5_000, 15_000, 7_500), strict=True):
            self.assertAlmostEqual(row.emv_current, emv, 2)
        for row, change in zip(rows, (-5_000, 10_000, -7_500), strict=True):
            self.assertAlmostEqual(row.emv_change, change, 2)
        self.assertEqual(rows[0].reason, "New facts")
        self.assertEqual(rows[0].user_id, self.officer)
        self.assertIn("X1", rows[1].reason)
        self.assertEqual(rows[2].reason, "Train (Done)")
        self.assertEqual(rows.mapped("date"), sorted(rows.mapped("date")))

    def test_one_save_tells_hand_from_response(self):
        self.risk.write(
            {
                "p_inherent": 0.2,
                "response_ids": [Command.create({"name": "Train", "p_reduction": 0.5})],
            }
        )
        rows = self._rows()[1:]
        self.assertEqual(rows.mapped("source"), ["manual", "response"])
        self.assertEqual(rows.mapped("emv_residual"), [5_000, 2_500])

    def test_nothing_moved_nothing_noted(self):
        self.risk.write({"p_inherent": 0.4, "name": "Other words"})
        response = self.env["crm.risk.response"].create(
            {"name": "Talk", "risk_id": self.risk.id}
        )
        response.name = "Talk more"
        self.assertEqual(len(self._rows()), 1)

    def test_impact_and_kind_are_noted(self):
        self.risk.write({"distribution": "fixed", "impact_mode": 50_000})
        self.risk.kind = "opportunity"
        self.assertEqual(self._rows().mapped("emv_current"), [10_000, 20_000, -20_000])

    def test_deleted_response_is_noted(self):
        response = self.env["crm.risk.response"].create(
            {"name": "Talk", "risk_id": self.risk.id, "p_reduction": 0.5}
        )
        response.unlink()
        rows = self._rows()[1:]
        self.assertEqual(rows.mapped("emv_residual"), [5_000, 10_000])
        self.assertEqual(rows[1].reason, "Response deleted: Talk")

    def test_approach_is_the_source_of_a_moved_prior(self):
        """Big bang doubles the odds of B08: prior .75 → 6/7."""
        factor = self.env["crm.implementation.approach.factor"].search(
            [("template_id", "=", self._template("B08").id), ("odds_ratio", "=", 2)],
            limit=1,
        )
        self.implementation.approach_ids = factor.approach_id
        values = self._template("B08")._prepare_risk(self.implementation)
        row = self._rows(self.env["crm.risk"].create(values))
        self.assertEqual(row.mapped("source"), ["approach"])
        self.assertAlmostEqual(row.p_inherent, 6 / 7)
        self.assertIn("2.00", row.reason)

    def test_unestimated_draft_has_no_row(self):
        draft = self.env["crm.risk"].create(
            {"name": "Heard of", "implementation_id": self.implementation.id}
        )
        self.assertFalse(draft.assessment_ids)

    def test_nobody_changes_history(self):
        row = self._rows()
        for user in (self.seller, self.officer, self.manager):
            mine = row.with_user(user)
            self.assertEqual(mine.read(["emv_current"])[0]["emv_current"], 10_000)
            with self.assertRaises(AccessError):
                mine.write({"emv_current": 1})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"risk_id": self.risk.id, "source": "manual"})
            with self.assertRaises(AccessError):
                mine.copy()

    def test_not_even_by_superuser(self):
        row = self._rows().sudo()
        with self.refused("never changed", UserError):
            row.reason = "Forged"
        with self.refused("never deleted", UserError):
            row.unlink()

    def test_commands_through_the_risk_are_refused(self):
        row = self._rows()
        for command in (
            Command.update(row.id, {"reason": "Forged"}),
            Command.delete(row.id),
            Command.create({"source": "manual", "emv_current": 1}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.risk.with_user(self.manager).write({"assessment_ids": [command]})

    def test_assessed_risk_is_not_deleted(self):
        self.risk.action_assess()
        with self.refused("history must stay", UserError):
            self.risk.with_user(self.manager).unlink()

    def test_adding_many_costs_few_queries(self):
        """History adds three queries to a batch, not three to a risk."""
        values = [
            {
                "name": f"R{i}",
                "implementation_id": self.implementation.id,
                "p_inherent": 0.1,
                "impact_max": 10,
            }
            for i in range(20)
        ]
        self.env["crm.risk"].create(values[:1])
        self.env.flush_all()
        rows = self.env["crm.risk.assessment"]
        risks = self.env["crm.risk"].with_context(crm_risk_log_later=True)
        created = risks.create(values).with_env(self.env)
        self.env.flush_all()
        with self.assertQueryCount(10):
            created._log_assessment("manual", "Batch")
            self.env.flush_all()
        self.assertEqual(rows.search_count([("risk_id", "in", created.ids)]), 20)

    # Deleting -----------------------------------------------------------------

    def test_nothing_happened_yet(self):
        """A draft with risks that nobody assessed is no history."""
        self._risk(state="identified")
        self.implementation.with_user(self.manager).unlink()
        self.assertFalse(self.implementation.exists())

    def test_history_is_not_deleted_with_it(self):
        risk = self._risk(owner_id=self.manager.id, confidential=True)
        risk.action_assess()
        risk.active = False
        implementation = self.implementation.with_user(self.manager)
        with self.refused("CRM for A cannot be deleted.*Risk: 1.*archive", UserError):
            implementation.unlink()
        self.assertTrue(risk.assessment_ids)
        implementation.active = False
        self.assertFalse(implementation.active)

    def test_closed_review_and_finished_pictures_stay(self):
        review = self.env["crm.risk.review"].create(
            {"implementation_id": self.implementation.id}
        )
        review.action_close()
        with self.refused("Risk Review: 1", UserError):
            self.implementation.unlink()

    def test_frozen_baseline_stays(self):
        self.implementation.baseline_date = "2026-01-31"
        with self.refused("the frozen baseline", UserError):
            self.implementation.unlink()

    # Beside an indicator ------------------------------------------------------

    def test_indicator_of_a_risk_shows_its_figure_and_last_months(self):
        """Typed: 4 hours in one month, 6 in the next; of company A alone."""
        indicator = self.env["crm.indicator"].create(
            {
                "code": "X2",
                "name": "Hours to answer",
                "direction": "lower",
                "measure": "manual",
                "unit": "hours",
                "target": 1,
                "amber": 3,
                "red": 5,
                "min_denominator": 0,
            }
        )
        line = self.env["crm.risk.indicator"].create(
            {"risk_id": self.risk.id, "indicator_id": indicator.id}
        )
        self.assertFalse(line.value_text)
        self.assertFalse(line.sparkline, "one point draws no line")
        this_month = fields.Date.today().replace(day=1)
        for months, value in ((1, 4), (0, 6)):
            self.env["crm.indicator.fact"].create(
                {
                    "indicator_id": indicator.id,
                    "company_id": self.company_a.id,
                    "date": fields.Date.subtract(this_month, months=months),
                    "numerator": value,
                    "denominator": 1,
                }
            )
        self.env.invalidate_all()
        self.assertIn("6", line.value_text)
        self.assertEqual(line.status, "red")
        self.assertIn("data:image/svg+xml", str(line.sparkline))
