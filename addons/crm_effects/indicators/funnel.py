"""Quotations, new leads, work per deal: F05, F06, F07."""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register
from odoo.addons.crm_risk.indicators.funnel import LeadIndicator

QUOTATION_DAYS = 90


@register
class QuotationsWon(SqlIndicator):
    """Share of the quotations made in the month that were confirmed in 90 days."""

    code = "F05"
    model = "sale.order"
    modules = ("sale",)
    maturity_days = QUOTATION_DAYS

    def records(self, env, window):
        return parts.record(
            source=SQL("sale_order s"),
            where=SQL(
                "s.company_id = %s AND %s",
                window.company_id,
                window.covers(SQL("s.create_date")),
            ),
            id=SQL("s.id"),
            date=window.date_of(SQL("s.create_date")),
            team=SQL("s.team_id"),
            warehouse=parts.order_warehouse(env),
            user=SQL("s.user_id"),
            numerator=parts.flag(
                SQL(
                    """s.state = 'sale'
                       AND s.date_order <= s.create_date + make_interval(days => %s)""",
                    QUOTATION_DAYS,
                )
            ),
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT %s::date FROM sale_order s
                WHERE s.company_id = %s AND s.write_date >= %s""",
            window.local(SQL("s.create_date")),
            window.company_id,
            since,
        )


@register
class NewLeads(LeadIndicator):
    """Leads and opportunities created in the month, lost ones included."""

    code = "F06"
    instant = SQL("l.create_date")

    def numerator(self, window):
        return SQL("1")

    def denominator(self, window):
        return SQL("0")


@register
class ActivitiesPerDeal(LeadIndicator):
    """Activities done on the opportunities won in the month, per opportunity.

    The message that Odoo posts when an activity is done counts, for done activities
    of earlier versions are deleted.
    """

    code = "F07"
    condition = SQL("l.won_status = 'won'")

    def numerator(self, window):
        return SQL(
            """(SELECT COUNT(*) FROM mail_message m
                 WHERE m.model = 'crm.lead' AND m.res_id = l.id
                   AND m.mail_activity_type_id IS NOT NULL)"""
        )
