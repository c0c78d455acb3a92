"""Profiles to the rows of the purchase models, and forecasts back to profiles.

A customer's history is three numbers: visits after the first, time from the first to
the last, time since the first. Customers with equal numbers share one row, so the
models see rows, not customers. Times are whole steps of a day or a week.
"""

from datetime import date

from odoo.tools import SQL

TABLE = SQL.identifier("crm_loyalty_forecast")


def history(today: date, step: int, alias: str = "profile") -> SQL:
    """Return frequency, recency and age of a profile, times in steps."""
    first, last, visits = (
        SQL.identifier(alias, name)
        for name in ("model_first_date", "last_order_date", "model_visits")
    )
    return SQL(
        "%(visits)s - 1, ROUND((%(last)s - %(first)s)::numeric / %(step)s)::integer,"
        " ROUND((%(today)s::date - %(first)s)::numeric / %(step)s)::integer",
        visits=visits,
        last=last,
        first=first,
        step=step,
        today=today,
    )


def base(company_id: int) -> SQL:
    """Return numbers of customers and of those with a repeat, the first day, and the
    usual interval of the customers."""
    return SQL(
        """
        SELECT COUNT(*), COUNT(*) FILTER (WHERE model_visits > 1),
               MIN(model_first_date),
               PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY avg_interval)
          FROM crm_loyalty_profile
         WHERE company_id = %s AND model_first_date IS NOT NULL""",
        company_id,
    )


def histories(company_id: int, today: date, step: int, active: bool) -> SQL:
    """Return the distinct histories and how many customers share each."""
    return SQL(
        """
        SELECT %(history)s, COUNT(*)
          FROM crm_loyalty_profile profile
         WHERE company_id = %(company)s AND model_first_date IS NOT NULL
           AND (active OR NOT %(active)s)
         GROUP BY 1, 2, 3""",
        history=history(today, step),
        company=company_id,
        active=active,
    )


def spending(company_id: int) -> SQL:
    """Return visits after the first, their mean value, and the customers with both."""
    return SQL(
        """
        SELECT model_visits - 1, model_value::float, COUNT(*)
          FROM crm_loyalty_profile
         WHERE company_id = %s AND model_visits > 1 AND model_value > 0
         GROUP BY 1, 2""",
        company_id,
    )


def write(company_id: int, today: date, step: int, digits: int, now, user_id) -> SQL:
    """Write the forecasts of the histories into the profiles that differ.

    The value of a visit is linear in the customer's own mean; who loses money at each
    visit is expected to go on so.
    """
    return SQL(
        """
        UPDATE crm_loyalty_profile profile
           SET has_forecast = TRUE, p_alive = found.p_alive,
               expected_orders_12m = found.visits, clv = found.clv,
               write_date = %(now)s, write_uid = %(user)s
          FROM (
            SELECT profile.id, forecast.p_alive,
                   ROUND(forecast.expected, 2) AS visits,
                   ROUND(forecast.expected * CASE
                       WHEN profile.model_visits > 1 AND profile.model_value <= 0
                       THEN profile.model_value
                       ELSE forecast.value_base + forecast.value_slope
                           * COALESCE(profile.model_value, 0) END, %(digits)s) AS clv
              FROM crm_loyalty_profile profile
              JOIN %(table)s forecast
                ON (%(history)s)
                 = (forecast.frequency, forecast.recency, forecast.age)
             WHERE profile.company_id = %(company)s AND profile.active
               AND profile.model_first_date IS NOT NULL
          ) found
         WHERE profile.id = found.id
           AND (profile.has_forecast, profile.p_alive, profile.expected_orders_12m,
                profile.clv)
               IS DISTINCT FROM (TRUE, found.p_alive, found.visits, found.clv)""",
        now=now,
        user=user_id,
        digits=digits,
        table=TABLE,
        history=history(today, step),
        company=company_id,
    )


def clear(company_id: int, everybody: bool, now, user_id) -> SQL:
    """Forget forecasts of customers the model does not speak of."""
    return SQL(
        """
        UPDATE crm_loyalty_profile
           SET has_forecast = NULL, p_alive = NULL, expected_orders_12m = NULL,
               clv = NULL, write_date = %(now)s, write_uid = %(user)s
         WHERE company_id = %(company)s AND has_forecast
           AND (%(everybody)s OR NOT active OR model_first_date IS NULL)""",
        now=now,
        user=user_id,
        company=company_id,
        everybody=everybody,
    )


def visits(documents: SQL, since: date, today: date) -> SQL:
    """Return the days on which each customer bought."""
    return SQL(
        """
        SELECT partner_id, day FROM (%s) document
         WHERE amount > 0 AND day BETWEEN %s AND %s
         GROUP BY partner_id, day""",
        documents,
        since,
        today,
    )


def last_intervals() -> SQL:
    """Return the last two intervals of customers who have two, and how many share
    them: what the regularity of the customer base is found from."""
    return SQL(
        """
        SELECT previous, interval, COUNT(*)
          FROM (
            SELECT LAG(day) OVER visits - LAG(day, 2) OVER visits AS previous,
                   day - LAG(day) OVER visits AS interval,
                   LEAD(day) OVER visits IS NULL AS last
              FROM crm_loyalty_visit
            WINDOW visits AS (PARTITION BY partner_id ORDER BY day)
          ) visit
         WHERE last AND previous IS NOT NULL
         GROUP BY previous, interval"""
    )


def held_out(cutoff: date, step: int) -> SQL:
    """Return histories as of the cut-off, the customers who share them, how many of
    them came after it, and how often."""
    return SQL(
        """
        SELECT frequency, recency, age, COUNT(*),
               COUNT(*) FILTER (WHERE later > 0), SUM(later)
          FROM (
            SELECT COUNT(*) FILTER (WHERE day <= %(cutoff)s) - 1 AS frequency,
                   ROUND((MAX(day) FILTER (WHERE day <= %(cutoff)s) - MIN(day))::numeric
                       / %(step)s)::integer AS recency,
                   ROUND((%(cutoff)s::date - MIN(day))::numeric / %(step)s)::integer
                       AS age,
                   COUNT(*) FILTER (WHERE day > %(cutoff)s) AS later
              FROM crm_loyalty_visit
             GROUP BY partner_id
            HAVING MIN(day) <= %(cutoff)s
          ) customer
         GROUP BY frequency, recency, age""",
        cutoff=cutoff,
        step=step,
    )


def held_out_dates(cutoff: date, today: date) -> SQL:
    """Return, for the dates the interval rule named in the held-out time, how many
    days later the customer came, the usual interval, and how many share both."""
    return SQL(
        """
        SELECT came - expected, usual, COUNT(*)
          FROM (
            SELECT MAX(day) FILTER (WHERE day <= %(cutoff)s)
                       + ROUND(usual::numeric)::integer AS expected, usual,
                   MIN(day) FILTER (WHERE day > %(cutoff)s) AS came
              FROM (
                SELECT partner_id,
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap) AS usual
                  FROM (
                    SELECT partner_id,
                           day - LAG(day) OVER (PARTITION BY partner_id ORDER BY day)
                               AS gap
                      FROM crm_loyalty_visit WHERE day <= %(cutoff)s
                  ) known
                 GROUP BY partner_id HAVING COUNT(gap) > 1
              ) rhythm
              JOIN crm_loyalty_visit USING (partner_id)
             GROUP BY partner_id, usual
          ) forecast
         WHERE expected > %(cutoff)s AND expected <= %(today)s
         GROUP BY 1, 2""",
        cutoff=cutoff,
        today=today,
    )
