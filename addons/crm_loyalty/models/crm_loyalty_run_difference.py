from odoo import api, fields, models


class CrmLoyaltyRunDifference(models.Model):
    """A fact that a full recount found otherwise than it was stored."""

    _name = "crm.loyalty.run.difference"
    _description = "Difference Found by a Recount"
    _order = "id"

    run_id = fields.Many2one(
        "crm.loyalty.run", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="run_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    field = fields.Char("Technical Name", required=True, readonly=True)
    label = fields.Char("Figure", compute="_compute_label")
    before = fields.Char("Stored", readonly=True)
    after = fields.Char("Recounted", readonly=True)

    @api.depends("field")
    @api.depends_context("lang")
    def _compute_label(self):
        names = self.env["crm.loyalty.profile"].fields_get(attributes=["string"])
        for difference in self:
            known = names.get(difference.field)
            difference.label = known["string"] if known else difference.field
