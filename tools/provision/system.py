"""What only the system can provide: wkhtmltopdf (PDF) and chromium (browser tests).

They are optional. Missing ones are named with the one line that installs them;
tests and continuous integration may run that line when they are root.
"""

import os
import shutil

from ..console import run_logged, say

PROGRAMS = {
    "wkhtmltopdf": (("wkhtmltopdf",), "PDF reports"),
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "browser tests"),
}


def find(program: str) -> str | None:
    names, _purpose = PROGRAMS[program]
    return next((path for path in map(shutil.which, names) if path), None)


def missing() -> list[str]:
    return [program for program in PROGRAMS if find(program) is None]


def report_missing() -> None:
    for program in missing():
        _names, purpose = PROGRAMS[program]
        say(
            f"• {program} is not installed: {purpose} are skipped. "
            f"To have them: apt-get install {program}"
        )


def install_missing() -> None:
    """Only as root and only on a machine with apt; otherwise say what is missing."""
    absent = missing()
    if absent and os.geteuid() == 0 and shutil.which("apt-get"):
        run_logged(["apt-get", "update"], "Reading the package list", "apt-sys-list")
        run_logged(
            ["apt-get", "install", "-y", "--no-install-recommends", *absent],
            f"Installing {' and '.join(absent)}",
            "apt-sys",
        )
    report_missing()
