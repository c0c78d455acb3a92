from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestEvent(RiskCase):
    """p .4 × 25 000 = EMV 10 000; it happens and costs 30 000."""

    def setUp(self):
        super().setUp()
        self.risk = self._risk()

    def _happen(self, risk=None, amount=30_000, **values):
        return self.env["crm.risk.event"].create(
            {
                "name": "Two left",
                "risk_id": (risk or self.risk).id,
                "amount": amount,
                **values,
            }
        )

    def test_by_the_button(self):
        action = self.risk.with_user(self.officer).action_record_event()
        form = Form(
            self.env["crm.risk.event"]
            .with_user(self.officer)
            .with_context(**action["context"]),
            view="crm_risk.crm_risk_event_view_dialog",
        )
        form.name = "Two left"
        form.amount = 30_000
        event = form.save()
        self.assertEqual(self.risk.state, "occurred")
        self.assertEqual(self.risk.actual_loss, 30_000)
        self.assertEqual(event.p_estimated, 0.4)
        self.assertEqual(event.loss_estimated, 25_000)
        self.assertEqual(event.emv_estimated, 10_000)
        self.assertEqual(event.deviation, 5_000)
        row = self.risk.assessment_ids.sorted("id")[-1]
        self.assertEqual((row.source, row.reason), ("event", "Two left"))

    def test_estimate_before_stays(self):
        event = self._happen()
        self.risk.p_inherent = 0.9
        self.assertEqual(event.p_estimated, 0.4)
        with self.assertRaises(AccessError):
            event.with_user(self.manager).p_estimated = 0.9

    def test_gain_of_an_opportunity(self):
        self.risk.kind = "opportunity"
        event = self._happen()
        self.assertEqual(event.actual_loss, -30_000)
        self.assertEqual(event.loss_estimated, -25_000)
        self.assertEqual(event.deviation, -5_000)

    def test_occurred_needs_an_event(self):
        with self.refused("record what happened"):
            self.risk.state = "occurred"

    def test_back_to_monitoring_or_closed(self):
        self.risk.write({"strategy": "mitigate", "contingency_plan": "Call"})
        self._happen()
        self.risk.action_monitor()
        self.assertEqual(self.risk.state, "monitoring")
        self.risk.close_reason = "occurred"
        self.risk.action_close()

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        with self.refused("in the future"):
            self._happen(date=fields.Date.add(fields.Date.today(), days=2))
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._happen(amount=-1)
        self.risk.write({"state": "closed", "close_reason": "expired"})
        with self.refused("reopen it before", UserError):
            self._happen()

    def test_salespeople_do_not_record(self):
        with self.assertRaises(AccessError):
            self._happen().with_user(self.seller).copy()

    def test_what_happened_is_not_deleted(self):
        self._happen()
        with self.assertRaises(UserError):
            self.risk.with_user(self.manager).unlink()


@tagged("post_install", "-at_install")
class TestCalibration(RiskCase):
    """Ten risks of .2 × 25 000 closed, two of them happened at 20 000 each.

    Brier: (8 × .2² + 2 × .8²) / 10 = .16. Expected two, losing 10 × 5 000.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.risks = cls.env["crm.risk"]
        for number in range(10):
            risk = cls._risk(p_inherent=0.2)
            if number < 2:
                cls.env["crm.risk.event"].create(
                    {"name": "It did", "risk_id": risk.id, "amount": 20_000}
                )
            reason = "occurred" if number < 2 else "expired"
            risk.write({"state": "closed", "close_reason": reason})
            cls.risks |= risk

    def _figures(self):
        return self.env["crm.risk.calibration"]._read_group(
            [("implementation_id", "=", self.implementation.id)],
            [],
            ["__count", "squared_error:avg", "estimated_loss:sum", "actual_loss:sum"],
        )[0]

    def test_brier_score(self):
        count, brier, estimated, actual = self._figures()
        self.assertEqual(count, 10)
        self.assertAlmostEqual(brier, 0.16)
        self.assertEqual((estimated, actual), (50_000, 40_000))

    def test_on_the_implementation(self):
        implementation = self.implementation.with_user(self.officer)
        self.assertEqual(implementation.outcome_count, 10)
        self.assertAlmostEqual(implementation.brier_score, 0.16)
        self.assertEqual(implementation.actual_loss, 40_000)
        self.assertIn("Happened: 2, estimated: 2.0", implementation.calibration_text)
        action = implementation.action_open_calibration()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.risk_id, self.risks)

    def test_by_band_of_chance(self):
        groups = self.env["crm.risk.calibration"]._read_group(
            [("implementation_id", "=", self.implementation.id)],
            ["band"],
            ["outcome:avg"],
        )
        self.assertEqual(groups, [("1", 0.2)])

    def test_forecast_is_what_stood_at_closing(self):
        self.risks[5].with_context(active_test=False).p_inherent = 0.9
        self.assertAlmostEqual(self._figures()[1], 0.16)

    def test_open_and_unknown_do_not_count(self):
        self._risk()
        self._risk(state="closed", close_reason="duplicate")
        self._risk(state="closed", close_reason="merged")
        self.assertEqual(self._figures()[0], 10)

    def test_reopened_no_longer_counts(self):
        self.risks[9].action_reopen()
        self.assertEqual(self._figures()[0], 9)

    def test_happened_counts_while_open(self):
        risk = self._risk(p_inherent=1)
        self.env["crm.risk.event"].create({"name": "Again", "risk_id": risk.id})
        count, brier, *_loss = self._figures()
        self.assertEqual(count, 11)
        self.assertAlmostEqual(brier, 1.6 / 11)

    def test_forecast_is_not_forged(self):
        with self.refused("not entered by hand", AccessError):
            self.risks[9].with_user(self.officer).p_closed = 0.01

    def test_nothing_known_nothing_shown(self):
        other = self._implementation("Empty", self.company_a)
        self.assertEqual((other.outcome_count, other.brier_score), (0, 0))
        self.assertFalse(other.calibration_text)
