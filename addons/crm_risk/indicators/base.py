"""What every built-in indicator has in common."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from odoo.tools import SQL

from .window import MONTH, Window

DECIMALS = 6
"""Facts keep six decimals: enough for money and shares, and two ways of adding up
the same records cannot differ in the last bit and look like a change."""

MIN_PERSONS = 3
"""Fewer persons than this in a group, and its figure tells on one of them."""

CANONICAL = Window(1, MONTH, date(2000, 1, 1), date(2000, 1, 31), datetime(2000, 2, 1))
"""The window whose SQL identifies a definition."""


@dataclass(frozen=True)
class Cell:
    """One fact's coordinates inside a window."""

    date: date
    team_id: int | None = None
    warehouse_id: int | None = None
    user_id: int | None = None


class Indicator:
    """A measured quantity: value = Σ numerator / Σ denominator (a sum has no
    denominator).

    ``code``           key of the `crm.indicator` record
    ``model``          model of the records behind a figure
    ``modules``        apps whose tables it reads
    ``history``        past months can be rebuilt; else only the present is known
    ``maturity_days``  days after its end during which a month still changes
    ``reach_months``   a change in month m moves facts up to m + reach
    ``rolling_lag_days``  how many days ago the 30 days end: 1 counts whole days only,
                       0 is a level, read at the moment of measuring
    ``latest_months_ago``  of a level: which month is the latest figure, 1 where only
                       closed months have one
    ``personal``       its records are persons: figures of fewer than three are not
                       kept, and who they are opens only where persons may be named
    ``family``         those of one family are measured together: they start from the
                       same queries (see `shared`)
    ``version``        raised by hand when Python, not SQL, defines the figure
    """

    code: str
    model: str
    modules: tuple[str, ...] = ()
    history = True
    maturity_days = 0
    reach_months = 0
    rolling_lag_days = 1
    latest_months_ago = 0
    has_median = False
    personal = False
    family: str | None = None
    version = 1

    @property
    def requires(self) -> tuple[str, ...]:
        """Technical names of the modules that must be installed, own addon first.

        That this addon is there need not be asked: its demo data measure before its
        installation is complete.
        """
        parts = type(self).__module__.split(".")
        own = parts[2:3] if parts[:2] == ["odoo", "addons"] else []
        return tuple(name for name in (*own, *self.modules) if name != "crm_risk")

    def prepare(self, env, window: Window) -> None:
        """Write down what must be kept before measuring, if anything."""

    def facts(self, env, window: Window) -> SQL:
        """Query of (date, team_id, warehouse_id, user_id, numerator, denominator,
        record_count, median) of every cell of the window."""
        raise NotImplementedError

    def ids(self, env, window: Window, cell: Cell) -> SQL:
        """Query of (id, numerator, denominator) of the records behind a cell."""
        raise NotImplementedError

    def touched(self, env, window: Window, since: datetime) -> SQL | None:
        """Query of the days of records written since; ``None``: any may have been."""
        return None

    def touched_days(self, env, window: Window, since: datetime) -> set[date] | None:
        """Days of the records written since; ``None``: any may have been."""
        query = self.touched(env, window, since)
        return query and {day for [day] in env.execute_query(query) if day}

    def definition(self, env) -> str:
        """Fingerprint: another one means that all months must be counted anew."""
        raise NotImplementedError

    def settings(self, env, window: Window) -> tuple:
        """What the company decides besides: part of the fingerprint of its figures."""
        return ()

    def _fingerprint(self, text: str) -> str:
        return hashlib.sha256(f"{self.version}:{text}".encode()).hexdigest()


