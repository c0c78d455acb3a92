from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    loyalty_complaint_count = fields.Integer(
        "Open Complaints",
        compute="_compute_loyalty_complaint_count",
        groups="sales_team.group_sale_salesman",
    )

    @api.depends("commercial_partner_id", "loyalty_profile_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_loyalty_complaint_count(self):
        # the card has counted for those with a profile
        unknown = self.filtered(lambda partner: not partner.loyalty_profile_id)
        counts = {}
        if unknown:
            counts = self.env["crm.loyalty.complaint"]._case_counts(
                unknown.commercial_partner_id
            )
        for partner in self:
            firm = partner.commercial_partner_id._origin
            still_open, _total = counts.get(firm, (0, 0))
            partner.loyalty_complaint_count = (
                partner.loyalty_profile_id.complaint_open_count or still_open
            )

    def action_view_loyalty_complaints(self):
        self.ensure_one()
        return self.env["crm.loyalty.complaint"]._case_action(
            self.commercial_partner_id, default_partner_id=self.id
        )
