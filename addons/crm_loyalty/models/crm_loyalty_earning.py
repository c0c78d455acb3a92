from odoo import api, fields, models

from ..engine import points

EARN_EVENTS = [
    ("order", "Order confirmed"),
    ("delivery", "Goods delivered"),
    ("invoice", "Invoice posted"),
    ("payment", "Invoice paid"),
]


class CrmLoyaltyEarning(models.Model):
    """What one order earns in one programme with a ledger.

    Fixed when the order is confirmed, and evaluated again only when its lines change:
    a later change of the programme does not reach back.
    """

    _name = "crm.loyalty.earning"
    _description = "Points of an Order"
    _order = "id desc"
    _rec_name = "program_id"

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id")
    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, index=True, ondelete="cascade"
    )
    card_id = fields.Many2one(
        "loyalty.card", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    earn_event = fields.Selection(
        EARN_EVENTS, string="Earned When", required=True, readonly=True
    )
    full_points = fields.Float(
        "Whole Order", readonly=True, help="Points once everything is reached."
    )
    multiplier = fields.Float(
        readonly=True, default=1, help="Of the customer's tier when confirmed."
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    base_amount = fields.Monetary(
        "Amount", readonly=True, help="What the points of the whole order are for."
    )
    is_capped = fields.Boolean(readonly=True)
    cap_points = fields.Float(
        "At Most",
        readonly=True,
        help="What the customer could still earn in the period at that time.",
    )
    fingerprint = fields.Char(
        readonly=True, help="Of the order lines the points were evaluated for."
    )
    earned_points = fields.Float("Earned", compute="_compute_earned_points")

    _order_program_uniq = models.Constraint(
        "UNIQUE (order_id, program_id)", "An order earns once in a programme."
    )

    @api.depends("full_points", "order_id.state")
    def _compute_earned_points(self):
        earned = dict.fromkeys(self.ids, 0.0)
        for order, program, total in self.env["loyalty.history"]._read_group(
            [
                ("order_model", "=", "sale.order"),
                ("order_id", "in", self.order_id.ids),
                "|",
                ("move_type", "=", "earn"),
                "&",
                ("move_type", "=", "reverse"),
                ("used", ">", 0),
            ],
            ["order_id", "program_id"],
            ["points:sum"],
        ):
            earned[order, program.id] = total
        for earning in self:
            key = (earning.order_id.id, earning.program_id.id)
            earning.earned_points = earned.get(key, 0.0)

    def _target(self, share):
        """Return the points earned when a share of the order is reached."""
        self.ensure_one()
        cap = self.cap_points if self.is_capped else None
        return points.target(self.full_points, share, cap)
