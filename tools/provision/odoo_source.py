"""Odoo 19 itself: ODOO_HOME, the official sources, or Debian's package, unpacked
into `.local/odoo`. Nothing of the system's own packages changes."""

import os
import shutil
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from .. import paths, pins
from ..console import Failure, run_logged, say, step
from . import debian, lock

CONNECT_TIMEOUT = 6  # seconds: an unreachable server must not stall the set-up


def ensure() -> None:
    """Make `import odoo` work in the virtual environment."""
    key = os.environ.get("ODOO_HOME", "") + pins.DEBIAN_ODOO_VERSION
    if not lock.is_done("odoo", key) or not _package_dir(_home()):
        lock.check_disk()
        if not os.environ.get("ODOO_HOME"):
            _fetch()
        _check(_home())
        lock.mark_done("odoo", key)
    _link_into_venv(_package_dir(_home()))


def _home() -> Path:
    return Path(os.environ.get("ODOO_HOME") or paths.ODOO_DIR)


def _package_dir(home: Path) -> Path | None:
    """The folder to put on sys.path: the one that holds the package `odoo`."""
    for candidate in (home, home / "usr/lib/python3/dist-packages"):
        if (candidate / "odoo" / "release.py").is_file():
            return candidate
    return None


def _check(home: Path) -> None:
    package = _package_dir(home)
    if package is None:
        raise Failure(
            f"{home} holds no Odoo: no file odoo/release.py in it. Set ODOO_HOME to "
            "a checkout or an unpacked release of Odoo 19."
        )
    release: dict = {}
    exec((package / "odoo/release.py").read_text(), release)  # plain constants
    if release["version_info"][:2] != (19, 0):
        raise Failure(
            f"{home} is Odoo {release['version']}; this project needs "
            f"{pins.ODOO_SERIES}. Set ODOO_HOME to a checkout of branch 19.0."
        )


def _link_into_venv(package: Path) -> None:
    """A .pth line rather than a copy. Sources keep the standard addons beside the
    package (`addons/`), Debian's package keeps them inside."""
    version = subprocess.run(
        [
            paths.VENV_PYTHON,
            "-c",
            "import sysconfig as s; print(s.get_path('purelib'))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    pth = Path(version.stdout.strip()) / "odoo_19.pth"
    line = f"{package}\n"
    if not pth.is_file() or pth.read_text() != line:
        pth.write_text(line)


def standard_addons() -> list[Path]:
    """Folders of stock addons that Odoo does not find by itself."""
    package = _package_dir(_home())
    return [folder for folder in (package / "addons",) if (folder / "crm").is_dir()]


def addon_dir(name: str) -> Path:
    """Folder of one stock addon."""
    package = _package_dir(_home())
    for parent in (package / "odoo/addons", package / "addons"):
        if (parent / name).is_dir():
            return parent / name
    raise Failure(f"The installed Odoo has no addon {name}.")


def _fetch() -> None:
    draft = paths.LOCAL / "odoo.draft"
    shutil.rmtree(draft, ignore_errors=True)
    tried = []
    for source in _tarballs():
        problem = _from_tarball(source, draft)
        if problem is None:
            break
        tried.append(f"{source}: {problem}")
    else:
        problem = debian.unpack_odoo(draft)
        if problem is not None:
            tried.append(f"Debian package {pins.DEBIAN_ODOO}: {problem}")
            raise Failure(_nothing_worked(tried))
    shutil.rmtree(paths.ODOO_DIR, ignore_errors=True)
    draft.rename(paths.ODOO_DIR)


def _nothing_worked(tried: list[str]) -> str:
    return (
        "Odoo 19 could not be fetched. Tried:\n  "
        + "\n  ".join(tried)
        + "\nSupply it by hand: unpack the source archive of Odoo 19 anywhere and set "
        "ODOO_HOME to that folder, or set ODOO_TARBALL to the archive file."
    )


def _tarballs() -> tuple[str, ...]:
    own = os.environ.get("ODOO_TARBALL")
    return (own,) if own else pins.ODOO_TARBALLS


def _from_tarball(source: str, draft: Path) -> str | None:
    """Unpack an archive; the reason in words if that is not possible."""
    if Path(source).is_file():
        return _unpack(Path(source), draft)
    try:
        with urllib.request.urlopen(source, timeout=CONNECT_TIMEOUT) as answer:
            with step("Downloading Odoo 19 (official sources)"):
                return _save_and_unpack(answer, draft)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return f"not reachable ({reason})"


def _save_and_unpack(answer, draft: Path) -> str | None:
    with tempfile.NamedTemporaryFile(dir=paths.LOCAL, suffix=".tar.gz") as file:
        shutil.copyfileobj(answer, file, 1024 * 1024)
        file.flush()
        return _unpack(Path(file.name), draft)


def _unpack(archive: Path, draft: Path) -> str | None:
    try:
        with step("Unpacking Odoo 19"), tarfile.open(archive) as tar:
            tar.extractall(draft, filter="data")
    except (tarfile.TarError, EOFError) as error:
        shutil.rmtree(draft, ignore_errors=True)
        return f"the archive is damaged ({error})"
    inner = next((p for p in draft.iterdir() if (p / "odoo").is_dir()), None)
    if inner is None:
        return "the archive holds no folder with the package odoo"
    moved = draft.with_name("odoo.inner")
    inner.rename(moved)
    shutil.rmtree(draft)
    moved.rename(draft)
    return None


def ensure_browser_file() -> None:
    """Add the one static file that Debian's build lacks (see pins). Optional: without
    it the browser's console shows one error of stock Odoo."""
    target = addon_dir("mail").parent / pins.SELFIE_FILE
    if target.is_file() or os.environ.get("ODOO_HOME"):
        return
    npm = shutil.which("npm")
    if npm is None:
        say("• npm is not installed: browser tests may report one 404 of stock Odoo")
        return
    try:
        _fetch_browser_file(npm, target)
    except Failure as failure:
        say(f"• {str(failure).splitlines()[0]}")


def _fetch_browser_file(npm: str, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=paths.LOCAL) as folder:
        run_logged(
            [npm, "pack", "--silent", pins.SELFIE_PACKAGE],
            "Fetching one file missing from Debian's Odoo",
            "npm-pack",
            cwd=Path(folder),
            hint="It is needed by browser tests only.",
        )
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as tar:
            member = tar.extractfile(f"package/{Path(pins.SELFIE_FILE).name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(".draft")
            draft.write_bytes(member.read())
            draft.replace(target)
