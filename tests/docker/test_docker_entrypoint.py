"""entrypoint.sh with a stand-in for the official one that writes down what it got."""

import json
import sys

import docker_support as support
import pytest
from docker_support import DOCKER

PASSWORD = "pa$$ 'quoted' \\ word"
STUB = """#!{python}
import json, os, sys
with open({target!r}, "w") as file:
    json.dump({{"argv": sys.argv[1:], "env": dict(os.environ)}}, file)
"""


@pytest.fixture
def start(tmp_path):
    """start(*arguments, **variables) -> (process, what the official one got)."""
    target = tmp_path / "got.json"
    stub = support.executable(
        tmp_path / "official", STUB.format(python=sys.executable, target=str(target))
    )
    secret = tmp_path / "pg_password"
    secret.write_text(PASSWORD + "\n")

    def run(*arguments, **variables):
        env = {
            "OFFICIAL_ENTRYPOINT": stub,
            "PGPASSWORD_FILE": secret,
            "PGDATABASE": "crm",
            **variables,
        }
        env = support.bare_environment(**env)
        done = support.run(DOCKER / "entrypoint.sh", *arguments, env=env)
        got = json.loads(target.read_text()) if target.exists() else None
        return done, got

    return run


def test_password_reaches_the_environment_and_no_argument(start):
    done, got = start("odoo", "--workers=0")
    assert done.returncode == 0
    assert got["env"]["PGPASSWORD"] == PASSWORD, "without the file's last newline"
    assert got["argv"] == ["odoo", "--workers=0"]
    assert PASSWORD not in done.stdout + done.stderr


def test_arguments_arrive_as_they_were(start):
    words = ["odoo", "-d", "two words", "", "*", "$HOME"]
    _done, got = start(*words)
    assert got["argv"] == words


def test_official_entrypoint_finds_every_variable_it_would_turn_into_an_argument(start):
    _done, got = start("odoo")
    connection = {n: got["env"].get(n) for n in ("PGHOST", "PGPORT", "PGUSER")}
    assert connection == {"PGHOST": "db", "PGPORT": "5432", "PGUSER": "odoo"}


def test_given_connection_is_kept(start):
    _done, got = start("odoo", PGHOST="elsewhere", PGPORT="6543", PGUSER="someone")
    assert got["env"]["PGHOST"] == "elsewhere"
    assert got["env"]["PGPORT"] == "6543"
    assert got["env"]["PGUSER"] == "someone"


@pytest.mark.parametrize("content", [None, "", "\n"], ids=["missing", "empty", "blank"])
def test_no_password_is_said_in_one_line(start, tmp_path, content):
    secret = tmp_path / "other"
    if content is not None:
        secret.write_text(content)
    done, got = start("odoo", PGPASSWORD_FILE=secret)
    assert done.returncode != 0
    assert got is None, "Odoo is not started"
    assert str(secret) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("password", ["", "given"])
def test_password_variable_wins_over_the_file(start, tmp_path, password):
    """compose.test.yaml gives an empty one: its server asks for none."""
    done, got = start("odoo", PGPASSWORD=password, PGPASSWORD_FILE=tmp_path / "none")
    assert done.returncode == 0
    assert got["env"]["PGPASSWORD"] == password


def test_empty_replica_is_no_replica(start):
    _done, got = start("odoo", PGHOST_REPLICA="", PGPORT_REPLICA="")
    assert not {"PGHOST_REPLICA", "PGPORT_REPLICA"} & got["env"].keys()


def test_replica_is_passed_on(start):
    _done, got = start("odoo", PGHOST_REPLICA="replica")
    assert got["env"]["PGHOST_REPLICA"] == "replica"


def test_unreachable_server_is_named(start, tmp_path, pg_programs):
    done, got = start(
        "odoo",
        REQUIRE_DATABASE="1",
        PG_WAIT_SECONDS="1",
        PGHOST=tmp_path,
        PATH=f"{pg_programs}:/usr/bin:/bin",
    )
    assert (done.returncode, got) == (1, None)
    assert f"PostgreSQL at {tmp_path}:5432 does not answer" in done.stderr


def test_missing_database_is_not_created(start, native):
    done, got = start(
        "odoo", **native.env, REQUIRE_DATABASE="1", PGDATABASE="h_docker_none"
    )
    assert (done.returncode, got) == (1, None)
    assert "docker compose --profile init run --rm init" in done.stderr
    assert not native.exists("h_docker_none")


def test_database_without_odoo_is_refused(start, native):
    done, got = start("odoo", **native.env, REQUIRE_DATABASE="1", PGDATABASE="postgres")
    assert (done.returncode, got) == (1, None)
    assert '"postgres" is not there or not an Odoo database yet' in done.stderr


def test_ready_database_is_served(start, native, make_database):
    done, got = start(
        "odoo", **native.env, REQUIRE_DATABASE="1", PGDATABASE=make_database()
    )
    assert done.returncode == 0, done.stderr
    assert got["argv"] == ["odoo"]
