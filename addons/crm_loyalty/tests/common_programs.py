from odoo.fields import Command, Date

from .common import LoyaltyCase


class ProgramCase(LoyaltyCase):
    """Programmes of Samovar; what earns points is posted as the ledger would."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.programs = cls.env["loyalty.program"]
        cls.cards = cls.env["loyalty.card"]
        cls.history = cls.env["loyalty.history"]
        cls.tiering = cls.env["crm.loyalty.tiering"]
        cls.bonus_job = cls.env["crm.loyalty.bonus.job"]
        cls.today = Date.to_date("2026-06-15")

    @classmethod
    def _program(cls, **values):
        """Return a programme with a ledger: a point per euro, a point pays 1."""
        return cls.programs.create(
            {
                "name": "Club",
                "program_type": "loyalty",
                "trigger": "auto",
                "applies_on": "both",
                "use_ledger": True,
                "company_id": cls.company.id,
                "rule_ids": [
                    Command.clear(),
                    Command.create(
                        {"reward_point_mode": "money", "reward_point_amount": 1}
                    ),
                ],
                "reward_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "discount_mode": "per_point",
                            "discount": 1,
                            "required_points": 1,
                        }
                    ),
                ],
                **values,
            }
        )

    @classmethod
    def _tiered(cls, *levels, **values):
        """Return a programme with tiers given as (name, threshold, more values)."""
        return cls._program(
            level_ids=[
                Command.create({"name": name, "threshold": threshold, **more})
                for name, threshold, more in levels
            ],
            **values,
        )

    @classmethod
    def _card(cls, program, partner, **values):
        return cls.cards.create(
            {"program_id": program.id, "partner_id": partner.id, **values}
        )

    @classmethod
    def _earn(cls, card, amount, date="2026-06-01", points=None):
        """Post what an order over the amount earned on a day."""
        order = cls._order(card.partner_id, date, amount)
        card._post_points(
            "earn",
            amount if points is None else points,
            date=Date.to_date(date),
            document=order,
            currency_amount=amount,
        )
        return order

    @classmethod
    def _level(cls, program, name):
        return program.level_ids.filtered(lambda level: level.name == name)

    def _look(self, program, day="2026-06-15"):
        """Look at the tiers on a day; return the number of changes."""
        return self.tiering._refresh_program(program, Date.to_date(day))
