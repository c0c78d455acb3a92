"""Writing the profiles: only rows that differ, and only their columns."""

from datetime import datetime

from odoo.tools import SQL

from .facts import FACTS, MONTHLY
from .scores import SCORED

# Facts that come from the customer himself, beside those of his documents.
KEPT = ("active", *FACTS)
# What the scores are made of.
SOURCES = (
    "active",
    "order_count",
    "last_order_date",
    "revenue_total",
    "revenue_12m",
    "margin_12m",
    "median_interval",
    "monthly_variation",
)


def fact_rows(company_id: int) -> SQL:
    """Return the counted facts with the state of the customer and his profile."""
    return SQL(
        """
        SELECT fact.*, partner.active, profile.id AS profile_id
          FROM fact
          JOIN res_partner partner ON partner.id = fact.partner_id
          LEFT JOIN crm_loyalty_profile profile
            ON profile.partner_id = fact.partner_id AND profile.company_id = %s""",
        company_id,
    )


def profiles(company_id: int) -> SQL:
    """Return the rows to score; what is stored now as `old_…`."""
    return SQL(
        """SELECT id AS profile_id, %s, segment_id AS old_segment_id, %s
             FROM crm_loyalty_profile WHERE company_id = %s""",
        _names(SOURCES),
        SQL(", ").join(
            SQL("%s AS %s", SQL.identifier(name), SQL.identifier(f"old_{name}"))
            for name in SCORED
        ),
        company_id,
    )


def missing() -> SQL:
    """Return the counted customers who have no profile yet."""
    return SQL(
        "SELECT * FROM crm_loyalty_fact WHERE profile_id IS NULL AND NOT nothing"
    )


def universe(company_id: int, weight: SQL) -> SQL:
    """Return what limits are found from: every customer once, counted or stored."""
    columns = SQL(
        """active AND order_count > 0 AS counts, last_order_date, order_count,
           revenue_total, %s AS weight""",
        weight,
    )
    return SQL(
        """SELECT %(columns)s FROM crm_loyalty_profile WHERE company_id = %(company)s
           UNION ALL SELECT %(columns)s FROM (%(missing)s) missing""",
        columns=columns,
        company=company_id,
        missing=missing(),
    )


def update_facts(now: datetime, user_id: int) -> SQL:
    return _noted(
        SQL(
            """
            UPDATE crm_loyalty_profile profile
               SET %(values)s, write_date = %(now)s, write_uid = %(user)s
              FROM crm_loyalty_fact fact
             WHERE profile.id = fact.profile_id
               AND (%(old)s) IS DISTINCT FROM (%(new)s)
            RETURNING profile.id""",
            values=_assigned("fact", KEPT),
            now=now,
            user=user_id,
            old=_columns("profile", KEPT),
            new=_columns("fact", KEPT),
        )
    )


def insert_missing(
    company_id, rows: SQL, today, now: datetime, user_id: int, more=()
) -> SQL:
    """Create profiles of new customers; ``more`` names further columns of the rows.

    Apart from the update: `ON CONFLICT DO UPDATE` would lock every unchanged row and
    burn one id of the sequence for each of them every night. Nobody else creates
    profiles meanwhile: the scoring of a company has a lock.
    """
    columns = (*KEPT, *SCORED, "segment_id", *more)
    return SQL(
        """
        INSERT INTO crm_loyalty_profile (
            company_id, partner_id, segment_date, create_date, create_uid,
            write_date, write_uid, %(names)s)
        SELECT %(company)s, partner_id,
               CASE WHEN segment_id IS NOT NULL THEN %(today)s::date END,
               %(now)s, %(user)s, %(now)s, %(user)s, %(names)s
          FROM (%(rows)s) scored""",
        names=_names(columns),
        company=company_id,
        today=today,
        now=now,
        user=user_id,
        rows=rows,
    )


def moved(rows: SQL) -> SQL:
    """Return the profiles whose scores are no longer those stored."""
    return SQL(
        """SELECT profile_id, segment_id, %(names)s FROM (%(rows)s) scored
            WHERE (%(old)s, old_segment_id) IS DISTINCT FROM (%(names)s, segment_id)""",
        names=_names(SCORED),
        old=_names(f"old_{name}" for name in SCORED),
        rows=rows,
    )


