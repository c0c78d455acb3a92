"""Queries over the whole customer base: revenue of new customers, cohorts, periods.

They read the documents the customers are scored from (`crm.loyalty.scoring`), of all
companies at once: a customer's first purchase is his first in the company group, which
is a company with its branches. Documents dated ahead wait for their day.
"""

from odoo.tools import SQL

# documents that make a report stale, for the reports' `_depends`
DEPENDS = {
    "sale.order": [
        "amount_untaxed",
        "company_id",
        "currency_rate",
        "date_order",
        "partner_id",
        "state",
        "team_id",
        "user_id",
    ],
    "account.move": [
        "amount_untaxed_signed",
        "company_id",
        "date",
        "invoice_date",
        "invoice_user_id",
        "move_type",
        "partner_id",
        "state",
        "team_id",
    ],
    "res.partner": ["commercial_partner_id"],
}


def documents(env):
    """Return company, group, basis, id, partner, day and amount of every document."""
    every = env["res.company"].sudo()  # a first purchase may be another company's
    companies = every.search([], order="id")
    return SQL(" UNION ALL ").join(
        _documents_of(env["crm.loyalty.scoring"], company) for company in companies
    )


def _documents_of(scoring, company):
    return SQL(
        """
        SELECT %(company)s AS company_id, %(root)s AS root_id, %(basis)s AS basis,
               %(currency)s AS currency_id, %(today)s::date AS today,
               document_id, partner_id, day, amount
          FROM (%(documents)s) own
         WHERE day <= %(today)s""",
        company=company.id,
        root=company.root_id.id,
        basis=company.loyalty_basis,
        currency=company.currency_id.id,
        today=scoring._today(company),
        documents=scoring._sql_documents(company),
    )


def first_purchases():
    """Return the first purchase of every customer in his company group, from
    `document`. A purchase has a positive amount, as in the scoring."""
    return SQL(
        """
        SELECT root_id, partner_id, MIN(day) AS first_date
          FROM document
         WHERE amount > 0
         GROUP BY root_id, partner_id"""
    )


def revenue(env):
    """One row per document, with what it is for its customer: the first ones or a
    later one. Rows of orders have even ids, those of invoices odd ones."""
    return SQL(
        """
        WITH document AS (%(documents)s), first AS (%(first)s)
        SELECT d.document_id * 2 + (d.basis = 'invoice')::integer AS id,
               d.company_id, d.currency_id, d.partner_id, d.day AS date,
               CASE WHEN d.basis = 'order' THEN d.document_id END AS order_id,
               CASE WHEN d.basis = 'invoice' THEN d.document_id END AS move_id,
               COALESCE(o.user_id, m.invoice_user_id) AS user_id,
               COALESCE(o.team_id, m.team_id) AS team_id,
               profile.segment_id,
               first.first_date,
               DATE_TRUNC('month', first.first_date)::date AS cohort_date,
               d.amount AS revenue,
               CASE WHEN DATE_TRUNC('month', d.day)
                   = DATE_TRUNC('month', first.first_date)
                   THEN 'new' ELSE 'returning' END AS kind,
               CASE WHEN DATE_TRUNC('year', d.day)
                   = DATE_TRUNC('year', first.first_date)
                   THEN 'new' ELSE 'returning' END AS kind_year
          FROM document d
          LEFT JOIN first USING (root_id, partner_id)
          LEFT JOIN sale_order o ON d.basis = 'order' AND o.id = d.document_id
          LEFT JOIN account_move m ON d.basis = 'invoice' AND m.id = d.document_id
          LEFT JOIN crm_loyalty_profile profile
            ON profile.company_id = d.company_id
           AND profile.partner_id = d.partner_id""",
        documents=documents(env),
        first=first_purchases(),
    )


