from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from .ledger_posting import is_posting

MOVE_TYPES = [
    ("opening", "Opening"),
    ("earn", "Earned"),
    ("redeem", "Redeemed"),
    ("reverse", "Reversed"),
    ("expire", "Expired"),
    ("adjust", "Adjusted"),
    ("bonus", "Bonus"),
    ("transfer", "Transferred"),
]
# What may still change on a posted row: what is left of an award, how long it lasts,
# whether its owner was warned; and the owner, when customers are merged.
CHANGEABLE = frozenset(
    ("remaining", "expiration_date", "warned_days", "card_id", "partner_id")
)


class LoyaltyHistory(models.Model):
    """A ledger of points for programmes that keep one, the stock log for others.

    One movement per row and one direction per movement. A row that gives points is an
    *award*: `remaining` says what is left of it. A row that takes points names the
    award it draws from in `origin_id`. Rows are never deleted, only reversed, and are
    made by `loyalty.card._post_points` alone.
    """

    _inherit = "loyalty.history"

    move_type = fields.Selection(
        MOVE_TYPES,
        string="Movement",
        readonly=True,
        help="Empty on rows of programmes without a ledger.",
    )
    date = fields.Date(
        readonly=True, index=True, help="Day of the movement, the company's own."
    )
    date_available = fields.Date(
        "Available From", readonly=True, help="Before this day points are pending."
    )
    expiration_date = fields.Date(
        "Expires After", readonly=True, help="Last day the points can be spent."
    )
    origin_id = fields.Many2one(
        "loyalty.history",
        string="From Award",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The award these points were taken from.",
    )
    remaining = fields.Float(
        readonly=True,
        help="Points of the award not yet used. The opening row holds the whole "
        "balance the card had.",
    )
    points = fields.Float(
        compute="_compute_points",
        store=True,
        precompute=True,
        help="Points given, or points taken with a minus.",
    )
    partner_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    program_id = fields.Many2one(
        "loyalty.program", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    currency_amount = fields.Monetary(
        "Amount", readonly=True, help="Purchases that earned these points."
    )
    account_move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The invoice or credit note that moved the points.",
    )
    sequence_key = fields.Char(
        "Key",
        readonly=True,
        help="A movement with the same key is not posted again.",
    )
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Posted by", readonly=True)
    warned_days = fields.Integer(
        readonly=True,
        help="Days before expiry at which the owner was last told of it.",
    )

    _sequence_key_uniq = models.UniqueIndex(
        "(sequence_key) WHERE sequence_key IS NOT NULL",
        "This movement of points has been posted already.",
    )
    _open_award_idx = models.Index("(card_id, expiration_date) WHERE remaining > 0")
    _expiring_idx = models.Index("(expiration_date) WHERE remaining > 0")
    _order_idx = models.Index("(order_id, order_model) WHERE order_id IS NOT NULL")

    def _auto_init(self):
        """Fill the columns of existing rows in one statement, not row by row."""
        if not column_exists(self.env.cr, self._table, "points"):
            for name, kind in (
                ("points", "double precision"),
                ("date", "date"),
                ("partner_id", "integer"),
                ("program_id", "integer"),
            ):
                create_column(self.env.cr, self._table, name, kind)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE loyalty_history history
                       SET points = COALESCE(issued, 0) - COALESCE(used, 0),
                           date = history.create_date::date,
                           partner_id = card.partner_id,
                           program_id = card.program_id
                      FROM loyalty_card card
                     WHERE card.id = history.card_id"""
                )
            )
        return super()._auto_init()

    @api.depends("issued", "used")
    def _compute_points(self):
        for row in self:
            row.points = row.issued - row.used

    @api.model_create_multi
    def create(self, vals_list):
        """Rows of ledger cards come from the ledger only.

        Stock orders write a row of their own too: for ledger cards it is left out, as
        the order's movements are posted instead.
        """
        Card = self.env["loyalty.card"]
        stock = []
        for vals in vals_list:
            card = Card.browse(vals.get("card_id")).sudo()  # its programme decides
            if not card.use_ledger or self.env.su and vals.get("move_type"):
                stock.append(self._with_card(vals, card))
            elif not is_posting(self):
                raise UserError(self._only_by_ledger())
        return super().create(stock)

    @api.model
    def _with_card(self, vals, card):
        return {
            "program_id": card.program_id.id,
            "partner_id": card.partner_id.id,
            "date": fields.Date.context_today(self),
            **vals,
        }

    def _in_ledger(self):
        """Rows of a ledger; what stock Odoo logged before it was kept is its past."""
        return self.filtered(
            lambda row: row.move_type or row.sudo().card_id.use_ledger  # whoever asks
        )

    def write(self, vals):
        if self._in_ledger() and not (self.env.su and vals.keys() <= CHANGEABLE):
            raise UserError(self._only_by_ledger())
        return super().write(vals)

    def unlink(self):
        """Keep rows of the ledger: a cancelled order reverses them instead.

        Rows of a ledger that is kept no more stay too, as awards and draws are linked.
        """
        ledger = self._in_ledger()
        kept = ledger.sudo().card_id  # as above: whoever deletes
        if any(kept.mapped("use_ledger")) and not is_posting(self):
            # some rows may go and others are kept, which no @api.ondelete can do
            raise UserError(self._only_by_ledger())  # pylint: disable=no-raise-unlink
        return super(LoyaltyHistory, self - ledger).unlink()

    def _get_order_description(self):
        """Rows outlive their documents."""
        if (
            self.move_type
            and not self.env[self.order_model].browse(self.order_id).exists()
        ):
            return self.description
        return super()._get_order_description()

    def _only_by_ledger(self):
        return self.env._(
            "The points ledger is never changed or deleted by hand. Adjust the "
            "balance of the card instead: the difference becomes a row of its own."
        )
