"""How Odoo is started: one place for its options and environment."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from . import databases, paths
from .console import Failure, run_logged
from .provision import lock, odoo_source, postgres, python_env

# Memory limits protect a server from one bad request; set-up and loading need more.
UNLIMITED = ("--limit-time-cpu=0", "--limit-time-real=0")


def provision(*python_sets: str) -> None:
    """Everything needed to start Odoo on this machine, whatever is there already."""
    with lock.exclusive():
        python_env.ensure("runtime", *python_sets)
        odoo_source.ensure()
        odoo_source.ensure_browser_file()
        postgres.ensure()


def addons_path() -> str:
    return ",".join(map(str, [*odoo_source.standard_addons(), paths.ADDONS]))


def environment() -> dict[str, str]:
    env = dict(os.environ)
    env.setdefault("CRM_SUITE_DATA", str(paths.sample_data()))
    env["PYTHONUNBUFFERED"] = "1"
    # Compiled once: Odoo starts several times faster than without byte code.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.setdefault("PYTHONPYCACHEPREFIX", str(paths.LOCAL / "pycache"))
    env["PATH"] = f"{paths.VENV / 'bin'}{os.pathsep}{env['PATH']}"
    return env


def options(database: str | None = None) -> list[str]:
    paths.DATA_DIR.mkdir(parents=True, exist_ok=True)
    chosen = [f"--addons-path={addons_path()}", f"--data-dir={paths.DATA_DIR}"]
    if database:
        chosen += ["-d", database]
    return chosen


def command(*arguments: str | Path, verb: str = "server") -> list[str]:
    """A command line for one of Odoo's own commands (`server`, `shell`, `i18n`…)."""
    start = "import sys; from odoo.cli import main; sys.argv[0] = 'odoo'; main()"
    return [str(paths.VENV_PYTHON), "-c", start, verb, *map(str, arguments)]


def run(*arguments: str | Path, verb: str = "server", quiet: bool = False) -> int:
    """Run Odoo in the foreground; returns its exit code."""
    out = subprocess.DEVNULL if quiet else None
    return subprocess.call(
        command(*arguments, verb=verb), env=environment(), stdout=out, stderr=out
    )


def install(
    database: str,
    modules: Sequence[str],
    *,
    demo: bool = False,
    update: bool = False,
    languages: Sequence[str] = (),
    title: str = "",
) -> None:
    """Install or update modules in a database, which is created if needed."""
    if not databases.exists(database):
        databases.create(database)
    arguments = [
        *options(database),
        *UNLIMITED,
        "-u" if update else "-i",
        ",".join(modules),
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
        "--log-level=warn",
        "--log-handler=odoo.modules.loading:INFO",  # shown as progress
    ]
    if demo:
        arguments.append("--with-demo")
    if languages:
        arguments.append(f"--load-language={','.join(languages)}")
    log = f"odoo-{'update' if update else 'install'}-{database}"
    run_logged(
        command(*arguments),
        title or f"Installing {', '.join(modules)} in database {database}",
        log,
        env=environment(),
    )
    _refuse_errors(log, title)


def _refuse_errors(log: str, title: str) -> None:
    """Odoo may exit with 0 although a module failed to load."""
    text = (paths.LOGS / f"{log}.log").read_text(errors="replace")
    bad = [
        line for line in text.splitlines() if " ERROR " in line or "CRITICAL" in line
    ]
    if bad:
        raise Failure(f"{title or log}: Odoo reported an error.\n" + "\n".join(bad[:5]))


def script(database: str, code: str, *arguments: str) -> int:
    """Run Python in an Odoo environment (`env`, `arguments` are defined)."""
    runner = paths.ROOT / "tools" / "in_odoo.py"
    return subprocess.call(
        [
            str(paths.VENV_PYTHON),
            str(runner),
            database,
            addons_path(),
            code,
            *arguments,
        ],
        env=environment(),
    )


def tool(database: str, module: str, *arguments: str) -> int:
    """Run `main(env, arguments)` of a module of tools/ inside Odoo."""
    code = f"from tools.{module} import main; sys.exit(main(env, arguments))"
    return script(database, code, *arguments)
