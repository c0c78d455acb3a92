"""A risk that happened: when, what it cost against the estimate, what we learnt."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

ESTIMATED = {"risk_id", "p_estimated", "loss_estimated", "emv_estimated"}
"""What stood before the event; changed later it would prove nothing."""


class CrmRiskEvent(models.Model):
    _name = "crm.risk.event"
    _description = "Event of a Risk"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    name = fields.Char(string="What Happened", required=True, tracking=True)
    risk_id = fields.Many2one("crm.risk", required=True, index=True, ondelete="cascade")
    implementation_id = fields.Many2one(
        related="risk_id.implementation_id", store=True, index=True
    )
    category_id = fields.Many2one(related="risk_id.category_id", store=True)
    company_id = fields.Many2one(related="risk_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(related="risk_id.kind")
    date = fields.Date(
        string="Happened on",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        default=lambda self: self.env.user,
        readonly=True,
    )
    amount = fields.Monetary(
        tracking=True,
        aggregator=None,
        help="What it cost; for an opportunity, what it brought.",
    )
    actual_loss = fields.Monetary(
        compute="_compute_actual_loss",
        store=True,
        help="The amount; a gain from an opportunity is negative.",
    )
    p_estimated = fields.Float(
        digits=0,
        string="Estimated Probability",
        readonly=True,
        aggregator="avg",
        help="Current probability of the risk before the event was recorded.",
    )
    loss_estimated = fields.Monetary(
        string="Estimated Loss",
        readonly=True,
        help="Mean impact of the risk before the event was recorded.",
    )
    emv_estimated = fields.Monetary(
        string="Expected Loss",
        readonly=True,
        help="Expected loss of the risk before the event was recorded.",
    )
    deviation = fields.Monetary(
        compute="_compute_actual_loss",
        store=True,
        help="Actual less estimated loss.",
    )
    description = fields.Text(string="Course of Events")
    cause = fields.Text(string="Why It Happened")
    lesson = fields.Text(help="What we do otherwise next time.")

    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)",
        "Enter the amount of the event without a sign: whether it is a loss or a gain"
        " follows from the risk.",
    )

    @api.depends("amount", "risk_id.kind", "loss_estimated")
    def _compute_actual_loss(self):
        for event in self:
            sign = -1 if event.risk_id.kind == "opportunity" else 1
            event.actual_loss = sign * event.amount
            event.deviation = event.actual_loss - event.loss_estimated

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for event in self:
            if event.date > today:
                raise ValidationError(
                    self.env._(
                        "%(event)s: an event that happened cannot be dated"
                        " %(date)s, in the future.",
                        event=event.name,
                        date=event.date,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the estimate that stood before, and mark the risk as occurred."""
        risks = self.env["crm.risk"]
        vals_list = [
            {**vals, **risks.browse(vals.get("risk_id"))._prepare_event_estimate()}
            for vals in vals_list
        ]
        events = super().create(vals_list)
        for event in events:
            event.risk_id._take_event(event)
        return events

    def write(self, vals):
        if not self.env.su and ESTIMATED & vals.keys():
            raise AccessError(
                self.env._("The estimate before an event is kept as it stood.")
            )
        return super().write(vals)


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    event_ids = fields.One2many("crm.risk.event", "risk_id", string="Events")
    event_count = fields.Integer(compute="_compute_event_count")
    actual_loss = fields.Monetary(compute="_compute_event_count")

    @api.depends("event_ids.actual_loss")
    def _compute_event_count(self):
        groups = self.env["crm.risk.event"]._read_group(
            [("risk_id", "in", self.ids)], ["risk_id"], ["__count", "actual_loss:sum"]
        )
        found = {risk: figures for risk, *figures in groups}
        for risk in self:
            risk.event_count, risk.actual_loss = found.get(risk, (0, 0.0))

    def _prepare_event_estimate(self):
        """What was estimated before the event."""
        sign = -1 if self.kind == "opportunity" else 1
        return {
            "p_estimated": self.p_current,
            "loss_estimated": sign * self.impact_current,
            "emv_estimated": self.emv_current,
        }

    def _take_event(self, event):
        if self.state == "closed":
            raise UserError(
                self.env._(
                    "%(risk)s is closed: reopen it before you record what happened.",
                    risk=self.display_name,
                )
            )
        self.state = "occurred"
        self._log_assessment("event", event.name, always=True)
        self._fire_triggers("event")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_happened(self):
        kept = self.filtered("event_ids")
        if kept:
            raise UserError(
                self.env._(
                    "%(risk)s happened: its events must stay. Archive it instead.",
                    risk=kept[0].display_name,
                )
            )

    def action_record_event(self):
        """Ask what happened; saving it marks the risk as occurred."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What happened?"),
            "res_model": "crm.risk.event",
            "views": [(self.env.ref("crm_risk.crm_risk_event_view_dialog").id, "form")],
            "target": "new",
            "context": {"default_risk_id": self.id},
        }

    def action_open_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_event_action"
        )
        return {
            **action,
            "domain": [("risk_id", "=", self.id)],
            "context": {"default_risk_id": self.id},
        }
