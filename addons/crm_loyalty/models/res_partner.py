from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.loyalty.customer.mixin"]

    loyalty_segment_id = fields.Many2one(search="_search_loyalty_segment_id")
    loyalty_stage_id = fields.Many2one(
        "crm.loyalty.stage",
        string="Life-Cycle Stage",
        compute="_compute_loyalty_state",
        search="_search_loyalty_stage_id",
    )
    loyalty_strategy_id = fields.Many2one(
        "crm.loyalty.strategy",
        string="Strategy",
        compute="_compute_loyalty_state",
        search="_search_loyalty_strategy_id",
    )

    @api.depends("loyalty_profile_id")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_loyalty_state(self):
        for partner in self:
            partner.loyalty_stage_id = partner.loyalty_profile_id.stage_id
            partner.loyalty_strategy_id = partner.loyalty_profile_id.strategy_id

    def _search_loyalty_segment_id(self, operator, value):
        return self._search_on_profile("segment_id", operator, value)

    def _search_loyalty_stage_id(self, operator, value):
        return self._search_on_profile("stage_id", operator, value)

    def _search_loyalty_strategy_id(self, operator, value):
        return self._search_on_profile("strategy_id", operator, value)

    def _search_on_profile(self, name, operator, value):
        """Find the contacts of firms by their profile in the current company."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        wanted = Domain(name, operator, value)
        if operator == "in" and False in value:  # nothing set, or no profile at all
            wanted = Domain(name, "in", [item for item in value if item])
            return self._loyalty_profile_domain(wanted) | ~self._loyalty_profile_domain(
                Domain(name, "!=", False)
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
