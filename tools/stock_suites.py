"""Stock Odoo's own tests, run on a database with our addons and on one without: what
passes without must pass with."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

from . import databases, odoo_process, paths, suite
from .console import Failure, say
from .provision import lock, odoo_source, system
from .verbs import pytest

MODULES = (
    "loyalty",
    "sale_loyalty",
    "crm",
    "sale_crm",
    "sale",
    "sale_stock",
    "stock_account",
    "portal",
    "survey",
)
WITHOUT = "crm_stock_without"
WITH = "crm_stock_with"
# Stock tests count the languages of the database; ours has a second one.
ONE_LANGUAGE = """
env["res.lang"].search([("code", "!=", "en_US")]).active = False
env.cr.commit()
"""
# What our addons pull in, so that the two databases differ by our addons alone.
DEPENDENCIES = (*MODULES, "digest", "spreadsheet_dashboard", "sale_management")


def compare(modules: Sequence[str] = MODULES) -> int:
    """Print every difference; exit code 1 if ours breaks a stock test."""
    unknown = set(modules) - set(MODULES)
    if unknown:
        raise Failure(
            f"No stock suite {', '.join(sorted(unknown))}; choose from: "
            + ", ".join(MODULES)
        )
    odoo_process.provision("test")
    system.install_missing()
    _prepare()
    without = _outcomes_without(modules)
    with_ours = _outcomes(WITH, modules)
    broken = sorted(
        name
        for name, outcome in without.items()
        if outcome == "passed" and with_ours.get(name) != "passed"
    )
    _report(without, with_ours, broken)
    return 1 if broken else 0


def _prepare() -> None:
    with lock.exclusive():
        stamp = f"database-{WITHOUT}"
        if not (databases.exists(WITHOUT) and lock.is_done(stamp, "complete")):
            databases.drop(WITHOUT)
            odoo_process.install(WITHOUT, DEPENDENCIES)
            lock.mark_done(stamp, "complete")
        suite.fresh_copy(WITH)
        odoo_process.install(WITH, ["sale_management"])
        odoo_process.script(WITH, ONE_LANGUAGE)


def _outcomes_without(modules: Sequence[str]) -> dict[str, str]:
    """Like `_outcomes`; a suite that has run on this Odoo is not run again, for our
    code has no part in it."""
    outcomes: dict[str, str] = {}
    key = _odoo_key()
    for module in modules:
        stamp, report = f"stock-{module}", _report_file(WITHOUT, module)
        if report.is_file() and lock.is_done(stamp, key):
            say(f"• {module} on {WITHOUT}: outcome kept from an earlier run")
            outcomes.update(_read(report, module))
            continue
        lock.unmark(stamp)
        outcomes.update(_outcomes(WITHOUT, [module]))
        lock.mark_done(stamp, key)
    return outcomes


def _odoo_key() -> str:
    """Changes with Odoo itself and with the packages it runs on."""
    pins = lock.digest(file for file in paths.PINS.rglob("*") if file.is_file())
    manifest = odoo_source.addon_dir("sale") / "__manifest__.py"
    return f"{pins} {manifest} {manifest.stat().st_mtime_ns}"


def _report_file(database: str, module: str) -> Path:
    return paths.LOGS / f"{database}-{module}.xml"


def _outcomes(database: str, modules: Sequence[str]) -> dict[str, str]:
    """Test name → passed, failed or skipped, one pytest process per stock module."""
    outcomes: dict[str, str] = {}
    for module in modules:
        folder = odoo_source.addon_dir(module) / "tests"
        report = _report_file(database, module)
        report.unlink(missing_ok=True)
        say(f"• {module} on {database}")
        pytest.call(
            [str(folder), "-q", "--no-header", "--tb=no", f"--junit-xml={report}"],
            database,
            http=True,
        )
        outcomes.update(_read(report, module))
    return outcomes


def _read(report: Path, module: str) -> dict[str, str]:
    if not report.is_file():
        raise Failure(f"The tests of {module} did not finish: no file {report}.")
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{module}: {case.get('classname')}.{case.get('name')}"
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            found[name] = "failed"
        else:
            found[name] = "skipped" if "skipped" in kinds else "passed"
    return found


def _report(without, with_ours, broken) -> None:
    for title, outcomes in (("without", without), ("with", with_ours)):
        counts = {
            kind: sum(1 for outcome in outcomes.values() if outcome == kind)
            for kind in ("passed", "failed", "skipped")
        }
        say(f"{title} our addons: " + ", ".join(f"{v} {k}" for k, v in counts.items()))
    for name in broken:
        outcome = with_ours.get(name, "missing")
        say(f"✗ passes without our addons, {outcome} with them: {name}")
    if not broken:
        say("✓ every stock test that passes without our addons passes with them")
