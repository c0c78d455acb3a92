"""How soon somebody takes care of an enquiry: K10, K11, K11N."""

from datetime import timedelta

from odoo.tools import SQL

from . import parts
from .funnel import LeadIndicator
from .registry import register

ANSWER_DAYS = 7
SETTLING_DAYS = 30
"""Answers of the last days of a month may come in the next one."""

BY_SOMEBODY_ELSE = SQL("l.create_uid IS DISTINCT FROM l.user_id")
"""Who enters a lead for himself is not waiting for himself."""


@register
class HoursToAssign(LeadIndicator):
    """Hours from the entry of a lead to its assignment, by the day of assignment."""

    code = "K10"
    has_median = True
    instant = SQL("l.date_open")
    condition = SQL(
        "l.user_id IS NOT NULL AND l.date_open >= l.create_date AND %s",
        BY_SOMEBODY_ELSE,
    )

    def numerator(self, window):
        return parts.elapsed(SQL("l.date_open - l.create_date"), parts.HOUR)


class AnswerIndicator(LeadIndicator):
    """Looks for the first answer to an enquiry: a message of an employee to the
    customer, or an activity done, such as a call."""

    instant = SQL("l.create_date")
    maturity_days = SETTLING_DAYS

    def answers(self, env, since) -> SQL:
        """Query of (res_id, date) of the first answers."""
        return SQL(
            """
            SELECT m.res_id, MIN(m.date) AS date
              FROM mail_message m
              JOIN res_users a ON a.partner_id = m.author_id
                              AND NOT a.share AND a.id <> %(superuser)s
             WHERE m.model = 'crm.lead' AND m.date >= %(since)s
               AND (m.subtype_id = %(comment)s OR m.mail_activity_type_id IS NOT NULL)
             GROUP BY m.res_id""",
            superuser=parts.SUPERUSER,
            since=since,
            comment=env.ref("mail.mt_comment").id,
        )

    def source(self, env, window):
        return SQL(
            "%s LEFT JOIN (%s) AS answer ON answer.res_id = l.id",
            super().source(env, window),
            self.answers(env, window.start),
        )

    def touched(self, env, window, since):
        """An answer moves the month of its enquiry."""
        return SQL(
            """%s UNION
               SELECT DISTINCT %s::date FROM mail_message m
                 JOIN crm_lead l ON l.id = m.res_id
                WHERE m.model = 'crm.lead' AND m.create_date >= %s""",
            super().touched(env, window, since),
            window.local(self.instant),
            since,
        )


@register
class HoursToAnswer(AnswerIndicator):
    """Hours from an enquiry to the first answer, of the enquiries answered."""

    code = "K11"
    has_median = True
    condition = SQL("%s AND answer.date >= l.create_date", BY_SOMEBODY_ELSE)

    def numerator(self, window):
        return parts.elapsed(SQL("answer.date - l.create_date"), parts.HOUR)


@register
class NeverAnswered(AnswerIndicator):
    """Share of the enquiries, at least 7 days old, that had no answer within 7 days."""

    code = "K11N"
    condition = BY_SOMEBODY_ELSE

    def selection(self, window):
        return SQL(
            "%s AND l.create_date <= %s",
            super().selection(window),
            window.now - timedelta(days=ANSWER_DAYS),
        )

    def numerator(self, window):
        return parts.flag(
            SQL(
                "COALESCE(answer.date, 'infinity')"
                " > l.create_date + make_interval(days => %s)",
                ANSWER_DAYS,
            )
        )
