"""Whether the CRM is used at all: K01, K03, K12, K13, K14."""

from odoo.tools import SQL

from . import parts
from .access import EmployeeIndicator
from .base import SqlIndicator
from .registry import register

SEEN_DAYS = 7
FOOTPRINT_DAYS = 3
"""Days with an own trace in a week that make somebody a user at work."""

TRACES = ("crm.lead", "sale.order", "res.partner", "calendar.event", "account.move")
TRACE_TYPES = ("comment", "email_outgoing", "notification")


@register
class SalesUsersSeen(EmployeeIndicator):
    """Share of the sales users seen in the last 7 days."""

    code = "K01"
    modules = ("mail", "sales_team")

    def condition(self, env, window):
        return parts.is_seller(env)

    def holds(self, env, window):
        return SQL("%s >= %s", parts.LAST_SEEN, parts.ago(window, SEEN_DAYS))


@register
class WorkingFootprint(EmployeeIndicator):
    """Share of the sales users who left a trace on at least 3 days of the last 7.

    A trace is a message in their name: a comment, a mail sent, a change that is
    tracked. Days are the company's.
    """

    code = "K03"
    modules = ("mail", "sales_team")

    def condition(self, env, window):
        return parts.is_seller(env)

    def holds(self, env, window):
        return SQL(
            """u.partner_id IN (
                   SELECT m.author_id FROM mail_message m
                    WHERE m.date >= %(since)s AND m.date < %(now)s
                      AND m.model IN %(models)s AND m.message_type IN %(types)s
                    GROUP BY m.author_id
                   HAVING COUNT(DISTINCT %(day)s::date) >= %(days)s)""",
            since=parts.ago(window, SEEN_DAYS),
            now=window.now,
            models=TRACES,
            types=TRACE_TYPES,
            day=window.local(SQL("m.date")),
            days=FOOTPRINT_DAYS,
        )


@register
class LeadersFootprint(WorkingFootprint):
    """The same of the leaders of sales teams."""

    code = "K14"

    def condition(self, env, window):
        return SQL("u.id IN (SELECT t.user_id FROM crm_team t WHERE t.active)")


class QuotationIndicator(SqlIndicator):
    """Counts quotations and orders in the month they were made, cancelled ones left
    out."""

    model = "sale.order"
    modules = ("sale_crm",)
    joins = SQL("")
    condition = SQL("TRUE")

    def holds(self, env) -> SQL:
        raise NotImplementedError

    def records(self, env, window):
        return parts.record(
            source=SQL("sale_order s %s", self.joins),
            where=SQL(
                "s.state IN ('draft', 'sent', 'sale') AND s.company_id = %s"
                " AND %s AND %s",
                window.company_id,
                window.covers(SQL("s.create_date")),
                self.condition,
            ),
            id=SQL("s.id"),
            date=window.date_of(SQL("s.create_date")),
            team=SQL("s.team_id"),
            warehouse=parts.order_warehouse(env),
            user=SQL("s.user_id"),
            numerator=parts.flag(self.holds(env)),
        )

    def touched(self, env, window, since):
        return parts.orders_touched(window, since, SQL("s.create_date"))


@register
class OrdersOutsideCrm(QuotationIndicator):
    """Share of the quotations and orders made by employees without an opportunity.

    What customers order themselves in the shop is no detour around the CRM.
    """

    code = "K12"
    joins = SQL("JOIN res_users maker ON maker.id = s.create_uid")
    condition = SQL("NOT maker.share AND maker.id <> %s", parts.SUPERUSER)

    def holds(self, env):
        outside = SQL("s.opportunity_id IS NULL")
        if "website_id" in env["sale.order"]._fields:
            return SQL("%s AND s.website_id IS NULL", outside)
        return outside


@register
class OpportunityAfterQuotation(QuotationIndicator):
    """Share of the quotations whose opportunity was entered no earlier than they."""

    code = "K13"
    joins = SQL("JOIN crm_lead l ON l.id = s.opportunity_id")

    def holds(self, env):
        return SQL("l.create_date >= s.create_date")
