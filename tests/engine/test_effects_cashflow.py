"""Cash-flow arithmetic against published figures, an oracle and its own algebra.

Expected values come from the sources named beside them, never from this code.
"""

import random
from datetime import date, datetime

import pytest
import pyxirr
from crm_effects.engine import cashflow
from hypothesis import given, settings
from hypothesis import strategies as st

settings.register_profile("shared_machine", deadline=None)
settings.load_profile("shared_machine")

EXACT = {"rel": 1e-9, "abs": 1e-9}
L = [-100, 10, 60, 80]  # Brigham & Ehrhardt, projects L and S
S = [-100, 70, 50, 20]
S2 = [-1000, 500, 400, 300, 100]  # Brigham & Houston
L2 = [-1000, 100, 300, 400, 600]
DATES = [
    date(2008, 1, 1),
    date(2008, 3, 1),
    date(2008, 10, 30),
    date(2009, 2, 15),
    date(2009, 4, 1),
]
DATED = [-10000, 2750, 4250, 3250, 2750]


class TestNpv:
    @pytest.mark.parametrize(
        ("rate", "amounts", "expected"),
        [
            # numpy-financial tests
            (0.05, [-15000, 1500, 2500, 3500, 4500, 6000], 122.894854950942692),
            # pyxirr documentation, first amount at time 0
            (0.08, [-40000, 5000, 8000, 12000, 30000], 3065.2226681795255),
            # Brigham's project M with its misleading pair of internal rates
            (0.10, [-1.6, 10, -10], -0.7735537190),
        ],
    )
    def test_published(self, rate, amounts, expected):
        assert cashflow.npv(rate, amounts) == pytest.approx(expected, **EXACT)

    @pytest.mark.parametrize(
        ("rate", "amounts", "outside", "expected"),
        [
            # Microsoft, NPV
            (0.10, [-10000, 3000, 4200, 6800], 0, 1188.4434123352216),
            (0.08, [-40000, 5000, 8000, 12000, 30000], 0, 2838.1691372032656),
        ],
    )
    def test_spreadsheet(self, rate, amounts, outside, expected):
        value = cashflow.excel_npv(rate, amounts) + outside
        assert value == pytest.approx(expected, **EXACT)

    def test_spreadsheet_investment_outside(self):
        """Microsoft, NPV, second example; printed to two decimals."""
        years = [8000, 9200, 10000, 12000, 14500]
        assert cashflow.excel_npv(0.08, years) - 40000 == pytest.approx(
            1922.06, abs=0.005
        )
        years.append(-9000)
        assert cashflow.excel_npv(0.08, years) - 40000 == pytest.approx(
            -3749.47, abs=0.005
        )

    @pytest.mark.parametrize(
        ("rate", "amounts", "expected"),
        [
            (0.10, L, 18.78),
            (0.10, S, 19.98),
            (0.10, S2, 78.82),
            (0.10, L2, 49.18),
            (0.06, [-500, 300, 200, 150], 86.96),
        ],
    )
    def test_textbook(self, rate, amounts, expected):
        assert cashflow.npv(rate, amounts) == pytest.approx(expected, abs=0.006)

    def test_zero_rate_is_the_plain_sum(self):
        assert cashflow.npv(0, [-5, 2, 4]) == 1.0

    def test_dated(self):
        """Microsoft, XNPV; further digits from several public test suites."""
        assert cashflow.xnpv(0.09, DATES, DATED) == pytest.approx(2086.647602031535)

    def test_dates_in_any_order(self):
        assert cashflow.xnpv(0.09, DATES[::-1], DATED[::-1]) == pytest.approx(
            2086.647602031535
        )


