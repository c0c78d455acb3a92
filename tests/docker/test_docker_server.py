"""What the container would run, minus the container: the same odoo.conf, entrypoint.sh
and init.sh, with Odoo started by a stand-in for the official entrypoint."""

import http.client
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import docker_support as support
import pytest
from docker_support import DOCKER, compose

STARTED_WITHIN = 120  # seconds, on a busy machine
STOPPED_WITHIN = 60


def get(port: int, path: str, **headers: str):
    """(status, headers, body); status 0 while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=named)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    except OSError:
        return 0, {}, ""
    finally:
        connection.close()


def wait_for(port: int, path: str, process: subprocess.Popen) -> int:
    end = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < end and process.poll() is None:
        status, _headers, _body = get(port, path)
        if status:
            return status
        time.sleep(0.5)
    return 0


def command_lines(group: int) -> list[str]:
    """Command lines of every process of a process group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(entry.name)) == group:
                found.append((entry / "cmdline").read_bytes().decode())
        except (OSError, ProcessLookupError):
            continue
    return found


class Server:
    def __init__(self, process, http_port, gevent_port, password, log):
        self.process = process
        self.http = http_port
        self.gevent = gevent_port
        self.password = password
        self.log = log


@pytest.fixture(scope="module")
def server(native, odoo, conf, make_database, template_files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    database = make_database()
    shutil.copytree(template_files, folder / "data/filestore" / database)
    password = secrets.token_hex(16)
    (folder / "pg_password").write_text(password)
    official = support.executable(
        folder / "official", f'#!/bin/sh\nshift\nexec "{odoo}" "$@"\n'
    )
    http_port, gevent_port = support.free_port(), support.free_port()
    env = support.bare_environment(
        **native.env,
        OFFICIAL_ENTRYPOINT=official,
        PGPASSWORD_FILE=folder / "pg_password",
        PGDATABASE=database,
        REQUIRE_DATABASE="1",
        ODOO_RC=conf,
        ODOO_DATA_DIR=folder / "data",
        ODOO_HTTP_INTERFACE="127.0.0.1",
        ODOO_HTTP_PORT=http_port,
        ODOO_GEVENT_PORT=gevent_port,
        # As the image: prefork with the process for websockets; small for tests.
        ODOO_WORKERS="2",
        ODOO_MAX_CRON_THREADS="0",
    )
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [DOCKER / "entrypoint.sh", "odoo"],
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield Server(process, http_port, gevent_port, password, log)
    finally:
        _end(process)


def _end(process):
    """The whole group, which is ours alone, even if the master is gone."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            continue
    process.wait(STOPPED_WITHIN)


class TestServer:
    """In the order written: the last one stops the server."""

    def test_health_checks_of_compose_answer(self, server):
        health = wait_for(server.http, "/web/health", server.process)
        assert health == 200, server.log.read_text()[-3000:]
        socket = wait_for(server.gevent, "/websocket/health", server.process)
        assert socket == 200, server.log.read_text()[-3000:]

    def test_database_is_reached(self, server):
        status, _headers, body = get(server.http, "/web/health?db_server_status=1")
        assert status == 200
        assert '"db_server_status": true' in body

    def test_login_page_is_served(self, server):
        status, _headers, body = get(server.http, "/web/login")
        assert status == 200
        assert 'name="password"' in body

    def test_visitors_address_is_taken_from_the_proxy(self, server):
        """proxy_mode works, and only with the header nginx must send."""
        claim = {"X_Forwarded_For": "203.0.113.7"}
        get(server.http, "/web/health?through", **claim, X_Forwarded_Host="crm.test")
        get(server.http, "/web/health?direct", **claim)
        seen = {
            mark: re.search(rf"(\S+) - - \[[^]]*\] \"GET /web/health\?{mark} ", log)[1]
            for log in [server.log.read_text()]
            for mark in ("through", "direct")
        }
        assert seen == {"through": "203.0.113.7", "direct": "127.0.0.1"}

    def test_databases_are_not_listed(self, server):
        _status, _headers, body = get(server.http, "/web/database/manager")
        assert "h_docker_" not in body

    def test_no_process_shows_the_password(self, server):
        lines = command_lines(server.process.pid)
        assert len(lines) >= 4, "master, two workers, one for websockets"
        assert not any(server.password in line for line in lines)
        assert not any("db_password" in line for line in lines)

    def test_nothing_was_complained_of(self, server):
        log = server.log.read_text()
        bad = [x for x in log.splitlines() if " ERROR " in x or " CRITICAL " in x]
        assert not bad
        assert "unknown option" not in log
        assert server.password not in log

    def test_stops_when_told_to(self, server):
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOPPED_WITHIN) == 0
        assert get(server.http, "/web/health")[0] == 0


class TestInit:
    @pytest.fixture(scope="class")
    @classmethod
    def env(cls, native, odoo, conf, make_database, tmp_path_factory):
        folder = tmp_path_factory.mktemp("init")
        (folder / "admin_password").write_text("a-new-one\n")
        # Any installed module: what init.sh installs is tested by the addons' tests.
        return support.bare_environment(
            **native.env,
            PGDATABASE=make_database(),
            ADMIN_PASSWORD_FILE=folder / "admin_password",
            ODOO_BIN=odoo,
            ODOO_RC=conf,
            ODOO_DATA_DIR=folder / "data",
            ODOO_MODULES="web",
        )

    def hashed(self, native, env):
        query = "SELECT password FROM res_users WHERE login = 'admin'"
        return native.sql(env["PGDATABASE"], query)

    def test_stock_password_is_replaced_once(self, native, env):
        before = self.hashed(native, env)
        first = support.run(DOCKER / "init.sh", env=env)
        assert first.returncode == 0, first.stderr[-3000:]
        assert "has the password from the secret" in first.stdout
        after = self.hashed(native, env)
        assert after.startswith("$pbkdf2-sha512$") and after != before

        second = support.run(DOCKER / "init.sh", env=env)
        assert second.returncode == 0, second.stderr[-3000:]
        assert "left as it is" in second.stdout
        assert self.hashed(native, env) == after
        assert "a-new-one" not in first.stdout + first.stderr + second.stderr

    def test_missing_password_is_said_before_anything_is_done(self, env, tmp_path):
        wrong = {**env, "ADMIN_PASSWORD_FILE": str(tmp_path / "none"), "ODOO_BIN": ""}
        done = support.run(DOCKER / "init.sh", env=wrong)
        assert done.returncode == 1
        assert str(tmp_path / "none") in done.stderr

    def test_upgrade_job_finds_nothing_to_do_after_an_installation(self, odoo, env):
        command = compose("compose.yaml")["services"]["upgrade"]["command"]
        assert command[0] == "odoo"
        done = support.run(odoo, *command[1:], env=env)
        assert done.returncode == 0, done.stderr[-3000:]
        assert " ERROR " not in done.stderr
