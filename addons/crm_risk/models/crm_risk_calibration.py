"""Did what we estimated come true? Chances and losses against what happened.

The Brier score is the mean of (p − outcome)², 0 at best, outcome 1 if the risk
happened and 0 if it did not; whoever always says 50 % scores 0.25 (G. W. Brier,
"Verification of forecasts expressed in terms of probability", 1950). The forecast is
the current probability that stood before the first event, or when the risk was closed.
"""

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

UNKNOWN = ("merged", "duplicate")
"""Reasons of closing that do not tell whether the risk happened."""

BANDS = [
    ("0", "0 % to 20 %"),
    ("1", "20 % to 40 %"),
    ("2", "40 % to 60 %"),
    ("3", "60 % to 80 %"),
    ("4", "80 % to 100 %"),
]


class CrmRiskCalibration(models.Model):
    _name = "crm.risk.calibration"
    _description = "Estimates against Outcomes"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "risk_id"
    _depends = {
        "crm.risk": [
            "implementation_id",
            "company_id",
            "category_id",
            "owner_id",
            "state",
            "close_reason",
            "date_closed",
            "p_closed",
            "emv_closed",
        ],
        "crm.risk.event": [
            "risk_id",
            "date",
            "actual_loss",
            "p_estimated",
            "emv_estimated",
        ],
    }

    risk_id = fields.Many2one("crm.risk", readonly=True)
    implementation_id = fields.Many2one("crm.implementation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    category_id = fields.Many2one("crm.risk.category", readonly=True)
    owner_id = fields.Many2one("res.users", string="Risk Owner", readonly=True)
    date = fields.Date(readonly=True, help="First event, or day of closing.")
    band = fields.Selection(BANDS, string="Estimated Chance", readonly=True)
    probability = fields.Float(
        digits=0, string="Estimated Probability", readonly=True, aggregator="avg"
    )
    outcome = fields.Float(
        digits=0,
        string="Share that Happened",
        readonly=True,
        aggregator="avg",
        help="1 if it happened, 0 if not; of several risks, the share.",
    )
    squared_error = fields.Float(
        digits=0,
        string="Brier Score",
        readonly=True,
        aggregator="avg",
        help="Mean of (probability − outcome)²: 0 is perfect, 0.25 is a coin.",
    )
    estimated_loss = fields.Monetary(
        readonly=True, help="Expected loss (EMV) that stood before the outcome."
    )
    actual_loss = fields.Monetary(
        readonly=True, help="Sum of the events; gains are negative."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH happened AS (
                SELECT risk_id, min(date) AS date, sum(actual_loss) AS actual_loss,
                       (array_agg(p_estimated ORDER BY date, id))[1] AS p,
                       (array_agg(emv_estimated ORDER BY date, id))[1] AS emv
                  FROM crm_risk_event
                 GROUP BY risk_id
            ), judged AS (
                SELECT r.id, r.implementation_id, r.company_id, r.category_id,
                       r.owner_id, COALESCE(h.date, r.date_closed) AS date,
                       COALESCE(h.p, r.p_closed) AS p,
                       COALESCE(h.emv, r.emv_closed) AS emv,
                       (h.risk_id IS NOT NULL)::int AS outcome,
                       COALESCE(h.actual_loss, 0) AS actual_loss
                  FROM crm_risk r
                  LEFT JOIN happened h ON h.risk_id = r.id
                 WHERE h.risk_id IS NOT NULL
                    OR (r.state = 'closed' AND r.close_reason NOT IN %(unknown)s)
            )
            SELECT id, id AS risk_id, implementation_id, company_id, category_id,
                   owner_id, date, p AS probability, outcome,
                   LEAST(floor(p * 5), 4)::int::text AS band,
                   (p - outcome) ^ 2 AS squared_error,
                   emv AS estimated_loss, actual_loss
              FROM judged
            """,
            unknown=UNKNOWN,
        )


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    p_closed = fields.Float(
        digits=0,
        string="Probability when Closed",
        readonly=True,
        copy=False,
        aggregator=None,
    )
    emv_closed = fields.Monetary(
        string="Expected Loss when Closed", readonly=True, copy=False, aggregator=None
    )

    @api.model_create_multi
    def create(self, vals_list):
        risks = super().create(vals_list)
        risks._keep_forecast()
        return risks

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._keep_forecast()
        return result

    def _keep_forecast(self):
        """The estimate that stood when the risk was closed is its forecast."""
        today = fields.Date.context_today(self)
        # sudo: written by the register alone, see DECIDED in crm_risk_acceptance
        for risk in self.sudo():
            if risk.state == "closed" and not risk.date_closed:
                risk.write(
                    {
                        "date_closed": today,
                        "p_closed": risk.p_current,
                        "emv_closed": risk.emv_current,
                    }
                )
            elif risk.state != "closed" and risk.date_closed:
                risk.write({"date_closed": False})


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    outcome_count = fields.Integer(
        compute="_compute_calibration", string="Risks with an Outcome"
    )
    brier_score = fields.Float(digits=0, compute="_compute_calibration")
    calibration_text = fields.Char(compute="_compute_calibration", string="Calibration")
    actual_loss = fields.Monetary(compute="_compute_calibration")

    @api.depends("risk_ids.state", "risk_ids.event_ids.actual_loss")
    @api.depends_context("uid", "lang")
    def _compute_calibration(self):
        groups = self.env["crm.risk.calibration"]._read_group(
            [("implementation_id", "in", self.ids)],
            ["implementation_id"],
            [
                "__count",
                "squared_error:avg",
                "outcome:sum",
                "probability:sum",
                "actual_loss:sum",
                "estimated_loss:sum",
            ],
        )
        found = {implementation.id: figures for implementation, *figures in groups}
        for implementation in self:
            figures = found.get(implementation.id)
            count, brier, *_rest = figures or (0, 0.0)
            implementation.outcome_count = count
            implementation.brier_score = brier
            implementation.actual_loss = figures[4] if figures else 0.0
            implementation.calibration_text = figures and (
                implementation._get_calibration_text(*figures)
            )

    def _get_calibration_text(self, count, brier, happened, expected, actual, loss):
        money = self.currency_id.format
        return self.env._(
            "Risks with an outcome: %(count)s. Happened: %(happened)s, estimated:"
            " %(expected)s. Loss: %(actual)s, estimated: %(loss)s. Brier score:"
            " %(brier)s.",
            count=count,
            happened=int(happened),
            expected=formatLang(self.env, expected, digits=1),
            actual=money(actual),
            loss=money(loss),
            brier=formatLang(self.env, brier),
        )

    def action_open_calibration(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_calibration_action"
        )
        return {**action, "domain": [("implementation_id", "=", self.id)]}

    def action_open_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_event_action"
        )
        return {**action, "domain": [("implementation_id", "=", self.id)]}
