from odoo import api, models


class ProductPricelist(models.Model):
    """Customers of a tier get its prices, unless they have a pricelist of their own."""

    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        found = super()._get_partner_pricelist_multi(partner_ids)
        if not (found and self.env["crm.loyalty.tier"]._with_pricelist()):
            return found
        for partner, pricelist in self._tier_pricelists(partner_ids).items():
            found[partner.id] = pricelist
        return found

    @api.model
    def _tier_pricelists(self, partner_ids):
        """Return the pricelist of the best tier that has one, by partner."""
        partners = self.env["res.partner"].with_context(active_test=False)
        free = partners.browse(partner_ids).filtered(
            lambda partner: not partner.specific_property_product_pricelist.active
        )
        cards = (
            self.env["loyalty.card"]
            .sudo()  # prices do not depend on rights
            .search(
                [
                    ("partner_id", "in", (free | free.commercial_partner_id).ids),
                    ("tier_id.pricelist_id.active", "=", True),
                    ("company_id", "in", (False, self.env.company.id)),
                ]
            )
        )
        best = {}
        for card in cards.sorted(lambda card: card.tier_id.threshold):
            best[card.partner_id] = card.tier_id.pricelist_id
        return {
            partner: best.get(partner) or best[partner.commercial_partner_id]
            for partner in free
            if partner in best or partner.commercial_partner_id in best
        }
