"""Nightly forecasts of replenishment: order lines in, forecasts out, all in SQL.

One transaction per company, apart from the scoring, whose time it must not take. Only
pairs of customer and product whose documents changed are forecast anew; once a month
all of them, with the back-test that decides the model of each product category.
"""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..sql import replenishment, replenishment_accuracy

WORK_MEM = "128MB"
# A transaction that was open when the last run began may have committed after it.
OVERLAP = timedelta(hours=1)
REBUILD = timedelta(days=30)
COLUMNS = (
    "purchases",
    "median_interval",
    "spread",
    "rate",
    "last_date",
    "last_qty",
    "expected_date",
    "expected_qty",
    "expected_amount",
    "sale_uom_id",
    "model",
    "error_days",
    "confidence",
)
ACCURACY = (
    "categ_id",
    "model",
    "case_count",
    "mae",
    "hit_rate",
    "interval_mae",
    "interval_hit_rate",
    "consumption_mae",
    "consumption_hit_rate",
)


class CrmLoyaltyReplenishmentJob(models.AbstractModel):
    """Waiting companies, lock and errors are handled as by the scoring."""

    _name = "crm.loyalty.replenishment.job"
    _inherit = ["crm.loyalty.scoring"]
    _description = "Replenishment Forecasting"
    _run_model = "crm.loyalty.replenishment.run"

    @api.model
    def _failure_times(self):
        return {"date_start": fields.Datetime.now()}

    @api.model
    def _refresh_company(self, company):
        """Forecast one company and return the run record."""
        company = company.sudo()  # the job counts every order, whoever starts it
        self.env.flush_all()
        begun, started = time.perf_counter(), fields.Datetime.now()
        today = self._today(company)
        since = self._since(company, today)
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEM))
        self._gather(company, today, since)
        if not since:
            self._measure_accuracy(company, today)
        counts = self._write_forecasts(company, today)
        if not since:  # the planner has not seen so many rows yet
            self.env.cr.execute("ANALYZE crm_loyalty_replenishment")
        counts["moved_count"] = self._move_states(company, today)
        for table in ("pair", "purchase", "forecast"):
            self.env.cr.execute(
                SQL("DROP TABLE %s", SQL.identifier(f"crm_loyalty_{table}"))
            )
        self.env["crm.loyalty.replenishment"].invalidate_model()
        return (
            self.env["crm.loyalty.replenishment.run"]
            .sudo()  # nobody has the right to write runs by hand
            .create(
                {
                    "company_id": company.id,
                    "date": today,
                    "date_start": started,
                    "date_since": since,
                    "full": not since,
                    "parameters": self._parameters(company),
                    "duration": time.perf_counter() - begun,
                    **counts,
                }
            )
        )

    def _parameters(self, company):
        """What decides forecasts beside the documents."""
        return {
            "minimum_intervals": company.loyalty_minimum_intervals,
            "tz": company._loyalty_tz(),
            "as_of": company.loyalty_as_of and company.loyalty_as_of.isoformat(),
        }

    def _since(self, company, today):
        """Return the instant from which on changes matter; ``None``: forecast all."""
        runs = self.env["crm.loyalty.replenishment.run"].sudo()  # see above
        last_full = runs._latest(company, domain=[("full", "=", True)]).get(company)
        if (
            not last_full
            or last_full.date + REBUILD <= today
            or last_full.parameters != self._parameters(company)
        ):
            return None
        return runs._latest(company)[company].date_start - OVERLAP

    def _gather(self, company, today, since):
        """Fill the temporary tables of pairs and of their purchases."""
        known = SQL(
            """SELECT partner_id, product_id FROM crm_loyalty_replenishment
                WHERE company_id = %s""",
            company.id,
        )
        tz = company._loyalty_tz()
        pairs = replenishment.changed_pairs(company, since) if since else known
        self._create_table("pair", pairs)
        self._create_table(
            "purchase",
            replenishment.purchases(
                company,
                tz,
                today,
                company.loyalty_minimum_intervals + 1,
                full=not since,
            ),
        )

    def _create_table(self, name, query):
        table = SQL.identifier(f"crm_loyalty_{name}")
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query)
        )
        self.env.cr.execute(SQL("ANALYZE %s", table))

    def _measure_accuracy(self, company, today):
        """Test both models on the held-out days and choose one per category."""
        self._create_table("known", replenishment_accuracy.known(company, today))
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_loyalty_replenishment_accuracy WHERE company_id = %s",
                company.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_loyalty_replenishment_accuracy (
                    company_id, date, create_date, create_uid, write_date, write_uid,
                    %(columns)s)
                SELECT %(company)s, %(today)s, %(now)s, %(user)s, %(now)s, %(user)s,
                       %(columns)s
                  FROM (%(measured)s) measured""",
                company=company.id,
                today=today,
                now=fields.Datetime.now(),
                user=self.env.uid,
                columns=SQL(", ").join(map(SQL.identifier, ACCURACY)),
                measured=replenishment_accuracy.measured(company, today),
            )
        )
        self.env.cr.execute("DROP TABLE crm_loyalty_known")
        self.env["crm.loyalty.replenishment.accuracy"].invalidate_model()

    def _write_forecasts(self, company, today):
        """Write the forecasts that differ, and only those."""
        self._create_table("forecast", replenishment.results(company, today))
        removed = self._remove_missing(company)
        updated = self._update_different(company)
        created = self._insert_new(company)
        [(pairs,)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FROM (
                    SELECT partner_id, product_id FROM crm_loyalty_pair
                     UNION SELECT partner_id, product_id FROM crm_loyalty_forecast
                   ) looked_at"""
            )
        )
        return {
            "pair_count": pairs,
            "written_count": updated + created,
            "removed_count": removed,
        }

    def _remove_missing(self, company):
        """Remove forecasts of pairs looked at that have no rhythm any more."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_loyalty_replenishment known
                 USING crm_loyalty_pair pair
                 WHERE known.company_id = %s
                   AND known.partner_id = pair.partner_id
                   AND known.product_id = pair.product_id
                   AND NOT EXISTS (SELECT 1 FROM crm_loyalty_forecast forecast
                       WHERE forecast.partner_id = pair.partner_id
                         AND forecast.product_id = pair.product_id)""",
                company.id,
            )
        )
        return self.env.cr.rowcount

    def _update_different(self, company):
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_loyalty_replenishment known
                   SET %(values)s, write_date = %(now)s, write_uid = %(user)s
                  FROM crm_loyalty_forecast forecast
                 WHERE known.company_id = %(company)s
                   AND known.partner_id = forecast.partner_id
                   AND known.product_id = forecast.product_id
                   AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
                values=SQL(", ").join(
                    SQL("%s = forecast.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in COLUMNS
                ),
                now=fields.Datetime.now(),
                user=self.env.uid,
                company=company.id,
                old=self._sql_columns("known", COLUMNS),
                new=self._sql_columns("forecast", COLUMNS),
            )
        )
        return self.env.cr.rowcount

    def _insert_new(self, company):
        """Apart from the update: a conflict would burn an id for every known row."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_loyalty_replenishment (
                    company_id, partner_id, product_id, active, create_date,
                    create_uid, write_date, write_uid, %(names)s)
                SELECT %(company)s, forecast.partner_id, forecast.product_id, TRUE,
                       %(now)s, %(user)s, %(now)s, %(user)s, %(values)s
                  FROM crm_loyalty_forecast forecast
                 WHERE NOT EXISTS (SELECT 1 FROM crm_loyalty_replenishment known
                    WHERE known.company_id = %(company)s
                      AND known.partner_id = forecast.partner_id
                      AND known.product_id = forecast.product_id)
                ON CONFLICT (company_id, partner_id, product_id) DO NOTHING""",
                names=SQL(", ").join(map(SQL.identifier, COLUMNS)),
                company=company.id,
                now=fields.Datetime.now(),
                user=self.env.uid,
                values=self._sql_columns("forecast", COLUMNS),
            )
        )
        return self.env.cr.rowcount

    def _move_states(self, company, today):
        """Let time pass for all forecasts; most of them stay where they are."""
        state = replenishment.state("known", today, company)
        sold = SQL("partner.active AND product.active AND template.sale_ok")
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_loyalty_replenishment known
                   SET state = %(state)s, active = %(sold)s
                  FROM res_partner partner, product_product product,
                       product_template template
                 WHERE known.company_id = %(company)s
                   AND partner.id = known.partner_id
                   AND product.id = known.product_id
                   AND template.id = product.product_tmpl_id
                   AND (known.state, known.active)
                       IS DISTINCT FROM (%(state)s, %(sold)s)""",
                state=state,
                sold=sold,
                company=company.id,
            )
        )
        return self.env.cr.rowcount
