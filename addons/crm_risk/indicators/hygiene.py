"""Discipline of activities: K04, K05."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register


class ActivityIndicator(SqlIndicator):
    """Counts activities. One has no company of its own: it counts in that of its
    user."""

    model = "mail.activity"
    modules = ("mail",)

    def select(self, window, date, where, numerator) -> SQL:
        return parts.record(
            source=SQL("mail_activity a LEFT JOIN res_users u ON u.id = a.user_id"),
            where=SQL("%s AND %s", window.owns(SQL("u.company_id")), where),
            id=SQL("a.id"),
            date=date,
            user=SQL("a.user_id"),
            numerator=parts.flag(numerator),
        )


@register
class OverdueActivities(ActivityIndicator):
    """Share of the planned activities whose deadline has passed, now."""

    code = "K04"
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return self.select(
            window,
            window.snapshot_date,
            SQL("a.active"),
            SQL("a.date_deadline < %s", window.today),
        )


@register
class ActivitiesOnTime(ActivityIndicator):
    """Share of the activities done in the period that were done by their deadline.

    Odoo archives what is done, with the day.
    """

    code = "K05"

    def records(self, env, window):
        return self.select(
            window,
            window.date_of_day(SQL("a.date_done")),
            SQL("NOT a.active AND %s", window.covers_day(SQL("a.date_done"))),
            SQL("a.date_done <= a.date_deadline"),
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT a.date_done
                 FROM mail_activity a LEFT JOIN res_users u ON u.id = a.user_id
                WHERE a.date_done IS NOT NULL AND a.write_date >= %s AND %s""",
            since,
            window.owns(SQL("u.company_id")),
        )
