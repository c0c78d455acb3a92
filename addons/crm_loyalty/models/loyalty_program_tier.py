from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from .crm_loyalty_tier import BASES, WINDOWS


class LoyaltyProgram(models.Model):
    """Tiers of a programme: what counts for them, and since when."""

    _inherit = "loyalty.program"

    level_ids = fields.One2many(
        "crm.loyalty.tier", "program_id", string="Tiers", copy=True
    )
    tier_basis = fields.Selection(
        BASES,
        string="Counts for Tiers",
        required=True,
        default="amount",
        help="Amounts and orders are those that earned points of the programme.",
    )
    tier_window = fields.Selection(
        WINDOWS, string="Counted Over", required=True, default="rolling"
    )
    tier_months = fields.Integer(
        "Months", default=12, help="Length of the window, and how long a tier holds."
    )

    _tier_months_positive = models.Constraint(
        "CHECK (tier_months > 0)", "The window of tiers is at least a month long."
    )

    def _format_tier_quantity(self, quantity):
        self.ensure_one()
        if self.tier_basis in ("amount", "margin"):
            return self.currency_id.format(quantity)
        digits = 0 if quantity == int(quantity) else 2
        return formatLang(self.env, quantity, digits=digits)

    @api.model
    def _tier_multipliers(self, partner, programs):
        """Return the multiplier of the customer's tier, by programme."""
        found = super()._tier_multipliers(partner, programs)
        multiplying = self.env["crm.loyalty.tier"]._multiplying_program_ids()
        tiered = programs.filtered(lambda program: program.id in multiplying)
        if not (tiered and partner):
            return found
        cards = (
            self.env["loyalty.card"]
            .sudo()  # what an order earns does not depend on who looks at it
            .search(
                [
                    ("program_id", "in", tiered.ids),
                    ("partner_id", "in", (partner | partner.commercial_partner_id).ids),
                    ("tier_id", "!=", False),
                ]
            )
        )
        return {
            **found,
            **{card.program_id: card.tier_id.multiplier for card in cards},
        }

    def _sql_qualifying(self):
        """Return card, day and quantity of everything that counts for tiers.

        One row per order that earned points; what a return took back is taken off its
        purchase, whenever it came. Bonuses and corrections do not count.
        """
        self.ensure_one()
        quantity = {
            "points": SQL("earned.points"),
            "orders": SQL("CASE WHEN earned.points > 0 THEN 1 ELSE 0 END"),
            "amount": SQL("COALESCE(earned.amount, %s)", self._sql_order_figure()),
            "margin": self._sql_order_figure(is_margin=True),
        }[self.tier_basis]
        return SQL(
            """
            SELECT earned.card_id, earned.day, %(quantity)s AS quantity
              FROM (
                SELECT history.card_id, history.order_id, history.order_model,
                       MIN(history.date) AS day,
                       SUM(CASE WHEN history.move_type IS NULL THEN history.issued
                                ELSE history.points END) AS points,
                       SUM(history.currency_amount) AS amount
                  FROM loyalty_history history
                 WHERE history.program_id = %(program)s
                   AND history.order_id IS NOT NULL
                   AND (history.move_type = 'earn'
                        OR history.move_type = 'reverse' AND history.used > 0
                        OR history.move_type IS NULL AND history.issued > 0)
                 GROUP BY 1, 2, 3
              ) earned
              LEFT JOIN sale_order source ON source.id = earned.order_id
               AND earned.order_model = 'sale.order'""",
            quantity=quantity,
            program=self.id,
        )

    def _sql_order_figure(self, is_margin=False):
        """Return the untaxed amount or the margin of the order that earned, in the
        programme's currency at the rate of the order's day and today's between
        companies."""
        known = "margin" in self.env["sale.order"]._fields  # sale_margin
        if is_margin and not known:
            return SQL("0")
        figure = SQL.identifier("source", "margin" if is_margin else "amount_untaxed")
        rates = SQL(" ").join(
            SQL("WHEN %s THEN %s", company.id, self._rate_from(company))
            for company in self._scored_companies()
        )
        return SQL(
            """CASE WHEN earned.points > 0 THEN COALESCE(%s
                   / COALESCE(NULLIF(source.currency_rate, 0), 1)
                   * CASE source.company_id %s ELSE 1 END, 0) ELSE 0 END""",
            figure,
            rates,
        )

    def _rate_from(self, company):
        return company.currency_id._get_conversion_rate(
            company.currency_id, self.currency_id, company, fields.Date.today()
        )