class SqlIndicator(Indicator):
    """An indicator whose records one query selects.

    `records` gives (id, date, team_id, warehouse_id, user_id, numerator,
    denominator); everything else follows from it.
    """

    def records(self, env, window: Window) -> SQL:
        raise NotImplementedError

    def facts(self, env, window):
        person = SQL("user_id") if window.person_level else SQL("NULL::integer")
        return SQL(
            """
            SELECT date, team_id, warehouse_id, %(person)s AS user_id,
                   round(SUM(numerator), %(decimals)s) AS numerator,
                   round(SUM(denominator), %(decimals)s) AS denominator,
                   COUNT(*) AS record_count,
                   %(median)s AS median
              FROM (%(records)s) AS record
             GROUP BY 1, 2, 3, 4""",
            person=person,
            decimals=DECIMALS,
            median=self._median(),
            records=self.records(env, window),
        )

    def _median(self) -> SQL:
        if not self.has_median:
            return SQL("NULL::float8")
        return SQL(
            "percentile_cont(0.5) WITHIN GROUP"
            " (ORDER BY (numerator / NULLIF(denominator, 0))::float8)"
        )

    def series(self, env, window, team_ids=None) -> SQL:
        """Query of (date, numerator, denominator, median) of whole periods, of all or
        of some teams: for figures that cells cannot add up to."""
        teams = SQL("team_id = ANY(%s)", team_ids) if team_ids else SQL("TRUE")
        return SQL(
            """SELECT date, SUM(numerator), SUM(denominator), %s
                 FROM (%s) AS record WHERE %s GROUP BY date ORDER BY date""",
            self._median(),
            self.records(env, window),
            teams,
        )

    def ids(self, env, window, cell):
        conditions = [
            SQL("date = %s", cell.date),
            SQL("team_id IS NOT DISTINCT FROM %s", cell.team_id or None),
            SQL("warehouse_id IS NOT DISTINCT FROM %s", cell.warehouse_id or None),
        ]
        if window.person_level:
            conditions.append(
                SQL("user_id IS NOT DISTINCT FROM %s", cell.user_id or None)
            )
        return SQL(
            "SELECT id, numerator, denominator FROM (%s) AS record WHERE %s",
            self.records(env, window),
            SQL(" AND ").join(conditions),
        )

    def definition(self, env):
        query = self.records(env, CANONICAL)
        return self._fingerprint(f"{query.code}{query.params}")


class PersonIndicator(SqlIndicator):
    """An indicator whose records are users, as they are now.

    `people` gives the rows of `records`. Unless the company names persons, teams are
    told apart only where each has at least three, and fewer than three people in all
    have no figure.
    """

    model = "res.users"
    history = False
    rolling_lag_days = 0
    personal = True

    def people(self, env, window: Window) -> SQL:
        raise NotImplementedError

    def records(self, env, window):
        people = self.people(env, window)
        if window.person_level:
            return people
        return SQL(
            """
            SELECT id, date,
                   CASE WHEN smallest >= %(least)s THEN team_id END AS team_id,
                   warehouse_id, NULL::integer AS user_id, numerator, denominator
              FROM (SELECT sized.*, MIN(size) OVER () AS smallest
                      FROM (SELECT person.*, COUNT(*) OVER () AS people,
                                   COUNT(*) OVER (PARTITION BY team_id) AS size
                              FROM (%(people)s) AS person) AS sized) AS person
             WHERE people >= %(least)s""",
            people=people,
            least=MIN_PERSONS,
        )


class RowsIndicator(Indicator):
    """An indicator that only Odoo's own methods can tell, record by record.

    `rows` gives (id, date, numerator, denominator) of the company's records.
    """

    def rows(self, env, window: Window):
        raise NotImplementedError

    def facts(self, env, window):
        cells = defaultdict(lambda: [0.0, 0.0, 0])
        for _id, day, numerator, denominator in self.rows(env, window):
            cell = cells[day]
            cell[0] += numerator
            cell[1] += denominator
            cell[2] += 1
        return values_query(
            (day, None, None, None, round(cell[0], DECIMALS), cell[1], cell[2], None)
            for day, cell in cells.items()
        )

    def ids(self, env, window, cell):
        rows = self.rows(env, window.only(cell.date))
        chosen = [(row[0], row[2], row[3]) for row in rows if row[1] == cell.date]
        if not chosen:
            return SQL("SELECT NULL::integer, 0, 0 WHERE FALSE")
        return SQL("VALUES %s", SQL(", ").join(SQL("%s", row) for row in chosen))

    def definition(self, env):
        return self._fingerprint(self.code)


def values_query(rows) -> SQL:
    """Query that returns the given facts as a table."""
    rows = list(rows)
    columns = list(zip(*rows, strict=True)) if rows else [[]] * 8
    return SQL(
        """
        SELECT * FROM unnest(%s::date[], %s::int[], %s::int[], %s::int[],
                             %s::numeric[], %s::numeric[], %s::int[], %s::float8[])
          AS fact(date, team_id, warehouse_id, user_id, numerator, denominator,
                  record_count, median)""",
        *map(list, columns),
    )
