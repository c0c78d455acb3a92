"""From lead to order: F01, F02, F03, and the discipline of next steps: K06."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register

COHORT_DAYS = 90


class LeadIndicator(SqlIndicator):
    """Counts leads and opportunities, archived (lost) ones included."""

    model = "crm.lead"
    modules = ("crm",)
    condition = SQL("TRUE")
    instant = SQL("l.date_closed")

    def numerator(self) -> SQL:
        raise NotImplementedError

    def selection(self, window) -> SQL:
        return window.covers(self.instant)

    def date(self, window) -> SQL:
        return window.date_of(self.instant)

    def records(self, env, window):
        return SQL(
            """
            SELECT l.id, %(date)s AS date, l.team_id, NULL::integer AS warehouse_id,
                   l.user_id, %(numerator)s AS numerator, 1 AS denominator
              FROM crm_lead l %(joins)s
             WHERE %(owned)s AND %(selection)s AND %(condition)s""",
            date=self.date(window),
            numerator=self.numerator(),
            joins=parts.LEAD_JOINS,
            owned=window.owns(parts.LEAD_COMPANY),
            selection=self.selection(window),
            condition=self.condition,
        )

    def touched(self, env, window, since):
        return parts.leads_touched(window, since, self.instant)


@register
class LeadToOrder(LeadIndicator):
    """Share of the leads created in the month that had an order within 90 days."""

    code = "F01"
    modules = ("sale_crm",)
    maturity_days = COHORT_DAYS
    instant = SQL("l.create_date")

    def numerator(self):
        return SQL(
            """CASE WHEN EXISTS (
                   SELECT FROM sale_order s
                    WHERE s.opportunity_id = l.id AND s.state = 'sale'
                      AND s.date_order <= l.create_date + make_interval(days => %s)
               ) THEN 1 ELSE 0 END""",
            COHORT_DAYS,
        )

    def touched(self, env, window, since):
        """An order moves the month of its lead, not its own."""
        return SQL(
            """%s UNION
               SELECT DISTINCT %s::date FROM sale_order s
                 JOIN crm_lead l ON l.id = s.opportunity_id
                WHERE s.write_date >= %s""",
            super().touched(env, window, since),
            window.local(self.instant),
            since,
        )


@register
class WinRate(LeadIndicator):
    """Share of won among the opportunities closed in the month."""

    code = "F02"
    condition = SQL("l.won_status IN ('won', 'lost')")

    def numerator(self):
        return SQL("CASE WHEN l.won_status = 'won' THEN 1 ELSE 0 END")


@register
class SalesCycle(LeadIndicator):
    """Days from creation to winning, of the opportunities won in the month.

    Medians cannot be added up, so facts keep the mean as a ratio of sums; the
    median stands beside it wherever the records are at hand.
    """

    code = "F03"
    has_median = True
    condition = SQL("l.won_status = 'won' AND l.date_closed >= l.create_date")

    def numerator(self):
        return SQL(
            "(EXTRACT(EPOCH FROM l.date_closed - l.create_date) / 86400.0)::numeric"
        )


@register
class NoNextStep(LeadIndicator):
    """Share of the open opportunities without a planned activity, now."""

    code = "K06"
    history = False
    rolling_lag_days = 0
    condition = SQL("l.active AND l.type = 'opportunity' AND l.won_status = 'pending'")

    def numerator(self):
        return SQL(
            """CASE WHEN l.id IN (
                   SELECT a.res_id FROM mail_activity a
                    WHERE a.active AND a.res_model = 'crm.lead'
               ) THEN 0 ELSE 1 END"""
        )

    def selection(self, window):
        return SQL("TRUE")

    def date(self, window):
        return window.snapshot_date
