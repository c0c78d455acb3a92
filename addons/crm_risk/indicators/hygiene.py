"""Discipline and data: overdue activities K04, duplicate customers K15."""

from odoo.tools import SQL

from .base import SqlIndicator
from .registry import register


@register
class OverdueActivities(SqlIndicator):
    """Share of the planned activities whose deadline has passed, now.

    An activity has no company of its own: it counts in that of its user.
    """

    code = "K04"
    model = "mail.activity"
    modules = ("mail",)
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return SQL(
            """
            SELECT a.id, %(date)s AS date, NULL::integer AS team_id,
                   NULL::integer AS warehouse_id, a.user_id,
                   CASE WHEN a.date_deadline < %(today)s THEN 1 ELSE 0 END AS numerator,
                   1 AS denominator
              FROM mail_activity a LEFT JOIN res_users u ON u.id = a.user_id
             WHERE a.active AND %(owned)s""",
            date=window.snapshot_date,
            today=window.today,
            owned=window.owns(SQL("u.company_id")),
        )


@register
class DuplicatesByEmail(SqlIndicator):
    """Share of customers who are one more record under the same e-mail, now.

    Contacts of one company may share its address: what counts is how many different
    companies use it. One contact speaks for each company and address; all but the
    oldest are surplus.
    """

    code = "K15"
    model = "res.partner"
    modules = ("mail",)
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return SQL(
            """
            SELECT MIN(id) AS id, %(date)s AS date, NULL::integer AS team_id,
                   NULL::integer AS warehouse_id, NULL::integer AS user_id,
                   CASE WHEN MIN(id) > MIN(MIN(id)) OVER (PARTITION BY email)
                        THEN 1 ELSE 0 END AS numerator,
                   1 AS denominator
              FROM (SELECT p.id, p.email_normalized AS email,
                           COALESCE(p.commercial_partner_id, p.id) AS customer_id
                      FROM res_partner p
                     WHERE p.active AND p.email_normalized IS NOT NULL
                       AND %(owned)s) AS contact
             GROUP BY email, customer_id""",
            date=window.snapshot_date,
            owned=window.owns(SQL("p.company_id")),
        )
