"""Measure speed and memory as the architecture demands, as ratio and absolute figure.
Small sizes by default; --full takes the sizes of the requirements, hours and 60 GB."""

import json
import subprocess
import time
from datetime import datetime

from .. import databases, odoo_process, paths, suite
from ..bench import pairs, rows
from ..console import Failure, say, step
from ..provision import lock
from . import generate

GROUPS = ("engines", "pairs", "scoring", "indicators")

# seconds for the indicators, from nothing and at night
LIMITS_ORDERS = {"keys": 30}  # over 200,000 orders
LIMITS_LINES = {"first": 60, "nightly": 5}  # over 2,000,000 order lines


def add_arguments(parser):
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument("--small", action="store_true", help="about ten minutes")
    scale.add_argument("--full", action="store_true", help="sizes of the requirements")
    parser.add_argument(
        "--only", choices=GROUPS, action="append", help="measure this group only"
    )


def run(options):
    scale = "full" if options.full else "small"
    sizes = rows.FULL if options.full else rows.SMALL
    odoo_process.provision()
    started = time.monotonic()
    found = []
    for group in options.only or GROUPS:
        found += globals()[f"_{group}"](scale, sizes)
    print("\n" + rows.table(found))
    _keep(scale, found)
    say(f"\nMeasured in {time.monotonic() - started:.0f} s.")
    return 1 if any(row.passed is False for row in found) else 0


def _engines(scale, sizes):
    target = _target("engines")
    env = odoo_process.environment()
    env["PYTHONPATH"] = f"{paths.ADDONS}:{paths.ROOT}"
    with step("Engines"):
        subprocess.run(
            [paths.VENV_PYTHON, "-m", "tools.bench.engines", scale, target],
            env=env,
            check=True,
        )
    return _read(target)


def _pairs(scale, sizes):
    database = "bench_suite"
    with lock.exclusive():
        _with_suite(database)
    return pairs.measure(database, sizes)


def _with_suite(database):
    """The suite as it is in the checkout: a copy, or an update of what is there."""
    if databases.exists(database):
        suite.ensure(database, demo=False)
        return
    suite.fresh_copy(database)
    lock.mark_done(f"database-{database}", suite.sources_key())


def _scoring(scale, sizes):
    database = _company(f"bench_scoring_{scale}", sizes.scoring, sizes.months, True)
    return _inside("scoring", database, _words(sizes.scoring))


def _indicators(scale, sizes):
    database = _company(f"bench_history_{scale}", sizes.indicators, sizes.months, False)
    size = f"{sizes.months} months, {_words(sizes.indicators)}"
    found = _inside("indicators", database, size)
    if scale == "full":
        found += _inside("every_indicator", database, size, json.dumps(LIMITS_LINES))
    database = _company("bench_every", sizes.every_indicator, sizes.months, False)
    size = f"{sizes.months} months, {_words(sizes.every_indicator)}"
    return found + _inside("every_indicator", database, size, json.dumps(LIMITS_ORDERS))


def _words(size):
    customers, orders, lines = size
    return f"{customers:,} customers, {orders:,} orders, {lines:,} lines"


def _company(database, size, months, orders_only):
    """A database with the suite and a synthetic company; kept for the next time."""
    with lock.exclusive():
        stamp, key = f"bench-{database}", f"{size}{months}{datetime.now():%Y-%m}"
        if databases.exists(database) and lock.is_done(stamp, key):
            _with_suite(database)
            return database
        databases.drop(database)
        _with_suite(database)
    say(f"• Making a synthetic company in {database}")
    numbers = [*size, months, 2000, 1]
    arguments = [
        f"--{name}={number}"
        for name, number in zip(generate.NUMBERS, numbers, strict=True)
    ]
    only = ["--orders-only"] if orders_only else []
    if odoo_process.tool(database, "loader.generate", *arguments, *only):
        raise Failure(f"No synthetic company could be made in {database}; see above.")
    lock.mark_done(stamp, key)
    return database


def _inside(module, database, size, *limits):
    target = _target(module)
    with step(f"Measuring {module} in {database}"):
        done = odoo_process.tool(
            database, f"bench.{module}", str(target), size, *map(str, limits)
        )
    if done:
        raise Failure(f"Measuring {module} failed; see above.")
    return _read(target)


def _target(name):
    paths.BENCH.mkdir(parents=True, exist_ok=True)
    return paths.BENCH / f"{name}.part.json"


def _read(target):
    found = [rows.Row(**row) for row in json.loads(target.read_text())]
    target.unlink()
    return found


def _keep(scale, found):
    stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
    target = paths.BENCH / f"{scale}-{stamp}.json"
    kept = {"scale": scale, "date": stamp, "rows": [row.as_dict() for row in found]}
    target.write_text(json.dumps(kept, indent=1, ensure_ascii=False))
    say(f"\nKept in {target}")
