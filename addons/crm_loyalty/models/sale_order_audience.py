from odoo import models
from odoo.tools import float_round


class SaleOrder(models.Model):
    """Orders only meet programmes that are open to their customer, and earn more in a
    higher tier."""

    _inherit = "sale.order"

    def _get_program_domain(self):
        # a plain list: website_sale_loyalty rewrites its leaves by position
        closed = self._loyalty_closed_programs()
        domain = super()._get_program_domain()
        return [*domain, ("id", "not in", closed.ids)] if closed else domain

    def _get_trigger_domain(self):
        closed = self._loyalty_closed_programs()
        domain = super()._get_trigger_domain()
        return [*domain, ("program_id", "not in", closed.ids)] if closed else domain

    def _loyalty_closed_programs(self):
        return self.env["loyalty.program"]._closed_to(self.partner_id, self.company_id)

    def _program_check_compute_points(self, programs):
        """Multiply what stock programmes give by the tier; ledgers do it themselves."""
        result = super()._program_check_compute_points(programs)
        multipliers = programs._tier_multipliers(
            self.partner_id, programs.filtered(lambda program: not program.use_ledger)
        )
        for program, multiplier in multipliers.items():
            status = result.get(program, {})
            if "points" in status:
                status["points"] = [
                    float_round(
                        points * multiplier,
                        precision_digits=2,
                        rounding_method="DOWN",
                    )
                    for points in status["points"]
                ]
        return result
