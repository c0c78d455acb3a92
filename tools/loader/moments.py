"""A point in time and its texts for COPY, each made once."""

from datetime import date, datetime, timedelta

# How a stored date follows from the moment of its document: kind and distance.
Shift = tuple[str, int]
STAMP: Shift = ("stamp", 0)
DAY: Shift = ("day", 0)


class Moment:
    """
    >>> noon = Moment(datetime(2010, 12, 1, 12))
    >>> noon.texts((STAMP, DAY, ("day", 30)))
    ('2010-12-01 12:00:00', '2010-12-01', '2010-12-31')
    """

    __slots__ = ("_texts", "at")

    def __init__(self, at: datetime):
        self.at = at
        self._texts: dict[tuple[Shift, ...], tuple[str, ...]] = {}

    def texts(self, shifts: tuple[Shift, ...]) -> tuple[str, ...]:
        known = self._texts.get(shifts)
        if known is None:
            known = self._texts[shifts] = tuple(map(self._text, shifts))
        return known

    def _text(self, shift: Shift) -> str:
        kind, distance = shift
        if kind == "stamp":
            return str(self.at + timedelta(seconds=distance))
        return str(self.at.date() + timedelta(days=distance))

    @property
    def stamp(self) -> str:
        return self.texts((STAMP,))[0]

    @property
    def day(self) -> date:
        return self.at.date()


def shift_from(base: datetime, value: datetime | date) -> Shift:
    """
    >>> shift_from(datetime(2010, 12, 1, 12), date(2010, 12, 31))
    ('day', 30)
    """
    if isinstance(value, datetime):
        return "stamp", round((value - base).total_seconds())
    return "day", (value - base.date()).days
