"""What the tests of docker/ share: the files, a merge of compose files as the engine
does it, and native stand-ins for what a container would have."""

import configparser
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
LOCAL = ROOT / ".local"
IMAGE_ADDONS = "/opt/crm-value-suite/addons"

# Sequences that a later file replaces; all others are appended to.
REPLACED = {"command", "entrypoint", "test"}
DEFAULT = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")


def compose(*names: str) -> dict:
    merged: dict = {}
    for name in names:
        merged = merge(merged, yaml.safe_load((DOCKER / name).read_text()))
    return merged


def merge(base, over, key=None):
    """One compose file on top of another.

    >>> merge({"a": [1], "command": [1]}, {"a": [2], "command": [2]})
    {'a': [1, 2], 'command': [2]}
    """
    if isinstance(base, dict) and isinstance(over, dict):
        joined = dict(base)
        for name, value in over.items():
            joined[name] = merge(base[name], value, name) if name in base else value
        return joined
    if isinstance(base, list) and isinstance(over, list) and key not in REPLACED:
        return _merge_volumes(base, over) if key == "volumes" else base + over
    return over


def _merge_volumes(base, over):
    by_target = {entry.split(":")[1]: entry for entry in map(plain, base + over)}
    return list(by_target.values())


def plain(text: str) -> str:
    """The text with every ${NAME:-default} replaced by its default."""
    return DEFAULT.sub(lambda found: found["default"] or "", str(text))


def odoo_conf() -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read(DOCKER / "odoo.conf")
    return dict(parser["options"])


def tool(name: str) -> str | None:
    """A program beside this Python (pip installs linters there) or on the path."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.is_file() else shutil.which(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bare_environment(**extra: str) -> dict[str, str]:
    """Ours without anything that Odoo, libpq or the scripts read."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "ODOO_", "BACKUP_"))
    }
    return {**env, **{name: str(value) for name, value in extra.items()}}


def run(*command, env=None, timeout=600) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*map(str, command)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )


def executable(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path
