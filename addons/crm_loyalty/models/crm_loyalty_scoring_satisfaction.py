from odoo import api, models
from odoo.tools import SQL

from ..sql import satisfaction
from .crm_loyalty_profile_satisfaction import DETRACTOR, PROMOTER

COLUMNS = ("nps", "nps_date", "nps_group", "csat", "csat_date")


class CrmLoyaltyScoring(models.AbstractModel):
    _inherit = "crm.loyalty.scoring"

    def _after_scoring_steps(self):
        return [
            *super()._after_scoring_steps(),
            (25, "satisfaction", self._score_satisfaction),
            (70, "detractors", self._follow_up_detractors),
        ]

    @api.model
    def _score_satisfaction(self, company, today, run):
        """Write each customer's last answers where they differ."""
        old, new = (
            SQL(", ").join(SQL.identifier(alias, name) for name in COLUMNS)
            for alias in ("profile", "told")
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_loyalty_profile profile
                   SET %(values)s
                  FROM (SELECT profile.id, nps.nps, nps.nps_date, nps.nps_group,
                               csat.csat, csat.csat_date
                          FROM crm_loyalty_profile profile
                          LEFT JOIN (%(nps)s) nps
                            ON nps.partner_id = profile.partner_id
                          LEFT JOIN (%(csat)s) csat
                            ON csat.partner_id = profile.partner_id
                         WHERE profile.company_id = %(company)s) told
                 WHERE profile.id = told.id
                   AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
                values=SQL(", ").join(
                    SQL("%s = told.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in COLUMNS
                ),
                nps=self._sql_last_nps(company),
                csat=self._sql_last_csat(company),
                company=company.id,
                old=old,
                new=new,
            )
        )
        self.env["crm.loyalty.profile"].invalidate_model(COLUMNS)

    def _sql_last_nps(self, company):
        return SQL(
            """
            SELECT partner_id, score::integer AS nps, day AS nps_date,
                   CASE WHEN score >= %(promoter)s THEN 'promoter'
                        WHEN score <= %(detractor)s THEN 'detractor'
                        ELSE 'passive' END AS nps_group
              FROM (%(last)s) last""",
            promoter=PROMOTER,
            detractor=DETRACTOR,
            last=self._sql_last(company, "nps"),
        )

    def _sql_last_csat(self, company):
        return SQL(
            """SELECT partner_id, ROUND(score::numeric, 1) AS csat, day AS csat_date
                 FROM (%s) last""",
            self._sql_last(company, "csat"),
        )

    def _sql_last(self, company, kind):
        """Return the last answer of each firm, whoever of it gave it."""
        return SQL(
            """
            SELECT DISTINCT ON (partner_id) partner_id, score,
                   (answered AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS day
              FROM (%(answers)s) answers
             WHERE kind = %(kind)s
             ORDER BY partner_id, answered DESC, id DESC""",
            tz=company._loyalty_tz(),
            answers=satisfaction.answers(self.env, company),
            kind=kind,
        )

    @api.model
    def _follow_up_detractors(self, company, today, run):
        answers = self.env["survey.user_input"].sudo()  # every answer, whoever starts
        answers._follow_up_waiting()
