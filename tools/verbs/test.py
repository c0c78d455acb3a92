"""Set everything up and run all tests. Without a group: all but --stock. What follows
-- goes to pytest, for example: ./run test --odoo -- -k exposure"""

from .. import odoo_process, paths, suite
from ..console import Failure
from ..provision import lock, postgres, system
from . import pytest

DATABASE = "crm_test"
GROUPS = {
    "engine": "formulas, without Odoo and without a database",
    "odoo": "models, security, jobs and tools, on a fresh database",
    "browser": "screens, in headless Chromium",
    "suite": "what spans the addons: loader, docker files, command line",
}
BROWSER_TESTS = "Tour"  # classes of browser tests carry this word


def add_arguments(parser):
    for group, what in GROUPS.items():
        parser.add_argument(f"--{group}", action="store_true", help=what)
    parser.add_argument(
        "--stock",
        action="store_true",
        help="stock Odoo's own suites with our addons and without them; -- loyalty "
        "sale_loyalty limits it to these modules",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="update the last test database, not a new one",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        help="so many at once, 400 MB each; screens may run into their time limits",
    )
    parser.add_argument("arguments", nargs="*", help="passed on to pytest, after --")


def run(options):
    if options.stock:
        from ..stock_suites import MODULES, compare

        return compare(options.arguments or MODULES)
    groups = [group for group in GROUPS if getattr(options, group)] or list(GROUPS)
    odoo_process.provision("test")
    if groups == ["engine"]:
        return pytest.call([*_engine_targets(), *_arguments(options)])
    system.install_missing()
    _prepare(options.keep)
    return pytest.call(
        [*_targets(groups), *_arguments(options)],
        DATABASE,
        http="browser" in groups or "suite" in groups,
    )


def _arguments(options):
    """Several workers each have a copy of the database, which pytest-odoo makes."""
    if options.workers < 2:
        return options.arguments
    if not postgres.programs():
        raise Failure(
            "Several workers need createdb: apt-get install postgresql-client"
        )
    shared = ["--dist", "loadscope", "--no-loadscope-reorder"]
    return ["-n", str(options.workers), *shared, *options.arguments]


def _prepare(keep):
    with lock.exclusive():
        if keep:
            suite.ensure(DATABASE, demo=False)
        else:
            suite.fresh_copy(DATABASE)


def _engine_targets():
    engines = [f"addons/{name}/engine" for name in paths.SUITE]
    return ["--doctest-modules", "tests/engine", *engines]


def _targets(groups):
    """One pytest process for everything, so that its summary line is the summary."""
    targets = _engine_targets() if "engine" in groups else []
    if {"odoo", "browser"} & set(groups):
        targets += [f"addons/{name}/tests" for name in paths.SUITE]
        targets += _browser_filter(groups)
    if "suite" in groups:
        folders = sorted(p.name for p in (paths.ROOT / "tests").iterdir() if p.is_dir())
        targets += [f"tests/{f}" for f in folders if f not in ("engine", "__pycache__")]
    return targets


def _browser_filter(groups):
    if {"odoo", "browser"} <= set(groups):
        return []
    return ["-k", BROWSER_TESTS if "browser" in groups else f"not {BROWSER_TESTS}"]
