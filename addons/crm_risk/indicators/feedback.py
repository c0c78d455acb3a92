"""What customers and colleagues say: K39, K50."""

from odoo.exceptions import UserError
from odoo.tools import SQL

from . import parts
from .base import MIN_PERSONS, SqlIndicator
from .registry import register

PULSE_QUESTION = "crm_risk.survey_pulse_question"


@register
class Satisfaction(SqlIndicator):
    """Mean of the ratings that customers gave in the period, 1 to 5.

    A rating counts in the company of the colleague it was given to.
    """

    code = "K39"
    model = "rating.rating"
    modules = ("rating", "sale_crm")
    instant = SQL("COALESCE(r.rated_on, r.write_date)")
    source = SQL(
        """rating_rating r
           LEFT JOIN LATERAL (
                SELECT u.company_id FROM res_users u
                 WHERE u.partner_id = r.rated_partner_id ORDER BY u.id LIMIT 1
           ) AS rated ON TRUE"""
    )

    def records(self, env, window):
        return parts.record(
            source=self.source,
            where=SQL(
                "r.consumed AND r.rating >= 1 AND %s AND %s",
                window.covers(self.instant),
                window.owns(SQL("rated.company_id")),
            ),
            id=SQL("r.id"),
            date=window.date_of(self.instant),
            numerator=SQL("r.rating::numeric"),
        )

    def touched(self, env, window, since):
        return SQL(
            "SELECT DISTINCT %s::date FROM %s WHERE r.write_date >= %s AND %s",
            window.local(self.instant),
            self.source,
            since,
            window.owns(SQL("rated.company_id")),
        )


@register
class Pulse(SqlIndicator):
    """Mean answer of the colleagues to “CRM helps me in my work”, 1 to 5.

    Periods with fewer than three answers are left out: an answer is nobody's business.
    Answers without a name count in the main company.
    """

    code = "K50"
    model = "survey.user_input.line"
    modules = ("survey", "sale_crm")
    personal = True

    def records(self, env, window):
        answers = parts.record(
            source=SQL(
                """survey_user_input_line l
                   JOIN survey_user_input i ON i.id = l.user_input_id
                   LEFT JOIN LATERAL (
                        SELECT u.company_id FROM res_users u
                         WHERE u.partner_id = i.partner_id ORDER BY u.id LIMIT 1
                   ) AS author ON TRUE"""
            ),
            where=SQL(
                """l.question_id = %s AND NOT COALESCE(l.skipped, FALSE)
                   AND i.state = 'done' AND NOT COALESCE(i.test_entry, FALSE)
                   AND %s AND %s""",
                self.question(env).id,
                window.covers(SQL("i.end_datetime")),
                window.owns(SQL("author.company_id")),
            ),
            id=SQL("l.id"),
            date=window.date_of(SQL("i.end_datetime")),
            numerator=SQL("l.value_scale"),
        )
        return SQL(
            """SELECT id, date, team_id, warehouse_id, user_id, numerator, denominator
                 FROM (SELECT answer.*, COUNT(*) OVER (PARTITION BY date) AS answers
                         FROM (%s) AS answer) AS answer
                WHERE answers >= %s""",
            answers,
            MIN_PERSONS,
        )

    @staticmethod
    def question(env):
        question = env.ref(PULSE_QUESTION, raise_if_not_found=False)
        if not question:
            raise UserError(
                env._(
                    "The question of the pulse survey was deleted: update the app “CRM"
                    " Risks” to have it again."
                )
            )
        return question
