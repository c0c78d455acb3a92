"""Run pytest (with pytest-odoo) against a database in which the addons are installed,
for example: ./run pytest --database mine -- addons/crm_risk/tests -k exposure"""

import os
import subprocess

from .. import odoo_process, paths
from ..provision import postgres


def add_arguments(parser):
    parser.add_argument("--database", help="without it: tests that need no Odoo")
    parser.add_argument("--http", action="store_true", help="start a web server too")
    parser.add_argument("arguments", nargs="*", help="passed on to pytest, after --")


def run(options):
    odoo_process.provision("test")
    return call(options.arguments, options.database, options.http)


def call(arguments, database=None, http=False):
    """pytest from the root of the project; returns its exit code."""
    command = [paths.VENV_PYTHON, "-m", "pytest"]
    if database:
        command += [
            f"--odoo-database={database}",
            f"--odoo-addons-path={odoo_process.addons_path()}",
            f"--odoo-extra=data-dir={paths.DATA_DIR}",
        ]
        command += ["--odoo-http"] if http else []
    else:
        command += ["-p", "no:odoo"]
    return subprocess.call(
        [*map(str, command), *arguments],
        env=_environment(),
        cwd=paths.ROOT,
    )


def _environment():
    """With the programs on PATH by which pytest-odoo copies databases."""
    env = odoo_process.environment()
    folder = postgres.programs()
    if folder:
        env["PATH"] += f"{os.pathsep}{folder}"
    return env
