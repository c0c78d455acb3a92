"""What other approaches would do to the odds of a risk."""

from odoo import models


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    def _get_odds_under(self, approaches):
        """Factor on the odds if the implementation chose these approaches instead.

        The estimate carries the approaches chosen now: they are divided out.
        """
        self.ensure_one()
        template = self.template_id
        if not template:
            return 1.0
        chosen = self.implementation_id.approach_ids
        return template._get_odds_ratio(approaches) / template._get_odds_ratio(chosen)
