"""Money, evidence, fingerprints and the return of dated costs and benefits."""

from dataclasses import replace
from datetime import date

import pytest
from crm_effects.engine import evidence, money, returns
from crm_effects.engine.answers import Estimate, Sentence
from crm_effects.engine.fingerprint import fingerprint
from crm_effects.engine.returns import Item

CLEAR = Estimate(
    10, 4, 16, (), "its_ar1", months_before=24, months_after=6, placebo_share=None
)


class TestMoney:
    def test_formula_of_the_form(self):
        """12 orders x 410 x 31 % = 1525.20"""
        rule = money.Rule("margin", margin_ratio=0.31)
        assert rule.money(12, 410) == pytest.approx(1525.20)

    def test_correction_factor(self):
        """Baseline magazine: 20 people x 54 000 x 10 % x 80 % = 86 400."""
        rule = money.Rule("hours", hourly_cost=54_000, correction=0.8)
        assert rule.money(0.10, 20) == pytest.approx(86_400)

    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            (money.Rule("cost"), 10),
            (money.Rule("cost", sign=-1), -10),
            (money.Rule("unit", unit_value=7), 70),
            (money.Rule("carrying", sign=-1, carrying_rate=0.24), -0.2),
            (money.Rule("cost", share=0.5), 5),
            (money.Rule("none"), 0),
        ],
    )
    def test_methods(self, rule, expected):
        assert rule.money(10) == pytest.approx(expected)

    def test_release_is_booked_once(self):
        """Stock lower by 300, 500 and 400: 400 set free, not 1200 a quarter."""
        rule = money.Rule("release", sign=-1)
        assert money.monthly(rule, [None, -300, -500, -400]) == (0, 400, 0, 0)

    def test_volume_of_a_ratio(self):
        """5 more per order: 100 orders in the first month, 200 in the second."""
        rule = money.Rule("margin", margin_ratio=0.2)
        assert money.monthly(rule, [5, 5], [100, 200]) == (100, 200)

    def test_no_data_no_money(self):
        assert money.monthly(money.Rule("release"), [None, None]) == (0, 0)

    def test_integration_rule(self):
        assert money.integration_cost(300_000) == 200_000
        assert money.integration_cost(300_000, 0.5) == 150_000

    @pytest.mark.parametrize(
        ("call", "word"),
        [
            (lambda: money.Rule("magic"), "'magic'"),
            (lambda: money.Rule("cost", sign=2), "sign"),
            (lambda: money.integration_cost(1, -0.5), "ratio"),
            (lambda: money.monthly(money.Rule("cost"), [1], [1, 2]), "1 and 2"),
        ],
    )
    def test_bad_input(self, call, word):
        with pytest.raises(ValueError, match=word):
            call()


class TestEvidence:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, "B"),
            ({"method": "did", "placebo_share": 0.05}, "A"),
            ({"method": "did", "placebo_share": 0.20}, "B"),
            ({"method": "did"}, "B"),
            ({"low": -1}, "C"),
            ({"low": -16, "high": -4, "effect": -10}, "B"),  # a proven loss
            ({"months_before": 23}, "C"),
            ({"months_after": 5}, "C"),
            ({"warnings": (Sentence("persistent", ""),)}, "C"),
            ({"warnings": (Sentence("early", ""),)}, "B"),
        ],
    )
    def test_grade(self, changes, expected):
        assert evidence.grade(replace(CLEAR, **changes)) == expected

    def test_proof(self):
        assert [evidence.proof(g) for g in "ABCD"] == [
            "proven",
            "proven",
            "probable",
            "hoped",
        ]
        assert evidence.proof("A", is_forecast=True) == "hoped"
        with pytest.raises(ValueError, match="'E'"):
            evidence.proof("E")


class TestFingerprint:
    ROWS = ({"date": "2026-01-01", "value": 1.5}, {"date": "2026-02-01", "value": 2.0})

    def test_storage_noise_does_not_matter(self):
        noisy = [dict(row, value=row["value"] + 1e-9) for row in self.ROWS]
        assert fingerprint(noisy, code="R01") == fingerprint(self.ROWS, code="R01")

    def test_everything_else_does(self):
        known = fingerprint(self.ROWS, code="R01")
        assert len(known) == 64
        assert known != fingerprint(self.ROWS[::-1], code="R01")
        assert known != fingerprint(self.ROWS[:1], code="R01")
        assert known != fingerprint(self.ROWS, code="R02")
        assert known != fingerprint(
            [*self.ROWS[:1], {"date": "2026-02-01"}], code="R01"
        )


