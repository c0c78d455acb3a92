"""What one scoring of one company works with and finds out."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ..sql.facts import Windows
from ..sql.scores import Limits


class Clock:
    """Seconds of the steps of a run."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step] = round(self.laps.get(step, 0) + now - self._last, 3)
        self._last = now


@dataclass
class Job:
    """One run; ``last`` are the parameters of the run before, ``key`` what makes a
    recount of everybody necessary when it changes, ``marks`` the transactions whose
    rows are not visible yet: the first of them, and the next."""

    company: Any
    windows: Windows
    segments: Any
    now: datetime
    key: dict[str, Any]
    marks: tuple[int, int] = (0, 0)
    last: dict[str, Any] = field(default_factory=dict)
    scope: str = "first"
    compared: bool = False  # fingerprints had to be compared
    outside: int = 0
    recounted: int = 0
    created: int = 0
    differences: list[tuple] = field(default_factory=list)
    limits: Limits | None = None
    forecast: dict[str, Any] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)

    @property
    def today(self) -> date:
        return self.windows.today

    @property
    def before(self) -> Windows:
        """The windows of the run before."""
        return Windows(date.fromisoformat(self.last["today"]), self.windows.timezone)

    @property
    def distance(self) -> int:
        """Transactions since the run before."""
        return self.marks[1] - self.last.get("watermark", self.marks[1] + 1)
