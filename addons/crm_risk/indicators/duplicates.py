"""The same customer twice: K15, K16, K17; the same enquiry twice: K18."""

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .funnel import LeadIndicator
from .registry import register

SHORTEST_TAX_ID = 5
"""Shorter ones are fillers such as “-” or “n/a”."""


class DuplicateIndicator(SqlIndicator):
    """Share of customers who are one more record under the same key, now.

    Contacts of one company may share its address: what counts is how many different
    companies use it. One contact speaks for each company and key; all but the oldest
    are surplus.
    """

    model = "res.partner"
    history = False
    rolling_lag_days = 0
    key: SQL
    condition = SQL("TRUE")

    def records(self, env, window):
        return SQL(
            """
            SELECT MIN(id) AS id, %(date)s AS date, NULL::integer AS team_id,
                   NULL::integer AS warehouse_id, NULL::integer AS user_id,
                   CASE WHEN MIN(id) > MIN(MIN(id)) OVER (PARTITION BY key)
                        THEN 1 ELSE 0 END AS numerator,
                   1 AS denominator
              FROM (SELECT p.id, %(key)s AS key, %(customer)s AS customer_id
                      FROM res_partner p
                     WHERE p.active AND %(key)s IS NOT NULL AND %(condition)s
                       AND %(owned)s) AS contact
             GROUP BY key, customer_id""",
            date=window.snapshot_date,
            key=self.key,
            customer=parts.CUSTOMER,
            condition=self.condition,
            owned=window.owns(SQL("p.company_id")),
        )


@register
class DuplicatesByEmail(DuplicateIndicator):
    code = "K15"
    modules = ("mail",)
    key = SQL("p.email_normalized")


@register
class DuplicatesByPhone(DuplicateIndicator):
    code = "K16"
    modules = ("phone_validation",)
    key = SQL("p.phone_sanitized")


@register
class DuplicatesByTaxId(DuplicateIndicator):
    """Branches carry the number of their head office, hence customers without one."""

    code = "K17"
    modules = ("mail",)
    key = SQL("upper(regexp_replace(p.vat, '[^A-Za-z0-9]', '', 'g'))")
    condition = SQL(
        "p.parent_id IS NULL"
        " AND length(regexp_replace(p.vat, '[^A-Za-z0-9]', '', 'g')) >= %s",
        SHORTEST_TAX_ID,
    )


@register
class DuplicateLeads(LeadIndicator):
    """Share of the open leads with an e-mail that an older open one has too."""

    code = "K18"
    history = False
    rolling_lag_days = 0
    condition = SQL(
        "l.active AND l.won_status = 'pending' AND l.email_normalized IS NOT NULL"
    )

    def numerator(self, window):
        return parts.flag(
            SQL("l.id > MIN(l.id) OVER (PARTITION BY l.email_normalized)")
        )

    def selection(self, window):
        return SQL("TRUE")

    def date(self, window):
        return window.snapshot_date
