"""The compose files: what the engine would be told to run.

compose.yaml                     db  odoo  nginx         + jobs and a standby
compose.yaml + compose.tls.yaml  the same, HTTPS by nginx
compose.yaml + compose.dev.yaml  db  odoo  mailpit
compose.test.yaml                test-db  test
"""

import re

import docker_support as support
import pytest
from docker_support import DOCKER, compose, odoo_conf, plain

SETS = {
    "production": ("compose.yaml",),
    "tls": ("compose.yaml", "compose.tls.yaml"),
    "dev": ("compose.yaml", "compose.dev.yaml"),
    "test": ("compose.test.yaml",),
}
GIB = 1024**3
UNITS = {"s": 1, "m": 60, "g": GIB}
SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|_KEY$", re.IGNORECASE)


def amount(text: str) -> int:
    """`330s`, `2m`, `17g` as seconds or bytes."""
    return int(text[:-1]) * UNITS[text[-1]]


def services(name):
    return compose(*SETS[name])["services"].items()


def each_service(kinds=tuple(SETS)):
    return [
        pytest.param(name, service, id=f"{kind}-{name}")
        for kind in kinds
        for name, service in services(kind)
    ]


def is_job(service) -> bool:
    return service.get("restart", "no") == "no"


def networks(service) -> set[str]:
    return set(service["networks"])


def secrets_of(service) -> list[str]:
    return [
        s if isinstance(s, str) else s["source"] for s in service.get("secrets", [])
    ]


@pytest.fixture(scope="module")
def production():
    return compose(*SETS["production"])


class TestEveryService:
    @pytest.mark.parametrize("name, service", each_service())
    def test_has_a_pinned_image(self, name, service):
        image = plain(service["image"])
        repository, _, tag = image.partition(":")
        assert repository
        assert re.search(r"\d+\.\d+", tag), f"{image}: the tag names no version"

    @pytest.mark.parametrize("name, service", each_service())
    def test_tells_its_health_or_is_a_job(self, name, service):
        health = service["healthcheck"]
        if health.get("disable"):
            assert is_job(service)
        else:
            assert health["test"][0] == "CMD", "no shell, so nothing to quote"
            assert len(health["test"]) > 1

    @pytest.mark.parametrize("name, service", each_service())
    def test_has_no_password_in_its_settings(self, name, service):
        for variable, value in service.get("environment", {}).items():
            if SECRET_NAME.search(variable):
                is_path = variable.endswith("_FILE") and value.startswith("/run/")
                assert is_path or value == "", f"{variable}={value}"
        words = " ".join(map(str, service.get("command", [])))
        assert not SECRET_NAME.search(words), words

    # tls is left out: it serves the public on purpose.
    @pytest.mark.parametrize(
        "name, service", each_service(["production", "dev", "test"])
    )
    def test_publishes_on_loopback_only(self, name, service):
        for port in service.get("ports", []):
            assert plain(port).startswith("127.0.0.1:"), port

    @pytest.mark.parametrize("kind", ["production", "tls", "dev"])
    def test_runs_with_as_little_as_possible(self, kind):
        for name, service in services(kind):
            assert service["cap_drop"] == ["ALL"], name
            assert "no-new-privileges:true" in service["security_opt"], name
            assert "cap_add" not in service and "privileged" not in service, name
            if name not in {"db", "replica"}:
                assert service["read_only"] is True, name

    def test_rotates_its_log(self):
        for name, service in services("production"):
            options = service["logging"]["options"]
            assert options.keys() == {"max-size", "max-file"}, name

    def test_comes_back_after_a_restart_of_the_machine_unless_a_job(self):
        jobs = {"init", "upgrade", "backup", "restore"}
        for name, service in services("production"):
            expected = "no" if name in jobs else "unless-stopped"
            assert service["restart"] == expected, name


