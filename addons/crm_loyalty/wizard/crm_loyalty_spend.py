from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from ..engine import points as engine


class CrmLoyaltySpend(models.TransientModel):
    """Pay a part of an order with as many points as the customer likes."""

    _name = "crm.loyalty.spend"
    _description = "Use Points"

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    card_ids = fields.Many2many(
        "loyalty.card", string="Cards", compute="_compute_card_ids"
    )
    card_id = fields.Many2one(
        "loyalty.card",
        compute="_compute_card_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', card_ids)]",
    )
    point_name = fields.Char(related="card_id.point_name")
    points_available = fields.Float("Can Be Used", compute="_compute_points_available")
    points = fields.Float("Use", compute="_compute_points", store=True, readonly=False)

    @api.depends("order_id")
    def _compute_card_ids(self):
        for wizard in self:
            wizard.card_ids = wizard.order_id._spendable_cards()

    @api.depends("card_ids")
    def _compute_card_id(self):
        for wizard in self:
            wizard.card_id = wizard.card_ids[:1]

    @api.depends("card_id")
    def _compute_points_available(self):
        for wizard in self:
            wizard.points_available = (
                wizard.order_id._usable_points(wizard.card_id) if wizard.card_id else 0
            )

    @api.depends("card_id")
    def _compute_points(self):
        for wizard in self:
            chosen = (wizard.order_id.loyalty_points_chosen or {}).get(
                str(wizard.card_id.id)
            )
            wizard.points = chosen if chosen is not None else wizard._most_points()

    def _reward(self):
        return self.card_id.program_id._per_point_rewards()[:1]

    def _most_points(self):
        """Return the points that pay the whole order, or all there are."""
        reward = self._reward()
        if not reward:
            return 0
        order = self.order_id
        total = sum(
            order.order_line.filtered(
                lambda line: line.coupon_id != self.card_id
            ).mapped("price_total")
        )
        money = order._loyalty_convert(total, self.card_id.program_id.currency_id)
        points = min(money / reward.discount, self.points_available)
        step = reward.required_points
        return max(points // step * step, 0)

    def action_apply(self):
        """Use the points chosen instead of those used so far."""
        self.ensure_one()
        self._check_points()
        order, card = self.order_id, self.card_id
        chosen = {**(order.loyalty_points_chosen or {}), str(card.id): self.points}
        order.loyalty_points_chosen = chosen
        order.order_line.filtered(
            lambda line: line.coupon_id == card and line.reward_id == self._reward()
        ).unlink()
        order._update_programs_and_rewards()
        if engine.is_zero(self.points):
            return
        result = order._apply_program_reward(self._reward(), card)
        if "error" in result:
            raise ValidationError(result["error"])
        order._update_programs_and_rewards()

    def _check_points(self):
        step = self._reward().required_points
        if not self.card_id:
            raise ValidationError(self.env._("Choose the card to use points of."))
        if self.points < 0:
            raise ValidationError(self.env._("The points to use cannot be negative."))
        if self.points > self.points_available + engine.TOLERANCE:
            raise ValidationError(
                self.env._(
                    "%(points)s points can be used for this order.",
                    points=float_repr(self.points_available, engine.DIGITS),
                )
            )
        if not engine.is_zero(self.points - round(self.points / step) * step):
            raise ValidationError(
                self.env._("Use a multiple of %(step)g points.", step=step)
            )
