from odoo import models
from odoo.exceptions import ValidationError


class LoyaltyGenerateWizard(models.TransientModel):
    """Stock's way to give eWallets to many customers. On a ledger each has one, and
    what he is given is an adjustment as any other: with a reason and, above the limit,
    a second person."""

    _inherit = "loyalty.generate.wizard"

    def generate_coupons(self):
        ledger = self.filtered("program_id.use_ledger")
        if not ledger:
            return super().generate_coupons()
        cards = self.env["loyalty.card"]
        if others := self - ledger:
            cards = super(LoyaltyGenerateWizard, others).generate_coupons()
        return cards.union(*(wizard._give_on_ledger() for wizard in ledger))

    def _give_on_ledger(self):
        cards = self._find_or_create_cards(self._check_ledger_terms())
        adjustments = self.env["crm.loyalty.adjustment"].create(
            [
                {
                    "card_id": card.id,
                    "points": self.points_granted,
                    "reason": self.description,
                }
                for card in cards
            ]
        )
        adjustments.action_apply()
        return cards

    def _check_ledger_terms(self):
        """Return the owners of the cards."""
        owners = self._get_partners()
        if self.program_id.beneficiary == "commercial":
            owners = owners.commercial_partner_id
        problems = {
            self.env._("choose the customers, as every card has an owner"): not owners,
            self.env._("give a description: a movement needs a reason"): not (
                self.description or ""
            ).strip(),
            self.env._(
                "leave the last day empty, as points end by the programme's own days"
            ): bool(self.valid_until),
        }
        if found := [text for text, is_wrong in problems.items() if is_wrong]:
            raise ValidationError(
                self.env._(
                    "%(program)s keeps a points ledger: %(problems)s.",
                    program=self.program_id.name,
                    problems="; ".join(found),
                )
            )
        return owners

    def _find_or_create_cards(self, owners):
        cards = self.env["loyalty.card"]
        program = self.program_id
        known = cards.search(
            [("program_id", "=", program.id), ("partner_id", "in", owners.ids)]
        )
        return known | cards.create(
            [
                {"program_id": program.id, "partner_id": owner.id, "points": 0}
                for owner in owners - known.partner_id
            ]
        )
