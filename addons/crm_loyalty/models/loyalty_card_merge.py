from odoo import models
from odoo.tools import SQL

from ..engine import points as engine

# Tables that name a card and go with it when cards are joined.
FOLLOWING = (
    ("loyalty_history", "card_id"),
    ("sale_order_line", "coupon_id"),
    ("crm_loyalty_earning", "card_id"),
)


class LoyaltyCard(models.Model):
    """Several cards of one customer become one, with all they have moved."""

    _inherit = "loyalty.card"

    def _merge_into(self, final):
        """Move rows, balance and orders to the final card and archive these."""
        total = final.points + sum(self.mapped("points"))
        self._move_rows(final)
        self._set_balance(0)
        self.active = False
        self.flush_recordset()
        final._set_balance(round(total, 6))
        final.flush_recordset()
        final._settle_awards()
        final.message_post(
            body=self.env._(
                "Cards of the same customer joined: %(codes)s. Balance: %(points)s",
                codes=", ".join(self.mapped("code")),
                points=final.points_display,
            )
        )

    def _move_rows(self, final):
        self.env.flush_all()
        for table, column in FOLLOWING:
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = %(final)s"
                    " WHERE %(column)s IN %(ids)s",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    final=final.id,
                    ids=tuple(self.ids),
                )
            )
        for table, order, card in (
            ("sale_order_coupon_points", "order_id", "coupon_id"),
            ("loyalty_card_sale_order_rel", "sale_order_id", "loyalty_card_id"),
        ):
            self._move_unique(final, table, order, card)
        self.env.invalidate_all()

    def _move_unique(self, final, table, order, card):
        """Move rows of which an order may have one per card: the first one stays."""
        names = {
            "table": SQL.identifier(table),
            "order": SQL.identifier(order),
            "card": SQL.identifier(card),
            "final": final.id,
            "ids": tuple(self.ids),
        }
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM %(table)s moved
                 USING %(table)s kept
                 WHERE moved.%(card)s IN %(ids)s AND kept.%(order)s = moved.%(order)s
                   AND (kept.%(card)s = %(final)s
                        OR kept.%(card)s IN %(ids)s
                           AND kept.%(card)s < moved.%(card)s)""",
                **names,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(card)s = %(final)s WHERE %(card)s IN %(ids)s",
                **names,
            )
        )

    def _repair(self, total, today):
        """Add the row by which the sum of the rows becomes the balance again."""
        self._settle_awards()
        awards = self.env["loyalty.history"].search(
            [("card_id", "=", self.id), ("remaining", ">", 0)]
        )
        left = max(self.points, 0) - sum(awards.mapped("remaining"))
        missing = round(self.points - total, 6)
        common = self._prepare_movement(
            "adjust",
            today,
            self.env._("Repair: the balance differed from the ledger"),
            None,
            None,
        )
        self.env["loyalty.history"].create(
            common
            | {
                "issued": max(missing, 0),
                "used": max(-missing, 0),
                "remaining": max(left, 0),
                "date_available": today,
                "expiration_date": self.program_id._expiration_from(today),
            }
        )

    def _settle_awards(self):
        """Let awards cover a debt: what is left of them is the balance, or nothing."""
        awards = (
            self.env["loyalty.history"]
            .sudo()  # what is left of awards is the ledger's own business
            .search(
                [("card_id", "=", self.id), ("remaining", ">", 0)],
                order="expiration_date, date, id",
            )
        )
        excess = sum(awards.mapped("remaining")) - max(self.points, 0)
        if excess < engine.TOLERANCE:
            return
        left = {award.id: award for award in awards}
        taken = engine.draw([(award.id, award.remaining) for award in awards], excess)
        for part in taken.draws:
            left[part.award].remaining -= part.points
