"""Prettier and ESLint under `.local/node`, pinned in tools/pins/package.json."""

import shutil
from pathlib import Path

from .. import paths
from ..console import run_logged, say
from . import lock


def ensure() -> Path | None:
    """Folder of the executables, or None (with a line) where npm is missing."""
    npm = shutil.which("npm")
    if npm is None:
        say("• npm is not installed: prettier and eslint are skipped.")
        return None
    sources = [paths.PINS / "package.json", paths.PINS / "package-lock.json"]
    key = lock.digest(file for file in sources if file.is_file())
    if not lock.is_done("node", key):
        paths.NODE_DIR.mkdir(parents=True, exist_ok=True)
        for file in sources:
            if file.is_file():
                shutil.copy(file, paths.NODE_DIR)
        verb = "ci" if sources[1].is_file() else "install"
        run_logged(
            [npm, verb, "--no-audit", "--no-fund", "--silent"],
            "Installing prettier and eslint",
            "npm",
            cwd=paths.NODE_DIR,
            hint="It needs the npm registry once.",
        )
        lock.mark_done("node", key)
    return paths.NODE_DIR / "node_modules" / ".bin"
