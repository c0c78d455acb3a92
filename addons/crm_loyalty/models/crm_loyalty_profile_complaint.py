from odoo import api, fields, models


class CrmLoyaltyProfile(models.Model):
    _inherit = "crm.loyalty.profile"

    complaint_open_count = fields.Integer(
        "Open Complaints", compute="_compute_complaint_counts"
    )
    complaint_count = fields.Integer("Complaints", compute="_compute_complaint_counts")

    @api.depends("partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_counts(self):
        counts = self.env["crm.loyalty.complaint"]._case_counts(self.partner_id)
        for profile in self:
            still_open, total = counts.get(profile.partner_id, (0, 0))
            profile.complaint_open_count = still_open
            profile.complaint_count = total

    def action_view_complaints(self):
        self.ensure_one()
        return self.env["crm.loyalty.complaint"]._case_action(
            self.partner_id, default_company_id=self.company_id.id
        )

    def _card_items(self):
        items = super()._card_items()
        for profile in self.filtered("complaint_open_count"):
            items[profile.id].append(
                profile._card_item(
                    "complaint",
                    70,
                    self.env._("Complaints"),
                    self.env._("Open: %(count)s", count=profile.complaint_open_count),
                    self.env._(
                        "Complaints on record: %(count)s. Settle what is open before "
                        "you sell.",
                        count=profile.complaint_count,
                    ),
                    "danger",
                )
            )
        return items