def update_moved(today, now: datetime, user_id: int) -> SQL:
    return _noted(
        SQL(
            """
            UPDATE crm_loyalty_profile profile
               SET %(values)s, segment_id = moved.segment_id, %(since)s,
                   write_date = %(now)s, write_uid = %(user)s
              FROM crm_loyalty_moved moved
             WHERE profile.id = moved.profile_id
            RETURNING profile.id""",
            values=_assigned("moved", SCORED),
            since=segment_since("moved", today),
            now=now,
            user=user_id,
        )
    )


def segment_since(alias: str, today) -> SQL:
    segment = SQL.identifier(alias, "segment_id")
    return SQL(
        """segment_date = CASE
            WHEN %(segment)s IS NULL THEN NULL
            WHEN profile.segment_id IS DISTINCT FROM %(segment)s THEN %(today)s
            ELSE profile.segment_date END""",
        segment=segment,
        today=today,
    )


def differences(monthly: bool, limit: int) -> SQL:
    """Return facts that are not what they were though the documents are the same:
    something else than the scoring wrote them, or the scoring was wrong.

    With a new month the facts of months and models differ by right.
    """
    names = [name for name in KEPT if name != "active"]
    if monthly:
        names = [name for name in names if name not in MONTHLY]
    return SQL(
        """
        SELECT partner_id, name, was.value, counted.value
          FROM (
            SELECT fact.partner_id, TO_JSONB(profile.*) AS was,
                   TO_JSONB(fact.*) AS counted
              FROM crm_loyalty_fact fact
              JOIN crm_loyalty_profile profile ON profile.id = fact.profile_id
             WHERE fact.documents_hash = profile.documents_hash
               AND (%(old)s) IS DISTINCT FROM (%(new)s)
             ORDER BY fact.partner_id LIMIT %(limit)s
          ) pair,
          UNNEST(%(names)s) name,
          LATERAL (SELECT pair.was ->> name AS value) was,
          LATERAL (SELECT pair.counted ->> name AS value) counted
         WHERE was.value::text IS DISTINCT FROM counted.value::text""",
        old=_columns("profile", names),
        new=_columns("fact", names),
        names=names,
        limit=limit,
    )


def _noted(update: SQL) -> SQL:
    """Keep whom an update wrote: a profile may be written twice and counts once."""
    return SQL(
        """WITH written AS (%s)
           INSERT INTO crm_loyalty_written SELECT id FROM written""",
        update,
    )


def _names(names) -> SQL:
    return SQL(", ").join(map(SQL.identifier, names))


def _columns(alias: str, names) -> SQL:
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def _assigned(alias: str, names) -> SQL:
    return SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), SQL.identifier(alias, name))
        for name in names
    )


def assign_segments(
    company_id, segment: SQL, today, now: datetime, user_id: int
) -> SQL:
    """Assign segments by rules that ask for stored profiles."""
    return _noted(
        SQL(
            """
            UPDATE crm_loyalty_profile profile
               SET segment_id = found.segment_id, %(since)s,
                   write_date = %(now)s, write_uid = %(user)s
              FROM (SELECT scored.id, CASE WHEN scored.rfm_r > 0
                           THEN %(segment)s END AS segment_id
                      FROM crm_loyalty_profile scored
                     WHERE scored.company_id = %(company)s) found
             WHERE profile.id = found.id
               AND profile.segment_id IS DISTINCT FROM found.segment_id
            RETURNING profile.id""",
            since=segment_since("found", today),
            now=now,
            user=user_id,
            segment=segment,
            company=company_id,
        )
    )


def totals(company_id: int) -> SQL:
    """Return the numbers of customers with purchases, of profiles, of written ones."""
    return SQL(
        """
        SELECT COUNT(*) FILTER (WHERE order_count > 0), COUNT(*),
               (SELECT COUNT(DISTINCT profile_id) FROM crm_loyalty_written)
          FROM crm_loyalty_profile WHERE company_id = %s""",
        company_id,
    )
