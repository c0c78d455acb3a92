"""Month by month around the go-live.

An effect that is known comes back at its month; before the go-live there is nothing,
and 95 % intervals say so 95 times of a hundred, whatever the noise remembers.
"""

import math
import random

import pytest
from crm_effects.engine import event_study as engine
from crm_effects.engine.answers import Refusal

BEFORE, AFTER = 24, 12


def noise(generator, memory, size=0.04, length=BEFORE + AFTER):
    last, errors = generator.gauss(0, size), []
    for _month in range(length):
        errors.append(last)
        last = memory * last + generator.gauss(0, size * math.sqrt(1 - memory**2))
    return errors


def histories(count, memory):
    generator = random.Random(7)
    for _history in range(count):
        market = noise(generator, 0.5, 0.1)
        own = noise(generator, memory)
        control = [math.exp(5 + m) for m in market]
        lift = [0.0] * BEFORE + [0.1 + 0.01 * k for k in range(AFTER)]
        pairs = zip(control, own, lift, strict=True)
        yield [2 * c * math.exp(e + x) for c, e, x in pairs], control


def test_an_effect_that_grows_is_seen_month_by_month():
    """10 % in the first month, one point more in each: means over 40 histories."""
    sums = dict.fromkeys(range(-12, AFTER), 0.0)
    for treated, control in histories(40, 0.3):
        found = engine.event_study(treated, control, BEFORE, log=True)
        assert [one.month for one in found] == list(range(-12, AFTER))
        for one in found:
            sums[one.month] += one.mean / 40
    for month, mean in sums.items():
        true = 0.1 + 0.01 * month if month >= 0 else 0.0
        assert mean == pytest.approx(true, abs=0.025), month


@pytest.mark.parametrize("memory", [0.0, 0.6])
def test_intervals_hold_what_is_true(memory):
    """Of 40 histories and 24 months each, 92 to 98 % are covered: the months of one
    history depend on each other."""
    inside = total = 0
    for treated, control in histories(40, memory):
        for one in engine.event_study(treated, control, BEFORE, log=True):
            true = 0.1 + 0.01 * one.month if one.month >= 0 else 0.0
            inside += one.low <= true <= one.high
            total += 1
    assert 0.92 <= inside / total <= 0.98


def test_what_both_groups_had_cancels():
    """The market, however wild, changes nothing: only the gap counts."""
    generator = random.Random(3)
    own = [100 * math.exp(generator.gauss(0, 0.02)) for _ in range(36)]
    flat = engine.event_study(own, [50.0] * 36, BEFORE, log=True)
    wild = [math.exp(generator.gauss(0, 0.5)) for _ in range(36)]
    moved = engine.event_study(
        [a * w for a, w in zip(own, wild, strict=True)],
        [50 * w for w in wild],
        BEFORE,
        log=True,
    )
    for one, other in zip(flat, moved, strict=True):
        assert one == pytest.approx(other, abs=1e-9)


def test_groups_that_moved_apart_show_it_before_the_go_live():
    """4 a month: the last month stands 44 above the one eleven months before."""
    apart = [100 + 4 * month + (-1) ** month for month in range(36)]
    found = {one.month: one for one in engine.event_study(apart, [100] * 36, 24)}
    assert found[-1].mean - found[-12].mean == pytest.approx(44, abs=6)


def test_of_independent_noise_it_is_the_distance_to_the_mean():
    """240 months of white noise: the memory is found to be none, and the coefficient
    is the value less the mean of the months before, its spread that of the noise."""
    generator = random.Random(11)
    values = [generator.gauss(0, 1) for _ in range(240)] + [5.0, 5.0]
    found = engine.event_study(values, [0.0] * 242, 240)
    mean = sum(values[:240]) / 240
    assert found[-1].mean == pytest.approx(5 - mean, abs=0.02)
    assert found[-1].high - found[-1].low == pytest.approx(2 * 1.97, rel=0.1)


def test_stages_are_laid_over_each_other():
    """Two units, live in months 18 and 30: both rise by 20 from their own month on."""
    generator = random.Random(5)
    control = [100 + generator.gauss(0, 3) for _ in range(42)]
    units = []
    for start, weight in ((18, 1.0), (30, 2.0)):
        series = [
            value + generator.gauss(0, 1) + 20 * (month >= start)
            for month, value in enumerate(control)
        ]
        units.append((series, start, weight))
    found = engine.staged(units, control)
    assert [one.month for one in found] == list(range(-12, 12))
    for one in found:
        assert one.mean == pytest.approx(20 if one.month >= 0 else 0, abs=4)


def test_months_without_data_have_no_coefficient():
    treated = [10.0, 11, None, 9, 10, 11, 9, 10, None, 21]
    found = engine.event_study(treated, [10.0] * 10, 8)
    assert [one.month for one in found] == [-8, -7, -5, -4, -3, -2, -1, 1]


def test_too_little_history_is_refused():
    found = engine.event_study([1.0, 2, 1, 2, 1, 2, 1, 2], [1.0] * 8, 5)
    assert isinstance(found, Refusal)
    assert found.reason.code == "few_before"


@pytest.mark.parametrize(
    ("treated", "control", "said"),
    [([1.0] * 9, [1.0] * 8, "treated and control"), ([-1.0] * 9, [1.0] * 9, "treated")],
)
def test_bad_input(treated, control, said):
    with pytest.raises(ValueError, match=said):
        engine.event_study(treated, control, 7, log=True)
