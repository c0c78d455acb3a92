"""Who takes part in a supply chain."""

from odoo import api, fields, models

from .crm_readiness_part import CrmReadinessPart


class CrmReadinessParticipant(models.Model):
    _name = "crm.readiness.participant"
    _description = "Participant of a Supply Chain"
    _inherit = [CrmReadinessPart._name]

    name = fields.Char(required=True)
    chain_id = fields.Many2one(
        "crm.readiness.chain",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('readiness_id', '=', readiness_id)]",
    )
    role = fields.Char(help="e.g. supplier, distributor, customer.")
    activity = fields.Char(help="What it does in the chain.")
    technology = fields.Char(string="IT Used")

    @api.model_create_multi
    def create(self, vals_list):
        chains = self.env["crm.readiness.chain"]
        for vals in vals_list:
            chain = chains.browse(vals.get("chain_id"))
            vals.setdefault("readiness_id", chain.readiness_id.id)
        return super().create(vals_list)
