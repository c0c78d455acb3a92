"""Queries that compare customers under an approved strategy with similar ones."""

from odoo.tools import SQL

# Days before and after a decision whose purchases are compared.
WINDOW = 90
# Untouched customers noted for each approved one: more would add little precision.
CONTROLS = 10


def note_untouched(company, now, uid):
    """Note customers of the stage and segment of fresh approvals, none of whom had a
    strategy approved within the window. Who is taken is decided by a hash: by chance,
    but the same whenever it is repeated."""
    return SQL(
        """
        INSERT INTO crm_loyalty_decision (
            profile_id, partner_id, company_id, strategy_id, state, date,
            stage_id, segment_id, is_compared,
            create_date, create_uid, write_date, write_uid)
        SELECT id, partner_id, company_id, strategy_id, 'untouched', date,
               stage_id, segment_id, TRUE, %(now)s, %(uid)s, %(now)s, %(uid)s
          FROM (
            SELECT p.id, p.partner_id, p.company_id, cell.strategy_id, cell.date,
                   cell.stage_id, cell.segment_id, cell.wanted,
                   ROW_NUMBER() OVER (
                       PARTITION BY cell.strategy_id, cell.date, cell.stage_id,
                                    cell.segment_id
                       ORDER BY MD5(CONCAT(p.id, '-', cell.strategy_id)), p.id
                   ) AS place
              FROM (
                SELECT strategy_id, date, stage_id, segment_id,
                       %(controls)s * COUNT(*) AS wanted
                  FROM crm_loyalty_decision
                 WHERE company_id = %(company)s AND state = 'approved'
                   AND is_compared IS NOT TRUE
                 GROUP BY strategy_id, date, stage_id, segment_id
              ) cell
              JOIN crm_loyalty_profile p
                ON p.company_id = %(company)s AND p.active
               AND p.stage_id IS NOT DISTINCT FROM cell.stage_id
               AND p.segment_id IS NOT DISTINCT FROM cell.segment_id
             WHERE NOT EXISTS (
                SELECT 1 FROM crm_loyalty_decision known
                 WHERE known.profile_id = p.id
                   AND known.date > cell.date - %(window)s
                   AND (known.state = 'approved' OR known.state = 'untouched'
                        AND known.strategy_id = cell.strategy_id))
          ) candidate
         WHERE place <= wanted""",
        company=company.id,
        controls=CONTROLS,
        window=WINDOW,
        now=now,
        uid=uid,
    )


def measure_due(company, today, documents):
    """Sum the purchases around every decision whose window has closed."""
    return SQL(
        """
        WITH document AS (%(documents)s),
        due AS (
            SELECT id, partner_id, date FROM crm_loyalty_decision
             WHERE company_id = %(company)s AND measured_date IS NULL
               AND state IN ('approved', 'untouched')
               AND date + %(window)s < %(today)s),
        spent AS (
            SELECT due.id,
                   SUM(d.amount) FILTER (WHERE d.day <= due.date) AS revenue_before,
                   SUM(d.amount) FILTER (WHERE d.day > due.date) AS revenue_after,
                   SUM(d.margin) FILTER (WHERE d.day <= due.date) AS margin_before,
                   SUM(d.margin) FILTER (WHERE d.day > due.date) AS margin_after,
                   COALESCE(BOOL_OR(d.amount > 0 AND d.day > due.date), FALSE)
                       AS bought
              FROM due
              LEFT JOIN document d ON d.partner_id = due.partner_id
               AND d.day > due.date - %(window)s AND d.day <= due.date + %(window)s
             GROUP BY due.id)
        UPDATE crm_loyalty_decision decision
           SET measured_date = %(today)s, bought = spent.bought,
               revenue_before = ROUND(COALESCE(spent.revenue_before, 0)::numeric,
                   %(digits)s),
               revenue_after = ROUND(COALESCE(spent.revenue_after, 0)::numeric,
                   %(digits)s),
               margin_before = ROUND(COALESCE(spent.margin_before, 0)::numeric,
                   %(digits)s),
               margin_after = ROUND(COALESCE(spent.margin_after, 0)::numeric,
                   %(digits)s)
          FROM spent WHERE spent.id = decision.id
        RETURNING decision.strategy_id""",
        documents=documents,
        company=company.id,
        today=today,
        window=WINDOW,
        digits=company.currency_id.decimal_places,
    )


def groups(company, strategies):
    """Return number, mean and deviation of both groups per strategy and measure.

    Only stages and segments with customers of both groups count, and the untouched
    weigh as much in each as the approved do; their number is the effective one,
    (Σ w)² / Σ w² (Kish 1965).
    """
    return SQL(
        """
        WITH measured AS (
            SELECT d.*, d.state = 'approved' AS treated,
                   COUNT(*) FILTER (WHERE d.state = 'approved') OVER cell AS approved,
                   COUNT(*) FILTER (WHERE d.state = 'untouched') OVER cell AS untouched
              FROM crm_loyalty_decision d
             WHERE d.company_id = %(company)s AND d.measured_date IS NOT NULL
               AND d.strategy_id IN %(strategies)s
            WINDOW cell AS (PARTITION BY d.strategy_id, d.stage_id, d.segment_id)),
        weighted AS (
            SELECT strategy_id, treated, figure.measure, figure.value,
                   CASE WHEN treated THEN 1.0 ELSE approved::float / untouched END
                       AS weight
              FROM measured
             CROSS JOIN LATERAL (VALUES
                   ('revenue', (revenue_after - revenue_before)::float),
                   ('margin', (margin_after - margin_before)::float),
                   ('bought', CASE WHEN bought THEN 100.0 ELSE 0.0 END)
                   ) figure (measure, value)
             WHERE approved > 0 AND untouched > 0),
        summed AS (
            SELECT strategy_id, treated, measure, COUNT(*) AS heads,
                   FLOOR(SUM(weight) ^ 2 / SUM(weight ^ 2) + 1e-9)::integer AS n,
                   SUM(weight * value) / SUM(weight) AS mean,
                   SUM(weight * value ^ 2) / SUM(weight) AS square
              FROM weighted GROUP BY strategy_id, treated, measure)
        SELECT strategy_id, measure, treated, n, mean,
               CASE WHEN n > 1 THEN
                   SQRT(GREATEST(square - mean ^ 2, 0) * n / (n - 1)) ELSE 0 END
          FROM summed ORDER BY strategy_id, measure, treated""",
        company=company.id,
        strategies=tuple(strategies.ids),
    )
