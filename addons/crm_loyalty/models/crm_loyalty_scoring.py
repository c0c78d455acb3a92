"""Nightly scoring: documents in, profiles out, without a loop over customers.

One transaction per company: facts and scores into a temporary table in one scan of
the documents, then one write per profile that differs. A run that is killed leaves
the state before it; the next one ends in the same state.
"""

import logging
import time
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter

import pytz
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..sql import scores

_logger = logging.getLogger(__name__)

# Room to sort a million customers without the disk, for the job's transaction only.
WORK_MEM = "128MB"
FACTS = (
    "active",
    "first_order_date",
    "last_order_date",
    "order_count",
    "order_days",
    "avg_interval",
    "revenue_total",
    "revenue_12m",
    "margin_12m",
    "rfm_r",
    "rfm_f",
    "rfm_m",
    "rfm_score",
)


class CrmLoyaltyScoring(models.AbstractModel):
    _name = "crm.loyalty.scoring"
    _description = "Loyalty Scoring"

    @api.model
    def _cron_refresh(self):
        """Score every company, those that waited longest first."""
        companies = self._companies_by_age()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            if self._try_lock(company):
                self._refresh_or_log(company)
            if not cron._commit_progress(1):
                break

    @api.model
    def _refresh_or_log(self, company):
        """One company's trouble must not keep the others waiting."""
        try:
            with self.env.cr.savepoint():
                self._refresh_company(company)
        except OperationalError:  # two transactions in conflict, no company's fault
            raise
        except Exception:
            _logger.exception("Scoring the customers of %s failed", company.name)

    @api.model
    def _companies_by_age(self):
        """Return the companies not scored on their current day."""
        companies = self.env["res.company"].search([("active", "=", True)])
        latest = self.env["crm.loyalty.run"]._latest(companies)
        waiting = companies.filtered(
            lambda company: (
                company not in latest or latest[company].date < self._today(company)
            )
        )
        return waiting.sorted(lambda c: latest[c].id if c in latest else 0)

    @api.model
    def _refresh(self, companies):
        """Score the companies on demand, inside the caller's transaction."""
        for company in companies:
            if not self._try_lock(company):
                raise UserError(
                    self.env._(
                        "The customers of %(company)s are being scored at this "
                        "moment. Please try again in a minute.",
                        company=company.name,
                    )
                )
        return [self._refresh_company(company) for company in companies]

    @api.model
    def _try_lock(self, company):
        """Take the company's scoring until the end of the transaction."""
        return self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                self._name,
                company.id,
            )
        )[0][0]

    @api.model
    def _today(self, company):
        zone = pytz.timezone(company._loyalty_tz())
        return datetime.now(pytz.utc).astimezone(zone).date()

    @api.model
    def _refresh_company(self, company):
        """Score one company and return the run record."""
        company = company.sudo()  # the job counts every order, whoever starts it
        self.env.flush_all()
        today, clock = self._today(company), _Clock()
        # sudo: a rule's conditions see every customer, whoever starts the job
        segments = (
            self.env["crm.loyalty.segment"].sudo().search([("active", "=", True)])
        )
        self._gather(company, today, segments)
        clock.lap("gather")
        updated = self._update_changed(today, segments._has_conditions())
        created = self._insert_missing(company, today)
        clock.lap("write")
        if segments._has_conditions():
            updated += self._assign_segments(company, today, segments)
            clock.lap("segment")
        run = self._log_run(company, today, clock, created, updated)
        self.env.cr.execute("DROP TABLE crm_loyalty_fact")
        self.env["crm.loyalty.profile"].invalidate_model()
        self._after_scoring(company, today, run)
        return run

    @api.model
    def _after_scoring(self, company, today, run):
        """Take the steps that build on the scores, each with its lap on the run."""
        steps = sorted(self._after_scoring_steps(), key=itemgetter(0))
        for _sequence, name, step in steps:
            with self._timed(run, name):
                step(company, today, run)

    @api.model
    def _after_scoring_steps(self):
        """Return (sequence, lap, method) of the steps after the scores.

        Other files add theirs. A method gets company (as superuser), its day and the
        run, and works in the run's transaction: set-based, safe to run again.
        Sequences: 10 forecasts, 20 replenishment, 30 stages, 40 strategies, 50 tiers,
        60 ledger, 70 messages and activities.
        """
        return []

    @contextmanager
    def _timed(self, run, name):
        """Add the seconds of the block to the durations of the run."""
        clock = _Clock()
        yield
        self.env.flush_all()  # what a step computes is part of its time
        clock.lap(name)
        run.durations = {**(run.durations or {}), **clock.laps}
        run.duration += clock.laps[name]

    def _gather(self, company, today, segments):
        """Fill the temporary table: one row of facts and scores per customer."""
        first_match = (
            SQL("NULL::integer")
            if segments._has_conditions()
            else segments._sql_first_match("scored")
        )
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEM))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE crm_loyalty_fact ON COMMIT DROP AS
                WITH document AS (%(documents)s),
                summed AS (%(facts)s),
                fact AS (SELECT * FROM summed UNION ALL %(without)s),
                ranked AS (%(ranked)s),
                scored AS (
                    SELECT *, CASE WHEN rfm_r > 0
                        THEN CONCAT(rfm_r, rfm_f, rfm_m) END AS rfm_score
                      FROM ranked
                )
                SELECT scored.*, %(segment)s AS segment_id, profile.id AS profile_id
                  FROM scored
                  LEFT JOIN crm_loyalty_profile profile
                    ON profile.partner_id = scored.partner_id
                   AND profile.company_id = %(company)s""",
                documents=self._sql_documents(company),
                facts=scores.facts(company, today),
                without=scores.without_document(company),
                ranked=scores.ranked(),
                segment=first_match,
                company=company.id,
            )
        )
        self.env.cr.execute("ANALYZE crm_loyalty_fact")

    def _sql_documents(self, company):
        """Return id, partner, day, amount and margin of every document that counts.

        Partners are whole firms, days the company's, money its currency at the rate
        of the document. Partners that are companies of this database are left out.
        """
        source = (
            self._sql_invoices
            if company.loyalty_basis == "invoice"
            else self._sql_orders
        )
        return SQL(
            """
            SELECT source.document_id, partner.commercial_partner_id AS partner_id,
                   source.day, source.amount, source.margin
              FROM (%s) source
              JOIN res_partner partner ON partner.id = source.partner_id
             WHERE NOT EXISTS (
                SELECT 1 FROM res_company own
                 WHERE own.partner_id = partner.commercial_partner_id)""",
            source(company),
        )

    def _sql_orders(self, company):
        """Confirmed orders; one whose rate is unknown counts at par, as in sales
        reports."""
        margin = SQL("0")
        if "margin" in self.env["sale.order"]._fields:  # sale_margin
            margin = SQL("o.margin / COALESCE(NULLIF(o.currency_rate, 0), 1)")
        return SQL(
            """
            SELECT o.id AS document_id, o.partner_id,
                   (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS day,
                   o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)
                       AS amount,
                   %(margin)s AS margin
              FROM sale_order o
             WHERE o.state = 'sale' AND o.company_id = %(company)s""",
            tz=company._loyalty_tz(),
            margin=margin,
            company=company.id,
        )

    def _sql_invoices(self, company):
        """Posted invoices and credit notes, these with a negative amount."""
        return SQL(
            """
            SELECT m.id AS document_id, m.partner_id,
                   COALESCE(m.invoice_date, m.date) AS day,
                   m.amount_untaxed_signed AS amount, 0 AS margin
              FROM account_move m
             WHERE m.state = 'posted' AND m.company_id = %s
               AND m.move_type IN ('out_invoice', 'out_refund')""",
            company.id,
        )

    def _update_changed(self, today, keep_segment):
        """Rewrite the profiles that differ, and only those."""
        columns = FACTS if keep_segment else (*FACTS, "segment_id")
        changed = SQL(
            """
            UPDATE crm_loyalty_profile profile
               SET %(values)s, %(since)s, write_date = %(now)s, write_uid = %(user)s
              FROM crm_loyalty_fact fact
             WHERE profile.id = fact.profile_id
               AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
            values=SQL(", ").join(
                SQL("%s = fact.%s", SQL.identifier(name), SQL.identifier(name))
                for name in columns
            ),
            since=SQL("segment_date = profile.segment_date")
            if keep_segment
            else self._sql_segment_since(today),
            now=fields.Datetime.now(),
            user=self.env.uid,
            old=self._sql_columns("profile", columns),
            new=self._sql_columns("fact", columns),
        )
        self.env.cr.execute(changed)
        return self.env.cr.rowcount

    def _insert_missing(self, company, today):
        """Create profiles of new customers.

        Apart from the update: `ON CONFLICT DO UPDATE` would lock every unchanged row
        and burn one id of the sequence for each of them every night.
        """
        columns = (*FACTS, "segment_id")
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_loyalty_profile (
                    company_id, partner_id, segment_date, create_date, create_uid,
                    write_date, write_uid, %(names)s)
                SELECT %(company)s, fact.partner_id,
                       CASE WHEN fact.segment_id IS NOT NULL THEN %(today)s::date END,
                       %(now)s, %(user)s, %(now)s, %(user)s, %(values)s
                  FROM crm_loyalty_fact fact
                 WHERE fact.profile_id IS NULL
                ON CONFLICT (company_id, partner_id) DO NOTHING""",
                names=SQL(", ").join(SQL.identifier(name) for name in columns),
                company=company.id,
                today=today,
                now=fields.Datetime.now(),
                user=self.env.uid,
                values=self._sql_columns("fact", columns),
            )
        )
        return self.env.cr.rowcount

    def _assign_segments(self, company, today, segments):
        """Assign segments that have conditions beyond the scores."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_loyalty_profile profile
                   SET segment_id = fact.segment_id, %(since)s
                  FROM (SELECT scored.id, CASE WHEN scored.rfm_r > 0
                               THEN %(segment)s END AS segment_id
                          FROM crm_loyalty_profile scored
                         WHERE scored.company_id = %(company)s) fact
                 WHERE profile.id = fact.id
                   AND profile.segment_id IS DISTINCT FROM fact.segment_id""",
                since=self._sql_segment_since(today),
                segment=segments._sql_first_match("scored"),
                company=company.id,
            )
        )
        return self.env.cr.rowcount

    def _sql_segment_since(self, today):
        return SQL(
            """segment_date = CASE
                WHEN fact.segment_id IS NULL THEN NULL
                WHEN profile.segment_id IS DISTINCT FROM fact.segment_id THEN %s
                ELSE profile.segment_date END""",
            today,
        )

    def _sql_columns(self, alias, names):
        return SQL(", ").join(SQL.identifier(alias, name) for name in names)

    def _log_run(self, company, today, clock, created, updated):
        [(customers, total)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FILTER (WHERE order_count > 0), COUNT(*)
                     FROM crm_loyalty_fact"""
            )
        )
        breakpoints = self._read_breakpoints()
        clock.lap("log")
        return (
            self.env["crm.loyalty.run"]
            .sudo()  # nobody has the right to write runs by hand
            .create(
                {
                    "company_id": company.id,
                    "date": today,
                    "date_end": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "parameters": {
                        "basis": company.loyalty_basis,
                        "tz": company._loyalty_tz(),
                        "today": today.isoformat(),
                    },
                    "breakpoints": breakpoints,
                    "durations": clock.laps,
                    "duration": sum(clock.laps.values()),
                    "customer_count": customers,
                    "created_count": created,
                    "updated_count": updated,
                    "unchanged_count": total - created - updated,
                }
            )
        )

    def _read_breakpoints(self):
        """Return the lowest value of every score, by dimension."""
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    """SELECT %s, %s, MIN(%s)::text FROM crm_loyalty_fact
                        WHERE rfm_r > 0 GROUP BY 2""",
                    dimension,
                    SQL.identifier(f"rfm_{dimension}"),
                    SQL.identifier(column),
                )
                for dimension, column in (
                    ("r", "last_order_date"),
                    ("f", "order_count"),
                    ("m", "revenue_total"),
                )
            )
        )
        found = {"r": {}, "f": {}, "m": {}}
        for dimension, score, lowest in sorted(rows):
            found[dimension][str(score)] = lowest
        return found


class _Clock:
    """Seconds of the steps of a run."""

    def __init__(self):
        self.laps = {}
        self._last = time.perf_counter()

    def lap(self, step):
        now = time.perf_counter()
        self.laps[step] = round(now - self._last, 3)
        self._last = now
