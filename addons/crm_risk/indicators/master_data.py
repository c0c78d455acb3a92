"""How good the data on customers are: K19, K20, K21, K38."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register

BUYER_DAYS = 365
CUSTOMER_DAYS = 3 * 365
SILENT_DAYS = 365
OPT_OUT_DAYS = 30


class PartnerIndicator(SqlIndicator):
    """Counts partners `p` as they are now."""

    model = "res.partner"
    modules = ("sale_crm",)
    history = False
    rolling_lag_days = 0

    def select(self, window, where, numerator) -> SQL:
        return parts.record(
            source=SQL("res_partner p"),
            where=SQL("p.active AND %s", where),
            id=SQL("p.id"),
            date=window.snapshot_date,
            numerator=numerator,
        )

    def buyers(self, window, days: int) -> SQL:
        """Query of the ids of the customers with a confirmed order in so many days."""
        return SQL(
            """SELECT COALESCE(c.commercial_partner_id, c.id)
                 FROM sale_order s JOIN res_partner c ON c.id = s.partner_id
                WHERE s.state = 'sale' AND s.company_id = %s
                  AND s.date_order >= %s AND s.date_order <= %s""",
            window.company_id,
            parts.ago(window, days),
            window.now,
        )


@register
class FieldsFilled(PartnerIndicator):
    """Mean share of the required fields that are filled, of the buyers of a year.

    Which fields, the company decides; the tax number is asked of companies only.
    """

    code = "K19"

    def records(self, env, window):
        company = env["res.company"].browse(window.company_id)
        filled = [self.filled(field) for field in company._get_customer_fields()]
        return self.select(
            window,
            SQL("p.id IN (%s)", self.buyers(window, BUYER_DAYS)),
            SQL("(%s) / %s.0", SQL(" + ").join(filled), len(filled)),
        )

    @staticmethod
    def filled(field) -> SQL:
        column = SQL.identifier("p", field.name)
        if field.type in ("char", "text", "html", "selection"):
            present = SQL("%s::text NOT IN ('', '{}')", column)
        else:
            present = SQL("%s IS NOT NULL", column)
        if field.name == "vat":
            present = SQL("(%s OR NOT COALESCE(p.is_company, FALSE))", present)
        return parts.flag(present)


@register
class StaleCustomers(PartnerIndicator):
    """Of the customers of three years, those of whom nothing was heard for a year: no
    quotation, no order, no message, no activity."""

    code = "K20"

    def records(self, env, window):
        since = parts.ago(window, SILENT_DAYS)
        heard = SQL(
            """SELECT COALESCE(c.commercial_partner_id, c.id)
                 FROM sale_order s JOIN res_partner c ON c.id = s.partner_id
                WHERE s.company_id = %(company)s AND s.state <> 'cancel'
                  AND (s.date_order >= %(since)s OR s.create_date >= %(since)s)
                UNION ALL
               SELECT COALESCE(c.commercial_partner_id, c.id)
                 FROM mail_message m JOIN res_partner c ON c.id = m.res_id
                WHERE m.model = 'res.partner' AND m.date >= %(since)s
                UNION ALL
               SELECT COALESCE(c.commercial_partner_id, c.id)
                 FROM mail_activity a JOIN res_partner c ON c.id = a.res_id
                WHERE a.res_model = 'res.partner'
                  AND (a.active OR a.date_done >= %(since)s)""",
            company=window.company_id,
            since=since,
        )
        return self.select(
            window,
            SQL("p.id IN (%s)", self.buyers(window, CUSTOMER_DAYS)),
            SQL("CASE WHEN p.id IN (%s) THEN 0 ELSE 1 END", heard),
        )


@register
class BadContacts(PartnerIndicator):
    """Share of the partners with an address or number that is known to be wrong: mail
    came back, or Odoo finds it incorrect on one of their leads."""

    code = "K21"

    def records(self, env, window):
        return self.select(
            window,
            SQL(
                "(p.email_normalized IS NOT NULL OR p.phone_sanitized IS NOT NULL)"
                " AND %s",
                window.owns(SQL("p.company_id")),
            ),
            parts.flag(
                SQL(
                    """p.message_bounce > 0 OR p.id IN (
                       SELECT l.partner_id FROM crm_lead l
                        WHERE l.partner_id IS NOT NULL AND l.active
                          AND (l.email_state = 'incorrect'
                               OR l.phone_state = 'incorrect'))"""
                )
            ),
        )


@register
class OptOuts(PartnerIndicator):
    """Share of the partners with an e-mail who opted out of mailings in 30 days."""

    code = "K38"

    def records(self, env, window):
        return self.select(
            window,
            SQL(
                "p.email_normalized IS NOT NULL AND %s",
                window.owns(SQL("p.company_id")),
            ),
            parts.flag(
                SQL(
                    """p.email_normalized IN (
                       SELECT b.email FROM mail_blacklist b
                        WHERE b.active AND b.create_date >= %s)""",
                    parts.ago(window, OPT_OUT_DAYS),
                )
            ),
        )
