"""What becomes confidential leaves the mailboxes of those who may not read it."""

from odoo import models


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("confidential"):
            for risk in self:
                risk._drop_followers_without_access()
        return result

    def _drop_followers_without_access(self):
        """Followers get every message by mail, whatever the rules say."""
        # sudo: users behind the followers, and rights of each of them
        risk = self.sudo()
        allowed = risk.message_partner_ids.user_ids.filtered(
            lambda user: risk.with_user(user).has_access("read")
        )
        outsiders = risk.message_partner_ids - allowed.partner_id
        risk.message_unsubscribe(outsiders.ids)
