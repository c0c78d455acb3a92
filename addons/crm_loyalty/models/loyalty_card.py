from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tools import SQL

from ..engine import points as engine
from .ledger_posting import is_posting

# What of a card with a ledger only the ledger or a trusted person may change.
UNIQUE_CARD = "loyalty_card_ledger_partner_uniq"
GUARDED = frozenset(("points", "partner_id", "program_id", "expiration_date"))


class LoyaltyCard(models.Model):
    """A card is an account: with a ledger, its points are the sum of its movements."""

    _inherit = "loyalty.card"

    use_ledger = fields.Boolean(
        compute="_compute_use_ledger", store=True, precompute=True
    )
    points_pending = fields.Float(
        "Pending",
        compute="_compute_ledger",
        help="Part of the balance that cannot be spent yet.",
    )
    points_available = fields.Float(
        "Available", compute="_compute_ledger", help="What can be spent today."
    )
    points_expiring = fields.Float(
        "Expiring Next",
        compute="_compute_ledger",
        help="Points that expire on the next day of expiry.",
    )
    next_expiration_date = fields.Date(
        "Next Expiry",
        compute="_compute_ledger",
        help="Last day the points that expire next can be spent.",
    )
    history_count = fields.Integer("Movements", compute="_compute_history_count")

    _ledger_partner_uniq = models.UniqueIndex(
        "(program_id, partner_id)"
        " WHERE use_ledger AND active AND partner_id IS NOT NULL",
        "A customer has one card in a programme with a ledger.",
    )

    # switching the ledger of a programme writes it to all its cards in one statement
    @api.depends("program_id")
    def _compute_use_ledger(self):
        for card in self:
            card.use_ledger = card.program_id.use_ledger

    @api.depends("points", "history_ids.remaining", "history_ids.expiration_date")
    def _compute_ledger(self):
        awards = self._read_awards()
        for card in self:
            pending, lapsed, next_date, next_points = awards.get(
                card.id, (0, 0, False, 0)
            )
            card.points_pending = pending
            card.points_available = card.points - pending - lapsed
            card.points_expiring = next_points
            card.next_expiration_date = next_date

    @api.depends("history_ids")
    def _compute_history_count(self):
        counts = dict(
            self.env["loyalty.history"]._read_group(
                [("card_id", "in", self.ids), ("move_type", "!=", False)],
                ["card_id"],
                ["__count"],
            )
        )
        for card in self:
            card.history_count = counts.get(card, 0)

    def _read_awards(self):
        """Return {card id: (pending, lapsed, next expiry, points expiring then)}.

        Points past their last day that the nightly job has not taken yet are lapsed:
        they can be spent no more.
        """
        ledger = self.filtered("use_ledger")
        if not ledger.ids:
            return {}
        ledger.env["loyalty.history"].flush_model()
        today = ledger[0].program_id._ledger_today()
        query = SQL(
            """
            SELECT card_id,
                   SUM(remaining) FILTER (
                       WHERE NOT lapsed AND date_available > %(day)s),
                   SUM(remaining) FILTER (WHERE lapsed),
                   MIN(next_date),
                   SUM(remaining) FILTER (WHERE expiration_date = next_date)
              FROM (
                SELECT card_id, remaining, date_available, expiration_date,
                       COALESCE(expiration_date < %(day)s, FALSE) AS lapsed,
                       MIN(expiration_date) FILTER (WHERE expiration_date >= %(day)s)
                           OVER (PARTITION BY card_id) AS next_date
                  FROM loyalty_history
                 WHERE remaining > 0 AND card_id IN %(cards)s
              ) award
             GROUP BY card_id""",
            day=today,
            cards=tuple(ledger.ids),
        )
        return {
            card: (pending or 0, lapsed or 0, day or False, due or 0)
            for card, pending, lapsed, day, due in self.env.execute_query(query)
        }

    def _expiring_soon(self):
        """Return (last day, points) of what expires within the first warning."""
        self.ensure_one()
        today = self.program_id._ledger_today()
        until = today + timedelta(days=self.program_id.warn_days)
        groups = self.env["loyalty.history"]._read_group(
            [
                ("card_id", "=", self.id),
                ("remaining", ">", 0),
                ("expiration_date", ">=", today),
                ("expiration_date", "<=", until),
            ],
            ["expiration_date:day"],
            ["remaining:sum"],
        )
        return [(day, self._format_points(points)) for day, points in groups]

    @api.model_create_multi
    def create(self, vals_list):
        """Points a card starts with become its opening row."""
        if self.env["loyalty.program"]._ledger_program_ids() and any(
            vals.get("partner_id") for vals in vals_list
        ):
            cards = self._create_once(vals_list)
        else:
            cards = super().create(vals_list)
        for card in cards.filtered("use_ledger"):
            if not engine.is_zero(card.points):
                card._write_opening()
        return cards

    def _create_once(self, vals_list):
        """Create cards, of a customer only one per programme with a ledger.

        Two first orders at the same moment would each make a card: the second
        transaction is then tried again and finds the card of the first.
        """
        try:
            with self.env.cr.savepoint():
                # pylint: disable-next=super-method-mismatch
                return super().create(vals_list)
        except UniqueViolation as error:
            if error.diag.constraint_name != UNIQUE_CARD:
                raise
            self._check_no_card(vals_list)
            raise ConcurrencyError("card of the same customer") from error

    def _check_no_card(self, vals_list):
        for vals in vals_list:
            known = self.sudo().search(  # a card the user may not see counts as well
                [
                    ("use_ledger", "=", True),
                    ("program_id", "=", vals.get("program_id")),
                    ("partner_id", "=", vals.get("partner_id")),
                ],
                limit=1,
            )
            if known:
                raise ValidationError(
                    self.env._(
                        "%(customer)s has the card %(code)s in %(program)s already.",
                        customer=known.partner_id.display_name,
                        code=known.code,
                        program=known.program_id.name,
                    )
                )

    def write(self, vals):
        """Turn a balance written to a card with a ledger into a movement."""
        ledger = self.filtered("use_ledger") if GUARDED & vals.keys() else self[:0]
        if not ledger:
            return super().write(vals)
        ledger._check_guarded(vals)
        if "points" not in vals:
            return super().write(vals)
        if self - ledger:
            super(LoyaltyCard, self - ledger).write(vals)
        rest = {name: value for name, value in vals.items() if name != "points"}
        if rest:
            super(LoyaltyCard, ledger).write(rest)
        if not is_posting(self):
            ledger._adjust_to(vals["points"])
        return True

    def _set_balance(self, points):
        """Store the balance that the ledger has reached. The ledger is the history:
        neither a message nor a tracking value per movement."""
        untracked = self.with_context(tracking_disable=True)
        # pylint: disable-next=super-method-mismatch
        return super(LoyaltyCard, untracked).write({"points": points})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        if any(card.use_ledger and card.history_count for card in self):
            raise UserError(
                self.env._(
                    "A card with movements in its ledger cannot be deleted. Archive it."
                )
            )

    def _check_guarded(self, vals):
        if "program_id" in vals and any(
            card.program_id.id != vals["program_id"] for card in self
        ):
            raise UserError(
                self.env._("A card with a ledger cannot move to another programme.")
            )
        if vals.get("expiration_date"):
            raise ValidationError(
                self.env._(
                    "A card with a ledger does not expire: its points do, each by the "
                    "day they were given."
                )
            )
        if "partner_id" in vals and not self.env.su:
            self.filtered(
                lambda card: card.partner_id.id != vals["partner_id"]
            )._check_may_adjust()

    def _check_may_adjust(self):
        """Refuse users who may not change what a customer owns."""
        if self and not (
            self.env.su
            or self.env.user.has_group("crm_loyalty.crm_loyalty_group_points_adjust")
        ):
            raise AccessError(
                self.env._(
                    "The points of %(program)s are kept as a ledger. Ask a person "
                    "with the right to adjust points.",
                    program=self.program_id[:1].name,
                )
            )

    def _adjust_to(self, points):
        """Bring the balance to a figure, by a movement that says by how much."""
        self._check_may_adjust()
        for card in self:
            card._post_points(
                "adjust",
                points - card.points,
                reason=self.env._("Balance changed outside the ledger"),
            )

    def action_view_ledger(self):
        """Open the movements of the card."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.loyalty_history_action"
        )
        return {**action, "domain": [("card_id", "=", self.id)], "context": {}}
