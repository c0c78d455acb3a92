"""Make the pictures of the documentation anew from the demo database, in English and
Russian; docs/screenshots.json says which. Fails on errors in the browser console."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from .. import odoo_process, paths, suite
from ..console import Failure, step
from ..provision import lock, python_env, system

DATABASE = "crm_screenshots"
LANGUAGES = {"en": "en_US", "ru": "ru_RU"}
START_SECONDS = 120


def add_arguments(parser):
    parser.add_argument("names", nargs="*", help="only these pictures")
    parser.add_argument("--lang", choices=LANGUAGES, help="only this language")
    parser.add_argument("--folder", default=str(paths.ROOT / "docs" / "images"))
    parser.add_argument("--database", help="a database that is already there")


def run(options):
    odoo_process.provision()
    python_env.ensure("docs")
    if system.find("chromium") is None:
        raise Failure("Pictures need chromium: apt-get install chromium")
    database = options.database or DATABASE
    if not options.database:
        with lock.exclusive():
            suite.ensure(DATABASE, demo=True, anew=True)
    codes = []
    with served(database) as address:
        for short in [options.lang] if options.lang else LANGUAGES:
            _speak(database, LANGUAGES[short])
            codes.append(_shoot(address, options.folder, short, options.names))
        _speak(database, "en_US")
    return max(codes)


def _speak(database, language):
    odoo_process.script(
        database,
        "from tools.demo_setup import set_language; set_language(env, arguments[0])",
        language,
    )


def _shoot(address, folder, short, names):
    command = [paths.VENV_PYTHON, "-m", "tools.browser", address, folder, short]
    return subprocess.call([*map(str, command), *names], cwd=paths.ROOT)


@contextmanager
def served(database):
    """The address of a server on a free port, stopped afterwards."""
    port = _free_port()
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = (paths.LOGS / f"serve-{database}.log").open("wb")
    server = subprocess.Popen(
        odoo_process.command(
            *odoo_process.options(database),
            f"--http-port={port}",
            "--http-interface=127.0.0.1",
            f"--db-filter=^{database}$",
            "--max-cron-threads=0",
        ),
        env=odoo_process.environment(),
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        with step(f"Starting a server on database {database}"):
            _wait_for(f"http://127.0.0.1:{port}/web/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        log.close()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url, server):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise Failure(f"The server did not start; see {paths.LOGS}.")
