"""backup.sh and restore.sh on a real database and its files.

The original, a copy of a ready Odoo database:
    mail server    "real mail", active
    attachments    those of Odoo, one file each; nothing missing
    secret         database.secret of the original
Restored twice: `copy` neutralised, `live` with --production.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
import uuid
from pathlib import Path

import docker_support as support
import pytest
from docker_support import DOCKER

ACTIVE_MAIL = "SELECT string_agg(name, ',') FROM ir_mail_server WHERE active"
PARAMETER = "SELECT value FROM ir_config_parameter WHERE key = '{}'"
COUNTS = """
SELECT (SELECT count(*) FROM ir_attachment), (SELECT count(*) FROM res_users),
       (SELECT count(*) FROM ir_model_fields), (SELECT count(*) FROM ir_ui_view)
"""


def tree(folder: Path) -> dict[str, str]:
    """path → digest of every file under a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


class Place:
    """A data folder, a backup folder and one original database."""

    def __init__(self, native, odoo, conf, folder: Path, database: str):
        self.native = native
        self.database = database
        self.data = folder / "data"
        self.backups = folder / "backups"
        self.backups.mkdir(parents=True)
        self.env = {
            **native.env,
            "PGDATABASE": database,
            "ODOO_DATA_DIR": str(self.data),
            "ODOO_RC": str(conf),
            "ODOO_BIN": str(odoo),
            "BACKUP_DIR": str(self.backups),
        }

    @property
    def files(self) -> Path:
        return self.data / "filestore" / self.database

    def backup(self, **variables) -> subprocess.CompletedProcess:
        env = {**self.env, **{k: str(v) for k, v in variables.items()}}
        return support.run(DOCKER / "backup.sh", env=env)

    def restore(self, *arguments, **variables) -> subprocess.CompletedProcess:
        env = {**self.env, **{k: str(v) for k, v in variables.items()}}
        return support.run(DOCKER / "restore.sh", *arguments, env=env)

    def visible_backups(self) -> list[str]:
        return sorted(p.name for p in self.backups.iterdir() if p.name != ".lock")


@pytest.fixture(scope="module")
def new_name(native):
    made = []

    def new() -> str:
        made.append(f"h_docker_{uuid.uuid4().hex[:8]}")
        return made[-1]

    yield new
    for name in made:
        native.drop(name)
        native.drop(f"{name}-restoring")


@pytest.fixture(scope="module")
def place(native, odoo, conf, make_database, template_files, tmp_path_factory):
    database = make_database()
    place = Place(native, odoo, conf, tmp_path_factory.mktemp("docker"), database)
    shutil.copytree(template_files, place.files)
    native.sql(
        database,
        "INSERT INTO ir_mail_server (name, smtp_host, smtp_encryption, active,"
        " smtp_authentication) VALUES ('real mail', 'mx', 'none', true, 'login')",
    )
    return place


