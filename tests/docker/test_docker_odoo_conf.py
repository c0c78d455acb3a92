"""odoo.conf read by Odoo's own parser, in a process of its own."""

import importlib.util
import json
import sys

import docker_support as support
import pytest
from docker_support import DOCKER, compose

pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("odoo"), reason="Odoo is not installed for this Python"
)

READ = """
import json, logging, os, sys, warnings
said = []
class Keep(logging.Handler):
    def emit(self, record):
        if record.levelno >= logging.WARNING:
            said.append(record.getMessage())
logging.getLogger().addHandler(Keep())
from odoo.tools import config
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    options = json.loads(os.environ.get("GIVEN", "[]"))
    config.parse_config(["-c", sys.argv[1], *options], setup_logging=False)
said += [str(w.message) for w in caught if "odoo" in w.filename]
values = {name: config[name] for name in sys.argv[2:]}
guesses = ("", "admin", "False")
values["passes"] = [guess for guess in guesses if config.verify_admin_password(guess)]
print(json.dumps({"said": said, "values": values}, default=str))
"""


def read(path, *names, **variables):
    env = support.bare_environment(**variables)
    done = support.run(sys.executable, "-c", READ, path, *names, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_option_is_known_and_nothing_is_warned_of(conf):
    assert read(conf)["said"] == []


def test_a_misspelt_option_would_be_noticed(conf, tmp_path):
    wrong = tmp_path / "odoo.conf"
    wrong.write_text(conf.read_text() + "\nwrokers = 3\n")
    said = read(wrong)["said"]
    assert len(said) == 1 and "wrokers" in said[0]


def test_only_the_folder_of_the_image_is_missing_here():
    (only,) = read(DOCKER / "odoo.conf")["said"]
    assert support.IMAGE_ADDONS in only


def test_values_are_read_as_meant(conf):
    expected = {
        "data_dir": "/var/lib/odoo",
        "list_db": False,
        "proxy_mode": True,
        "http_interface": "0.0.0.0",
        "http_port": 8069,
        "gevent_port": 8072,
        "workers": 4,
        "max_cron_threads": 2,
        "limit_memory_soft": 1536 * 1024**2,
        "limit_memory_hard": 2048 * 1024**2,
        "limit_time_cpu": 240,
        "limit_time_real": 300,
        "limit_time_real_cron": 3600,
        "db_maxconn": 8,
        "db_maxconn_gevent": 16,
        "logfile": "",
        "dev_mode": [],
        "db_replica_host": None,
    }
    values = read(conf, *expected)["values"]
    assert {name: values[name] for name in expected} == expected


def test_holds_no_connection(conf):
    names = ("db_host", "db_port", "db_user", "db_password", "db_name")
    values = read(conf, *names)["values"]
    assert not any(values[name] for name in names), values


def test_connection_comes_from_the_variables(conf):
    values = read(
        conf,
        *("db_host", "db_port", "db_user", "db_name", "db_replica_host"),
        PGHOST="db",
        PGPORT="5432",
        PGUSER="odoo",
        PGDATABASE="crm",
        PGHOST_REPLICA="replica",
    )["values"]
    values.pop("passes")
    assert values == {
        "db_host": "db",
        "db_port": 5432,
        "db_user": "odoo",
        "db_name": ["crm"],
        "db_replica_host": "replica",
    }


def test_nobody_passes_the_database_managers_password(conf):
    assert read(conf)["values"]["passes"] == []


def test_development_overrides_arrive(conf):
    values = read(
        conf,
        *("workers", "proxy_mode", "limit_time_real"),
        ODOO_WORKERS="0",
        ODOO_PROXY_MODE="False",
        ODOO_LIMIT_TIME_REAL="0",
    )["values"]
    assert (values["workers"], values["proxy_mode"]) == (0, False)
    assert values["limit_time_real"] == 0


def test_an_empty_replica_would_not_be_off(conf):
    """Why entrypoint.sh removes it."""
    result = read(conf, "dev_mode", PGHOST_REPLICA="")
    assert result["values"]["dev_mode"] == ["replica"]


@pytest.mark.parametrize(
    "files, service",
    [
        (("compose.yaml", "compose.dev.yaml"), "odoo"),
        (("compose.test.yaml",), "test"),
    ],
)
def test_odoo_understands_the_commands_of_compose(conf, files, service):
    command = compose(*files)["services"][service]["command"]
    assert command[0] == "odoo" and len(command) > 1
    result = read(conf, "dev_mode", "init", GIVEN=json.dumps(command[1:]))
    assert result["values"]["dev_mode"] or result["values"]["init"]