class TestReferences:
    @pytest.mark.parametrize("kind", SETS)
    def test_secrets_networks_and_volumes_are_declared(self, kind):
        whole = compose(*SETS[kind])
        for name, service in whole["services"].items():
            assert set(secrets_of(service)) <= set(whole.get("secrets", {})), name
            assert networks(service) <= set(whole["networks"]), name
            for volume in map(plain, service.get("volumes", [])):
                source = volume.split(":")[0]
                if source.startswith("."):
                    assert (DOCKER / source).exists(), f"{name}: {source}"
                else:
                    assert source in whole["volumes"], f"{name}: {source}"
            assert set(service.get("depends_on", ())) <= set(whole["services"]), name

    @pytest.mark.parametrize("kind", SETS)
    def test_no_secret_is_declared_in_vain(self, kind):
        whole = compose(*SETS[kind])
        used = {s for svc in whole["services"].values() for s in secrets_of(svc)}
        assert set(whole.get("secrets", {})) == used

    @pytest.mark.parametrize("kind", SETS)
    def test_secrets_are_files_git_ignores(self, kind):
        ignored = (DOCKER / ".gitignore").read_text().split()
        assert {"secrets/", ".env"} <= set(ignored)
        for name, secret in compose(*SETS[kind]).get("secrets", {}).items():
            assert plain(secret["file"]).startswith("./secrets/"), name

    def test_every_variable_has_a_default(self):
        for file in DOCKER.glob("compose*.yaml"):
            for found in support.DEFAULT.finditer(file.read_text()):
                assert found["default"] is not None, f"{file.name}: {found[0]}"

    def test_example_settings_are_used_and_are_the_defaults(self):
        texts = [file.read_text() for file in DOCKER.glob("compose*.yaml")]
        defaults = {
            found["name"]: found["default"]
            for text in texts
            for found in support.DEFAULT.finditer(text)
        }
        example = (DOCKER / ".env.example").read_text()
        for name, value in re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE):
            assert defaults.get(name) == value, name

    def test_replica_variable_is_absent_unless_set(self, production):
        environment = production["services"]["odoo"]["environment"]
        assert environment["PGHOST_REPLICA"] is None, "null = taken over only if set"
        assert "#PGHOST_REPLICA=replica" in (DOCKER / ".env.example").read_text()


class TestProduction:
    def test_profiles(self, production):
        by_profile: dict = {}
        for name, service in production["services"].items():
            for profile in service.get("profiles", ["always"]):
                by_profile.setdefault(profile, set()).add(name)
        assert by_profile == {
            "always": {"db", "odoo", "nginx"},
            "init": {"init"},
            "upgrade": {"upgrade"},
            "backup": {"backup", "restore"},
            "replica": {"replica"},
        }

    def test_databases_have_no_port_and_no_way_out(self, production):
        for name in ("db", "replica"):
            service = production["services"][name]
            assert "ports" not in service
            assert networks(service) == {"back"}
        assert production["networks"]["back"] == {"internal": True}

    def test_only_the_proxy_is_published(self, production):
        published = {n for n, s in production["services"].items() if s.get("ports")}
        assert published == {"nginx"}
        assert networks(production["services"]["nginx"]) == {"front"}

    def test_everything_waits_for_a_healthy_database(self, production):
        for name in ("odoo", "init", "upgrade", "backup", "restore", "replica"):
            needs = production["services"][name]["depends_on"]
            assert needs["db"]["condition"] == "service_healthy", name

    def test_backup_cannot_write_files_and_restore_cannot_write_backups(
        self, production
    ):
        backup = production["services"]["backup"]["volumes"]
        restore = production["services"]["restore"]["volumes"]
        assert any(v.endswith("/var/lib/odoo:ro") for v in backup)
        assert any(v.endswith("/backup:ro") for v in restore)

    def test_only_those_who_need_a_secret_get_it(self, production):
        holders: dict = {}
        for name, service in production["services"].items():
            for secret in secrets_of(service):
                holders.setdefault(secret, set()).add(name)
        assert holders["pg_superuser_password"] == {"db"}
        assert holders["admin_password"] == {"init"}
        assert holders["replica_password"] == {"db", "replica"}

    def test_odoo_refuses_a_missing_database(self, production):
        assert production["services"]["odoo"]["environment"]["REQUIRE_DATABASE"]

    def test_standby_starts_by_its_own_script(self, production):
        replica = production["services"]["replica"]
        assert replica["entrypoint"] == ["/usr/local/bin/replica.sh"]
        assert any(v.startswith("./db/replica.sh:") for v in replica["volumes"])

    def test_data_checksums(self, production):
        options = production["services"]["db"]["environment"]["POSTGRES_INITDB_ARGS"]
        assert "--data-checksums" in options.split()


