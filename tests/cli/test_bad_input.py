"""What ./run says when the machine is not as it should be: one sentence with the
remedy, exit code other than 0, nothing half-written under its final name."""

import collections
import errno
import os
import runpy
import shutil
import socket
import subprocess
import sys
import urllib.error

import pytest

from tools import cli, databases, paths, pins
from tools.console import Failure
from tools.provision import debian, lock, odoo_source, postgres, python_env
from tools.verbs import serve

VersionInfo = collections.namedtuple("VersionInfo", "major minor micro level serial")


@pytest.fixture
def private_local(tmp_path, monkeypatch):
    """A checkout with an empty .local/."""
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(paths, "ODOO_DIR", tmp_path / "odoo")
    monkeypatch.setattr(paths, "PGDATA", tmp_path / "pgdata")
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.delenv("ODOO_TARBALL", raising=False)
    return tmp_path


def test_old_python_is_refused_before_anything_is_imported(monkeypatch):
    monkeypatch.setattr(sys, "version_info", VersionInfo(3, 9, 18, "final", 0))
    with pytest.raises(SystemExit, match=r"3\.10 or newer; this is Python 3\.9"):
        runpy.run_path(str(paths.ROOT / "run"))


def test_too_new_python_names_the_range(monkeypatch):
    monkeypatch.setattr(sys, "version_info", VersionInfo(3, 14, 0, "final", 0))
    with pytest.raises(Failure, match=r"3\.10 to 3\.13; this is 3\.14"):
        python_env.ensure("runtime")


def test_taken_port_names_another_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            Failure, match=f"Port {port} is not free.*--port {port + 1}"
        ):
            serve.check_port(port)


def test_impossible_port():
    with pytest.raises(Failure, match="99999 is no port"):
        serve.check_port(99999)


def test_full_disk_before_set_up(private_local, monkeypatch):
    usage = shutil._ntuple_diskusage(10**12, 10**12 - 10**9, 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(Failure, match=r"0\.9 GB free.*needs 6 GB"):
        lock.check_disk()


def test_full_disk_in_the_middle(monkeypatch, capsys):
    def fill(_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(serve, "run", fill)
    assert cli.main(["serve"]) == 1
    assert "disk is full" in capsys.readouterr().err


def test_no_network_on_first_start_says_what_was_tried(private_local, monkeypatch):
    def unreachable(*_args, **_kwargs):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(odoo_source.urllib.request, "urlopen", unreachable)
    monkeypatch.setattr(debian, "unpack_odoo", lambda _draft: "no network either")
    with pytest.raises(Failure) as caught:
        odoo_source.ensure()
    message = str(caught.value)
    assert all(source in message for source in pins.ODOO_TARBALLS)
    assert "Debian package odoo-19: no network either" in message
    assert "ODOO_HOME" in message and "ODOO_TARBALL" in message
    assert not paths.ODOO_DIR.exists()


def test_damaged_archive_is_named_and_leaves_nothing(private_local, monkeypatch):
    archive = private_local / "odoo.tar.gz"
    archive.write_bytes(b"\x1f\x8b this is no archive")
    monkeypatch.setenv("ODOO_TARBALL", str(archive))
    monkeypatch.setattr(debian, "unpack_odoo", lambda _draft: "not tried")
    with pytest.raises(Failure, match="the archive is damaged"):
        odoo_source.ensure()
    assert not paths.ODOO_DIR.exists()


@pytest.mark.parametrize(
    ("release", "message"),
    [(None, "holds no Odoo"), ((18, 0, 0, "final", 0, ""), "is Odoo 18.0")],
)
def test_wrong_odoo_home(private_local, monkeypatch, release, message):
    home = private_local / "home"
    (home / "odoo").mkdir(parents=True)
    if release:
        (home / "odoo/release.py").write_text(
            f"version = '18.0'\nversion_info = {release!r}\n"
        )
    monkeypatch.setenv("ODOO_HOME", str(home))
    with pytest.raises(Failure, match=message):
        odoo_source.ensure()


def test_stopped_database_server(monkeypatch, tmp_path):
    monkeypatch.setenv("PGHOST", str(tmp_path))
    with pytest.raises(Failure, match="does not answer.*embedded server"):
        postgres.ensure()


def test_half_made_cluster_is_made_again(private_local, monkeypatch):
    """A kill inside initdb leaves a folder without PG_VERSION."""
    paths.PGDATA.mkdir()
    (paths.PGDATA / "base").mkdir()
    monkeypatch.delenv("PGHOST", raising=False)
    calls = []

    def start(_script):
        calls.append(paths.PGDATA.exists())
        code = 0 if len(calls) == 2 else 1
        return subprocess.CompletedProcess([], code, "/socket\n", "initdb: not empty")

    monkeypatch.setattr(postgres, "_start", start)
    assert postgres._start_embedded() == "/socket"
    assert calls == [True, False]


def test_a_server_that_recovers_is_waited_for(private_local, monkeypatch, capsys):
    """After a power cut its starter gives up after seconds; the server does not."""
    paths.PGDATA.mkdir()
    (paths.PGDATA / "PG_VERSION").write_text("18\n")
    answers = [None, None, "1"]

    def start(_script):
        pid = f"{os.getpid()}\n\n\n\n/socket\n"
        (paths.PGDATA / "postmaster.pid").write_text(pid)
        return subprocess.CompletedProcess([], 1, "", "timed out after 10 seconds")

    monkeypatch.setattr(postgres, "_start", start)
    monkeypatch.setattr(postgres, "query", lambda _sql, **_place: answers.pop(0))
    monkeypatch.setattr(postgres.time, "sleep", lambda _seconds: None)
    assert postgres._start_embedded() == "/socket"
    assert not answers
    assert "recovers" in capsys.readouterr().out


def test_a_server_that_died_is_not_waited_for(private_local, monkeypatch):
    paths.PGDATA.mkdir()
    (paths.PGDATA / "PG_VERSION").write_text("18\n")
    failed = subprocess.CompletedProcess([], 1, "", "no space left on device")
    monkeypatch.setattr(postgres, "_start", lambda _script: failed)
    with pytest.raises(Failure, match="no space left on device"):
        postgres._start_embedded()


def test_half_made_environment_is_not_taken_for_ready(private_local, monkeypatch):
    """The stamp is written last; a moved or broken venv does not count either."""
    monkeypatch.setattr(paths, "VENV", private_local / "venv")
    monkeypatch.setattr(paths, "VENV_PYTHON", private_local / "venv/bin/python")
    assert not python_env._is_installed("runtime")
    lock.mark_done("python-runtime", python_env._key("runtime"))
    assert not python_env._is_installed("runtime")


def test_no_such_database(monkeypatch):
    monkeypatch.setattr(serve.odoo_process, "provision", lambda: None)
    monkeypatch.setattr(databases, "exists", lambda _name: False)
    monkeypatch.setattr(serve, "check_port", lambda _port: None)
    assert cli.main(["serve", "--database", "nowhere"]) == 1


def test_a_stamp_is_never_half_written(private_local):
    lock.mark_done("x", "complete")
    assert lock.is_done("x", "complete")
    assert not lock.is_done("x", "other")
    assert [file.name for file in paths.STATE.iterdir()] == ["x"]
