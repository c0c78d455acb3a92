"""Whether the introduction itself keeps its promises: K47, K48."""

from odoo.tools import SQL

from . import parts
from .access import EmployeeIndicator
from .base import SqlIndicator
from .registry import register


@register
class OverdueResponses(SqlIndicator):
    """Share of the open responses with a deadline whose deadline has passed, now."""

    code = "K47"
    model = "crm.risk.response"
    modules = ("sale_crm",)
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        return parts.record(
            source=SQL(
                """crm_risk_response a JOIN crm_risk risk ON risk.id = a.risk_id"""
            ),
            where=SQL(
                """a.state IN ('planned', 'in_progress') AND a.date_deadline IS NOT NULL
                   AND risk.state <> 'closed' AND risk.active
                   AND risk.company_id = %s""",
                window.company_id,
            ),
            id=SQL("a.id"),
            date=window.snapshot_date,
            numerator=parts.flag(SQL("a.date_deadline < %s", window.today)),
        )


@register
class TrainingCompleted(EmployeeIndicator):
    """Share of the employees with training to do who have finished all of it.

    Training is what a colleague was given: a certification of the surveys, a course.
    """

    code = "K48"
    modules = ("survey", "sales_team")

    def assignments(self, env) -> list[SQL]:
        """Queries of (partner_id, done) of everything that was given to learn."""
        found = [
            SQL(
                """SELECT i.partner_id,
                          BOOL_OR(COALESCE(i.scoring_success, FALSE)) AS done
                     FROM survey_user_input i JOIN survey_survey v ON v.id = i.survey_id
                    WHERE v.certification AND NOT COALESCE(i.test_entry, FALSE)
                      AND i.partner_id IS NOT NULL
                    GROUP BY i.partner_id, i.survey_id"""
            )
        ]
        if "slide.channel.partner" in env:
            found.append(
                SQL(
                    """SELECT c.partner_id, c.member_status = 'completed' AS done
                         FROM slide_channel_partner c
                        WHERE c.active AND c.member_status <> 'invited'"""
                )
            )
        return found

    def condition(self, env, window):
        return SQL(
            "u.partner_id IN (SELECT partner_id FROM (%s) AS given)", self.given(env)
        )

    def holds(self, env, window):
        return SQL(
            "u.partner_id NOT IN (SELECT partner_id FROM (%s) AS given WHERE NOT done)",
            self.given(env),
        )

    def given(self, env) -> SQL:
        return SQL(" UNION ALL ").join(
            SQL("(%s)", one) for one in self.assignments(env)
        )
