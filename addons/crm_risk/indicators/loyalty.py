"""What is owed to loyal customers: K40."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register

POINT_VALUE = SQL(
    """CASE WHEN program.program_type IN ('gift_card', 'ewallet') THEN 1
            ELSE COALESCE((
               SELECT MAX(CASE r.discount_mode
                          WHEN 'per_point' THEN r.discount
                          WHEN 'per_order'
                          THEN r.discount / NULLIF(r.required_points, 0)
                          END)
                 FROM loyalty_reward r
                WHERE r.program_id = program.id AND r.active
                  AND r.reward_type = 'discount'), 0) END"""
)
"""Money for one point of the card `c` of `program`: the best fixed discount."""


@register
class LoyaltyLiability(SqlIndicator):
    """Value of the points on valid cards by the revenue of the last 365 days.

    Each card carries an equal part of the revenue, so that all parts add up to it.
    """

    code = "K40"
    model = "loyalty.card"
    modules = ("loyalty", "sale_crm")
    history = False
    rolling_lag_days = 0

    def records(self, env, window):
        company = env["res.company"].browse(window.company_id)
        return parts.record(
            source=SQL(
                "loyalty_card c JOIN loyalty_program program"
                " ON program.id = c.program_id"
            ),
            where=SQL(
                """c.active AND c.points > 0 AND %s AND program.currency_id = %s
                   AND (c.expiration_date IS NULL OR c.expiration_date >= %s)""",
                window.owns(SQL("c.company_id")),
                company.currency_id.id,
                window.today,
            ),
            id=SQL("c.id"),
            date=window.snapshot_date,
            numerator=SQL("(c.points * %s)::numeric", POINT_VALUE),
            denominator=SQL("(%s) / COUNT(*) OVER ()", self.revenue(window)),
        )

    def revenue(self, window) -> SQL:
        return SQL(
            """SELECT COALESCE(SUM(%s), 0) FROM sale_order s
                WHERE s.state = 'sale' AND s.company_id = %s AND s.date_order >= %s""",
            parts.order_amount(),
            window.company_id,
            parts.ago(window, 365),
        )
