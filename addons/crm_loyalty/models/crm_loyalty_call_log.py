from odoo import api, fields, models

OUTCOMES = [
    ("orders", "Wants to order"),
    ("interested", "Talked, no order yet"),
    ("no_answer", "No answer"),
    ("not_interested", "Not interested"),
]


class CrmLoyaltyCallLog(models.Model):
    """A customer of the call list was called or snoozed."""

    _name = "crm.loyalty.call.log"
    _description = "Call List Log"
    _order = "date desc, id desc"
    _rec_name = "profile_id"

    profile_id = fields.Many2one(
        "crm.loyalty.profile", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", store=True, string="Customer", index=True
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    action = fields.Selection(
        [("done", "Called"), ("snoozed", "Snoozed")], required=True, readonly=True
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    note = fields.Text(readonly=True)
    hidden_until = fields.Date(readonly=True)

    _profile_hidden_idx = models.Index("(profile_id, hidden_until)")
    _hidden_idx = models.Index("(hidden_until)")

    @api.model
    def _hide(self, until, values):
        """Log an action on each profile and hide it until its day."""
        today = fields.Date.context_today(self)
        return self.sudo().create(  # sudo: the log is written by its buttons only
            [
                {
                    "profile_id": profile.id,
                    "date": today,
                    "hidden_until": day,
                    "user_id": self.env.uid,
                    **values,
                }
                for profile, day in until.items()
            ]
        )

    @api.model
    def _wake(self, profiles):
        hidden = self.sudo().search(  # sudo: as above; the caller sees the profiles
            [("profile_id", "in", profiles.ids), ("hidden_until", ">", "today")]
        )
        hidden.hidden_until = fields.Date.context_today(self)
