"""What is done about a risk, what it costs and what it takes away."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import exposure
from .crm_risk_estimate import STRATEGIES

STATES = [
    ("planned", "Planned"),
    ("in_progress", "In Progress"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
OPEN_STATES = ("planned", "in_progress")
MOVING = {"state", "verified", "p_reduction", "impact_reduction", "risk_id"}
"""What of a response moves the estimate of its risk."""


class CrmRiskResponse(models.Model):
    _name = "crm.risk.response"
    _description = "Risk Response"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"

    name = fields.Char(required=True)
    risk_id = fields.Many2one("crm.risk", required=True, index=True, ondelete="cascade")
    implementation_id = fields.Many2one(
        related="risk_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="risk_id.company_id", store=True)
    currency_id = fields.Many2one(related="risk_id.currency_id")
    strategy = fields.Selection(STRATEGIES, default="mitigate")
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_start = fields.Date(string="Start")
    date_deadline = fields.Date(string="Deadline", tracking=True)
    state = fields.Selection(STATES, required=True, default="planned", tracking=True)
    cost_planned = fields.Monetary(string="Planned Cost")
    cost_actual = fields.Monetary(string="Actual Cost")
    p_reduction = fields.Float(
        digits=0,
        string="Effect on Probability",
        help="Threat: share of the chance (or of the number of events) that it takes"
        " away. Opportunity: share of what is missing to certainty that it adds (or"
        " of the number of events).",
    )
    impact_reduction = fields.Float(
        digits=0,
        string="Effect on Impact",
        help="Threat: share of the impact that it takes away. Opportunity: share of"
        " the gain that it adds.",
    )
    verified = fields.Boolean(
        string="Seen by Indicators",
        help="An indicator of the risk shows the effect already: it no longer counts"
        " here, or it would count twice.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    emv_saved = fields.Monetary(
        string="Loss Taken Away",
        compute="_compute_leverage",
        store=True,
        aggregator=None,
        help="Residual expected loss without this response less that with it.",
    )
    leverage = fields.Float(
        compute="_compute_leverage",
        store=True,
        aggregator=None,
        help="Improvement of the expected loss per unit of planned cost; 0 without"
        " cost.",
    )

    _p_reduction_is_share = models.Constraint(
        "CHECK (p_reduction BETWEEN 0 AND 1)",
        "The effect of a response on the probability is a share: 0 % to 100 %.",
    )
    _impact_reduction_is_share = models.Constraint(
        "CHECK (impact_reduction BETWEEN 0 AND 1)",
        "The effect of a response on the impact is a share: 0 % to 100 %.",
    )
    _cost_not_negative = models.Constraint(
        "CHECK (cost_planned >= 0 AND cost_actual >= 0)",
        "The cost of a response cannot be negative.",
    )

    @api.constrains("date_start", "date_deadline")
    def _check_dates(self):
        for response in self:
            start, deadline = response.date_start, response.date_deadline
            if start and deadline and deadline < start:
                raise ValidationError(
                    self.env._(
                        "%(response)s: the deadline %(deadline)s cannot be before the"
                        " start %(start)s.",
                        response=response.name,
                        deadline=deadline,
                        start=start,
                    )
                )

    # --- history of the risk -------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        responses = super().create(vals_list)
        for response in responses:
            response.risk_id._log_assessment("response", response._get_words())
        return responses

    def write(self, vals):
        risks = self.risk_id
        result = super().write(vals)
        if MOVING & vals.keys():
            for response in self:
                response.risk_id._log_assessment("response", response._get_words())
            (risks - self.risk_id)._log_assessment("response")
        return result

    def unlink(self):
        words = [(response.risk_id, response.name) for response in self]
        result = super().unlink()
        for risk, name in words:
            risk._log_assessment(
                "response", self.env._("Response deleted: %(response)s", response=name)
            )
        return result

    def _get_words(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        return f"{self.name} ({states[self.state]})"

    # --- figures -------------------------------------------------------------

    @api.depends("state", "date_deadline")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for response in self:
            deadline = response.date_deadline
            response.is_overdue = bool(
                response.state in OPEN_STATES and deadline and deadline < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = [
            ("state", "in", OPEN_STATES),
            ("date_deadline", "<", fields.Date.context_today(self)),
        ]
        if set(value) == {True}:
            return overdue
        return ["!", "&", *overdue] if set(value) == {False} else []

    @api.depends(
        "state",
        "verified",
        "p_reduction",
        "impact_reduction",
        "cost_planned",
        "risk_id.emv_residual",
        "risk_id.response_ids.state",
        "risk_id.response_ids.verified",
        "risk_id.response_ids.p_reduction",
        "risk_id.response_ids.impact_reduction",
    )
    def _compute_leverage(self):
        for response in self:
            saved = response._get_emv_saved()
            response.emv_saved = saved
            cost = max(response.cost_planned, 0)
            response.leverage = exposure.leverage(saved, 0, cost) or 0.0

    def _get_emv_saved(self):
        """Expected Loss After without this response less that with it."""
        self.ensure_one()
        risk = self.risk_id
        counting = risk._get_counting_responses("residual")
        if self not in counting:
            return 0.0
        return risk._get_emv_with(counting - self) - risk._get_emv_with(counting)

    def action_start(self):
        self.write({"state": "in_progress"})

    def action_done(self):
        self.write({"state": "done"})

    def action_cancel(self):
        self.write({"state": "cancelled"})
