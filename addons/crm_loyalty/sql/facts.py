"""Documents to facts: one row per customer, and a fingerprint that tells whether the
documents behind a customer changed.

A document has the columns `partner_id` (whole firm), `day` (the company's), `amount`
and `margin` (its currency), `moment` (the date as stored) and `version` (a hash of all
that the facts are made of). The queries read each other by name: `document`,
`counted`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

# Months of XYZ, and how many of them a newcomer needs: two months always look regular.
MONTHS = 12
MONTHS_MINIMUM = 3
# A longer history would make every survivor look immortal to the purchase models.
MODEL_YEARS = 3
# Three intervals say little of regularity, and equal ones would make it infinite.
REGULARITY_INTERVALS = 3
REGULARITY_LIMIT = 99.99
HASH_BITS = 2**30 - 1  # twice the hash of a document still fits an integer
SUM_BITS = 2**31 - 1  # and the sum is kept in one
# Columns counted from documents, in the order of the queries below.
FACTS = (
    "first_order_date",
    "last_order_date",
    "order_count",
    "order_days",
    "avg_interval",
    "median_interval",
    "regularity_k",
    "next_order_date",
    "revenue_total",
    "revenue_12m",
    "margin_12m",
    "return_rate",
    "monthly_variation",
    "model_first_date",
    "model_visits",
    "model_value",
    "documents_hash",
)
ZEROS = ("order_count", "order_days", "revenue_total", "revenue_12m", "margin_12m")
# Facts that start with a new month for everybody.
MONTHLY = ("monthly_variation", "model_first_date", "model_visits", "model_value")


@dataclass(frozen=True)
class Windows:
    """Days between which documents count, as seen from a company's today."""

    today: date
    timezone: str

    @property
    def year_ago(self) -> date:
        return self.today - relativedelta(years=1)

    @property
    def month(self) -> date:
        """The first day of the month that is not over yet."""
        return self.today.replace(day=1)

    @property
    def months_from(self) -> date:
        return self.month - relativedelta(months=MONTHS)

    @property
    def model_from(self) -> date:
        return self.month - relativedelta(years=MODEL_YEARS)

    def moment_after(self, day: date) -> datetime:
        """Return the UTC instant at which the company's day is over."""
        midnight = datetime.combine(day + timedelta(days=1), time())
        local = pytz.timezone(self.timezone).localize(midnight)
        return local.astimezone(pytz.utc).replace(tzinfo=None)


def weighted(windows: Windows) -> SQL:
    """Return the hash of a document, another one when it is older than 12 months."""
    return SQL(
        "version * CASE WHEN moment >= %s THEN 2 ELSE 1 END",
        windows.moment_after(windows.year_ago),
    )


def versions(windows: Windows) -> SQL:
    """Return the sum over a customer's documents, which changes with any of them."""
    return SQL("(SUM(%s) & %s)::integer AS documents_hash", weighted(windows), SUM_BITS)


def version(document_id: SQL, moment: SQL, *numbers: SQL) -> SQL:
    """Return the hash of a document: its id, date and figures as they are stored."""
    found = SQL("timestamp_hash_extended(%s::timestamp, %s)", moment, document_id)
    for number in numbers:
        found = SQL("hash_numeric_extended(COALESCE(%s, 0), %s)", number, found)
    return SQL("(%s & %s)::integer", found, HASH_BITS)


def fingerprints(windows: Windows) -> SQL:
    """Return the fingerprint of every customer with a document."""
    return SQL(
        """
        SELECT partner_id, %(versions)s
          FROM document
         WHERE moment < %(tomorrow)s
         GROUP BY partner_id""",
        versions=versions(windows),
        tomorrow=windows.moment_after(windows.today),
    )


def counted(windows: Windows, digits: int, value: SQL) -> SQL:
    """Count the documents per customer; `value` is what a visit brings.

    A purchase has a positive amount: returns only change the revenue, and who was
    only given rewards is no customer yet (`nothing`). A visit is a day with a
    purchase. Documents dated ahead wait for their day.
    """
    return SQL(
        """
        SELECT partner_id, first_order_date, last_order_date, order_count, order_days,
               CASE WHEN order_days > 1 THEN
                   ROUND(span / (order_days - 1), 1) END AS avg_interval,
               ROUND(median_gap, 1) AS median_interval,
               %(regularity)s AS regularity_k,
               last_order_date + ROUND(median_gap)::integer AS next_order_date,
               ROUND(revenue_total, %(digits)s) AS revenue_total,
               ROUND(revenue_12m, %(digits)s) AS revenue_12m,
               ROUND(margin_12m, %(digits)s) AS margin_12m,
               CASE WHEN sold_12m > 0 THEN
                   ROUND((sold_12m - revenue_12m) / sold_12m, 4) END AS return_rate,
               %(variation)s AS monthly_variation,
               model_first_date, model_visits,
               CASE WHEN model_visits > 1 THEN
                   ROUND(model_value / (model_visits - 1), %(digits)s)
                END AS model_value,
               documents_hash, nothing
          FROM (SELECT *, (last_order_date - first_order_date)::numeric AS span,
                       %(median)s AS median_gap
                  FROM (%(summed)s) summed OFFSET 0) spanned""",
        regularity=_regularity(),
        variation=_variation(windows),
        digits=digits,
        median=_median(),
        summed=_summed(windows, value),
    )


def _regularity() -> SQL:
    """Square of mean over deviation of the intervals, which for gamma intervals of
    shape k exceeds k by one over their number on average."""
    return SQL(
        """CASE WHEN order_days > %(least)s THEN LEAST(%(limit)s, GREATEST(0, COALESCE(
               ROUND(span * span * (order_days - 2) / (order_days - 1)
                     / NULLIF((order_days - 1) * squared_gaps - span * span, 0)
                     - 1.0 / (order_days - 1), 2), %(limit)s))) END""",
        least=REGULARITY_INTERVALS,
        limit=REGULARITY_LIMIT,
    )


