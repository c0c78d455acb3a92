"""Stock suites without our addons are run once per Odoo."""

from pathlib import Path

import pytest

from tools import paths, stock_suites

PASSED = '<testsuite><testcase classname="a.B" name="test_one"/></testsuite>'


@pytest.fixture
def calls(monkeypatch, tmp_path):
    found: list[str] = []

    def run(arguments, database, http):
        found.append(database)
        option = next(a for a in arguments if a.startswith("--junit-xml="))
        Path(option.removeprefix("--junit-xml=")).write_text(PASSED)

    monkeypatch.setattr(paths, "LOGS", tmp_path)
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    monkeypatch.setattr(stock_suites.odoo_source, "addon_dir", lambda name: tmp_path)
    monkeypatch.setattr(stock_suites.pytest, "call", run)
    monkeypatch.setattr(stock_suites, "_odoo_key", lambda: "Odoo of one day")
    return found


def test_outcome_is_kept(calls):
    first = stock_suites._outcomes_without(["sale"])
    assert stock_suites._outcomes_without(["sale"]) == first
    assert first == {"sale: a.B.test_one": "passed"}
    assert calls == [stock_suites.WITHOUT]


def test_another_odoo_is_another_outcome(calls, monkeypatch):
    stock_suites._outcomes_without(["sale"])
    monkeypatch.setattr(stock_suites, "_odoo_key", lambda: "Odoo of the next day")
    stock_suites._outcomes_without(["sale"])
    assert len(calls) == 2


def test_a_killed_run_is_no_outcome(calls, monkeypatch):
    def killed(arguments, database, http):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stock_suites.pytest, "call", killed)
        with pytest.raises(KeyboardInterrupt):
            stock_suites._outcomes_without(["sale"])
    stock_suites._outcomes_without(["sale"])
    assert calls == [stock_suites.WITHOUT]
