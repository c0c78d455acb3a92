"""Whose documents changed since the last run, and the check that nobody was missed.

Every row carries the number of the transaction that wrote it (`xmin`), so one scan
without sorting finds the customers of new rows. What leaves no new row behind (a
deleted document, the firm a contact left) is found by a sum: the fingerprints of all
profiles together must equal the fingerprint of all documents. Where they do not, the
fingerprints are compared customer by customer.
"""

from odoo.tools import SQL

from .facts import SUM_BITS, Windows, weighted

# Numbers of transactions run in a circle; half of it lies behind.
NUMBERS = 2**32
CIRCLE = 2**31 - 2**20


def watermark() -> SQL:
    """Return the first transaction whose rows may not be visible yet, and the next."""
    return SQL(
        """SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                  pg_snapshot_xmax(pg_current_snapshot())::text::bigint"""
    )


def _is_new(mark: int) -> SQL:
    """Whether a row was written by transaction ``mark`` or later. Both ages count from
    the same transaction, whichever others began meanwhile."""
    return SQL("AGE(row_xmin) <= (SELECT AGE(%s::text::xid))", str(mark % NUMBERS))


def scan(
    documents: SQL, before: Windows, windows: Windows, mark: int, left_out: SQL
) -> SQL:
    """Sum the documents: one row per contact with new rows or documents that became
    older than 12 months or were dated ahead, one row without contact for the rest."""
    return SQL(
        """
        SELECT CASE WHEN %(is_new)s
                      OR moment >= %(year_was)s AND moment < %(year)s
                      OR moment >= %(tomorrow_was)s AND moment < %(tomorrow)s
                    THEN partner_id END AS contact_id,
               SUM(CASE WHEN counts AND moment < %(tomorrow)s
                        THEN %(weighted)s ELSE 0 END) AS documents_hash
          FROM (%(documents)s) document
         WHERE partner_id NOT IN (
            SELECT id FROM res_partner WHERE commercial_partner_id IN (%(left_out)s))
         GROUP BY 1""",
        is_new=_is_new(mark),
        year_was=before.moment_after(before.year_ago),
        year=windows.moment_after(windows.year_ago),
        tomorrow_was=before.moment_after(before.today),
        tomorrow=windows.moment_after(windows.today),
        weighted=weighted(windows),
        documents=documents,
        left_out=left_out,
    )


def touched(mark: int) -> SQL:
    """Return the customers of the scan, and of contacts that changed themselves."""
    return SQL(
        """
        SELECT commercial_partner_id AS partner_id
          FROM crm_loyalty_scan JOIN res_partner ON res_partner.id = contact_id
         UNION
        SELECT commercial_partner_id
          FROM (SELECT commercial_partner_id, xmin AS row_xmin FROM res_partner) partner
         WHERE %s AND commercial_partner_id IS NOT NULL""",
        _is_new(mark),
    )


def gap(company_id: int, outside: int) -> SQL:
    """Return zero where the profiles account for every document of the scan.

    `outside` are documents of customers without a profile: only given rewards.
    """
    return SQL(
        """
        SELECT ((SELECT COALESCE(SUM(documents_hash), 0) FROM crm_loyalty_scan)
              - (SELECT COALESCE(SUM(documents_hash), 0) FROM crm_loyalty_profile
                  WHERE company_id = %(company)s)
              - (SELECT COALESCE(SUM(documents_hash), 0) FROM crm_loyalty_fact
                  WHERE profile_id IS NULL AND NOT nothing)
              - %(outside)s)::bigint & %(bits)s""",
        company=company_id,
        outside=outside,
        bits=SUM_BITS,
    )


def different(company_id: int) -> SQL:
    """Return the customers whose fingerprint is not the one of their profile."""
    return SQL(
        """
        SELECT COALESCE(fingerprint.partner_id, profile.partner_id) AS partner_id
          FROM fingerprint
          FULL JOIN (SELECT partner_id, documents_hash FROM crm_loyalty_profile
                      WHERE company_id = %s) profile
            ON profile.partner_id = fingerprint.partner_id
         WHERE fingerprint.documents_hash IS DISTINCT FROM profile.documents_hash""",
        company_id,
    )
