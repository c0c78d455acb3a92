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


def known(company, today):
    """Forecasts from what was known before the held-out days: `crm_loyalty_known`."""
    return replenishment.forecasts(
        today - HELD_OUT, company.loyalty_minimum_intervals + 1
    )


def measured(company, today):
    """Return one row per product category and, without category, one for all; its
    model is that of the products without a category."""
    return SQL(
        """
        WITH next AS (
            SELECT partner_id, product_id, MIN(day) AS day
              FROM crm_loyalty_purchase
             WHERE day > %(cut)s
             GROUP BY partner_id, product_id
        ),
        forecast AS (%(forecast)s),
        decided AS (
            SELECT categ_id, CASE
                       WHEN COUNT(actual) < %(minimum)s THEN 'own'
                       WHEN AVG(ABS(actual - interval_date))
                          < AVG(ABS(actual - consumption_date)) THEN 'interval'
                       ELSE 'consumption' END AS model
              FROM forecast
             GROUP BY categ_id
        ),
        tested AS (
            SELECT forecast.*, decided.model,
                   CASE decided.model WHEN 'interval' THEN interval_date
                       WHEN 'consumption' THEN consumption_date
                       ELSE own_date END AS used_date
              FROM forecast
              JOIN decided ON decided.categ_id IS NOT DISTINCT FROM forecast.categ_id
        )
        SELECT categ_id, COUNT(actual)::integer AS case_count,
               CASE WHEN GROUPING(categ_id) = 0 THEN MAX(model)
                    ELSE MAX(model) FILTER (WHERE tested.categ_id IS NULL) END
                   AS model,
               %(figures)s
          FROM tested
         GROUP BY GROUPING SETS ((categ_id), ())
        HAVING COUNT(actual) > 0
           AND (categ_id IS NOT NULL OR GROUPING(categ_id) = 1)""",
        forecast=_forecast(company, today),
        cut=today - HELD_OUT,
        minimum=MINIMUM_CASES,
        figures=SQL(", ").join(
            _figures(*names, today)
            for names in (
                ("used_date", "mae", "hit_rate"),
                ("interval_date", "interval_mae", "interval_hit_rate"),
                ("consumption_date", "consumption_mae", "consumption_hit_rate"),
            )
        ),
    )


def _forecast(company, today):
    """What each model said of the customers who still bought, and what they did."""
    return SQL(
        """
        SELECT template.categ_id, known.median_interval, next.day AS actual,
               known.last_date + known.interval_days AS interval_date,
               known.last_date + COALESCE(known.consumption_days,
                   known.interval_days) AS consumption_date,
               known.last_date + CASE known.own_model WHEN 'interval'
                   THEN known.interval_days ELSE COALESCE(known.consumption_days,
                   known.interval_days) END AS own_date
          FROM crm_loyalty_known known
          JOIN product_product product ON product.id = known.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
          LEFT JOIN next ON next.partner_id = known.partner_id
           AND next.product_id = known.product_id
         WHERE %s - known.last_date <= %s * known.median_interval""",
        today - HELD_OUT,
        company.loyalty_lapsed_ratio,
    )


def _figures(date, mae, hit_rate, today):
    """Mean error in days and share of hits of one forecast."""
    return SQL(
        """AVG(ABS(actual - %(date)s))::float8 AS %(mae)s,
           (COUNT(*) FILTER (WHERE ABS(actual - %(date)s)
                <= %(tolerance)s * median_interval))::float8
           / NULLIF(COUNT(*) FILTER (WHERE actual IS NOT NULL
                OR %(today)s - %(date)s > %(tolerance)s * median_interval), 0)
           AS %(hit_rate)s""",
        date=SQL.identifier(date),
        mae=SQL.identifier(mae),
        hit_rate=SQL.identifier(hit_rate),
        tolerance=TOLERANCE,
        today=today,
    )
