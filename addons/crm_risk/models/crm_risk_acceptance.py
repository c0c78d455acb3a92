"""Carrying a risk as it is: who may, until when, and when it is called back."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from . import nightly

RECALL_DAYS = 3
"""Time the owner has to decide anew once an acceptance is called back."""


DECIDED = {
    "accepted_by_id",
    "accepted_until",
    "acceptance_reason",
    "emv_at_acceptance",
    "date_closed",
    "p_closed",
    "emv_closed",
}
"""Written by the register alone: by hand they would forge a decision or a forecast."""


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    accepted_by_id = fields.Many2one(
        "res.users", index="btree_not_null", readonly=True, copy=False, tracking=True
    )
    accepted_until = fields.Date(readonly=True, tracking=True, copy=False)
    acceptance_reason = fields.Text(readonly=True, copy=False)
    emv_at_acceptance = fields.Monetary(
        string="Expected Loss at Acceptance", readonly=True, copy=False, aggregator=None
    )
    may_accept = fields.Boolean(
        compute="_compute_may_accept", help="The reader has the authority to accept it."
    )

    @api.depends("rating_current_id", "emv_current", "state")
    @api.depends_context("uid")
    def _compute_may_accept(self):
        for risk in self:
            risk.may_accept = not risk._get_obstacle()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_not_forged(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_forged(vals)
        return super().write(vals)

    @api.model
    def _check_not_forged(self, vals):
        forged = sorted(name for name in DECIDED & vals.keys() if vals[name])
        if forged and not self.env.su:
            raise AccessError(
                self.env._(
                    "“%(field)s” is not entered by hand: accept or close the risk with"
                    " its button.",
                    field=self._fields[forged[0]]._description_string(self.env),
                )
            )

    # --- accepting -----------------------------------------------------------

    def action_accept(self):
        """Ask for how long and why; see the wizard."""
        self.ensure_one()
        self._check_may_accept()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept the risk"),
            "res_model": "crm.risk.accept",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_risk_id": self.id},
        }

    def _accept(self, until=None, reason=None):
        """Carry the risk as it is; asks for the authority its size demands."""
        for risk in self:
            risk._check_may_accept()
            until = until or risk._get_acceptance_end()
            risk._check_acceptance_end(until)
            # A person of authority need not be the officer who edits the risk.
            allowed = risk.sudo()  # the authority was checked three lines above
            allowed.write(
                {
                    "strategy": "accept",
                    "accepted_by_id": self.env.uid,
                    "accepted_until": until,
                    "acceptance_reason": reason,
                    "emv_at_acceptance": risk.emv_current,
                }
            )
            words = self.env._(
                "Accepted until %(day)s", day=format_date(self.env, until)
            )
            if reason:
                words = f"{words}: {reason}"
            allowed._log_assessment("acceptance", words, always=True)

    def _get_acceptance_end(self):
        days = self.company_id.crm_risk_acceptance_days
        return fields.Date.add(fields.Date.context_today(self), days=days)

    def _check_acceptance_end(self, until):
        if until < fields.Date.context_today(self):
            raise ValidationError(
                self.env._(
                    "%(risk)s cannot be accepted until %(day)s, which is past.",
                    risk=self.display_name,
                    day=until,
                )
            )

    def _check_may_accept(self):
        self.ensure_one()
        self.check_access("read")
        if self.state == "closed":
            raise UserError(self.env._("A closed risk cannot be accepted."))
        obstacle = self._get_obstacle()
        if obstacle:
            raise AccessError(obstacle)

    def _get_obstacle(self):
        """Why the user may not accept the risk, in words; empty if he may."""
        user = self.env.user
        officer = self.env.ref("crm_risk.crm_risk_group_officer")
        # sudo: which group a rating asks for is no secret
        group = self.sudo().rating_current_id.accept_group_id or officer
        if group not in user.all_group_ids:
            return self.env._(
                "A risk rated %(rating)s is accepted by the group %(group)s.",
                rating=self.rating_current_id.name or "–",
                group=group.sudo().name,  # a name is no secret
            )
        limit = self.env["crm.risk.authority"]._get_limit(self.company_id, user)
        money = self.currency_id
        if limit is None or money.compare_amounts(self.emv_current, limit) <= 0:
            return ""
        return self.env._(
            "%(risk)s: its expected loss of %(emv)s is above your limit of acceptance,"
            " %(limit)s. Ask a person of higher authority.",
            risk=self.display_name,
            emv=money.format(self.emv_current),
            limit=money.format(limit),
        )

    # --- calling back --------------------------------------------------------

    def action_recall(self):
        """Withdraw the acceptance by hand: whoever may give it may take it back."""
        for risk in self.filtered("accepted_by_id"):
            risk._check_may_accept()
            risk._recall(
                self.env._("Withdrawn by %(user)s", user=self.env.user.name),
                notify=False,
            )

    def _recall_material(self):
        """Call back what grew too much since it was accepted."""
        for risk in self:
            if risk.accepted_by_id and risk.state != "closed" and risk._is_material():
                risk._recall(risk._get_material_words())

    def _is_material(self):
        """Whether the expected loss grew by more than the company's share."""
        before = self.emv_at_acceptance
        grown = self.emv_current - before
        share = self.company_id.crm_risk_recall_share
        # A growth by exactly the share is material: +25 % means reopened.
        allowed = share * abs(before)
        return grown > 0 and self.currency_id.compare_amounts(grown, allowed) >= 0

    def _get_material_words(self):
        money = self.currency_id.format
        return self.env._(
            "Expected loss rose from %(before)s to %(now)s",
            before=money(self.emv_at_acceptance),
            now=money(self.emv_current),
        )

    def _recall(self, reason, notify=True):
        """Reopen an accepted risk for a new decision."""
        self.ensure_one()
        # sudo: an indicator or another user's change may call it back
        risk = self.sudo()
        risk.write(
            {
                "state": "assessed"
                if risk.state in ("planned", "monitoring")
                else risk.state,
                "strategy": False,
                "accepted_by_id": False,
                "accepted_until": False,
                "acceptance_reason": False,
                "emv_at_acceptance": 0,
            }
        )
        words = self.env._("Acceptance called back: %(reason)s", reason=reason)
        risk._log_assessment("acceptance", words, always=True)
        if notify:
            risk._schedule_for_owner("mail_activity_type_recall", words, RECALL_DAYS)

    def _schedule_for_owner(self, activity_type, words, days, **values):
        """An activity for who answers for the risk; none if nobody does."""
        user = self.env["crm.risk.alert"]._get_user(self)
        if not user:
            return self.env["mail.activity"]
        return self.activity_schedule(
            f"crm_risk.{activity_type}",
            date_deadline=fields.Date.add(fields.Date.context_today(self), days=days),
            **{"user_id": user.id, "summary": words, **values},
        )

    @api.model
    def _cron_recall(self):
        """Nightly: acceptances that expired or that the facts overtook."""
        accepted = self.search(
            Domain("accepted_by_id", "!=", False) & Domain(self._get_open_domain())
        )
        due = accepted.filtered(lambda risk: risk._is_expired() or risk._is_material())
        nightly.each(self.env, "crm_risk.crm_risk_cron_recall", due, "_recall_due")

    def _is_expired(self):
        today = fields.Date.context_today(self)
        return self.accepted_until and self.accepted_until < today

    def _recall_due(self):
        risk = self.implementation_id._in_language(self)
        if risk._is_expired():
            day = format_date(risk.env, risk.accepted_until)
            risk._recall(risk.env._("Expired on %(day)s", day=day))
        else:
            risk._recall_material()
