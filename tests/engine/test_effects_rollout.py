"""Events, stages and fake dates: known truth in, the same truth out."""

import math

import numpy as np
import pytest
from crm_effects.engine import evidence, placebo
from crm_effects.engine.answers import Refusal
from crm_effects.engine.causal import (
    controlled_time_series,
    interrupted_time_series,
)

MONTHS, START = 48, 36


def _series(seed, lift=0.0, event=0.0, event_at=30, dose=None):
    """100 a month with season, trend, noise of 1, a lift and an event."""
    rng = np.random.default_rng(seed)
    t = np.arange(MONTHS)
    shape = (t >= START) * 1.0 if dose is None else np.array(dose)
    return (
        100
        + 0.2 * t
        + 5 * np.cos(2 * np.pi * t / 12)
        + rng.normal(0, 1, MONTHS)
        + lift * shape
        + event * (t >= event_at)
    )


def _column(at):
    return [float(t >= at) for t in range(MONTHS)]


@pytest.mark.parametrize("seed", range(5))
def test_an_event_has_its_own_step(seed):
    """A price rise of 10 half a year before: with its own step the effect is 0."""
    series = list(_series(seed, event=10))
    alone = interrupted_time_series(series, START)
    found = interrupted_time_series(series, START, events=[_column(30)])
    assert abs(found.effect) < abs(alone.effect) or abs(found.effect) < 1.5
    assert found.low <= 0.5 and found.high >= -0.5


def test_events_recovered_leave_the_effect_unbiased():
    effects = [
        interrupted_time_series(
            list(_series(seed, lift=8, event=10)), START, events=[_column(30)]
        ).effect
        for seed in range(30)
    ]
    assert np.mean(effects) == pytest.approx(8, abs=0.6)


def test_an_event_at_the_go_live_cannot_be_told_apart():
    found = interrupted_time_series(list(_series(1)), START, events=[_column(START)])
    assert isinstance(found, Refusal)
    assert found.reason.code == "collinear"


def test_an_event_outside_the_data_changes_nothing():
    series = list(_series(2, lift=8))
    assert (
        interrupted_time_series(series, START, events=[_column(99)]).effect
        == interrupted_time_series(series, START).effect
    )


def test_an_event_of_another_length_is_refused():
    with pytest.raises(ValueError, match="events\\[0\\]"):
        interrupted_time_series(list(_series(2)), START, events=[[0, 1]])


STAGES = [0.0] * 30 + [0.25] * 4 + [0.5] * 4 + [1.0] * 10


def test_stages_find_the_effect_of_the_whole():
    """A quarter live from month 30, half from 34, all from 38: +20 when all are."""
    effects, paths = [], []
    for seed in range(30):
        series = list(_series(seed, lift=20, dose=STAGES))
        found = interrupted_time_series(series, 30, dose=STAGES)
        effects.append(found.effect)
        paths.append(np.array(series[30:]) - np.array(found.counterfactual))
    assert np.mean(effects) == pytest.approx(20 * np.mean(STAGES[30:]), abs=0.6)
    mean = np.mean(paths, axis=0)
    assert mean[0] == pytest.approx(mean[-1] / 4)
    assert mean[-1] == pytest.approx(20, abs=0.8)


def test_stages_against_a_control_group():
    market = _series(7)
    rng = np.random.default_rng(8)
    treated = market + rng.normal(0, 0.5, MONTHS) + 20 * np.array(STAGES)
    found = controlled_time_series(list(treated), list(market), 30, dose=STAGES)
    assert found.low < 20 * np.mean(STAGES[30:]) < found.high
    assert found.is_clear


def test_no_stages_are_one_step():
    series = list(_series(3, lift=8))
    one = interrupted_time_series(series, START, dose=_column(START))
    assert one.effect == pytest.approx(interrupted_time_series(series, START).effect)


@pytest.mark.parametrize(
    ("dose", "message"),
    [
        ([0.0] * MONTHS, "rise"),
        ([0.5] * MONTHS, "0 before"),
        ([0.0] * START + [2.0] * (MONTHS - START), "between 0 and 1"),
        ([1.0], "length"),
    ],
)
def test_a_wrong_dose_is_refused(dose, message):
    with pytest.raises(ValueError, match=message):
        interrupted_time_series(list(_series(3)), START, dose=dose)


def test_fake_dates_find_nothing_in_a_quiet_history():
    """Of 12 fake dates in 30 histories about one in twenty is clear by chance."""
    clear, tried = 0, 0
    for seed in range(30):
        found = placebo.placebo_dates(list(_series(seed, lift=8)), START)
        clear += sum(one.is_clear for one in found)
        tried += len(found)
    assert tried == 30 * 12
    assert clear / tried < 0.12


def test_fake_dates_see_an_earlier_break():
    """Something happened in month 21 that the market did not have: the fake dates
    around it must show it."""
    market = _series(4)
    ours = _series(4, event=15, event_at=21)
    ours += np.random.default_rng(5).normal(0, 1, MONTHS)
    found = placebo.placebo_dates(list(ours), START, control=list(market))
    near = min(found, key=lambda one: abs(one.start - 21))
    assert near.is_clear and near.effect == pytest.approx(15, abs=4)
    assert near.clarity > 5
    assert all(one.start <= START - 6 for one in found)


def test_fake_dates_of_a_comparison():
    market = _series(5)
    ours = market + np.random.default_rng(6).normal(0, 1, MONTHS)
    found = placebo.placebo_dates(list(ours), START, control=list(market))
    assert len(found) == 12
    share = placebo.share_as_clear(found, 100.0, 1.0)
    assert share == pytest.approx(1 / 13)


def test_no_fake_date_in_a_short_history():
    assert placebo.placebo_dates([1.0, 2.0, 1.5] * 3, 9) == ()


def test_an_imported_history_is_no_proof():
    from dataclasses import replace

    from crm_effects.engine.answers import Sentence

    found = interrupted_time_series(list(_series(3, lift=8)), START)
    assert evidence.grade(found) == "B"
    imported = replace(found, warnings=(Sentence("imported", "x", months=3),))
    assert evidence.grade(imported) == "C"
    assert evidence.reasons(imported)[-1].code == "doubted"


def test_log_scale_of_stages():
    values = [
        math.exp(math.log(v) + 0.1 * d) for v, d in zip(_series(9), STAGES, strict=True)
    ]
    found = interrupted_time_series(values, 30, dose=STAGES, log=True)
    assert found.effect == pytest.approx(0.1 * np.mean(STAGES[30:]), abs=0.02)
