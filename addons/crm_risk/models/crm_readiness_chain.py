"""Supply chains the company is part of; one of them comes first."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_readiness_part import CrmReadinessPart

RATES = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")]


class CrmReadinessChain(models.Model):
    """A supply chain the company is part of; one of them gets the CRM first."""

    _name = "crm.readiness.chain"
    _description = "Supply Chain"
    _inherit = [CrmReadinessPart._name]

    name = fields.Char(required=True)
    turnover_share = fields.Float(
        digits=0, string="Share of Turnover", help="Between 0 % and 100 %."
    )
    influence = fields.Selection(
        RATES,
        string="Influence of IT",
        required=True,
        default="3",
        help="How much information technology could change in it, 1 to 5.",
    )
    is_priority = fields.Boolean(string="Priority")
    participant_ids = fields.One2many(
        "crm.readiness.participant", "chain_id", string="Participants", copy=True
    )

    @api.constrains("turnover_share", "readiness_id")
    def _check_turnover(self):
        for chain in self:
            if not 0 <= chain.turnover_share <= 1:
                raise ValidationError(
                    self.env._(
                        "%(chain)s: the share of turnover lies between 0 %% and"
                        " 100 %%, it is %(share)s %%.",
                        chain=chain.name,
                        share=f"{100 * chain.turnover_share:g}",
                    )
                )
        for readiness in self.readiness_id:
            total = sum(readiness.chain_ids.mapped("turnover_share"))
            if round(total, 6) > 1:
                raise ValidationError(
                    self.env._(
                        "The supply chains of %(record)s bring %(total)s %% of the"
                        " turnover together; it cannot be more than 100 %%.",
                        record=readiness.display_name,
                        total=f"{100 * total:g}",
                    )
                )
