"""Nightly scoring: documents in, profiles out, without a loop over customers.

One transaction per company. Facts are counted for the customers whose documents
changed since the last run (`sql/changes.py`), for all of them in a new month, after a
change of settings and on demand; limits of the scores are found anew every night; one
write per profile that differs. A run that is killed leaves the state before it; the
next one ends in the same state.

The steps live in the files beside this one.
"""

import logging
from contextlib import contextmanager
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..sql import changes, facts
from .crm_loyalty_run import FULL_RECOUNT
from .scoring_job import Clock, Job

_logger = logging.getLogger(__name__)

# Room to sort a million customers without the disk, for the job's transaction only.
WORK_MEM = "128MB"
# Raised whenever facts are counted in a new way: the next run counts all customers.
COUNTING = 1


class CrmLoyaltyScoring(models.AbstractModel):
    _name = "crm.loyalty.scoring"
    _description = "Loyalty Scoring"
    _run_model = "crm.loyalty.run"

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
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:  # no company's fault
            raise
        except Exception as error:
            _logger.exception("Scoring the customers of %s failed", company.name)
            self._log_failure(company, error)

    @api.model
    def _log_failure(self, company, error):
        """Show a manager what went wrong; the company's own work is rolled back."""
        runs = self.env[self._run_model].sudo()  # nobody may write them by hand
        runs.create(
            {
                "company_id": company.id,
                "date": self._today(company),
                "state": "failed",
                "error": str(error) or type(error).__name__,
                "is_expected_error": isinstance(error, UserError),
                **self._failure_times(),
            }
        )

    @api.model
    def _failure_times(self):
        return {"date_end": fields.Datetime.now(), "user_id": self.env.uid}

    @api.model
    def _companies_by_age(self):
        """Return the companies not scored on their current day."""
        companies = self.env["res.company"].search([("active", "=", True)])
        latest = self.env[self._run_model]._latest(companies, ("done", "failed"))
        waiting = companies.filtered(
            lambda company: (
                company not in latest
                or latest[company].date != self._today(company)
                or company.loyalty_as_of
                and company._loyalty_calendar_day(latest[company].create_date)
                < company._loyalty_calendar_day()
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
        return company._loyalty_today()

    @api.model
    def _refresh_company(self, company):
        """Score one company and return the run record."""
        company = company.sudo()  # the job counts every order, whoever starts it
        self.env.flush_all()
        job = self._prepare_job(company)
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEM))
        self._count_facts(job)
        self._write_profiles(job)
        run = self._log_run(job)
        self._drop_tables()
        self.env["crm.loyalty.profile"].invalidate_model()
        self._after_scoring(company, job.today, run)
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
        clock = Clock()
        yield
        self.env.flush_all()  # what a step computes is part of its time
        clock.lap(name)
        run.durations = {**(run.durations or {}), **clock.laps}
        run.duration += clock.laps[name]

    @api.model
    def _prepare_job(self, company):
        """Return what the run works with, and why it counts everybody if it does."""
        today = self._today(company)
        # days of invoices have no hour
        timezone = (
            "UTC" if company.loyalty_basis == "invoice" else company._loyalty_tz()
        )
        segments = self.env["crm.loyalty.segment"].sudo()  # see every customer
        job = Job(
            company=company,
            windows=facts.Windows(today, timezone),
            segments=segments.search([("active", "=", True)]),
            now=fields.Datetime.now(),
            key={
                "counting": COUNTING,
                "basis": company.loyalty_basis,
                "tz": company._loyalty_tz(),
                "digits": company.currency_id.decimal_places,
                "margin": self._margin_known(company),
            },
        )
        [job.marks] = self.env.execute_query(changes.watermark())
        runs = self.env["crm.loyalty.run"].sudo()  # whoever starts the job
        last = runs._latest(company).get(company)
        job.last = last.parameters or {} if last else {}
        job.scope = self._scope(job)
        return job

    def _scope(self, job):
        """Return whom to count: `changes`, or everybody for a reason."""
        if not job.last:
            return "first"
        if self.env.context.get(FULL_RECOUNT):
            return "demand"
        if any(job.last.get(name) != value for name, value in job.key.items()):
            return "settings"
        if job.last["today"][:7] != job.today.isoformat()[:7]:
            return "month"
        if not 0 <= job.distance < changes.CIRCLE or job.before.today > job.today:
            return "settings"
        return "changes"

    def _create_table(self, name, query, *keys):
        """Keep the rows of a query until the end of the transaction; count them.

        Only the columns it is joined by are analyzed: all of them would take as long
        as a small company's scoring.
        """
        table = SQL.identifier(name)
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query)
        )
        rows = self.env.cr.rowcount
        columns = SQL(", ").join(map(SQL.identifier, keys))
        self.env.cr.execute(SQL("ANALYZE %s (%s)", table, columns))
        return rows

    def _sql_columns(self, alias, names):
        return SQL(", ").join(SQL.identifier(alias, name) for name in names)

    def _drop_tables(self):
        """A second company may be scored in the same transaction."""
        self.env.cr.execute(
            """DROP TABLE IF EXISTS crm_loyalty_scan, crm_loyalty_changed,
               crm_loyalty_fact, crm_loyalty_moved, crm_loyalty_written"""
        )
