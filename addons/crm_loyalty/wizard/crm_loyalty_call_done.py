from datetime import timedelta
from math import ceil

from odoo import fields, models

from ..models.crm_loyalty_call_log import OUTCOMES


class CrmLoyaltyCallDone(models.TransientModel):
    """What came of calling customers of the call list."""

    _name = "crm.loyalty.call.done"
    _description = "Log a Call"

    profile_ids = fields.Many2many("crm.loyalty.profile", readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, default="interested")
    note = fields.Text()

    def action_log(self):
        """Note the call on the customer and hide him for one usual interval."""
        self.profile_ids.check_access("read")
        today = fields.Date.context_today(self)
        until = {
            profile: today + timedelta(days=ceil(profile._usual_interval()))
            for profile in self.profile_ids
        }
        values = {"action": "done", "outcome": self.outcome, "note": self.note}
        self.env["crm.loyalty.call.log"]._hide(until, values)
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        for profile in self.profile_ids:
            profile.partner_id.message_post(
                body=self.env._(
                    "Call list: %(outcome)s. %(note)s",
                    outcome=labels[self.outcome],
                    note=self.note or "",
                )
            )
        self.env["crm.loyalty.call"].invalidate_model()
