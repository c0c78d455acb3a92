"""Queries of the scoring: documents to facts, facts to scores.

They read each other by name: `document`, `summed`, `fact`.
"""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL


def facts(company, today):
    """Sum the documents per customer. A purchase has a positive amount: returns
    only change the revenue, and who was only given rewards is no customer yet.
    Documents dated ahead wait for their day."""
    return SQL(
        """
        SELECT partner_id,
               MIN(day) FILTER (WHERE amount > 0) AS first_order_date,
               MAX(day) FILTER (WHERE amount > 0) AS last_order_date,
               COUNT(*) FILTER (WHERE amount > 0)::integer AS order_count,
               COUNT(DISTINCT day) FILTER (WHERE amount > 0)::integer
                   AS order_days,
               ROUND(SUM(amount)::numeric, %(digits)s) AS revenue_total,
               ROUND(COALESCE(SUM(amount) FILTER (WHERE day > %(year_ago)s),
                   0)::numeric, %(digits)s) AS revenue_12m,
               ROUND(COALESCE(SUM(margin) FILTER (WHERE day > %(year_ago)s),
                   0)::numeric, %(digits)s) AS margin_12m
          FROM document
         WHERE day <= %(today)s
         GROUP BY partner_id
        HAVING BOOL_OR(amount <> 0)""",
        digits=company.currency_id.decimal_places,
        year_ago=today - relativedelta(years=1),
        today=today,
    )


def without_document(company):
    """Profiles whose last document was cancelled or went to another customer."""
    return SQL(
        """
        SELECT profile.partner_id, NULL, NULL, 0, 0, 0, 0, 0
          FROM crm_loyalty_profile profile
         WHERE profile.company_id = %s
           AND NOT EXISTS (SELECT 1 FROM summed
               WHERE summed.partner_id = profile.partner_id)""",
        company.id,
    )


def ranked():
    """Add the scores 1 to 5; rule and reason in `engine/segmentation.py`."""

    def score(column):
        return SQL(
            """CASE WHEN counts THEN (1 + 5 * (RANK() OVER (
                   PARTITION BY counts ORDER BY %s) - 1)
                   / COUNT(*) OVER (PARTITION BY counts))::integer ELSE 0 END""",
            SQL.identifier(column),
        )

    return SQL(
        """
        SELECT partner_id, active, first_order_date, last_order_date,
               order_count, order_days,
               CASE WHEN order_days > 1 THEN
                   ROUND((last_order_date - first_order_date)::numeric
                       / (order_days - 1), 1) END AS avg_interval,
               revenue_total, revenue_12m, margin_12m,
               %(recency)s AS rfm_r, %(frequency)s AS rfm_f, %(money)s AS rfm_m
          FROM (
            SELECT fact.*, partner.active,
                   partner.active AND fact.order_count > 0 AS counts
              FROM fact
              JOIN res_partner partner ON partner.id = fact.partner_id
          ) customer""",
        recency=score("last_order_date"),
        frequency=score("order_count"),
        money=score("revenue_total"),
    )