class TestReturn:
    """1000 spent in January 2025, 110 a month from July 2025 to June 2026.

    Twelve benefits of 110 = 1320: profit 320 before discounting. The running total
    starts at -1000 in month 0 and reaches zero 9.0909 benefits later.
    """

    ITEMS = (
        Item(date(2025, 1, 15), cost=1000),
        *(
            Item(returns.add_months(date(2025, 7, 1), i), benefit=110)
            for i in range(12)
        ),
    )

    def test_without_discounting(self):
        found = returns.evaluate(self.ITEMS, 0.0)
        assert found.npv == pytest.approx(320)
        assert found.roi == pytest.approx(0.32)
        # benefits fall on months 6 to 17; after nine of them 10 are missing
        assert found.payback == pytest.approx(14 + 10 / 110)
        assert found.payback_date == date(2026, 3, 3)
        assert found.months[0] == date(2025, 1, 1)
        assert found.months[-1] == date(2026, 6, 1)
        assert found.cumulative[5] == -1000
        assert found.cumulative[-1] == pytest.approx(320)

    def test_monthly_convention(self):
        """Each month by (1.1)^(1/12); summed by hand from the definition."""
        expected = -1000 + sum(110 * 1.1 ** (-m / 12) for m in range(6, 18))
        found = returns.evaluate(self.ITEMS, 0.10)
        assert found.npv == pytest.approx(expected)
        (rate,) = found.irr
        assert sum(
            i.net * (1 + rate) ** -(m / 12)
            for i, m in zip(self.ITEMS, [0, *range(6, 18)], strict=True)
        ) == pytest.approx(0, abs=1e-6)
        assert found.discounted_payback > found.payback

    def test_tei_convention(self):
        """Go-live July 2025: 1320 at the end of year 1, 1320/1.1 = 1200."""
        found = returns.evaluate(
            self.ITEMS, 0.10, go_live=date(2025, 7, 1), convention="tei_annual"
        )
        assert found.npv == pytest.approx(200)
        assert found.roi == pytest.approx(0.2)
        assert found.irr == (pytest.approx(0.32),)

    def test_dated_convention(self):
        """100 grow to 110 in exactly 365 days: 10 %."""
        items = [Item(date(2025, 1, 1), cost=100), Item(date(2026, 1, 1), benefit=110)]
        found = returns.evaluate(items, 0.10, convention="dated")
        assert found.npv == pytest.approx(0, abs=1e-9)
        assert found.irr == (pytest.approx(0.10),)

    def test_never_pays_back(self):
        items = [Item(date(2025, 1, 1), cost=100), Item(date(2025, 6, 1), benefit=40)]
        found = returns.evaluate(items, 0.10)
        assert found.payback is None
        assert found.payback_date is None
        assert found.npv < 0

    def test_no_rate_is_explained(self):
        only_cost = returns.evaluate([Item(date(2025, 1, 1), cost=100)], 0.10)
        assert only_cost.irr == ()
        assert only_cost.irr_note.code == "irr_one_sign"
        assert only_cost.mirr is None
        # Brigham's project M: 25 % and 400 %
        several = returns.evaluate(
            [
                Item(date(2025, 1, 1), cost=1.6),
                Item(date(2025, 2, 1), benefit=10),
                Item(date(2026, 2, 1), cost=10),
            ],
            0.10,
            go_live=date(2025, 2, 1),
            convention="tei_annual",
        )
        assert several.irr == pytest.approx((0.25, 4.0))
        assert several.irr_note.code == "irr_several"
        assert several.npv == pytest.approx(-0.7735537, abs=1e-7)

    def test_no_cost_no_roi(self):
        found = returns.evaluate([Item(date(2025, 1, 1), benefit=5)], 0.10)
        assert (found.roi, found.npv, found.payback) == (None, 5, 0)

    def test_nothing_at_all(self):
        assert returns.evaluate([], 0.10) == returns.Return()

    def test_order_of_items_does_not_matter(self):
        assert returns.evaluate(self.ITEMS[::-1], 0.1) == returns.evaluate(
            self.ITEMS, 0.1
        )

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: returns.evaluate([], -1), ("rate", "-1")),
            (lambda: returns.evaluate([], 0.1, convention="weekly"), ("'weekly'",)),
        ],
    )
    def test_bad_input(self, call, words):
        with pytest.raises(ValueError) as caught:
            call()
        for word in words:
            assert word in str(caught.value)
