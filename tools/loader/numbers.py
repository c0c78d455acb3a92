"""Document numbers: drawn from Odoo's sequences, so that these stand right after."""

from collections import defaultdict
from collections.abc import Iterator

from .bulk import draw
from .moments import Moment

BLOCK = 500


class SequenceNumbers:
    """Numbers of an `ir.sequence`."""

    def __init__(self, sequence):
        if sequence.implementation != "standard" or sequence.use_date_range:
            raise ValueError(
                f"Sequence {sequence.name} must be a standard one without date ranges "
                f"to number documents in bulk, it is {sequence.implementation}"
            )
        self._cr = sequence.env.cr
        self._padding = sequence.padding
        self._prefix, self._suffix = sequence._get_prefix_suffix()
        self._source = f"ir_sequence_{sequence.id:03d}"
        self._values: Iterator[int] = iter(())

    def reserve(self, count: int) -> None:
        """Draw what the next documents need, and not one more."""
        left = list(self._values)
        self._values = iter(left + draw(self._cr, self._source, count - len(left)))

    def __call__(self) -> str:
        return f"{self._prefix}{next(self._values):0{self._padding}d}{self._suffix}"


class InvoiceNumbers:
    """Numbers of a journal that nobody else writes to yet: one series per year.

    :param prefix: as Odoo wrote it in the pattern's year, e.g. ``INV/2001/``
    """

    def __init__(self, prefix: str, year: int):
        self._before, self._after = prefix.split(str(year))
        self._last: dict[int, int] = defaultdict(int)

    def __call__(self, moment: Moment) -> tuple[str, str, int]:
        """Name, prefix and number."""
        year = moment.day.year
        self._last[year] += 1
        prefix = f"{self._before}{year}{self._after}"
        return f"{prefix}{self._last[year]:05d}", prefix, self._last[year]
