"""Debian's package of Odoo 19, downloaded with private apt folders and unpacked
privately: the machine's own lists, cache and packages stay as they are."""

import os
import shutil
import subprocess
from pathlib import Path

from .. import paths, pins
from ..console import Failure, run_logged

APT = paths.LOCAL / "apt"


def unpack_odoo(draft: Path) -> str | None:
    """Fill `draft` with Odoo and what it links to; else the reason in words."""
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool) is None:
            return f"this machine has no {tool}"
    archive = _archive_address()
    if archive is None:
        return "apt knows no Debian archive here (apt-get indextargets is empty)"
    if not Path(pins.DEBIAN_KEYRING).is_file():
        return "the keyring is missing (apt-get install debian-archive-keyring)"
    try:
        _download(archive)
    except Failure as failure:
        return str(failure)
    for file in sorted((APT / "deb").glob("*.deb")):
        subprocess.run(["dpkg", "-x", file, draft], check=True)
    shutil.rmtree(APT, ignore_errors=True)
    return None


def _archive_address() -> str | None:
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in found.stdout.splitlines():
        address, _, release = line.partition(" ")
        if "security" not in release and "updates" not in release:
            return address
    return None


def _download(archive: str) -> None:
    for folder in ("lists/partial", "cache/archives/partial", "deb"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    sources = APT / "sources.list"
    sources.write_text(
        f"deb [signed-by={pins.DEBIAN_KEYRING}] {archive} {pins.DEBIAN_SUITE} main\n"
    )
    options = [
        f"-oDir::Etc::sourcelist={sources}",
        "-oDir::Etc::sourceparts=-",
        f"-oDir::State::lists={APT / 'lists'}",
        f"-oDir::Cache={APT / 'cache'}",
        "-oAcquire::Languages=none",
        "-oAcquire::Retries=3",
        "-oAPT::Sandbox::User=" + os.environ.get("USER", "root"),
    ]
    hint = "Connect to the network, or set ODOO_HOME to an unpacked Odoo 19."
    run_logged(
        ["apt-get", *options, "update"],
        "Reading Debian's list",
        "apt-update",
        hint=hint,
    )
    run_logged(
        ["apt-get", *options, "download", _versioned(options), *pins.DEBIAN_LINKED],
        "Downloading Odoo 19 (Debian package, 130 MB)",
        "apt-odoo",
        cwd=APT / "deb",
        hint=hint,
    )
    _download_own_suite(hint)


def _versioned(options: list[str]) -> str:
    policy = subprocess.run(
        ["apt-cache", *options, "madison", pins.DEBIAN_ODOO],
        capture_output=True,
        text=True,
        check=False,
    )
    if pins.DEBIAN_ODOO_VERSION in policy.stdout:
        return f"{pins.DEBIAN_ODOO}={pins.DEBIAN_ODOO_VERSION}"
    return pins.DEBIAN_ODOO


def _download_own_suite(hint: str) -> None:
    """Font Awesome 4.7 from the machine's suite; its lists may be absent on a bare
    machine, so they too are read into a private folder."""
    lists = APT / "own-lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    options = [
        f"-oDir::State::lists={lists}",
        f"-oDir::Cache={APT / 'own-cache'}",
        "-oAcquire::Languages=none",
        "-oAPT::Sandbox::User=" + os.environ.get("USER", "root"),
    ]
    (APT / "own-cache/archives/partial").mkdir(parents=True, exist_ok=True)
    run_logged(
        ["apt-get", *options, "update"],
        "Reading the machine's list",
        "apt-own",
        hint=hint,
    )
    run_logged(
        ["apt-get", *options, "download", *pins.DEBIAN_LINKED_OWN_SUITE],
        "Downloading fonts",
        "apt-fonts",
        cwd=APT / "deb",
        hint=hint,
    )
