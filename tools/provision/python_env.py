"""The virtual environment under `.local/venv`, by exact versions."""

import shutil
import subprocess
import sys

from .. import paths, pins
from ..console import Failure, run_logged, say
from . import lock

OFFLINE_HINT = (
    "Without a network the packages cannot be fetched: connect once, or put the "
    "wheels of tools/pins/*.txt into a folder and set PIP_FIND_LINKS and PIP_NO_INDEX."
)


def ensure(*sets: str) -> None:
    """Install the pinned sets (`runtime`, `test`, `lint`) that are not there yet."""
    _check_version()
    wanted = [name for name in sets if not _is_installed(name)]
    if not wanted:
        return
    lock.check_disk()
    if not _venv_works():
        _create()
    for name in wanted:
        _install(name)


def _check_version() -> None:
    if not pins.PYTHON_MIN <= sys.version_info[:2] <= pins.PYTHON_MAX:
        low, high = (".".join(map(str, v)) for v in (pins.PYTHON_MIN, pins.PYTHON_MAX))
        raise Failure(
            f"Odoo 19 runs on Python {low} to {high}; this is "
            f"{sys.version_info[0]}.{sys.version_info[1]}. "
            f"Start the command with such a Python: python{high} run …"
        )


def _key(name: str) -> str:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return version + lock.digest([paths.PINS / f"{name}.txt"])


def _is_installed(name: str) -> bool:
    return lock.is_done(f"python-{name}", _key(name)) and _venv_works()


def _venv_works() -> bool:
    """A venv breaks when its folder moved or its base Python was removed."""
    if not paths.VENV_PYTHON.exists():
        return False
    probe = "import sys; print(sys.prefix, *sys.version_info[:2])"
    found = subprocess.run(
        [paths.VENV_PYTHON, "-c", probe], capture_output=True, text=True, check=False
    )
    expected = f"{paths.VENV} {sys.version_info[0]} {sys.version_info[1]}"
    return found.returncode == 0 and found.stdout.strip() == expected


def _create() -> None:
    for name in ("runtime", "test", "lint"):
        lock.unmark(f"python-{name}")
    shutil.rmtree(paths.VENV, ignore_errors=True)
    try:
        import ensurepip  # noqa: F401  Debian splits it off its python3 package
    except ImportError:
        raise Failure(
            "Python's venv module is incomplete here; install it with: "
            "apt-get install python3-venv"
        ) from None
    run_logged(
        [sys.executable, "-m", "venv", paths.VENV],
        "Creating the virtual environment",
        "venv",
    )


def _install(name: str) -> None:
    pip = [paths.VENV_PYTHON, "-m", "pip", "install", "--no-input", "--prefer-binary"]
    run_logged(
        [*pip, "--disable-pip-version-check", "-r", paths.PINS / f"{name}.txt"],
        f"Installing Python packages ({name})",
        f"pip-{name}",
        hint=OFFLINE_HINT,
    )
    lock.mark_done(f"python-{name}", _key(name))
    say(f"  Python packages ({name}) ready")
