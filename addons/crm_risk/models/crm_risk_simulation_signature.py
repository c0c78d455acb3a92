"""Whether a register may have changed since a run, told by one query.

Reading five hundred risks into the engine and hashing the result takes half a second,
too long for a form. Equal columns give equal inputs: only where a column differs is the
answer looked for there.
"""

from odoo import fields, models
from odoo.tools import SQL

READ = {
    "crm.risk": (
        "occurrence",
        "kind",
        "p_inherent",
        "rate",
        "distribution",
        "impact_min",
        "impact_mode",
        "impact_max",
        "driver_id",
        "ref",
    ),
    "crm.risk.driver": ("code",),
    "crm.risk.indicator": ("risk_id", "use", "odds_weight", "severity"),
    "crm.risk.response": (
        "risk_id",
        "state",
        "verified",
        "p_reduction",
        "impact_reduction",
    ),
}
"""Everything that the inputs of a simulation are made of."""


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    def _get_signature(self):
        """Digest of the columns behind the inputs of these risks."""
        for name, columns in READ.items():
            self.env[name].flush_model(columns)
        [[signature]] = self.env.execute_query(
            SQL(
                """
                SELECT md5(string_agg(ROW(
                           risk.id, risk.ref, risk.occurrence, risk.kind,
                           risk.p_inherent, risk.rate, risk.distribution,
                           risk.impact_min, risk.impact_mode, risk.impact_max,
                           driver.code, watched.words, answered.words
                       )::text, '|' ORDER BY risk.id))
                  FROM crm_risk risk
                  LEFT JOIN crm_risk_driver driver ON driver.id = risk.driver_id
                  LEFT JOIN (
                       SELECT risk_id, string_agg(ROW(
                                  id, use, odds_weight, severity
                              )::text, '' ORDER BY id) AS words
                         FROM crm_risk_indicator
                        WHERE risk_id IN %(ids)s
                        GROUP BY risk_id
                  ) watched ON watched.risk_id = risk.id
                  LEFT JOIN (
                       SELECT risk_id, string_agg(ROW(
                                  id, state, verified, p_reduction, impact_reduction
                              )::text, '' ORDER BY id) AS words
                         FROM crm_risk_response
                        WHERE risk_id IN %(ids)s
                        GROUP BY risk_id
                  ) answered ON answered.risk_id = risk.id
                 WHERE risk.id IN %(ids)s
                """,
                ids=tuple(self.ids) or (0,),
            )
        )
        return signature or ""


class CrmRiskSimulation(models.Model):
    _inherit = "crm.risk.simulation"

    signature = fields.Char(help="Digest of the columns that the inputs came from.")

    def _is_surely_current(self, known):
        risks = self._get_risks_now(known)
        key = ("signature", risks._ids)
        if key not in known:
            known[key] = risks._get_signature()
        return self.signature == known[key]
