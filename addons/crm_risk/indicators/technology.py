"""How healthy the system is: K41, K42, K43."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register

MAIL_DAYS = 7
MODULE_WEIGHT = 5
"""An app from elsewhere costs at an upgrade what so many added fields do."""


class SystemIndicator(SqlIndicator):
    """Counts records of the whole database: they speak in the main company."""

    history = False
    rolling_lag_days = 0


@register
class FailingJobs(SystemIndicator):
    """Scheduled jobs that failed when they ran last."""

    code = "K41"
    model = "ir.cron"
    modules = ("sale_crm",)

    def records(self, env, window):
        return parts.record(
            source=SQL("ir_cron c"),
            where=SQL("c.active AND %s", window.takes_shared),
            id=SQL("c.id"),
            date=window.snapshot_date,
            numerator=parts.flag(SQL("c.failure_count > 0")),
            denominator=SQL("0"),
        )


@register
class MailFailures(SqlIndicator):
    """Share of the e-mail notifications of 7 days that came back or were not sent."""

    code = "K42"
    model = "mail.notification"
    modules = ("mail", "sale_crm")
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return parts.record(
            source=SQL(
                """mail_notification n
                   JOIN mail_message m ON m.id = n.mail_message_id"""
            ),
            where=SQL(
                "n.notification_type = 'email' AND m.date >= %s AND %s",
                parts.ago(window, MAIL_DAYS),
                window.owns(SQL("m.record_company_id")),
            ),
            id=SQL("n.id"),
            date=window.snapshot_date,
            numerator=parts.flag(
                SQL("n.notification_status IN ('bounce', 'exception')")
            ),
        )


@register
class CustomisationDebt(SystemIndicator):
    """Fields added by hand, plus five for each installed app of another author.

    A field counts with the app whose model it extends; fields of models made by hand
    count with the base.
    """

    code = "K43"
    model = "ir.module.module"
    modules = ("sale_crm",)

    def records(self, env, window):
        fields = SQL(
            """
            SELECT COALESCE(owner.module, 'base') AS module, COUNT(*) AS fields
              FROM ir_model_fields f
              LEFT JOIN LATERAL (
                   SELECT d.module FROM ir_model_data d
                    WHERE d.model = 'ir.model' AND d.res_id = f.model_id
                    ORDER BY d.id LIMIT 1) AS owner ON TRUE
             WHERE f.state = 'manual'
             GROUP BY 1"""
        )
        return parts.record(
            source=SQL(
                "ir_module_module m LEFT JOIN (%s) AS made ON made.module = m.name",
                fields,
            ),
            where=SQL("m.state = 'installed' AND %s", window.takes_shared),
            id=SQL("m.id"),
            date=window.snapshot_date,
            numerator=SQL(
                "COALESCE(made.fields, 0) + CASE WHEN %s THEN %s ELSE 0 END",
                self.is_foreign(),
                MODULE_WEIGHT,
            ),
            denominator=SQL("0"),
        )

    @staticmethod
    def is_foreign() -> SQL:
        """Neither Odoo's nor ours, whose author is read from our own entry."""
        return SQL(
            """(COALESCE(m.author, '') NOT LIKE 'Odoo S.A.%%'
                AND COALESCE(m.author, '') NOT IN (
                    SELECT own.author FROM ir_module_module own
                     WHERE own.name = 'crm_risk'))"""
        )
