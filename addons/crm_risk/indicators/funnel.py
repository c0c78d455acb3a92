"""From lead to order: F01, F02, F03."""

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
    joins = SQL("")

    def numerator(self, window) -> SQL:
        raise NotImplementedError

    def denominator(self, window) -> SQL:
        return SQL("1")

    def source(self, env, window) -> SQL:
        """FROM items: the lead `l`, what tells its company, and more."""
        return SQL("crm_lead l %s %s", parts.LEAD_JOINS, self.joins)

    def selection(self, window) -> SQL:
        return window.covers(self.instant)

    def date(self, window) -> SQL:
        return window.date_of(self.instant)

    def records(self, env, window):
        return parts.record(
            source=self.source(env, window),
            where=SQL(
                "%s AND %s AND %s",
                window.owns(parts.LEAD_COMPANY),
                self.selection(window),
                self.condition,
            ),
            id=SQL("l.id"),
            date=self.date(window),
            team=SQL("l.team_id"),
            user=SQL("l.user_id"),
            numerator=self.numerator(window),
            denominator=self.denominator(window),
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

    def numerator(self, window):
        return parts.flag(
            SQL(
                """EXISTS (
                   SELECT FROM sale_order s
                    WHERE s.opportunity_id = l.id AND s.state = 'sale'
                      AND s.date_order <= l.create_date + make_interval(days => %s))""",
                COHORT_DAYS,
            )
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

    def numerator(self, window):
        return parts.flag(SQL("l.won_status = 'won'"))


@register
class SalesCycle(LeadIndicator):
    """Days from creation to winning, of the opportunities won in the month.

    Medians cannot be added up, so facts keep the mean as a ratio of sums; the
    median stands beside it wherever the records are at hand.
    """

    code = "F03"
    has_median = True
    condition = SQL("l.won_status = 'won' AND l.date_closed >= l.create_date")

    def numerator(self, window):
        return parts.elapsed(SQL("l.date_closed - l.create_date"), parts.DAY)
