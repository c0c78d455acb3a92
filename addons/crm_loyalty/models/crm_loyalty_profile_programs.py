from collections import defaultdict

from odoo import models
from odoo.tools import format_date, formatLang


class CrmLoyaltyProfile(models.Model):
    """Tier and points on the card of the customer."""

    _inherit = "crm.loyalty.profile"

    def _card_items(self):
        items = super()._card_items()
        cards = self._loyalty_cards()
        for profile in self:
            for card in cards[profile.partner_id]:
                if profile._shows_card(card):
                    items[profile.id] += profile._card_lines(card)
        return items

    def _loyalty_cards(self):
        """Return the cards of the firms and their contacts the user may see."""
        found = defaultdict(self.env["loyalty.card"].browse)
        if not self.env["loyalty.card"].has_access("read"):
            return found
        for card in self.env["loyalty.card"].search(
            [
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                ("program_id.active", "=", True),
            ],
            order="id",
        ):
            if card.program_id.is_nominative:  # not stored, so no condition
                found[card.partner_id.commercial_partner_id] |= card
        return found

    def _shows_card(self, card):
        return not card.company_id or card.company_id in (
            self.company_id,
            self.company_id.parent_id,
        )

    def _card_lines(self, card):
        lines = []
        if card.has_tiers:
            lines.append(
                self._card_item(
                    f"tier_{card.id}",
                    40,
                    self.env._("Tier"),
                    card.tier_id.name or self.env._("None yet"),
                    card.tier_why,
                    "success" if card.tier_id else "muted",
                )
            )
        lines.append(
            self._card_item(
                f"points_{card.id}",
                50,
                card.program_id.portal_point_name or self.env._("Points"),
                formatLang(self.env, self._spendable(card), digits=0),
                self._explain_points(card),
                "info" if card.points > 0 else "muted",
            )
        )
        return lines

    def _spendable(self, card):
        return card.points_available if card.use_ledger else card.points

    def _explain_points(self, card):
        whose = (
            card.program_id.name
            if card.partner_id == self.partner_id
            else self.env._(
                "%(program)s, card of %(contact)s",
                program=card.program_id.name,
                contact=card.partner_id.name,
            )
        )
        lines = [whose]
        if card.points_pending:
            lines.append(
                self.env._(
                    "Pending: %(points)s.",
                    points=formatLang(self.env, card.points_pending, digits=0),
                )
            )
        if card.points_expiring:
            lines.append(
                self.env._(
                    "Expiring on %(date)s: %(points)s.",
                    date=format_date(self.env, card.next_expiration_date),
                    points=formatLang(self.env, card.points_expiring, digits=0),
                )
            )
        return "\n".join(lines)
