"""The stretch of time, in one company, for which figures are wanted.

Days are the company's own: Odoo stores naive UTC instants, and an order confirmed
in Moscow at 01:30 on 1 March belongs to March although UTC still says February.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

MONTH = "month"
WEEK = "week"
ROLLING = "rolling30"
ROLLING_DAYS = 30


@dataclass(frozen=True)
class Window:
    """Whole months or weeks ``first … last``, or the 30 days that end with ``last``.

    :param company_id: whose records are counted
    :param granularity: ``month``, ``week`` (Monday to Sunday) or ``rolling30``
    :param first: first day, included
    :param last: last day, included
    :param now: naive UTC instant of the measurement; nothing later is counted
    :param tz: name of the company's time zone
    :param takes_shared: records without a company are counted here; exactly one
        company takes them, so that they are never counted twice
    :param person_level: facts name the salesperson
    """

    company_id: int
    granularity: str
    first: date
    last: date
    now: datetime
    tz: str = "UTC"
    takes_shared: bool = False
    person_level: bool = False

    @property
    def start(self) -> datetime:
        """First instant, naive UTC."""
        return self.utc(self.first)

    @property
    def end(self) -> datetime:
        """First instant after, naive UTC."""
        return self.utc(self.last + timedelta(days=1))

    @property
    def today(self) -> date:
        """The company's calendar day of the measurement."""
        zone = pytz.timezone(self.tz)
        return pytz.utc.localize(self.now).astimezone(zone).date()

    @property
    def covers_today(self) -> bool:
        return self.first <= self.today <= self.last

    @property
    def is_month(self) -> bool:
        return self.granularity == MONTH

    @property
    def step(self) -> relativedelta | None:
        """From one period to the next; ``None`` where the window is the period."""
        steps = {MONTH: relativedelta(months=1), WEEK: relativedelta(weeks=1)}
        return steps.get(self.granularity)

    @property
    def dates(self) -> list[date]:
        """The dates facts of this window carry: first days of months or weeks, or the
        last of the 30 days."""
        if not self.step:
            return [self.last]
        found = []
        while not found or found[-1] + self.step <= self.last:
            found.append(self.first + self.step * len(found))
        return found

    def last_day(self, day: date) -> date:
        """Last day of the period of a fact's date."""
        return day + self.step - timedelta(days=1) if self.step else self.last

    def utc(self, day: date) -> datetime:
        """First instant of a company's day, as naive UTC."""
        zone = pytz.timezone(self.tz)
        midnight = zone.localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def only(self, day: date) -> "Window":
        """The window of one fact's date."""
        if not self.step:
            return self
        return replace(self, first=day, last=self.last_day(day))

    def months(self, first: date, last: date | None = None) -> "Window":
        """The whole months between two firsts of months, otherwise the same."""
        end = (last or first) + relativedelta(months=1, days=-1)
        return replace(self, granularity=MONTH, first=first, last=end)

    def rolling(self, last: date) -> "Window":
        """The 30 days that end with a day, otherwise the same."""
        first = last - timedelta(days=ROLLING_DAYS - 1)
        return replace(self, granularity=ROLLING, first=first, last=last)

    @property
    def span(self) -> tuple:
        """Company and periods, without the instant of the measurement."""
        return (self.company_id, self.granularity, self.dates, self.last, self.today)

    # SQL ------------------------------------------------------------------

    def covers(self, instant: SQL) -> SQL:
        """Condition: the stored instant lies in the window."""
        return SQL("(%s >= %s AND %s < %s)", instant, self.start, instant, self.end)

    def covers_day(self, day: SQL) -> SQL:
        """Condition: the stored day lies in the window."""
        return SQL("(%s >= %s AND %s <= %s)", day, self.first, day, self.last)

    def local(self, instant: SQL) -> SQL:
        """The stored instant as the company's clock shows it."""
        return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)", instant, self.tz)

    def date_of(self, instant: SQL) -> SQL:
        """Date of the fact to which a stored instant inside the window belongs."""
        starts = [self.utc(day) for day in self.dates]
        return self._found(instant, SQL("%s::timestamp[]", starts))

    def date_of_day(self, day: SQL) -> SQL:
        """Date of the fact to which a stored day inside the window belongs."""
        return self._found(day, SQL("%s::date[]", self.dates))

    def _found(self, moment: SQL, starts: SQL) -> SQL:
        """The date whose period a moment falls into, looked up among the starts: time
        zones cost ten times as much, millions of times over."""
        if not self.step:
            return self.last_date
        return SQL("(%s::date[])[width_bucket(%s, %s)]", self.dates, moment, starts)

    def opening(self, fact_date: SQL) -> SQL:
        """First instant, naive UTC, of the period of a fact's date."""
        if not self.step:
            return SQL("%s::timestamp", self.start)
        return SQL(
            "((%s::timestamp AT TIME ZONE %s) AT TIME ZONE 'UTC')", fact_date, self.tz
        )

    def trailing(self, days: int) -> SQL:
        """FROM item `period` of (date, since, until), naive UTC, for figures of the
        ``days`` days up to the end of each period, or to now."""
        ends = [min(self.last_day(day), self.today) for day in self.dates]
        return SQL(
            "unnest(%s::date[], %s::timestamp[], %s::timestamp[])"
            " AS period(date, since, until)",
            self.dates,
            [self.utc(end - timedelta(days=days - 1)) for end in ends],
            [self.utc(end + timedelta(days=1)) for end in ends],
        )

    @property
    def last_date(self) -> SQL:
        return SQL("%s::date", self.last)

    @property
    def snapshot_date(self) -> SQL:
        """Date of the fact of a level that is read now."""
        return SQL("%s::date", self.first if self.step else self.last)

    def owns(self, company: SQL) -> SQL:
        """Condition: the record of that company is counted in this window."""
        if self.takes_shared:
            return SQL("(%s = %s OR %s IS NULL)", company, self.company_id, company)
        return SQL("%s = %s", company, self.company_id)
