"""The table of the benchmark: what passes, what fails, what was not measured."""

import numpy as np
import pytest

from tools.bench import engines, pairs, rows


def run(seconds, queries):
    return {"seconds": seconds, "queries": queries}


@pytest.mark.parametrize(
    ("seconds", "passed"), [(0.9, True), (1.0, True), (1.1, False)]
)
def test_a_limit_includes_its_value(seconds, passed):
    assert rows.timed_row("x", "size", seconds, 1).passed is passed


def test_the_table_names_every_row_and_verdict():
    table = rows.table(
        [
            rows.timed_row("fast", "s", 0.5, 1),
            rows.timed_row("slow", "s", 2, 1),
            rows.Row("later", "s", "≤ 1 s", note="not built yet"),
        ]
    )
    fast, slow, later = table.splitlines()[1:]
    assert fast.startswith("fast") and fast.rstrip().endswith("pass")
    assert slow.startswith("slow") and slow.rstrip().endswith("FAIL")
    assert "not built yet" in later and later.rstrip().endswith("—")


def test_rows_survive_json():
    row = rows.timed_row("x", "size", 0.5, 1)
    assert rows.Row(**row.as_dict()) == row


def test_paired_runs_compare_turn_by_turn():
    """The machine got ten times slower half way: pairs are not fooled, 4 % stays."""
    slow, fast = (run(10.0, 100), run(10.4, 102)), (run(1.0, 100), run(1.04, 102))
    time, queries = pairs.confirmations([fast, fast, slow])
    assert time.figures["ratio"] == pytest.approx(1.04)
    assert time.passed and queries.passed
    assert queries.measured.startswith("+2")


def test_one_query_too_many_fails():
    _, queries = pairs.confirmations([(run(1.0, 100), run(1.0, 104))])
    assert queries.passed is False


def test_a_form_that_grows_with_history_fails():
    stock = {form: [20, 20] for form in ("partner", "lead", "order")}
    ours = {**stock, "lead": [21, 25], "order": [31, 31]}
    verdicts = {row.name: row.passed for row in pairs.openings(stock, ours)}
    assert verdicts == {
        "opening a form: partner": True,
        "opening a form: lead": False,
        "opening a form: order": False,
    }


def test_histories_can_be_purchase_histories():
    frequency, recency, age = engines.histories(5_000)
    assert np.all((recency >= 0) & (recency <= age))
    assert np.all(recency[frequency == 0] == 0)
    assert 0.2 < np.mean(frequency == 0) < 0.9
    assert frequency.max() > 5
