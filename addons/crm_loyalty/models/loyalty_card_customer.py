import secrets

from odoo import api, fields, models
from odoo.fields import Domain

from .ledger_posting import posting

# Letters and digits nobody mixes up when reading a code aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class LoyaltyCard(models.Model):
    """What ties a card to a customer: the code he recommends with, and forgetting."""

    _inherit = "loyalty.card"

    referral_code = fields.Char(
        readonly=True,
        copy=False,
        help="Who is recommended by the owner of the card names this code. It opens "
        "nothing: it is not the code of the card.",
    )

    _referral_code_uniq = models.UniqueIndex(
        "(referral_code) WHERE referral_code IS NOT NULL",
        "This code is taken by another card.",
    )

    def _get_referral_code(self):
        """Return the code to recommend us with, made when first asked for."""
        self.ensure_one()
        if not self.referral_code:
            self.sudo().referral_code = "".join(  # its owner asks for it on the portal
                secrets.choice(ALPHABET) for _digit in range(CODE_LENGTH)
            )
        return self.referral_code

    @api.model
    def _refer(self, code, newcomer):
        """Note who recommended a new customer; return whether the code was good.

        A customer who has bought before, or comes from the firm itself, is not new.
        """
        card = self.sudo().search(  # newcomers see no cards
            [("referral_code", "=", (code or "").strip().upper())], limit=1
        )
        customer = newcomer.commercial_partner_id.sudo()  # as above
        referrer = card.partner_id
        if (
            not referrer
            or customer.loyalty_referrer_id
            or referrer.commercial_partner_id == customer
            or customer._loyalty_has_bought()
        ):
            return False
        customer.loyalty_referrer_id = referrer
        return True

    @api.model
    def _anonymise(self, partners):
        """Separate the cards from the partners: points lapse, movements stay."""
        cards = self.with_context(active_test=False).search(
            Domain("partner_id", "in", partners.ids)
        )
        for card in cards:
            card._let_points_lapse()
            card.write(
                {
                    "partner_id": False,
                    "code": self._generate_code(),
                    "referral_code": False,
                    "active": False,
                }
            )
        posting(
            self.env["loyalty.history"].search([("card_id", "in", cards.ids)])
        ).write({"partner_id": False})
        # chatter and tracked balances name the customer
        cards.message_ids.unlink()
        return cards

    def _let_points_lapse(self):
        if not self.points:
            return
        if self.use_ledger:
            self._post_points("expire", -self.points, reason=self.env._("Erased"))
        else:
            self.env["loyalty.history"].create(
                {
                    "card_id": self.id,
                    "description": self.env._("Erased"),
                    "used": self.points,
                }
            )
            self.points = 0
