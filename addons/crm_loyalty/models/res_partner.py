from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.loyalty.customer.mixin"]

    loyalty_segment_id = fields.Many2one(search="_search_loyalty_segment_id")

    def _search_loyalty_segment_id(self, operator, value):
        """Find the contacts of firms by their segment in the current company."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        wanted = Domain("segment_id", operator, value)
        if operator == "in" and False in value:  # no segment, or no profile at all
            wanted = Domain("segment_id", "in", [item for item in value if item])
            return self._loyalty_profile_domain(wanted) | ~self._loyalty_profile_domain(
                Domain("segment_id", "!=", False)
            )
        return self._loyalty_profile_domain(wanted)

    def _loyalty_profile_domain(self, wanted):
        profiles = self.env["crm.loyalty.profile"].with_context(active_test=False)
        here = Domain("company_id", "=", self.env.company.id)
        query = profiles._search(here & wanted)
        return Domain("commercial_partner_id", "in", query.subselect("partner_id"))

    def _loyalty_depends(self):
        return ["commercial_partner_id"]

    def _loyalty_customer(self):
        self.ensure_one()
        return self.env.company, self.commercial_partner_id._origin