class TestIrr:
    @pytest.mark.parametrize(
        ("amounts", "expected"),
        [
            # Microsoft, IRR: five, four and two years
            ([-70000, 12000, 15000, 18000, 21000, 26000], 0.08663094803653149),
            ([-70000, 12000, 15000, 18000, 21000], -0.02124484827341),
            ([-70000, 12000, 15000], -0.44350694133474),
            # pyxirr and numpy-financial tests
            ([-100, 39, 59, 55, 20], 0.28094842116),
            ([-100, 0, 0, 74], -0.09549583034),
            ([-150000, 15000, 25000, 35000, 45000, 60000], 0.05243288885941),
            # numpy-financial 98: a guess-based solver fails here
            ([-10000] + [327.24625] * 16, -0.0676541),
        ],
    )
    def test_single_rate(self, amounts, expected):
        rates = cashflow.irr(amounts)
        assert rates == (pytest.approx(expected, abs=5e-8),)

    @pytest.mark.parametrize(
        ("amounts", "expected"),
        [(L, 18.13), (S, 23.56), (S2, 14.49), (L2, 11.79)],
    )
    def test_textbook_percent(self, amounts, expected):
        (rate,) = cashflow.irr(amounts)
        assert 100 * rate == pytest.approx(expected, abs=0.006)

    def test_small_textbook(self):
        (rate,) = cashflow.irr([-500, 300, 200, 150])
        assert 100 * rate == pytest.approx(16.46, abs=0.04)

    @pytest.mark.parametrize(
        ("amounts", "expected"),
        [
            ([-1.6, 10, -10], (0.25, 4.0)),  # Brigham's project M
            ([-2000, 10000, -10000], (0.381966, 2.618034)),
            ([-50, -100, 600, 300, -100], (-0.76890, 1.85442)),
            ([-5, 10.5, 1, -8, 1], (-0.87020, 0.08860, 0.70956)),
            ([100, -230, 132], (0.10, 0.20)),
            ([-100, 230, -132], (0.10, 0.20)),
            ([-100, 100, 0, -7], (-0.67889, -0.08330)),
        ],
    )
    def test_several_rates(self, amounts, expected):
        assert cashflow.irr(amounts) == pytest.approx(expected, abs=6e-6)

    def test_rate_near_total_loss(self):
        """numpy-financial gh-44 prints 1.00427; the last -1 adds a second root."""
        flow = [-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, 4789.91, -1]
        lowest, published = cashflow.irr(flow)
        assert published == pytest.approx(1.00427, abs=5e-6)
        # as v = 1/(1+r) grows the last two amounts decide: v = 4789.91 + 0.75
        assert lowest == pytest.approx(1 / 4790.66 - 1, abs=1e-7)

    @pytest.mark.parametrize(
        "amounts",
        [
            [-100, 200, -101],
            [-100, 0, 0, -7],
            [100, 50, 20],
            [-100, -50],
            [0, 0, 0],
            [-100],
            [0],
            [-1, 12],  # 1100 %: beyond the range
        ],
    )
    def test_no_rate(self, amounts):
        assert cashflow.irr(amounts) == ()

    def test_boundary_and_double_root(self):
        assert cashflow.irr([-1, 11]) == (10.0,)
        assert cashflow.irr([-4, 9.2, -5.29]) == (pytest.approx(0.15, abs=1e-9),)

    def test_leading_and_trailing_zeros_do_not_matter(self):
        assert cashflow.irr([0, 0, -100, 110, 0]) == (pytest.approx(0.1),)

    def test_long_horizon(self):
        """A perpetuity-like level flow over 360 months: 1000 / 100000 = 1 %."""
        (rate,) = cashflow.irr([-100000] + [1000] * 359 + [101000])
        assert rate == pytest.approx(0.01, abs=1e-12)

    @given(
        st.lists(
            st.integers(-90, 900).map(lambda n: n / 100),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    def test_every_chosen_root_is_found(self, rates):
        """prod(1 - (1+r_i) v) expanded has exactly the roots r_i."""
        flow = [1.0]
        for rate in rates:
            flow = [
                a - (1 + rate) * b
                for a, b in zip([*flow, 0.0], [0.0, *flow], strict=True)
            ]
        assert cashflow.irr(flow) == pytest.approx(sorted(rates), abs=1e-6)

    @given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12))
    def test_every_answer_balances_the_flow(self, amounts):
        for rate in cashflow.irr(amounts):
            assert -1 < rate <= 10
            size = sum(abs(a) * (1 + rate) ** -i for i, a in enumerate(amounts))
            assert abs(cashflow.npv(rate, amounts)) <= 1e-9 * size

    @given(st.lists(st.integers(1, 1000), min_size=1, max_size=10))
    def test_one_sign_change_agrees_with_oracle(self, gains):
        flow = [-1000, *gains]
        expected = pyxirr.irr(flow)
        if expected is not None and -0.99 < expected < 9.9:
            assert cashflow.irr(flow) == (pytest.approx(expected, abs=1e-8),)


