import os
from datetime import datetime
from pathlib import Path

from freezegun import freeze_time

from .common_forecast import ForecastCase

PROJECT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("CRM_SUITE_DATA", PROJECT.parent / "shared" / "data"))
SAMPLE = DATA / "cdnow" / "CDNOW_sample.txt"


class TestCdnow(ForecastCase):
    """The 2,357 customers of CDNOW (Fader, Hardie), as orders, through the whole job.

    Calibration: from January to 30 September 1997, the day of the job; what follows
    is dated ahead and does not count. An order of nothing is no purchase here, but
    was one there: it costs a cent.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not SAMPLE.exists():
            cls.skipTest(cls, f"real data absent: {SAMPLE} (set CRM_SUITE_DATA)")
        found = [line.split() for line in SAMPLE.read_text().splitlines()]
        names = sorted({row[1] for row in found})
        partners = dict(
            zip(names, cls._many_customers(len(names), "CDNOW"), strict=True)
        )
        cls._bulk_orders(
            (
                partners[row[1]],
                datetime.strptime(row[2], "%Y%m%d").date(),
                max(float(row[4]), 0.01),
            )
            for row in found
        )
        cls.partners = [partners[name] for name in names]

    def _run_model(self, kind):
        self.company.loyalty_purchase_model = kind
        with freeze_time("1997-09-30 12:00:00"):
            return self._score()

    def test_published_figures(self):
        run = self._run_model("bg_nbd")
        fit = run.fit_id
        self.assertEqual((fit.customer_count, fit.repeater_count), (2357, 946))
        self.assertFalse(fit.reason)
        # Fader, Hardie, Lee (2005)
        for name, published in (
            ("model_r", 0.243),
            ("model_alpha", 4.414),
            ("model_a", 0.793),
            ("model_b", 2.426),
        ):
            self.assertEqual(round(run[name], 3), published, name)
        self.assertEqual(round(run.model_log_likelihood, 1), -9582.4)
        # note 025
        self.assertAlmostEqual(fit.spend_p, 6.25, delta=0.01)
        self.assertAlmostEqual(fit.spend_q, 3.74, delta=0.01)
        self.assertAlmostEqual(fit.spend_v, 15.44, delta=0.02)
        self.assertAlmostEqual(fit.correlation, 0.11, delta=0.005)
        # note 021: P(alive) of customer 1; 52 weeks of customers 1, 2, 3, 6 and 9
        profiles = [self._profile(partner) for partner in self.partners[:9]]
        self.assertEqual(profiles[0].p_alive, 0.73)
        for number, value in ((1, 38.44), (2, 4.92), (3, 8.88), (6, 300.09)):
            found = profiles[number - 1].clv
            self.assertAlmostEqual(found, value, delta=0.005 * value, msg=number)
        self.assertAlmostEqual(profiles[8].clv, 45.94, delta=0.3)
        # 39 weeks are no rhythm: k of the whole 78 weeks is 1.01
        self.assertLess(fit.regularity, 1.5)

    def test_default_model_and_its_test(self):
        run = self._run_model("mbg_nbd")
        # Batislam and others (2007), as BTYDplus prints them
        for name, published in (
            ("model_r", 0.525),
            ("model_alpha", 6.183),
            ("model_a", 0.891),
            ("model_b", 1.614),
        ):
            self.assertEqual(round(run[name], 3), published, name)
        deciles = run.decile_ids
        self.assertEqual(sum(deciles.mapped("customer_count")), 2357)
        # who is expected to buy does: tenths fall, the first far above the last
        self.assertGreater(deciles[0].bought, 4 * deciles[-1].bought)
        self.assertEqual(
            deciles.mapped("predicted"),
            sorted(deciles.mapped("predicted"), reverse=True),
        )
        self.assertEqual(sum(deciles.mapped("visits")), run.backtest_visits)
        self.assertAlmostEqual(
            sum(deciles.mapped("expected_visits")), run.backtest_expected, delta=1
        )
