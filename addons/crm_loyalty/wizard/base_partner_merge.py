from odoo import models

from ..models.ledger_posting import posting


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Cards of merged customers become one, with all their movements; so do their
    profiles, with all that is told of them."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env["crm.loyalty.profile"]._merge_customers(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        cards = (
            self.env["loyalty.card"]
            .sudo()  # stock merges them so too: the cards of whoever is merged
            .search(
                [
                    ("partner_id", "in", (src_partners + dst_partner).ids),
                    ("use_ledger", "=", True),
                ]
            )
        )
        for program, group in cards.grouped("program_id").items():
            final = group.filtered(lambda card: card.partner_id == dst_partner)
            final = (final or group.sorted("id"))[0]
            if others := group - final:
                others._merge_into(final)
            program.invalidate_recordset(["coupon_ids"])
        return super(
            BasePartnerMergeAutomaticWizard, posting(self)
        )._merge_loyalty_cards(src_partners, dst_partner)