class TestXirr:
    def test_excel_example(self):
        """Excel prints 0.373362535: it stops at 1e-6."""
        assert cashflow.xirr(DATES, DATED) == (
            pytest.approx(0.3733625335188314, abs=1e-12),
        )

    def test_same_day_flows_have_no_rate(self):
        """pyxirr 65: everything on one day."""
        day = date(2023, 5, 1)
        assert cashflow.xirr([day] * 3, [187.5, -30, -157.5]) == ()
        assert cashflow.xirr([day] * 2, [100, -30]) == ()

    def test_one_sign_only(self):
        assert cashflow.xirr(DATES[:2], [100, 200]) == ()

    def test_order_does_not_matter(self):
        pairs = list(zip(DATES, DATED, strict=True))
        random.Random(1).shuffle(pairs)
        days, amounts = zip(*pairs, strict=True)
        assert cashflow.xirr(days, amounts) == cashflow.xirr(DATES, DATED)

    def test_datetime_counts_as_its_day(self):
        days = [datetime(2025, 1, 1, 23), date(2026, 1, 1)]
        assert cashflow.xirr(days, [-100, 110]) == (pytest.approx(0.1),)

    @given(
        st.lists(
            st.tuples(st.integers(1, 3000), st.integers(1, 900)),
            min_size=1,
            max_size=8,
        )
    )
    def test_agrees_with_oracle(self, later):
        days = [date(2020, 1, 1)]
        days += [date.fromordinal(days[0].toordinal() + gap) for gap, _amount in later]
        flow = [-1000, *(amount for _gap, amount in later)]
        expected = pyxirr.xirr(days, flow)
        if expected is not None and -0.9 < expected < 9.9:
            assert cashflow.xirr(days, flow) == (pytest.approx(expected, abs=1e-7),)


class TestMirr:
    @pytest.mark.parametrize(
        ("amounts", "finance", "reinvest", "expected"),
        [
            # Microsoft, MIRR; digits from numpy-financial tests
            ([-120000, 39000, 30000, 21000, 37000, 46000], 0.1, 0.12, 0.1260941303659),
            ([-120000, 39000, 30000, 21000], 0.10, 0.12, -0.048044655249980806),
            (
                [-120000, 39000, 30000, 21000, 37000, 46000],
                0.10,
                0.14,
                0.13475911082831,
            ),
            (
                [-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000],
                0.08,
                0.055,
                0.066597175031553548874,
            ),
            ([100, 200, -50, 300, -200], 0.05, 0.06, 0.342823387842176663648),
            ([-1000, 100, 250, 500, 500], 0.10, 0.10, 0.10401626745),
        ],
    )
    def test_published(self, amounts, finance, reinvest, expected):
        found = cashflow.mirr(amounts, finance, reinvest)
        assert found == pytest.approx(expected, abs=1e-11)

    @pytest.mark.parametrize(
        ("amounts", "expected"),
        [(L, 16.50), (S, 16.89), (S2, 12.11), (L2, 11.33)],
    )
    def test_textbook_percent(self, amounts, expected):
        assert 100 * cashflow.mirr(amounts, 0.1, 0.1) == pytest.approx(
            expected, abs=0.006
        )

    @pytest.mark.parametrize("amounts", [[1, 2, 3], [-1, -2], [0, 0], [-5]])
    def test_no_value(self, amounts):
        assert cashflow.mirr(amounts, 0.1, 0.1) is None


class TestPayback:
    @pytest.mark.parametrize(
        ("amounts", "plain", "discounted"),
        [
            (L, 2.375, 2.6875),
            (S, 1.6, 1.88),
            (S2, 2.333, 2.953),
            (L2, 3.333, 3.880),
        ],
    )
    def test_textbook(self, amounts, plain, discounted):
        assert cashflow.payback(amounts) == pytest.approx(plain, abs=0.0005)
        assert cashflow.discounted_payback(0.10, amounts) == pytest.approx(
            discounted, abs=0.006
        )

    def test_exactly_at_the_end_of_a_period(self):
        assert cashflow.payback([-500, 300, 200, 150]) == 2.0

    def test_never(self):
        assert cashflow.payback([-100, 10, 20]) is None
        assert cashflow.discounted_payback(0.1, [-100, 50, 55]) is None

    def test_no_deficit(self):
        assert cashflow.payback([100, 50]) == 0.0

    def test_deficit_that_begins_later(self):
        """+100 -200 +150: in deficit at 1, recovered two thirds into period 2."""
        assert cashflow.payback([100, -200, 150]) == pytest.approx(1 + 2 / 3)


