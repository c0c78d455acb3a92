from odoo import fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..sql import profiles, scores


class CrmLoyaltyScoring(models.AbstractModel):
    """Find the limits of the scores, write the profiles and the record of the run."""

    _inherit = "crm.loyalty.scoring"

    def _write_profiles(self, job):
        """Score everybody: limits first, then new profiles and those that moved."""
        limits = self._find_limits(job)
        job.clock.lap("limits")
        missing = profiles.missing()
        rows, more = self._sql_newcomers(
            job, self._sql_scored(job, missing, limits, SQL("NULL::integer"))
        )
        self.env.cr.execute(
            profiles.insert_missing(
                job.company.id, rows, job.today, job.now, self.env.uid, more
            )
        )
        job.created = self.env.cr.rowcount
        if job.scope == "first":
            # the planner takes the table for empty and would join row by row
            self.env.cr.execute(
                "ANALYZE crm_loyalty_profile (company_id, active, model_first_date)"
            )
        job.clock.lap("insert")
        rows = profiles.profiles(job.company.id)
        self._create_table(
            "crm_loyalty_moved",
            profiles.moved(self._sql_scored(job, rows, limits, SQL("old_segment_id"))),
            "profile_id",
        )
        self.env.cr.execute(profiles.update_moved(job.today, job.now, self.env.uid))
        job.clock.lap("scores")
        self._forecast(job)
        job.clock.lap("forecast")
        if job.segments._has_conditions():
            self._assign_segments(job)
            job.clock.lap("segments")

    def _sql_newcomers(self, job, rows):
        """Return the rows to insert, and the names of columns added to them."""
        return rows, ()

    def _sql_weight(self, job):
        """What ABC weighs: margin where it is known, else revenue."""
        return SQL.identifier("margin_12m" if job.key["margin"] else "revenue_12m")

    def _sql_scored(self, job, rows, limits, kept_segment):
        """Add scores, classes and segment to rows of facts."""
        segment = kept_segment  # conditions beyond the scores need stored profiles
        if not job.segments._has_conditions():
            segment = job.segments._sql_first_scored("scored")
        return SQL(
            "SELECT scored.*, %s AS segment_id FROM (%s) scored",
            segment,
            scores.scored(rows, limits, self._sql_weight(job)),
        )

    def _find_limits(self, job):
        company = job.company
        universe = profiles.universe(company.id, self._sql_weight(job))
        [fifths] = self.env.execute_query(scores.found_limits(universe))
        [classes] = self.env.execute_query(
            scores.found_classes(universe, *company._loyalty_abc_shares())
        )
        job.limits = scores.Limits(
            today=job.today,
            xyz=company._loyalty_xyz_limits(),
            fixed=company._loyalty_fixed_limits(job.today),
            fifths=dict(zip(scores.DIMENSIONS, fifths, strict=True)),
            abc=classes,
        )
        return job.limits

    def _assign_segments(self, job):
        """Assign segments that have conditions beyond the scores."""
        self.env.cr.execute(
            profiles.assign_segments(
                job.company.id,
                job.segments._sql_first_scored("scored"),
                job.today,
                job.now,
                self.env.uid,
            )
        )

    def _log_run(self, job):
        [(customers, total, updated)] = self.env.execute_query(
            profiles.totals(job.company.id)
        )
        values = {
            "company_id": job.company.id,
            "date": job.today,
            "date_end": fields.Datetime.now(),
            "user_id": self.env.uid,
            "scope": job.scope,
            "parameters": {
                **job.key,
                "today": job.today.isoformat(),
                "watermark": job.marks[0],
                "outside": job.outside,
            },
            "breakpoints": self._read_breakpoints(job),
            "customer_count": customers,
            "recounted_count": job.recounted,
            "compared": job.compared,
            "created_count": job.created,
            "updated_count": updated,
            "unchanged_count": total - job.created - updated,
            **job.forecast,
        }
        job.clock.lap("log")
        values |= {
            "durations": job.clock.laps,
            "duration": sum(job.clock.laps.values()),
            "recount_ids": self._prepare_differences(job),
        }
        runs = self.env["crm.loyalty.run"].sudo()  # nobody may write them by hand
        return runs.create(values)

    def _prepare_differences(self, job):
        return [
            Command.create(
                {"partner_id": partner, "field": name, "before": was, "after": counted}
            )
            for partner, name, was, counted in job.differences
        ]

    def _read_breakpoints(self, job):
        """Return the lowest value of every score by dimension, and of the classes."""
        lowest = {dimension: {} for dimension in scores.DIMENSIONS}
        for row in self.env.execute_query(scores.reached(job.company.id)):
            for found, score, value in zip(
                lowest.values(), row[:3], row[3:], strict=True
            ):
                found[score] = min(value, found.get(score, value))
        classes = zip("AB", job.limits.abc, strict=True)
        return {
            **{
                dimension: {str(score): str(found[score]) for score in sorted(found)}
                for dimension, found in lowest.items()
            },
            "abc": {name: str(value) for name, value in classes if value is not None},
            "fixed": sorted(job.limits.fixed),
            "limits": {
                dimension: {
                    str(score): str(limit) for score, limit in enumerate(limits, 2)
                }
                for dimension, limits in job.limits.fixed.items()
            },
        }