@pytest.fixture(scope="module")
def backup(place) -> Path:
    done = place.backup()
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return Path(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def copy(place, backup, new_name) -> str:
    name = new_name()
    done = place.restore(backup.name, name)
    assert done.returncode == 0, done.stderr
    return name


@pytest.fixture(scope="module")
def live(place, backup, new_name) -> str:
    name = new_name()
    done = place.restore("--production", backup, name)
    assert done.returncode == 0, done.stderr
    assert "LIVE" in done.stdout
    return name


class TestBackup:
    def test_has_its_parts_and_their_checksums(self, backup):
        parts = {"db.dump", "filestore.tar", "manifest.txt", "missing.txt"}
        assert {p.name for p in backup.iterdir()} == {*parts, "SHA256SUMS"}
        listed = dict(reversed(line.split()) for line in (backup / "SHA256SUMS").open())
        assert listed == {part: tree(backup)[part] for part in parts}

    def test_manifest_says_what_it_is(self, backup, place):
        manifest = dict(
            line.rstrip("\n").split("=", 1) for line in (backup / "manifest.txt").open()
        )
        assert manifest["database"] == place.database
        assert manifest["base"].startswith("19.0.")
        assert manifest["files_missing"] == "0"

    def test_nobody_else_may_read_it(self, backup):
        assert backup.stat().st_mode & 0o077 == 0
        assert all(p.stat().st_mode & 0o077 == 0 for p in backup.iterdir())

    def test_holds_no_password(self, backup):
        text = (backup / "manifest.txt").read_text()
        assert "password" not in text.lower()

    def test_names_files_the_database_points_to_that_are_gone(self, place, backup):
        row = place.native.sql(
            place.database,
            "SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL"
            " ORDER BY id LIMIT 1",
        )
        aside = place.data / "aside"
        (place.files / row).rename(aside)
        try:
            done = place.backup()
        finally:
            aside.rename(place.files / row)
        assert done.returncode == 0, "what is there is saved all the same"
        assert "WARNING: 1 file(s)" in done.stderr
        made = Path(done.stdout.strip())
        assert (made / "missing.txt").read_text() == f"{row}\n"
        shutil.rmtree(made)

    def test_a_failing_dump_leaves_nothing(self, place, backup, tmp_path):
        broken = (
            'for a; do case $a in --file=*) echo half > "${a#--file=}";; esac; done'
        )
        support.executable(tmp_path / "pg_dump", f"#!/bin/bash\n{broken}\nexit 1\n")
        before = place.visible_backups()
        done = place.backup(PATH=f"{tmp_path}:{place.env['PATH']}")
        assert done.returncode != 0
        assert place.visible_backups() == before

    def test_two_at_once_are_refused(self, place, backup):
        before = place.visible_backups()
        with (place.backups / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = place.backup()
        assert done.returncode == 1
        assert "another backup" in done.stderr
        assert place.visible_backups() == before

    def test_unwritable_folder_is_named(self, place, tmp_path):
        done = place.backup(BACKUP_DIR=tmp_path / "none")
        assert done.returncode == 1
        assert str(tmp_path / "none") in done.stderr

    def test_old_ones_of_this_database_go(self, place, backup):
        ours, other = place.database, f"{place.database}x"
        names = {
            f"{ours}-20200101T000000Z": 15,  # days old
            f"{ours}-20200102T000000Z": 13,
            f"{other}-20200101T000000Z": 15,
            "kept by hand": 15,
        }
        for name, days in names.items():
            (place.backups / name).mkdir()
            then = time.time() - days * 86400
            os.utime(place.backups / name, (then, then))
        time.sleep(1.1)  # names carry seconds
        done = place.backup(BACKUP_KEEP_DAYS="14")
        assert done.returncode == 0, done.stderr
        left = set(place.visible_backups())
        assert names.keys() - left == {f"{ours}-20200101T000000Z"}
        assert backup.name in left
        for name in names.keys() & left:
            (place.backups / name).rmdir()


class TestNeutralisedCopy:
    def test_is_marked(self, place, copy):
        value = place.native.sql(copy, PARAMETER.format("database.is_neutralized"))
        assert value == "true"

    def test_sends_no_mail(self, place, copy):
        assert place.native.sql(place.database, ACTIVE_MAIL) == "real mail"
        assert place.native.sql(copy, ACTIVE_MAIL) == "neutralization - disable emails"

    def test_runs_no_job_but_the_clean_up(self, place, copy):
        query = """
            SELECT string_agg(d.name, ',') FROM ir_cron c
              JOIN ir_model_data d ON d.model = 'ir.cron' AND d.res_id = c.id
             WHERE c.active
        """
        assert place.native.sql(copy, query) == "autovacuum_job"

    @pytest.mark.parametrize("key", ["database.secret", "database.uuid"])
    def test_shares_no_identity_with_the_original(self, place, copy, key):
        original = place.native.sql(place.database, PARAMETER.format(key))
        value = place.native.sql(copy, PARAMETER.format(key))
        assert original and value and value != original

    def test_has_every_row_and_file(self, place, copy):
        assert place.native.sql(copy, COUNTS) == place.native.sql(
            place.database, COUNTS
        )
        restored = tree(place.data / "filestore" / copy)
        assert restored == tree(place.files)
        assert len(restored) > 100

    def test_sorts_as_odoo_wants(self, place, copy):
        query = f"SELECT datcollate FROM pg_database WHERE datname = '{copy}'"
        assert place.native.sql("postgres", query) == "C"

    def test_leaves_no_draft(self, place, copy):
        assert not place.native.exists(f"{copy}-restoring")
        assert not (place.data / "filestore" / f"{copy}-restoring").exists()


class TestProductionRestore:
    def test_is_the_original_again(self, place, live):
        sql = place.native.sql
        assert sql(live, ACTIVE_MAIL) == "real mail"
        assert sql(live, PARAMETER.format("database.is_neutralized")) == ""
        secret = PARAMETER.format("database.secret")
        assert sql(live, secret) == sql(place.database, secret)
        assert tree(place.data / "filestore" / live) == tree(place.files)


class TestRefusals:
    @pytest.fixture
    def nothing(self, place, new_name):
        """A name for which nothing may exist after the test either."""
        name = new_name()
        yield name
        for trace in (name, f"{name}-restoring"):
            assert not place.native.exists(trace)
            assert not (place.data / "filestore" / trace).exists()

    def test_existing_database_stays(self, place, backup, copy):
        before = place.native.sql(copy, COUNTS)
        done = place.restore(backup, copy)
        assert done.returncode == 1
        assert f"database {copy} exists" in done.stderr
        assert place.native.sql(copy, COUNTS) == before

    def test_damaged_backup(self, place, backup, nothing, tmp_path):
        damaged = tmp_path / "damaged"
        shutil.copytree(backup, damaged)
        content = bytearray((damaged / "db.dump").read_bytes())
        content[len(content) // 2] ^= 0xFF
        (damaged / "db.dump").write_bytes(content)
        done = place.restore(damaged, nothing)
        assert done.returncode == 1
        assert "damaged" in done.stderr

    def test_not_a_backup(self, place, nothing, tmp_path):
        done = place.restore(tmp_path, nothing)
        assert (done.returncode, "SHA256SUMS" in done.stderr) == (1, True)

    @pytest.mark.parametrize("program", ["false", "true"])
    def test_copy_that_cannot_be_neutralised(self, place, backup, nothing, program):
        """Whether the command fails or claims success without doing it."""
        done = place.restore(backup, nothing, ODOO_BIN=program)
        assert done.returncode != 0

    @pytest.mark.parametrize("name", ["", "Name", "a b", "x" * 50, "a;b", "../up"])
    def test_names_that_do_not_fit(self, place, backup, name):
        done = place.restore(backup, name)
        assert done.returncode == 1
        assert "does not fit" in done.stderr

    def test_missing_arguments(self, place):
        done = place.restore("only one")
        assert (done.returncode, "usage:" in done.stderr) == (1, True)
