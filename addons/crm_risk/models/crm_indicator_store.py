"""Facts enter the table by one statement per window, and only where they differ."""

from odoo import api, models
from odoo.tools import SQL

KEY = SQL(
    "(indicator_id, company_id, granularity, date, COALESCE(team_id, 0),"
    " COALESCE(warehouse_id, 0), COALESCE(user_id, 0))"
)
"""Must read exactly as the unique index, else PostgreSQL does not find it."""


class CrmIndicatorFact(models.Model):
    _inherit = "crm.indicator.fact"

    @api.model
    def _store(self, indicator, window, facts, closed_until, late_until):
        """Bring the window's cells in line with the query `facts`.

        Cells that are the same stay untouched. A cell that is gone is deleted, or set
        to zero where its month was closed.

        :param facts: query of the columns of `indicators.base.Indicator.facts`
        :param closed_until: months up to this first-of-month are closed now
        :param late_until: months up to this one were closed before: what changes in
            them leaves a revision; ``None`` when the change is not in the records
        :return: dict of counts: inserted, updated, deleted, late
        """
        [row] = self.env.execute_query(
            SQL(
                """
                WITH fresh AS MATERIALIZED (%(facts)s),
                gone AS (
                    SELECT f.id, %(is_late)s AS is_late
                      FROM crm_indicator_fact f
                     WHERE %(scope)s AND %(known_cell)s NOT IN (
                           SELECT %(fresh_cell)s FROM fresh)
                       AND NOT (%(is_late)s AND f.record_count = 0
                                AND f.numerator = 0 AND f.denominator = 0)
                ), upserted AS (%(upsert)s),
                zeroed AS (%(zero)s),
                deleted AS (
                    DELETE FROM crm_indicator_fact f USING gone
                     WHERE gone.id = f.id AND NOT gone.is_late RETURNING f.id
                ), changed AS (
                    SELECT * FROM upserted UNION ALL SELECT * FROM zeroed
                ), late AS (%(revise)s)
                SELECT (SELECT COUNT(*) FROM upserted WHERE is_new),
                       (SELECT COUNT(*) FROM upserted WHERE NOT is_new),
                       (SELECT COUNT(*) FROM deleted)
                       + (SELECT COUNT(*) FROM zeroed),
                       (SELECT COUNT(*) FROM late)""",
                facts=facts,
                scope=self._store_scope(indicator, window),
                known_cell=SQL("(%s)", self._store_cell("f")),
                fresh_cell=self._store_cell("fresh"),
                is_late=self._store_is_late(window, late_until),
                upsert=self._store_upsert(indicator, window, closed_until, late_until),
                zero=self._store_zero(),
                revise=self._store_revise(indicator, window, late_until),
            )
        )
        self.invalidate_model()
        return dict(zip(("inserted", "updated", "deleted", "late"), row, strict=True))

    def _store_scope(self, indicator, window):
        """Condition on table `f`: the cells that the window answers for."""
        return SQL(
            """f.indicator_id = %s AND f.company_id = %s AND f.granularity = %s
               AND f.date = ANY(%s::date[])""",
            indicator.id,
            window.company_id,
            window.granularity,
            window.dates,
        )

    @staticmethod
    def _store_cell(table):
        """Coordinates inside the scope, never null: NOT IN over them is answered by
        a hash table, whatever PostgreSQL believes of the number of rows."""
        names = ("team_id", "warehouse_id", "user_id")
        columns = [
            SQL("COALESCE(%s, 0)", SQL.identifier(table, name)) for name in names
        ]
        return SQL(", ").join([SQL.identifier(table, "date"), *columns])

    def _store_is_late(self, window, late_until):
        """Condition on table `f`: the month was closed at an earlier measuring."""
        if not window.is_month or not late_until:
            return SQL("FALSE")
        return SQL("f.date <= %s", late_until)

    def _store_upsert(self, indicator, window, closed_until, late_until):
        company = self.env["res.company"].browse(window.company_id)
        kind, currency = indicator.kind, indicator._fact_currency(company)
        return SQL(
            """
            INSERT INTO crm_indicator_fact AS f (
                indicator_id, company_id, currency_id, kind, granularity, date,
                team_id, warehouse_id, user_id, numerator, denominator, record_count,
                median, value, state, revision, computed_at)
            SELECT %(indicator)s, %(company)s, %(currency)s, kind, %(granularity)s,
                   date, team_id, warehouse_id, user_id, numerator, denominator,
                   record_count, median, %(value)s,
                   CASE WHEN %(closed)s THEN 'closed' ELSE 'open' END,
                   CASE WHEN %(late)s THEN 1 ELSE 0 END, %(now)s
              FROM (SELECT *, %(kind)s::varchar AS kind FROM fresh) AS f
            ON CONFLICT %(key)s DO UPDATE
               SET currency_id = EXCLUDED.currency_id, kind = EXCLUDED.kind,
                   numerator = EXCLUDED.numerator, denominator = EXCLUDED.denominator,
                   record_count = EXCLUDED.record_count, median = EXCLUDED.median,
                   value = EXCLUDED.value, computed_at = EXCLUDED.computed_at,
                   revision = f.revision + EXCLUDED.revision
             WHERE (f.numerator, f.denominator, f.record_count, f.median, f.kind,
                    f.currency_id)
                   IS DISTINCT FROM
                   (EXCLUDED.numerator, EXCLUDED.denominator, EXCLUDED.record_count,
                    EXCLUDED.median, EXCLUDED.kind, EXCLUDED.currency_id)
            RETURNING f.id, f.date, f.team_id, f.numerator, f.denominator,
                      (f.xmax = 0) AS is_new""",
            indicator=indicator.id,
            company=window.company_id,
            currency=currency.id or None,
            kind=kind,
            granularity=window.granularity,
            value=self._cell_value_sql(),
            closed=self._store_is_late(window, closed_until),
            late=self._store_is_late(window, late_until),
            now=window.now,
            key=KEY,
        )

    def _store_zero(self):
        return SQL(
            """
            UPDATE crm_indicator_fact f
               SET numerator = 0, denominator = 0, record_count = 0, median = NULL,
                   value = CASE WHEN f.kind IN ('sum', 'level') THEN 0 END,
                   revision = f.revision + 1
              FROM gone WHERE gone.id = f.id AND gone.is_late
            RETURNING f.id, f.date, f.team_id, f.numerator, f.denominator,
                      FALSE AS is_new"""
        )

    def _store_revise(self, indicator, window, late_until):
        """Late changes, with the figures before: this statement still sees them."""
        return SQL(
            """
            INSERT INTO crm_indicator_revision (
                fact_id, indicator_id, company_id, date, team_id, old_numerator,
                new_numerator, old_denominator, new_denominator, detected_at)
            SELECT f.id, %(indicator)s, %(company)s, f.date, f.team_id,
                   COALESCE(old.numerator, 0), f.numerator,
                   COALESCE(old.denominator, 0), f.denominator, %(now)s
              FROM changed f LEFT JOIN crm_indicator_fact old ON old.id = f.id
             WHERE %(late)s
               AND (f.numerator, f.denominator) IS DISTINCT FROM
                   (COALESCE(old.numerator, 0), COALESCE(old.denominator, 0))
            RETURNING id""",
            indicator=indicator.id,
            company=window.company_id,
            now=window.now,
            late=self._store_is_late(window, late_until),
        )

    @api.model
    def _store_close(self, indicator, company, closed_until):
        """Mark the months that no longer change by themselves."""
        self.env.execute_query(
            SQL(
                """UPDATE crm_indicator_fact SET state = 'closed'
                    WHERE indicator_id = %s AND company_id = %s AND state = 'open'
                      AND granularity = 'month' AND date <= %s RETURNING id""",
                indicator.id,
                company.id,
                closed_until,
            )
        )
        self.invalidate_model(["state"])