def cohorts(env):
    """One row per company, month of the first purchase and months since, also for
    months in which nobody came back: without them retention would flatter."""
    return SQL(
        """
        WITH document AS (%(documents)s), first AS (%(first)s),
        monthly AS (
            SELECT company_id, currency_id, today, partner_id,
                   DATE_TRUNC('month', first_date)::date AS cohort_date,
                   DATE_TRUNC('month', day)::date AS month,
                   SUM(amount) AS revenue, BOOL_OR(amount > 0) AS bought
              FROM document
              JOIN first USING (root_id, partner_id)
             GROUP BY 1, 2, 3, 4, 5, 6
        ),
        customer AS (
            SELECT company_id, currency_id, today, cohort_date, partner_id
              FROM monthly
             GROUP BY 1, 2, 3, 4, 5
        ),
        cohort AS (
            SELECT company_id, currency_id, today, cohort_date,
                   COUNT(*) AS customer_count
              FROM customer
             GROUP BY 1, 2, 3, 4
        ),
        cell AS (
            SELECT company_id, cohort_date, month,
                   COUNT(*) FILTER (WHERE bought) AS active_count,
                   SUM(revenue) AS revenue
              FROM monthly
             GROUP BY 1, 2, 3
        )
        SELECT (cohort.company_id::bigint * %(months)s
                   + EXTRACT(YEAR FROM cohort_date)::bigint * 12
                   + EXTRACT(MONTH FROM cohort_date)::bigint) * %(months)s
                   + months_since AS id,
               company_id, currency_id, cohort_date, months_since, month AS date,
               customer_count,
               COALESCE(cell.active_count, 0) AS active_count,
               COALESCE(cell.revenue, 0) AS revenue,
               COALESCE(cell.active_count, 0)::float / customer_count AS retention,
               COALESCE(cell.revenue, 0) / customer_count AS revenue_per_customer
          FROM cohort
         CROSS JOIN LATERAL (
            SELECT number AS months_since,
                   (cohort_date + MAKE_INTERVAL(months => number))::date AS month
              FROM GENERATE_SERIES(0,
                   ((EXTRACT(YEAR FROM today) - EXTRACT(YEAR FROM cohort_date)) * 12
                   + EXTRACT(MONTH FROM today) - EXTRACT(MONTH FROM cohort_date)
                   )::integer) AS number
         ) age
          LEFT JOIN cell USING (company_id, cohort_date, month)""",
        documents=documents(env),
        first=first_purchases(),
        months=MONTHS,
    )


# More months than any database has seen, to number the cells of the cohorts.
MONTHS = 100_000


def period(env, company, start, end, start_before):
    """One row: the totals of `engine.customer_base.CustomerBase` for the days from
    `start` to `end`, compared with those from `start_before` to `start` without it."""
    return SQL(
        """
        WITH document AS (%(documents)s), first AS (%(first)s),
        customer AS (
            SELECT d.partner_id, first.first_date,
                   SUM(d.amount) FILTER (WHERE d.day >= %(start)s) AS revenue,
                   SUM(d.amount) FILTER (WHERE d.day < %(start)s) AS revenue_before,
                   COUNT(*) FILTER (WHERE d.day >= %(start)s AND d.amount > 0)
                       AS purchases,
                   COUNT(*) FILTER (WHERE d.day < %(start)s AND d.amount > 0)
                       AS purchases_before
              FROM document d
              LEFT JOIN first USING (root_id, partner_id)
             WHERE d.company_id = %(company)s
               AND d.day BETWEEN %(start_before)s AND %(end)s
             GROUP BY 1, 2
        )
        SELECT COALESCE(SUM(revenue), 0) AS revenue,
               COALESCE(SUM(revenue) FILTER (WHERE first_date >= %(start)s), 0)
                   AS revenue_new,
               COUNT(*) FILTER (WHERE purchases > 0) AS buyers,
               COUNT(*) FILTER (WHERE purchases > 0 AND first_date >= %(start)s)
                   AS buyers_new,
               COUNT(*) FILTER (WHERE purchases > 1) AS repeat_buyers,
               COUNT(*) FILTER (WHERE purchases_before > 0) AS buyers_before,
               COUNT(*) FILTER (WHERE purchases_before > 0 AND purchases > 0)
                   AS retained,
               COALESCE(SUM(revenue_before) FILTER (WHERE purchases_before > 0), 0)
                   AS revenue_before,
               COALESCE(SUM(revenue) FILTER (WHERE purchases_before > 0), 0)
                   AS revenue_kept
          FROM customer""",
        documents=documents(env),
        first=first_purchases(),
        company=company.id,
        start=start,
        end=end,
        start_before=start_before,
    )
