from odoo import api, models
from odoo.exceptions import UserError


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_in_scope(self):
        """Without its last team an implementation would silently reach everybody."""
        # sudo: implementations of other companies keep their scope too
        implementations = self.env["crm.implementation"].sudo()
        for implementation in implementations.with_context(active_test=False).search(
            [("team_ids", "in", self.ids)]
        ):
            if not implementation.team_ids - self:
                raise UserError(
                    self.env._(
                        "%(teams)s: no other team is in the scope of “%(name)s”, which"
                        " would then reach the whole company. Change its scope first,"
                        " or archive the team.",
                        teams=", ".join(self.mapped("name")),
                        name=implementation.name,
                    )
                )
