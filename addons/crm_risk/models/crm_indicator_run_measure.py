"""Running the measuring: indicator by indicator, company by company."""

import logging
import time
from datetime import timedelta

import psycopg2.errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..indicators import forget

_logger = logging.getLogger(__name__)

RESUME_HOURS = 20
"""An unfinished nightly run younger than this is taken up again, an older one is
history."""


class CrmIndicatorRun(models.Model):
    _inherit = "crm.indicator.run"

    @api.model
    def _cron_measure(self):
        """Nightly job: measure everything, committing after each indicator or, where
        several share their queries, after these.

        Killed at any moment, the next start goes on with what is left: the lines of
        the run tell what is done.
        """
        run = self._get_unfinished() or self.create({"trigger": "cron"})
        pairs = run._get_pairs_left()
        cron = self.env["ir.cron"]
        left = len(pairs)
        cron._commit_progress(remaining=left)
        for group in self._get_groups(pairs):
            run._measure_together(group)
            left -= len(group)
            if not cron._commit_progress(len(group), remaining=left):
                return
        run.write({"state": "done", "date_end": fields.Datetime.now()})
        self.env.ref("crm_risk.crm_risk_cron_boards")._trigger()

    @api.model
    def _get_unfinished(self):
        youngest = fields.Datetime.now() - timedelta(hours=RESUME_HOURS)
        return self.search(
            [
                ("trigger", "=", "cron"),
                ("state", "=", "running"),
                ("date_start", ">=", youngest),
            ],
            limit=1,
        )

    def _get_pairs_left(self):
        done = {(line.indicator_id, line.company_id) for line in self.line_ids}
        indicators = self.env["crm.indicator"].search([("measure", "!=", "manual")])
        return [
            (indicator, company)
            for company in self.env["res.company"].search([])
            for indicator in indicators.filtered("available")
            if (indicator, company) not in done
        ]

    @api.model
    def _get_groups(self, pairs):
        """The pairs in lists of those that share their queries."""
        groups = {}
        for indicator, company in pairs:
            family = getattr(indicator._measurer(), "family", None)
            key = (company, family or indicator)
            groups.setdefault(key, []).append((indicator, company))
        return list(groups.values())

    def _measure_all(self, pairs):
        """Measure in the present transaction."""
        for group in self._get_groups(pairs):
            self._measure_together(group)
        self.write({"state": "done", "date_end": fields.Datetime.now()})

    def _measure_together(self, pairs):
        """Measure what shares its queries, then forget their rows."""
        for indicator, company in pairs:
            self._measure_one(indicator, company)
        forget(self.env)

    def _measure_one(self, indicator, company):
        """Measure and log; a failure is written down and stops nobody else."""
        started = time.monotonic()
        # as the superuser in one company: Odoo's own methods, such as the stock
        # valuation, read companies from the context
        indicator = indicator.with_user(SUPERUSER_ID).with_context(
            allowed_company_ids=company.ids, active_test=True
        )
        company = company.with_env(indicator.env)
        measurement = indicator.env["crm.indicator.measurement"]._of(indicator, company)
        values = {}
        try:
            with self.env.cr.savepoint():
                if not measurement.try_lock_for_update():
                    raise UserError(
                        self.env._("Somebody else is measuring it at this moment.")
                    )
                values = indicator._measure_company(measurement)
        except psycopg2.errors.SerializationFailure:
            raise  # the whole transaction must be repeated, and Odoo does it
        except Exception as error:
            _logger.warning(
                "Indicator %s of company %s: %s", indicator.code, company.id, error
            )
            values = {"failed": 1, "error": str(error).strip() or repr(error)}
            measurement.write({"state": "failed", "error": values["error"]})
        self.env["crm.indicator.run.line"].create(
            {
                **values,
                "run_id": self.id,
                "indicator_id": indicator.id,
                "company_id": company.id,
                "duration": time.monotonic() - started,
            }
        )
