"""Idempotent, kill-safe steps: a stamp is written after the work, never before."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import paths
from ..console import Failure, say

NEEDED_BYTES = 6 * 1024**3  # Odoo 1.3 GB, virtual environment 1.2 GB, databases


@contextmanager
def exclusive() -> Iterator[None]:
    """One provisioning at a time per checkout; a second one waits."""
    try:
        paths.LOCAL.mkdir(exist_ok=True)
        handle = (paths.LOCAL / "lock").open("w")
    except PermissionError as error:
        raise Failure(
            f"No right to write {paths.LOCAL}: give this user the folder "
            f"(chown -R) or remove it ({error.strerror})."
        ) from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("• Another ./run is setting up this checkout; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def check_disk() -> None:
    free = shutil.disk_usage(paths.LOCAL).free
    if free < NEEDED_BYTES:
        raise Failure(
            f"The disk of {paths.LOCAL} has {free / 1024**3:.1f} GB free and set-up "
            f"needs {NEEDED_BYTES / 1024**3:.0f} GB: free some space and start again."
        )


def digest(files: Iterable[Path]) -> str:
    """Fingerprint of files by path and content."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(paths.ROOT)).encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def is_done(name: str, key: str) -> bool:
    stamp = paths.STATE / name
    return stamp.is_file() and stamp.read_text() == key


def mark_done(name: str, key: str) -> None:
    paths.STATE.mkdir(parents=True, exist_ok=True)
    draft = paths.STATE / f".{name}"
    draft.write_text(key)
    draft.replace(paths.STATE / name)


def unmark(name: str) -> None:
    (paths.STATE / name).unlink(missing_ok=True)