class TestTei:
    def test_table_by_hand(self):
        """PV costs 1000 + 110/1.1 = 1100; PV benefits 1100/1.1 + 1210/1.21 = 2000."""
        table = cashflow.tei([1000, 110, 0], [0, 1100, 1210], 0.10)
        assert table.columns == ("Initial", "Year 1", "Year 2")
        assert table.net == (-1000, 990, 1210)
        assert (table.total_costs, table.total_benefits) == (1110, 2310)
        assert table.total_net == 1200
        assert table.pv_costs == pytest.approx(1100)
        assert table.pv_benefits == pytest.approx(2000)
        assert table.npv == pytest.approx(900)
        assert table.roi == pytest.approx(900 / 1100)
        assert table.payback == pytest.approx(1 + 10 / 1210)
        assert table.payback_months == pytest.approx(12 + 120 / 1210)

    def test_several_rows_are_summed(self):
        """Present values of a published study: 729 000 (Business Central, 2024)."""
        rows = [[95_883], [177_561], [91_445], [364_075]]
        assert cashflow.tei([[0]], rows, 0.10).pv_benefits == 728_964

    def test_headline(self):
        """Study of March 2026: benefits 680 k, costs 220 k, published ROI 209 %."""
        table = cashflow.tei([220], [680], 0.10)
        assert table.npv == 460
        assert round(100 * table.roi) == 209

    def test_no_costs_no_roi(self):
        assert cashflow.tei([0, 0], [0, 10], 0.1).roi is None

    def test_triangular_mean(self):
        assert cashflow.triangular_mean(0.80, 1.00, 1.05) == pytest.approx(0.95)

    def test_monthly_rate(self):
        assert cashflow.monthly_rate(0.10) == pytest.approx(0.007974140428903764)


class TestBadInput:
    """Every mistake is a ValueError that names the argument and the value."""

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: cashflow.npv(-1, [1]), ("rate", "-1")),
            (lambda: cashflow.npv("ten", [1]), ("rate", "'ten'")),
            (lambda: cashflow.npv(float("nan"), [1]), ("rate", "nan")),
            (lambda: cashflow.npv(0.1, []), ("amounts", "0")),
            (lambda: cashflow.npv(0.1, "123"), ("amounts", "'123'")),
            (lambda: cashflow.npv(0.1, 5), ("amounts", "5")),
            (lambda: cashflow.irr([1, None]), ("amounts[1]", "None")),
            (lambda: cashflow.irr([1, float("inf")]), ("amounts[1]", "inf")),
            (lambda: cashflow.irr([]), ("amounts", "0")),
            (lambda: cashflow.xirr([date(2025, 1, 1)], [1, 2]), ("dates", "1 and 2")),
            (lambda: cashflow.xirr(["2025-01-01"], [1]), ("dates[0]", "'2025-01-01'")),
            (lambda: cashflow.xnpv(-2, DATES, DATED), ("rate", "-2")),
            (lambda: cashflow.mirr(L, -1.5, 0.1), ("finance_rate", "-1.5")),
            (lambda: cashflow.mirr(L, 0.1, None), ("reinvest_rate", "None")),
            (lambda: cashflow.payback([]), ("amounts", "0")),
            (lambda: cashflow.discounted_payback(-1, L), ("rate", "-1")),
            (lambda: cashflow.tei([1], [1, 2], 0.1), ("costs and benefits", "1 and 2")),
            (lambda: cashflow.tei([-100], [1], 0.1), ("costs", "-100")),
            (lambda: cashflow.tei([[1, 2], [1]], [1, 2], 0.1), ("costs", "2 and 1")),
            (lambda: cashflow.triangular_mean(2, 1, 3), ("low, mode, high", "2.0")),
        ],
    )
    def test_message(self, call, words):
        with pytest.raises(ValueError) as caught:
            call()
        for word in words:
            assert word in str(caught.value)
