"""Whether customers recommend the company: V02."""

from odoo.tools import SQL

from odoo.addons.crm_loyalty.models.crm_loyalty_profile_satisfaction import (
    DETRACTOR,
    PROMOTER,
)
from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register


@register
class Recommendation(SqlIndicator):
    """Net promoter score: share of answers 9 and 10 less the share of 0 to 6.

    Answers count in the company whose survey it is, else in that of the customer.
    """

    code = "V02"
    model = "survey.user_input.line"
    modules = ("crm_loyalty",)
    source = SQL(
        """survey_user_input_line l
           JOIN survey_question question ON question.id = l.question_id
           JOIN survey_user_input i ON i.id = l.user_input_id
           JOIN survey_survey survey ON survey.id = i.survey_id
           LEFT JOIN res_partner p ON p.id = i.partner_id"""
    )
    company = SQL("COALESCE(survey.loyalty_company_id, p.company_id)")
    instant = SQL("COALESCE(i.end_datetime, i.write_date)")

    def records(self, env, window):
        return parts.record(
            source=self.source,
            where=SQL(
                """question.loyalty_measure = 'nps' AND l.answer_type = 'scale'
                   AND l.skipped IS NOT TRUE AND i.state = 'done'
                   AND i.test_entry IS NOT TRUE AND %s AND %s""",
                window.owns(self.company),
                window.covers(self.instant),
            ),
            id=SQL("l.id"),
            date=window.date_of(self.instant),
            numerator=SQL(
                """CASE WHEN l.value_scale >= %s THEN 1
                        WHEN l.value_scale <= %s THEN -1 ELSE 0 END""",
                PROMOTER,
                DETRACTOR,
            ),
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT %s::date FROM %s
                WHERE question.loyalty_measure IS NOT NULL AND %s
                  AND (l.write_date >= %s OR i.write_date >= %s)""",
            window.local(self.instant),
            self.source,
            window.owns(self.company),
            since,
            since,
        )
