"""What the user sees: steps with elapsed time, one-sentence failures."""

import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import paths

LOG_PREFIX = re.compile(r"^[-\d]+ [:,\d]+ \d+ [A-Z]+ \S+ \S+: ")  # of Odoo's lines
HEARTBEAT = 3.0  # seconds: nothing may look frozen for longer


class Failure(Exception):
    """A foreseen problem; its text is a sentence that names the remedy."""


def say(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    say(f"• {title} …")
    start = time.monotonic()
    yield
    took = time.monotonic() - start
    if took >= HEARTBEAT:
        say(f"  done in {took:.0f} s")


def run_logged(
    command: Sequence[str | Path],
    title: str,
    log: str,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    hint: str = "",
) -> None:
    """Run a command quietly into a log file and show that it is alive.

    :param log: name of the file under `.local/logs`
    :param hint: the remedy, added to the sentence when the command fails
    :raises Failure: with the last lines of the output
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    target = paths.LOGS / f"{log}.log"
    with step(title), target.open("wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=dict(env) if env is not None else None,
            cwd=cwd,
        )
        _wait_visibly(process, target)
    if process.returncode:
        raise Failure(
            f"{title} failed (exit code {process.returncode}). {hint}\n"
            f"{_tail(target)}\nWhole output: {target}"
        )


def _wait_visibly(process: subprocess.Popen, target: Path) -> None:
    start = time.monotonic()
    beat = 5 * HEARTBEAT
    try:
        while True:
            try:
                process.wait(timeout=HEARTBEAT if sys.stdout.isatty() else beat)
                return
            except subprocess.TimeoutExpired:
                last = LOG_PREFIX.sub("", _tail(target, 1))[:90]
                say(f"  … {time.monotonic() - start:.0f} s  {last}")
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _tail(target: Path, lines: int = 15) -> str:
    with target.open(errors="replace") as source:
        return "\n".join(line.rstrip() for line in deque(source, maxlen=lines))
