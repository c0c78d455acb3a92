from odoo import models
from odoo.tools import SQL

from ..sql import changes, facts, profiles

# Differences a full recount lists; more of them say nothing more.
DIFFERENCES = 100


class CrmLoyaltyScoring(models.AbstractModel):
    """Count the documents of customers whose documents changed."""

    _inherit = "crm.loyalty.scoring"

    def _count_facts(self, job):
        """Fill the table of facts, and write those of customers with a profile."""
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE crm_loyalty_written (profile_id integer)"
            " ON COMMIT DROP"
        )
        if job.scope == "changes":
            self._scan_documents(job)
        job.clock.lap("changes")
        self._fill_facts(job)
        job.clock.lap("facts")
        if job.scope in ("month", "demand"):
            job.differences = self.env.execute_query(
                profiles.differences(job.scope == "month", DIFFERENCES)
            )
        self.env.cr.execute(profiles.update_facts(job.now, self.env.uid))
        if job.scope == "changes" and not self._is_complete(job):
            self._compare_fingerprints(job)
        job.outside = self._count_outside(job)
        job.clock.lap("write")

    def _scan_documents(self, job):
        """Find the customers whose documents changed."""
        self._create_table(
            "crm_loyalty_scan",
            changes.scan(
                self._sql_source(job.company, all_states=True),
                job.before,
                job.windows,
                job.last["watermark"],
                self._sql_left_out(),
            ),
            "contact_id",
        )
        self._create_table(
            "crm_loyalty_changed",
            changes.touched(job.last["watermark"]),
            "partner_id",
        )

    def _is_complete(self, job):
        """Return whether the profiles account for every document."""
        [(gap,)] = self.env.execute_query(
            changes.gap(job.company.id, job.last.get("outside", 0))
        )
        return not gap

    def _compare_fingerprints(self, job):
        """Count the customers that new rows did not tell of."""
        job.compared = True
        self.env.cr.execute("DROP TABLE crm_loyalty_changed, crm_loyalty_fact")
        self._create_table(
            "crm_loyalty_changed",
            SQL(
                "WITH document AS (%s), fingerprint AS (%s) %s",
                self._sql_documents(job.company),
                facts.fingerprints(job.windows),
                changes.different(job.company.id),
            ),
            "partner_id",
        )
        self._fill_facts(job)
        self.env.cr.execute(profiles.update_facts(job.now, self.env.uid))

    def _fill_facts(self, job):
        """Fill the temporary table: one row of facts per customer to count."""
        documents, expected = (
            self._sql_documents(job.company),
            SQL(
                "SELECT partner_id FROM crm_loyalty_profile WHERE company_id = %s",
                job.company.id,
            ),
        )
        if job.scope == "changes":
            expected = SQL("SELECT partner_id FROM crm_loyalty_changed")
            documents = SQL(
                "SELECT * FROM (%s) document WHERE partner_id IN (%s)",
                documents,
                expected,
            )
        job.recounted += self._create_table(
            "crm_loyalty_fact",
            SQL(
                """
                WITH document AS (%(documents)s), counted AS (%(counted)s),
                fact AS (SELECT * FROM counted UNION ALL %(without)s)
                %(rows)s""",
                documents=documents,
                counted=facts.counted(
                    job.windows,
                    job.key["digits"],
                    SQL("margin" if job.key["margin"] else "amount"),
                ),
                without=facts.without_document(expected),
                rows=profiles.fact_rows(job.company.id),
            ),
            "partner_id",
            "profile_id",
        )

    def _count_outside(self, job):
        """Return the fingerprint of documents that belong to no profile."""
        if job.scope == "changes" and not job.compared:
            return job.last.get("outside", 0)
        [(outside,)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(SUM(documents_hash), 0)::bigint & %s
                     FROM crm_loyalty_fact WHERE profile_id IS NULL AND nothing""",
                facts.SUM_BITS,
            )
        )
        return outside