def _variation(windows: Windows) -> SQL:
    """Deviation over mean of the months since the first order, twelve at most.

    Months before the first order are zeros, so only their number matters.
    """
    periods = SQL(
        "LEAST(%s, (%s - EXTRACT(YEAR FROM first_order_date)) * 12"
        " + %s - EXTRACT(MONTH FROM first_order_date))",
        MONTHS,
        windows.month.year,
        windows.month.month,
    )
    squares = SQL(" + ").join(
        SQL("COALESCE(%s * %s, 0)", name, name)
        for name in map(SQL.identifier, _month_names())
    )
    return SQL(
        """CASE WHEN months_total > 0 AND %(periods)s >= %(least)s THEN
               ROUND(SQRT(GREATEST(0, %(periods)s * (%(squares)s)
                                      - months_total * months_total))
                     / months_total, 6) END""",
        periods=periods,
        least=MONTHS_MINIMUM,
        squares=squares,
    )


def _median() -> SQL:
    """Median of the intervals; the sort is left to the few customers who need it."""
    return SQL(
        """CASE order_days WHEN 1 THEN NULL WHEN 2 THEN NULL
               WHEN 3 THEN (gaps[1] + gaps[2]) / 2.0
               WHEN 4 THEN gaps[1] + gaps[2] + gaps[3]
                   - LEAST(gaps[1], gaps[2], gaps[3])
                   - GREATEST(gaps[1], gaps[2], gaps[3])
               ELSE (SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap)
                       FROM UNNEST(gaps) gap)::numeric END"""
    )


def _summed(windows: Windows, value: SQL) -> SQL:
    """Sum the documents per customer, sorted once by customer and day."""
    return SQL(
        """
        SELECT partner_id,
               MIN(day) FILTER (WHERE amount > 0) AS first_order_date,
               MAX(day) FILTER (WHERE amount > 0) AS last_order_date,
               COUNT(*) FILTER (WHERE amount > 0)::integer AS order_count,
               COUNT(*) FILTER (WHERE visit)::integer AS order_days,
               ARRAY_AGG(gap) FILTER (WHERE gap > 0) AS gaps,
               SUM(gap::bigint * gap) AS squared_gaps,
               SUM(amount) AS revenue_total,
               COALESCE(SUM(amount) FILTER (WHERE day > %(year_ago)s), 0)
                   AS revenue_12m,
               COALESCE(SUM(margin) FILTER (WHERE day > %(year_ago)s), 0)
                   AS margin_12m,
               SUM(amount) FILTER (WHERE day > %(year_ago)s AND amount > 0)
                   AS sold_12m,
               SUM(amount) FILTER (WHERE month IS NOT NULL) AS months_total,
               %(months)s,
               MIN(day) FILTER (WHERE visit AND day >= %(model_from)s)
                   AS model_first_date,
               NULLIF(COUNT(*) FILTER (WHERE visit AND day >= %(model_from)s),
                   0)::integer AS model_visits,
               SUM(%(value)s) FILTER (WHERE day > model_first) AS model_value,
               NOT BOOL_OR(amount <> 0) AS nothing, %(versions)s
          FROM (%(visits)s) visit
         GROUP BY partner_id""",
        year_ago=windows.year_ago,
        model_from=windows.model_from,
        months=SQL(", ").join(
            SQL(
                "SUM(amount) FILTER (WHERE month = %s) AS %s",
                number,
                SQL.identifier(name),
            )
            for number, name in enumerate(_month_names())
        ),
        value=value,
        versions=versions(windows),
        visits=_visits(windows),
    )


def _visits(windows: Windows) -> SQL:
    """Add to each document the days since the purchase before it (0 on the same day),
    the first visit before it in the models' window, and the number of its month."""
    return SQL(
        """
        SELECT *, amount > 0 AND gap IS DISTINCT FROM 0 AS visit
          FROM (
            SELECT partner_id, day, amount, margin, moment, version,
                   CASE WHEN amount > 0 THEN
                       day - MAX(day) FILTER (WHERE amount > 0) OVER before END AS gap,
                   MIN(day) FILTER (WHERE amount > 0 AND day >= %(model_from)s)
                       OVER before AS model_first,
                   CASE WHEN day >= %(months_from)s AND day < %(month)s THEN
                       (EXTRACT(YEAR FROM day) * 12 + EXTRACT(MONTH FROM day)
                        - %(offset)s)::integer END AS month
              FROM document
             WHERE moment < %(tomorrow)s
            WINDOW before AS (PARTITION BY partner_id ORDER BY day
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
          ) dated""",
        model_from=windows.model_from,
        months_from=windows.months_from,
        month=windows.month,
        offset=windows.months_from.year * 12 + windows.months_from.month,
        tomorrow=windows.moment_after(windows.today),
    )


def _month_names() -> list[str]:
    return [f"month_{number}" for number in range(MONTHS)]


def without_document(expected: SQL) -> SQL:
    """Customers whose last document was cancelled or went to another customer."""
    return SQL(
        """
        SELECT expected.partner_id, %(columns)s, TRUE AS nothing
          FROM (%(expected)s) expected
         WHERE NOT EXISTS (
            SELECT 1 FROM counted WHERE counted.partner_id = expected.partner_id)""",
        columns=SQL(", ").join(SQL("0" if name in ZEROS else "NULL") for name in FACTS),
        expected=expected,
    )
