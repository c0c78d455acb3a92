"""What sets a plan off: a red indicator, a date, or the event itself."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from . import nightly

PLANS = [("contingency", "Contingency plan"), ("fallback", "Fallback plan")]
TRIGGERS = [
    ("event", "The risk happens"),
    ("indicator", "An indicator is red"),
    ("date", "A date is reached"),
]
PLAN_DAYS = 1
"""A plan that was set off is begun by tomorrow."""


class CrmRiskTrigger(models.Model):
    """It fires once: activities for the responsible; then it waits to be armed anew."""

    _name = "crm.risk.trigger"
    _description = "Trigger of a Plan"
    _order = "risk_id, plan, id"
    _rec_name = "plan"

    risk_id = fields.Many2one("crm.risk", required=True, index=True, ondelete="cascade")
    implementation_id = fields.Many2one(
        related="risk_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="risk_id.company_id", store=True)
    plan = fields.Selection(PLANS, required=True, default="contingency")
    trigger = fields.Selection(TRIGGERS, string="When", required=True, default="event")
    indicator_id = fields.Many2one(
        "crm.indicator", index="btree_not_null", ondelete="cascade"
    )
    date = fields.Date()
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Left empty: the owner of the risk.",
    )
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        index="btree_not_null",
        ondelete="set null",
        domain="[('res_model', '=', 'crm.risk')]",
        help="Its activities are scheduled on the risk; left empty, a single one.",
    )
    date_fired = fields.Date(string="Set off on", readonly=True, copy=False)

    @api.constrains("trigger", "indicator_id", "date")
    def _check_trigger(self):
        for one in self:
            if one.trigger == "indicator" and not one.indicator_id:
                message = self.env._(
                    "%(risk)s: choose the indicator whose red sets the plan off.",
                    risk=one.risk_id.display_name,
                )
            elif one.trigger == "date" and not one.date:
                message = self.env._(
                    "%(risk)s: choose the date that sets the plan off.",
                    risk=one.risk_id.display_name,
                )
            else:
                continue
            raise ValidationError(message)

    def action_rearm(self):
        self.write({"date_fired": False})

    # --- firing --------------------------------------------------------------

    @api.model
    def _cron_fire(self):
        """Nightly, after the boards: set off the plans whose time has come."""
        armed = self.search(self._get_armed_domain())
        due = armed._filter_due()
        nightly.each(self.env, "crm_risk.crm_risk_cron_trigger", due, "_fire")

    @api.model
    def _get_armed_domain(self):
        return (
            Domain("date_fired", "=", False)
            & Domain("trigger", "in", ["indicator", "date"])
            & Domain("risk_id.state", "!=", "closed")
            & Domain("risk_id.active", "=", True)
        )

    def _filter_due(self):
        today = fields.Date.context_today(self)
        red = set(
            self.env["crm.implementation.indicator"]
            .search(
                [
                    ("implementation_id", "in", self.implementation_id.ids),
                    ("indicator_id", "in", self.indicator_id.ids),
                    ("status", "=", "red"),
                ]
            )
            .mapped(lambda line: (line.implementation_id.id, line.indicator_id.id))
        )
        return self.filtered(
            lambda one: (
                (one.date and one.date <= today)
                if one.trigger == "date"
                else (one.implementation_id.id, one.indicator_id.id) in red
            )
        )

    def _fire(self):
        """Tell the responsible, once."""
        self.ensure_one()
        risk = self.risk_id
        user = self.user_id or self.env["crm.risk.alert"]._get_user(risk)
        if self.activity_plan_id and user:
            self._launch(risk, user)
        elif user:
            told = self.with_context(lang=user.lang)
            risk._schedule_for_owner(
                "mail_activity_type_plan",
                told._get_words(),
                PLAN_DAYS,
                user_id=user.id,
                note=plaintext2html(risk[f"{self.plan}_plan"] or ""),
            )
        self.date_fired = fields.Date.context_today(self)

    def _launch(self, risk, user):
        """Schedule the activities of the plan, as its wizard does."""
        self.env["mail.activity.schedule"].create(
            {
                "res_model": risk._name,
                "res_ids": repr(risk.ids),
                "plan_id": self.activity_plan_id.id,
                "plan_on_demand_user_id": user.id,
            }
        ).action_schedule_plan()

    def _get_words(self):
        """Such as "Contingency plan: K06 Deals without a next step is red"."""
        plan = dict(self._fields["plan"]._description_selection(self.env))[self.plan]
        if self.trigger == "indicator":
            return self.env._(
                "%(plan)s: %(indicator)s is red",
                plan=plan,
                indicator=self.indicator_id.display_name,
            )
        if self.trigger == "date":
            return self.env._("%(plan)s: its date is reached", plan=plan)
        return self.env._("%(plan)s: the risk happened", plan=plan)


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    trigger_ids = fields.One2many(
        "crm.risk.trigger", "risk_id", string="Triggers of the Plans", copy=True
    )

    def _fire_triggers(self, trigger):
        """Set off the armed plans that wait for ``trigger``."""
        for one in self.trigger_ids:
            if one.trigger == trigger and not one.date_fired:
                one._fire()


class CrmRiskResponse(models.Model):
    _inherit = "crm.risk.response"

    def action_launch_plan(self):
        """Schedule the activities of a standard response."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Launch a Plan"),
            "res_model": "mail.activity.schedule",
            "views": [
                (self.env.ref("mail.mail_activity_schedule_view_form").id, "form")
            ],
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_id": self.id,
                "active_ids": self.ids,
                "plan_mode": True,
            },
        }
