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
ROLLING = "rolling30"
ROLLING_DAYS = 30


@dataclass(frozen=True)
class Window:
    """Whole months ``first … last``, or the 30 days that end with ``last``.

    :param company_id: whose records are counted
    :param granularity: ``month`` or ``rolling30``
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
    def dates(self) -> list[date]:
        """The dates facts of this window carry: firsts of months, or the last day."""
        if not self.is_month:
            return [self.last]
        months = (self.last.year - self.first.year) * 12
        months += self.last.month - self.first.month
        return [self.first + relativedelta(months=n) for n in range(months + 1)]

    def utc(self, day: date) -> datetime:
        """First instant of a company's day, as naive UTC."""
        zone = pytz.timezone(self.tz)
        midnight = zone.localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def only(self, day: date) -> "Window":
        """The window of one fact's date."""
        if not self.is_month:
            return self
        return replace(self, first=day, last=day + relativedelta(months=1, days=-1))

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
        if not self.is_month:
            return self.last_date
        return SQL("date_trunc('month', %s)::date", self.local(instant))

    def date_of_day(self, day: SQL) -> SQL:
        """Date of the fact to which a stored day inside the window belongs."""
        if not self.is_month:
            return self.last_date
        return SQL("date_trunc('month', %s)::date", day)

    def opening(self, fact_date: SQL) -> SQL:
        """First instant, naive UTC, of the period of a fact's date."""
        if not self.is_month:
            return SQL("%s::timestamp", self.start)
        return SQL(
            "((%s::timestamp AT TIME ZONE %s) AT TIME ZONE 'UTC')", fact_date, self.tz
        )

    @property
    def last_date(self) -> SQL:
        return SQL("%s::date", self.last)

    @property
    def snapshot_date(self) -> SQL:
        """Date of the fact of a level that is read now."""
        return SQL("%s::date", self.first if self.is_month else self.last)

    def owns(self, company: SQL) -> SQL:
        """Condition: the record of that company is counted in this window."""
        if self.takes_shared:
            return SQL("(%s = %s OR %s IS NULL)", company, self.company_id, company)
        return SQL("%s = %s", company, self.company_id)
