"""Back-test of the replenishment forecasts on the last days, held out.

Each customer who still bought when the held-out days began is forecast from the
purchases before them by both models, and by the one that suits his own past; his
next purchase decides. Who should have bought by now and did not is a miss without an
error in days.
"""

from datetime import timedelta

from odoo.tools import SQL

from . import replenishment

HELD_OUT = timedelta(days=90)
# A forecast hits within this share of the customer's median interval.
TOLERANCE = 0.2
# Fewer next purchases do not decide the model of a whole category.
MINIMUM_CASES = 10
MODELS = ("interval", "consumption", "own")


def measured(company, today):
    """Return one row per product category and, without category, one for all."""
    figures = SQL(", ").join(_figures(model, today) for model in MODELS)
    return SQL(
        """
        WITH known AS (%(forecasts)s),
        next AS (
            SELECT partner_id, product_id, MIN(day) AS day
              FROM crm_loyalty_purchase
             WHERE day > %(cut)s
             GROUP BY partner_id, product_id
        ),
        forecast AS (
            SELECT template.categ_id, known.median_interval, next.day AS actual,
                   known.last_date + known.interval_days AS interval_date,
                   known.last_date + COALESCE(known.consumption_days,
                       known.interval_days) AS consumption_date,
                   known.last_date + CASE known.own_model WHEN 'interval'
                       THEN known.interval_days ELSE COALESCE(known.consumption_days,
                       known.interval_days) END AS own_date
              FROM known
              JOIN product_product product ON product.id = known.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN next ON next.partner_id = known.partner_id
               AND next.product_id = known.product_id
             WHERE %(cut)s - known.last_date
                   <= %(lapsed)s * known.median_interval
        ),
        category AS (
            SELECT categ_id, COUNT(actual)::integer AS case_count, %(figures)s
              FROM forecast
             GROUP BY GROUPING SETS ((categ_id), ())
            HAVING categ_id IS NOT NULL OR GROUPING(categ_id) = 1
        )
        SELECT *, CASE COALESCE(model, 'own') WHEN 'interval' THEN interval_mae
                    WHEN 'consumption' THEN consumption_mae ELSE own_mae END AS mae,
               CASE COALESCE(model, 'own') WHEN 'interval' THEN interval_hit_rate
                    WHEN 'consumption' THEN consumption_hit_rate
                    ELSE own_hit_rate END AS hit_rate
          FROM (
            SELECT *, CASE WHEN categ_id IS NOT NULL AND case_count >= %(minimum)s
                      THEN CASE WHEN interval_mae < consumption_mae THEN 'interval'
                                ELSE 'consumption' END END AS model
              FROM category
             WHERE case_count > 0
          ) decided""",
        forecasts=replenishment.forecasts(
            today - HELD_OUT, company.loyalty_minimum_intervals + 1
        ),
        cut=today - HELD_OUT,
        lapsed=company.loyalty_lapsed_ratio,
        figures=figures,
        minimum=MINIMUM_CASES,
    )


def _figures(model, today):
    """Mean error in days and share of hits of one model."""
    date = SQL.identifier(f"{model}_date")
    return SQL(
        """AVG(ABS(actual - %(date)s))::float8 AS %(mae)s,
           (COUNT(*) FILTER (WHERE ABS(actual - %(date)s)
                <= %(tolerance)s * median_interval))::float8
           / NULLIF(COUNT(*) FILTER (WHERE actual IS NOT NULL
                OR %(today)s - %(date)s > %(tolerance)s * median_interval), 0)
           AS %(hits)s""",
        date=date,
        mae=SQL.identifier(f"{model}_mae"),
        hits=SQL.identifier(f"{model}_hit_rate"),
        tolerance=TOLERANCE,
        today=today,
    )
