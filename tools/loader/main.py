"""`./run load` inside Odoo: read the file, write the company, prove the totals.

One transaction: whatever interrupts it, nothing is half written; and it commits only
when every month of the file is accounted for to the penny.
"""

import argparse
import gc
import hashlib
import resource
import time
from datetime import date, timedelta
from pathlib import Path

from . import company, report, retail, rules
from .moments import Moment
from .writer import Writer

SETTING = company.Setting("Online Retail", "OR", "GBP", "GB", "Europe/London")
PARAMETER = "crm_suite.online_retail_loaded"  # fingerprint and company of the load
HISTORY = "crm_risk.history_months"  # setting of the suite
LOCK = 0x4F52


def main(env, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--rows", type=int)
    options = parser.parse_args(arguments)
    try:
        written = load(env, options.file, options.rows, options.reports)
    except ValueError as problem:
        print(f"✗ {problem}", flush=True)
        env.cr.rollback()
        return 1
    env.cr.commit()
    if written:
        _score(env, written)
        env.cr.commit()
    return 0


def load(env, file: Path, rows: int | None, reports: Path):
    """Load the file and report; the caller commits.

    :return: the company, ``None`` if the file was loaded before
    :raises ValueError: in words for the user, when the database is to stay as it is
    """
    started = time.monotonic()
    claim(env)
    fingerprint = _fingerprint(file, rows)
    loaded = _loaded_before(env, fingerprint)
    source = _read(file, rows)
    written = None
    if loaded:
        print("This file is loaded already; nothing is changed.", flush=True)
    else:
        loaded = written = _write(env, source, fingerprint)
    months = report.months(env, loaded, source)
    report.write(reports, env.cr.dbname, source, months)
    print(report.text(source, months), flush=True)
    off = [month.name for month in months if month.difference]
    if off:
        raise ValueError(
            f"Nothing was loaded: {', '.join(off)} do not add up to the file. "
            "This is a fault of the loader; the table above shows by how much."
        )
    _print_effort(started)
    return written


def claim(env) -> None:
    """One load into a database at a time. A second one must not wait: what it knows
    of the database would be from before the first."""
    env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    if not env.cr.fetchone()[0]:
        raise ValueError(
            "Another load into this database is running. Start this one again when "
            "it is done."
        )


def _fingerprint(file: Path, rows: int | None) -> str:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return f"{digest}:{rows or 'all'}"


def _loaded_before(env, fingerprint: str):
    """The company that holds this very file, if it was loaded."""
    known = env["ir.config_parameter"].get_param(PARAMETER)
    if not known:
        return None
    mark, identifier = known.rsplit("@", 1)
    if mark != fingerprint:
        raise ValueError(
            "This database holds another part of the file, or another file. Load into "
            "another database: ./run load FILE --database NAME"
        )
    return env["res.company"].browse(int(identifier))


def _read(file: Path, rows: int | None) -> rules.Source:
    print(f"• Reading {file.name} …", flush=True)
    gc.disable()  # half a million objects that all stay: nothing to collect
    return rules.read(file, rows)


def _write(env, source: rules.Source, fingerprint: str):
    plan = retail.plan(source.lines)
    if not plan.documents:
        raise ValueError("The file has no line that can be loaded.")
    print("• Creating the company, its chart of accounts and warehouse …", flush=True)
    inside = company.create(env, SETTING)
    start = Moment(plan.documents[0].moment.at - timedelta(days=1))
    total = len(plan.documents)
    print(f"• Writing {total:,} documents …", flush=True)
    writer = Writer(inside)
    writer.load(plan.customers, plan.products, plan.documents, start, Progress(total))
    env["ir.config_parameter"].set_param(
        PARAMETER, f"{fingerprint}@{inside.company.id}"
    )
    _let_indicators_look_back(env, start)
    inside.company.loyalty_as_of = max(one.moment.day for one in plan.documents)
    env.flush_all()
    print("• Refreshing the planner's statistics …", flush=True)
    env.cr.execute("ANALYZE")
    return inside.company


def _let_indicators_look_back(env, start: Moment) -> None:
    """The file is old: the suite's indicators must count months that long ago."""
    today = date.today()
    months = (today.year - start.day.year) * 12 + today.month - start.day.month + 1
    parameters = env["ir.config_parameter"]
    known = parameters.get_param(HISTORY)
    if not str(known).isdigit() or int(known) < months:
        parameters.set_param(HISTORY, str(months))


def _score(env, company) -> None:
    """What the nightly jobs would do, as of the last day of the file."""
    print("• Scoring the customers, forecasting what they will need …", flush=True)
    env["crm.loyalty.scoring"]._refresh(company)
    env["crm.loyalty.replenishment.job"]._refresh(company)


class Progress:
    """A line every few seconds.

    :param total: of documents; 0 where nobody knows before
    """

    EVERY = 5.0

    def __init__(self, total: int):
        self._total = total
        self._started = self._last = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._last >= self.EVERY or done == self._total:
            self._last = now
            of = f" of {self._total:,}" if self._total else ""
            took = now - self._started
            print(f"  … {done:,}{of} documents after {took:.0f} s", flush=True)


def _print_effort(started: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = time.monotonic() - started
    print(f"Done in {took:.0f} s, {memory:.0f} MB at most.", flush=True)
