from collections import namedtuple

from odoo import models
from odoo.tools import SQL

from ..engine import points as engine

Spent = namedtuple("Spent", ("award", "points", "expiration_date"))


class LoyaltyCard(models.Model):
    """Points that come back from an order, and points that go back to it."""

    _inherit = "loyalty.card"

    def _spent_awards(self, order):
        """Return what an order still holds of the awards it was paid from.

        Last taken comes back first: what expires last was taken last.
        """
        self.env["loyalty.history"].flush_model()
        query = SQL(
            """
            SELECT spent.origin_id, SUM(spent.used - CASE
                       WHEN spent.move_type = 'reverse' THEN spent.issued ELSE 0 END),
                   award.expiration_date
              FROM loyalty_history spent
              LEFT JOIN loyalty_history award ON award.id = spent.origin_id
             WHERE spent.order_model = %(model)s AND spent.order_id = %(order)s
               AND spent.card_id = %(card)s
               AND (COALESCE(spent.move_type, 'redeem') = 'redeem'
                    OR spent.move_type = 'reverse' AND spent.issued > 0)
             GROUP BY spent.origin_id, award.id
            HAVING SUM(spent.used - CASE WHEN spent.move_type = 'reverse'
                       THEN spent.issued ELSE 0 END) > %(tolerance)s
             ORDER BY award.expiration_date DESC NULLS FIRST, spent.origin_id DESC""",
            model=order._name,
            order=order.id,
            card=self.id,
            tolerance=engine.TOLERANCE,
        )
        return [Spent(*row) for row in self.env.execute_query(query)]

    def _give_back(self, amount, document, key, **details):
        """Give back points an order was paid with, each to its own last day.

        Points that would have expired meanwhile can be spent for `reinstate_days`.
        """
        card = self.sudo()  # called by the order's own sync
        today = card.program_id._ledger_today()
        window = engine.expiration(today, card.program_id.reinstate_days) or today
        for spent in card._spent_awards(document):
            part = min(spent.points, amount)
            if engine.is_zero(part):
                return
            expires = spent.expiration_date
            if expires and expires < today:
                expires = window
            card._post_movement(
                "reverse",
                part,
                document=document,
                date_available=today,
                expiration_date=expires or False,
                origin=card.env["loyalty.history"].browse(spent.award),
                key=key,
                **details,
            )
            key = None  # names the movement, not each of its rows
            amount -= part

    def _claw_back(self, amount, document, **details):
        """Take back points an order earned: its own awards first, then others.

        What of its awards has expired meanwhile is not taken a second time: the expiry
        is undone, as these points did not lapse but were taken back.
        """
        card = self.sudo()  # called by the order's own sync
        own = card.env["loyalty.history"].search(
            [
                ("card_id", "=", card.id),
                ("order_model", "=", document._name),
                ("order_id", "=", document.id),
                ("move_type", "in", ("earn", False)),
                ("issued", ">", 0),
            ],
            order="id",
        )
        missing = amount - sum(own.mapped("remaining"))
        if missing > engine.TOLERANCE:
            own += card._undo_expiry(own, missing, document)
        return card._post_movement(
            "reverse", -amount, document=document, awards=own, **details
        )

    def _undo_expiry(self, own, missing, document):
        """Give back what of the awards expired, up to an amount."""
        rows = self.env["loyalty.history"].search(
            [("origin_id", "in", own.ids), ("move_type", "=", "expire")]
        )
        expired = min(-sum(rows.mapped("points")), missing)
        return self._post_movement(
            "expire",
            max(expired, 0),
            document=document,
            expiration_date=False,
            origin=rows[:1].origin_id,
            reason=self.env._("Expiry undone: taken back with its order"),
        )
