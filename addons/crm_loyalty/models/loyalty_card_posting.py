from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_repr

from ..engine import points as engine

# Movements by which a customer is active, for points that expire by inactivity.
ACTIVITY = frozenset(("earn", "redeem"))


class LoyaltyCard(models.Model):
    """The one way points move on a card with a ledger.

    `_post_points` writes the rows and the balance in one transaction. The balance is
    written first: of two transactions that move points of one card, the second fails
    to serialise and is tried again, so no update is lost and no point is spent twice.
    """

    _inherit = "loyalty.card"

    def _post_points(self, move_type, amount, *, key=None, **details):
        """Post a movement of points and return its rows.

        :param str move_type: one of `loyalty_history.MOVE_TYPES`
        :param float amount: points given (an award), or taken if negative (drawn from
            the awards that expire first, one row per award)
        :param str key: names the movement; one whose key was posted before is not
            posted again, and its rows are returned
        :param date date: day of the movement, the company's today by default
        :param date date_available: day the award can be spent from; `pending_days`
            of the programme after `date` by default if earned, else `date`
        :param expiration_date: last day of the award; by the programme if None, no
            last day if False
        :param str reason: why, in words
        :param document: the record the points are for, usually a sale order
        :param account_move: the invoice or credit note that caused the movement
        :param float currency_amount: purchases the points are for
        :param awards: awards (`loyalty.history`) to draw from before others
        :param origin: the award whose points come back
        :raises ValidationError: more is taken than may be. Redemption takes points
            that are available, other movements any; only `reverse` may leave a
            balance below zero, if the programme lets it.

        Rights are the caller's business: see `_check_may_adjust`.
        """
        history = self.env["loyalty.history"].sudo()  # the right was checked before
        if key and (posted := history.search([("sequence_key", "=", key)])):
            return posted
        return self._post_movement(move_type, amount, key=key, **details)

    def _post_movement(
        self,
        move_type,
        amount,
        *,
        key=None,
        date=None,
        date_available=None,
        expiration_date=None,
        reason=None,
        document=None,
        account_move=None,
        currency_amount=0.0,
        awards=None,
        origin=None,
    ):
        """Post a movement that is known not to be posted yet; see `_post_points`."""
        self.ensure_one()
        card = self.sudo()  # who may start a movement was decided before
        card._check_has_ledger()
        if engine.is_zero(amount):
            return card.env["loyalty.history"]
        common = card._prepare_movement(move_type, date, reason, document, account_move)
        if amount > 0:
            award = card._prepare_award(common, amount, date_available, expiration_date)
            rows = [award | {"origin_id": origin.id if origin else False}]
        else:
            rows = card._draw_rows(common, -amount, awards)
        rows[0] |= {"sequence_key": key, "currency_amount": currency_amount}
        return card._post_rows(rows)

    def _prepare_movement(self, move_type, date, reason, document, account_move):
        return {
            "card_id": self.id,
            "program_id": self.program_id.id,
            "partner_id": self.partner_id.id,
            "move_type": move_type,
            "date": date or self.program_id._ledger_today(),
            "reason": reason,
            "description": self._describe_movement(move_type, reason, document),
            "order_model": document._name if document else False,
            "order_id": document.id if document else False,
            "account_move_id": account_move.id if account_move else False,
            "user_id": self.env.uid,
        }

    def _check_has_ledger(self):
        if not self.use_ledger:
            raise UserError(
                self.env._(
                    "%(program)s keeps no ledger of points.",
                    program=self.program_id.name,
                )
            )

    def _describe_movement(self, move_type, reason, document):
        """Return the text customers see for the movement."""
        if reason:
            return reason
        label = dict(
            self.env["loyalty.history"]
            ._fields["move_type"]
            ._description_selection(self.env)
        )[move_type]
        if not document:
            return label
        return self.env._(
            "%(movement)s: %(document)s",
            movement=label,
            document=document.display_name,
        )

    def _prepare_award(self, common, amount, available=None, expiration=None):
        if available is None:
            days = self.program_id.pending_days if common["move_type"] == "earn" else 0
            available = engine.expiration(common["date"], days) or common["date"]
        if expiration is None:
            expiration = self.program_id._expiration_from(available)
        return common | {
            "issued": amount,
            "used": 0,
            "remaining": engine.left_of_award(amount, self.points + amount),
            "date_available": available,
            "expiration_date": expiration,
        }

    def _draw_rows(self, common, amount, awards):
        """Take points from awards; what no award covers follows the programme."""
        draws, shortage = engine.draw(
            [
                (award.id, award.remaining)
                for award in self._open_awards(common, awards)
            ],
            amount,
        )
        rows = [
            common | {"issued": 0, "used": draw.points, "origin_id": draw.award}
            for draw in draws
        ]
        if not shortage:
            return rows
        if common["move_type"] != "reverse":
            self._raise_shortage(amount, shortage)
        rows.append(common | {"issued": 0, "used": shortage})
        if self.program_id.negative_policy == "floor":
            rows.append(self._prepare_waiver(common, shortage))
        return rows

    def _open_awards(self, common, first):
        """Return what points are taken from, in that order: what expires first."""
        domain = [("card_id", "=", self.id), ("remaining", ">", 0)]
        awards = self.env["loyalty.history"].search(
            domain, order="expiration_date, date, id"
        )
        today = common["date"]
        available = awards.filtered(
            lambda award: (
                (not award.date_available or award.date_available <= today)
                and (not award.expiration_date or award.expiration_date >= today)
            )
        )
        if common["move_type"] == "redeem":
            return available
        first = (first or awards[:0]) & awards
        return first + (available - first) + (awards - available - first)

    def _raise_shortage(self, amount, shortage):
        raise ValidationError(
            self.env._(
                "%(program)s, %(customer)s: %(available)s points can be used, "
                "%(needed)s are needed.",
                program=self.program_id.name,
                customer=self.partner_id.display_name or self.code,
                available=float_repr(amount - shortage, engine.DIGITS),
                needed=float_repr(amount, engine.DIGITS),
            )
        )

    def _prepare_waiver(self, common, shortage):
        """Give back what a return could not take: the balance stops at zero."""
        reason = self.env._("Spent already, not taken back")
        return common | {
            "move_type": "adjust",
            "issued": shortage,
            "used": 0,
            "reason": reason,
            "description": reason,
            "remaining": 0,
        }

    def _post_rows(self, rows):
        """Write the balance, the awards drawn from and the rows, in this order."""
        moved = sum(row["issued"] - row["used"] for row in rows)
        self._set_balance(round(self.points + moved, 6))
        self.flush_recordset(["points"])
        history = self.env["loyalty.history"]
        for row in rows:
            if row["used"] and row.get("origin_id"):
                award = history.browse(row["origin_id"])
                award.remaining = round(award.remaining - row["used"], 6)
        posted = history.create(rows)
        if rows[0]["move_type"] in ACTIVITY:
            self._put_off_expiry(rows[0]["date"])
        return posted

    def _put_off_expiry(self, date):
        """An active customer keeps all his points, where inactivity ends them."""
        program = self.program_id
        if program.expiry_policy != "inactivity" or not program.expire_after:
            return
        awards = self.env["loyalty.history"].search(
            [("card_id", "=", self.id), ("remaining", ">", 0)]
        )
        awards.write(
            {"expiration_date": program._expiration_from(date), "warned_days": 0}
        )

    def _write_opening(self):
        """Add the row that explains the points a new card came with."""
        card = self.sudo()  # whoever may create a card may not write to the ledger
        common = card._prepare_movement("opening", None, None, None, None)
        row = card._prepare_award(common, card.points) | {
            "issued": max(card.points, 0),
            "used": max(-card.points, 0),
            "remaining": max(card.points, 0),
            "sequence_key": f"opening:{card.id}",
        }
        card.env["loyalty.history"].create(row)
