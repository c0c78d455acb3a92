"""Run every linter over the project: ruff, pylint-odoo, oca-checks-odoo-module,
prettier, eslint, Odoo's own lint tests, translations. --fix mends what can be."""

import subprocess
from pathlib import Path

from .. import odoo_process, paths, readme, suite
from ..console import say
from ..provision import lock, node, odoo_source
from . import pytest

DATABASE = "crm_lint"
BIN = paths.VENV / "bin"
NOT_FOR_US = (
    # takes any constant "domain" in an onchange for a domain; we have a field domain
    "test_forbid_domains_in_onchanges",
    # written for an older pylint; pylint-odoo checks the same and more
    "test_pylint",
)


def add_arguments(parser):
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    parser.add_argument(
        "--fast", action="store_true", help="only the linters that need no database"
    )


def run(options):
    odoo_process.provision("test", "lint")
    results = {
        "ruff": _call(BIN / "ruff", "check", *_flag(options.fix, "--fix"), "."),
        "ruff format": _call(
            BIN / "ruff", "format", *_flag(not options.fix, "--check"), "."
        ),
        "pylint-odoo": _pylint(),
        "oca-checks": _call(
            BIN / "oca-checks-odoo-module", "--disable=prefer-readme-rst", *_addons()
        ),
        "prettier and eslint": _node(options.fix),
        "readme files": readme.check(options.fix),
    }
    if not options.fast:
        results |= _with_database()
    for name, code in results.items():
        say(f"{'✗' if code else '✓'} {name}")
    return 1 if any(results.values()) else 0


def _flag(condition, flag):
    return [flag] if condition else []


def _addons():
    return [str(paths.ADDONS / name) for name in paths.SUITE]


def _call(*command, cwd=paths.ROOT):
    return subprocess.call(
        [str(part) for part in command], cwd=cwd, env=odoo_process.environment()
    )


def _pylint():
    # A large model is split by topic, one file each: not a fault here.
    split = "--disable=consider-merging-classes-inherited"
    return _call(
        BIN / "pylint", f"--rcfile={paths.ROOT / '.pylintrc'}", split, *_addons()
    )


def _node(fix):
    folder = node.ensure()
    if folder is None:
        return 0
    files = _files("xml") + _files("js")
    # prettier looks for plugins beside itself; both live in the private folder
    plugin = folder.parent / "@prettier" / "plugin-xml" / "src" / "plugin.js"
    prettier = _call(
        folder / "prettier",
        "--write" if fix else "--check",
        "--log-level=warn",
        f"--plugin={plugin}",
        f"--config={paths.ROOT / '.prettierrc.json'}",
        *files,
    )
    eslint = _call(
        folder / "eslint",
        f"--config={paths.ROOT / 'eslint.config.mjs'}",
        "--no-warn-ignored",
        *_files("js"),
    )
    return prettier or eslint


def _files(suffix) -> list[Path]:
    return sorted(
        file
        for file in paths.ADDONS.rglob(f"*.{suffix}")
        if "lib" not in file.relative_to(paths.ADDONS).parts
    )


def _with_database():
    with lock.exclusive():
        suite.fresh_copy(DATABASE)
        odoo_process.install(DATABASE, ["test_lint"])
    tests = odoo_source.addon_dir("test_lint") / "tests"
    chosen = f"not ({' or '.join(NOT_FOR_US)})"
    return {
        "Odoo's test_lint": pytest.call(
            ["-p", "tools.lint_scope", "-q", "--no-header", "-k", chosen, str(tests)],
            DATABASE,
        ),
        "translations": odoo_process.tool(DATABASE, "translations", "--check"),
    }
