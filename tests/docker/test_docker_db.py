"""The database's scripts on a server of their own: its first start (10-odoo-role.sh)
and a streaming standby (replica.sh).

    primary   superuser postgres; roles odoo and replicator made by the script;
              logs every statement, so that a password in one would show
    standby   copied from it by replica.sh
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import docker_support as support
import pytest
from docker_support import DOCKER

# Everything a password file, SQL or a shell could trip over.
PASSWORDS = {"pg_password": "o'do\\o :1 $x", "replica_password": 're:pl\\ic\'a "2"'}
NOBODY = 65534
PATIENCE = 60  # seconds


class Servers:
    """A folder with a primary and what is needed to run programs beside it."""

    def __init__(self, programs: Path, folder: Path):
        self.folder = folder
        self.port, self.standby_port = support.free_port(), support.free_port()
        self.env = support.bare_environment(
            PATH=f"{programs}{os.pathsep}{os.environ['PATH']}",
            PGDATA=folder / "primary",
            PGHOST=folder,
            PGPORT=self.port,
            POSTGRES_USER="postgres",
            SECRETS_DIR=folder,
            HOME=folder,
        )
        # PostgreSQL refuses to run as root.
        self.user = {"user": NOBODY, "group": NOBODY} if os.getuid() == 0 else {}

    def run(self, *command, **variables):
        return subprocess.run(
            [*map(str, command)],
            env={**self.env, **{k: str(v) for k, v in variables.items()}},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            **self.user,
        )

    def start_primary(self):
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
            " -c log_statement=all -c fsync=off -c wal_keep_size=64MB"
        )
        made = self.run(
            *("initdb", "-U", "postgres", "--auth-local=trust"),
            *("--auth-host=scram-sha-256", "--data-checksums", "--no-sync"),
        )
        assert made.returncode == 0, made.stderr
        started = self.run(
            "pg_ctl", "start", "-w", "-l", self.folder / "primary.log", "-o", options
        )
        assert started.returncode == 0, (self.folder / "primary.log").read_text()

    def sql(self, statement, *, port=None, user="postgres", database="postgres", **env):
        return self.run(
            *("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database),
            *("-p", port or self.port, "-c", statement),
            **env,
        )

    def start_standby(self):
        official = support.executable(
            self.folder / "official", '#!/bin/sh\nexec "$@"\n'
        )
        output = (self.folder / "standby.log").open("w")
        return subprocess.Popen(
            [
                *(DOCKER / "db/replica.sh", "postgres", "-p", str(self.standby_port)),
                *("-k", self.folder, "-c", "hot_standby_feedback=on"),
            ],
            env={
                **self.env,
                "PGDATA": str(self.folder / "standby/data"),
                "PRIMARY_HOST": "127.0.0.1",
                "PRIMARY_PORT": str(self.port),
                "REPLICA_PASSWORD_FILE": str(self.folder / "replica_password"),
                "REPLICA_PASSFILE": str(self.folder / "replica.pgpass"),
                "OFFICIAL_ENTRYPOINT": str(official),
            },
            cwd=self.folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            **self.user,
        )

    def wait_for_standby(self, statement: str, expected: str):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            done = self.sql(statement, port=self.standby_port)
            if done.stdout.strip() == expected:
                return
            time.sleep(0.2)
        raise AssertionError((self.folder / "standby.log").read_text()[-3000:])


@pytest.fixture(scope="module")
def servers(pg_programs):
    if not (pg_programs / "initdb").is_file():
        pytest.skip("PostgreSQL server programs are not installed")
    # Not tmp_path: only its owner may enter that, and its name is too long for sockets.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    servers = Servers(pg_programs, folder)
    for name, password in PASSWORDS.items():
        (folder / name).write_text(password + "\n")
    if servers.user:
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
    try:
        servers.start_primary()
        yield servers
    finally:
        servers.run("pg_ctl", "stop", "-m", "immediate", "-w")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def primary(servers):
    done = servers.run(DOCKER / "db/10-odoo-role.sh")
    assert done.returncode == 0, done.stderr
    servers.run("pg_ctl", "reload")
    return servers


@pytest.fixture(scope="module")
def standby(primary):
    primary.sql("CREATE TABLE seen AS SELECT 'before the copy' AS what")
    process = primary.start_standby()
    try:
        primary.wait_for_standby("SELECT what FROM seen", "before the copy")
        yield primary
    finally:
        process.terminate()
        process.wait(PATIENCE)


class TestRoles:
    def test_have_no_right_too_many(self, primary):
        done = primary.sql(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication,"
            " rolbypassrls FROM pg_roles WHERE rolname IN ('odoo', 'replicator')"
            " ORDER BY 1"
        )
        assert done.stdout.split() == ["odoo|f|t|f|f|f", "replicator|f|f|f|t|f"]

    @pytest.mark.parametrize(
        "user, name", [("odoo", "pg_password"), ("replicator", "replica_password")]
    )
    def test_log_in_with_their_passwords_only(self, primary, user, name):
        tcp = {"user": user, "PGHOST": "127.0.0.1"}
        good = primary.sql("SELECT 1", **tcp, PGPASSWORD=PASSWORDS[name])
        assert good.stdout.strip() == "1", good.stderr
        bad = primary.sql("SELECT 1", **tcp, PGPASSWORD="other")
        assert "password authentication failed" in bad.stderr

    def test_passwords_are_in_no_log(self, primary):
        log = (primary.folder / "primary.log").read_text()
        assert "pg_roles" in log, "statements are logged"
        assert "CREATE ROLE" not in log

    def test_standbys_may_connect_from_the_network_of_the_containers(self, primary):
        rules = (primary.folder / "primary/pg_hba.conf").read_text()
        assert rules.count("host replication replicator samenet scram-sha-256\n") == 1


class TestStandby:
    def test_follows(self, standby):
        assert standby.sql("UPDATE seen SET what = 'after'").returncode == 0
        standby.wait_for_standby("SELECT what FROM seen", "after")

    def test_is_read_only(self, standby):
        done = standby.sql("DELETE FROM seen", port=standby.standby_port)
        assert "read-only transaction" in done.stderr

    def test_odoo_reads_there_with_its_own_password(self, standby):
        done = standby.sql(
            "SELECT pg_is_in_recovery()",
            port=standby.standby_port,
            user="odoo",
            PGHOST="127.0.0.1",
            PGPASSWORD=PASSWORDS["pg_password"],
        )
        assert done.stdout.strip() == "t", done.stderr

    def test_password_is_not_in_the_data(self, standby):
        data = standby.folder / "standby/data"
        settings = (data / "postgresql.auto.conf").read_text()
        assert "replica.pgpass" in settings
        assert "password=" not in settings
        assert (standby.folder / "replica.pgpass").stat().st_mode & 0o077 == 0

    def test_no_draft_is_left(self, standby):
        assert [p.name for p in (standby.folder / "standby").iterdir()] == ["data"]


def test_standby_goes_on_where_it_was_after_a_restart(standby):
    """The last test: it ends the first standby and starts another on its data."""
    mark = standby.folder / "standby/data/not-copied-again"
    mark.touch()
    data = standby.folder / "standby/data"
    stopped = standby.run("pg_ctl", "stop", "-w", "-m", "fast", PGDATA=data)
    assert stopped.returncode == 0, stopped.stderr
    assert standby.sql("UPDATE seen SET what = 'while away'").returncode == 0
    process = standby.start_standby()
    try:
        standby.wait_for_standby("SELECT what FROM seen", "while away")
        assert mark.exists()
    finally:
        process.terminate()
        process.wait(PATIENCE)