class TestFiguresAgree:
    """Limits stand in three files; each must leave room for the next."""

    @pytest.fixture
    def conf(self):
        return {k: int(v) for k, v in odoo_conf().items() if v.isdigit()}

    def test_container_has_memory_for_every_process(self, production, conf):
        processes = conf["workers"] + conf["max_cron_threads"] + 2  # gevent, master
        limit = amount(plain(production["services"]["odoo"]["mem_limit"]))
        assert limit > processes * conf["limit_memory_hard"]
        assert conf["limit_memory_soft"] < conf["limit_memory_hard"]

    def test_a_running_request_may_finish(self, production, conf):
        grace = amount(production["services"]["odoo"]["stop_grace_period"])
        assert grace > conf["limit_time_real"]

    def test_proxy_waits_longer_than_odoo(self, conf):
        text = (DOCKER / "nginx/odoo.locations").read_text()
        waits = [int(s) for s in re.findall(r"proxy_read_timeout (\d+)s;", text)]
        assert len(waits) == 2
        assert min(waits) > conf["limit_time_real"]

    def test_database_has_connections_for_every_process(self, production, conf):
        processes = conf["workers"] + conf["max_cron_threads"]
        worst = processes * conf["db_maxconn"] + conf["db_maxconn_gevent"]
        command = production["services"]["db"]["command"]
        limit = next(a for a in command if a.startswith("max_connections="))
        for_jobs_and_administrator = 20
        assert worst + for_jobs_and_administrator < int(limit.partition("=")[2])

    def test_written_sum_of_connections(self):
        text = (DOCKER / "odoo.conf").read_text()
        assert "(4 workers + 2 cron) × 8 + 16 = 64" in text
        conf = odoo_conf()
        assert [conf[k] for k in ("workers", "max_cron_threads")] == ["4", "2"]


class TestOverrides:
    def test_dev_runs_one_process_and_asks_only_for_it(self):
        dev = compose(*SETS["dev"])["services"]
        assert dev["odoo"]["environment"]["ODOO_WORKERS"] == "0"
        assert "--dev=reload,xml" in dev["odoo"]["command"]
        assert "8072" not in " ".join(dev["odoo"]["healthcheck"]["test"])
        assert dev["odoo"]["depends_on"].keys() == {"db", "mailpit"}
        assert dev["nginx"]["profiles"] == ["proxy"]

    def test_dev_takes_the_addons_of_the_working_copy(self):
        volumes = compose(*SETS["dev"])["services"]["odoo"]["volumes"]
        assert f"../addons:{support.IMAGE_ADDONS}:ro" in volumes

    def test_dev_catches_the_mail(self):
        environment = compose(*SETS["dev"])["services"]["odoo"]["environment"]
        assert environment["ODOO_SMTP_SERVER"] == "mailpit"

    def test_tls_replaces_the_site_and_keeps_the_locations(self):
        nginx = compose(*SETS["tls"])["services"]["nginx"]
        by_target = {v.split(":")[1]: v.split(":")[0] for v in nginx["volumes"]}
        assert by_target == {
            "/etc/nginx/conf.d/default.conf": "./nginx/tls.conf",
            "/etc/nginx/odoo.locations": "./nginx/odoo.locations",
        }
        assert [plain(p).split(":")[-1] for p in nginx["ports"]].count("8443") == 1

    def test_test_run_leaves_nothing_and_reaches_nobody(self):
        whole = compose(*SETS["test"])
        assert "volumes" not in whole and "secrets" not in whole
        assert whole["networks"] == {"test": {"internal": True}}
        assert not any(s.get("ports") for s in whole["services"].values())
        data = whole["services"]["test-db"]["tmpfs"]
        assert data[0].startswith("/var/lib/postgresql:")

    def test_test_run_tests_the_three_addons(self):
        command = compose(*SETS["test"])["services"]["test"]["command"]
        assert "--init=crm_loyalty,crm_risk,crm_effects" in command
        assert "--test-tags=/crm_loyalty,/crm_risk,/crm_effects" in command
        assert "--stop-after-init" in command
