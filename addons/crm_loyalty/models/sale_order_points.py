from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import points as engine
from .ledger_posting import is_posting, posting
from .loyalty_program import LEDGER_TERMS


class SaleOrder(models.Model):
    """What an order earns and spends in programmes with a ledger.

    Stock Odoo keeps the quotation: which programmes apply, which rewards may be
    claimed. From confirmation on, one rule moves the points, whatever happened to the
    order, its deliveries, invoices and payments:

        target - posted = the next movement
    """

    _inherit = "sale.order"

    loyalty_earning_ids = fields.One2many(
        "crm.loyalty.earning", "order_id", string="Points", readonly=True, copy=False
    )
    loyalty_enrolled = fields.Boolean(
        readonly=True, copy=False, help="Was confirmed while a ledger was kept."
    )
    loyalty_points_chosen = fields.Json(
        copy=False,
        help="Points the customer chose to use at most, by card.",
    )

    has_points = fields.Boolean(compute="_compute_has_points")
    points_moved = fields.Float(compute="_compute_points_moved")

    @api.depends("partner_id", "state")
    def _compute_has_points(self):
        for order in self:
            order.has_points = bool(
                order.state in ("draft", "sent") and order._spendable_cards()
            )

    @api.depends("loyalty_earning_ids", "state")
    def _compute_points_moved(self):
        totals = self._origin._ledger_totals()
        for order in self:
            earned, redeemed = totals.get(order._origin, (0, 0))
            order.points_moved = earned - redeemed

    def _has_ledger(self):
        return bool(self.env["loyalty.program"]._ledger_program_ids())

    # ---------------------------------------------------------------- quotation

    def _update_programs_and_rewards(self):
        """Offer the firm's shared cards too; on a confirmed order, move its points."""
        if not self._has_ledger():
            return super()._update_programs_and_rewards()
        self._apply_shared_cards()
        result = super(SaleOrder, posting(self))._update_programs_and_rewards()
        if self.state == "sale" and not is_posting(self):
            self._crm_loyalty_enrol()
            self._crm_loyalty_sync()
        return result

    def _apply_shared_cards(self):
        firm = self.partner_id.commercial_partner_id
        if not firm or firm == self.partner_id or not self._allow_nominative_programs():
            return
        self.applied_coupon_ids += self.env["loyalty.card"].search(
            [
                ("id", "not in", self.applied_coupon_ids.ids),
                ("use_ledger", "=", True),
                ("partner_id", "=", firm.id),
                ("points", ">", 0),
                ("program_id.beneficiary", "=", "commercial"),
            ]
        )

    def _program_check_compute_points(self, programs):
        """Points by the programme's own terms; none yet where they come later.

        Terms are the amount counted (with tax or without), the currency of the
        programme at the date of the order and the customer's tier.
        """
        ledger = programs.filtered("use_ledger")
        if not ledger:
            return super()._program_check_compute_points(programs)
        # read together what stock Odoo reads together
        ledger = ledger.with_prefetch(programs._prefetch_ids)
        now = ledger.filtered(lambda program: program._is_posted_by_stock())
        now = now.with_prefetch(programs._prefetch_ids)
        result = self._compute_ledger_points(now, self._tier_multipliers(now))
        result |= {program: {"points": [0]} for program in ledger - now}
        if stock := (programs - ledger).with_prefetch(programs._prefetch_ids):
            result |= super()._program_check_compute_points(stock)
        return {program: result[program] for program in programs}

    def _tier_multipliers(self, programs):
        return self.env["loyalty.program"]._tier_multipliers(self.partner_id, programs)

    def _compute_ledger_points(self, programs, multipliers):
        """Return what stock Odoo returns, by the terms of programmes with a ledger."""
        result = {}
        for group in programs.grouped(
            lambda program: (
                program.points_tax_mode,
                program.currency_id,
                program.active,
            )
        ).values():
            group = group.with_prefetch(programs._prefetch_ids)._with_own_rules()
            order = self.with_context(**group[0]._ledger_terms())
            status = super(  # pylint: disable=super-method-mismatch
                SaleOrder, order
            )._program_check_compute_points(group)
            for program, found in status.items():
                if "points" in found:
                    factor = multipliers.get(program, 1)
                    found["points"] = [
                        engine.rounded_down(points * factor)
                        for points in found["points"]
                    ]
                result[program] = found
        return result

    def _get_order_line_price(self, order_line, price_type):
        terms = self.env.context.get(LEDGER_TERMS)
        if not terms:
            return super()._get_order_line_price(order_line, price_type)
        tax_mode, currency = terms
        if tax_mode == "excl":
            price_type = "price_subtotal"
        price = super()._get_order_line_price(order_line, price_type)
        return self._loyalty_convert(price, currency)

    def _loyalty_convert(self, amount, currency):
        """Convert an amount of the order at the date of the order."""
        if currency == self.currency_id:
            return amount
        return self.currency_id._convert(
            amount,
            currency,
            self.company_id,
            self.date_order or fields.Date.today(),
            round=False,
        )

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Points of a card this order may still use, and has been chosen to use."""
        if not coupon.use_ledger:
            return super()._get_real_points_for_coupon(coupon, post_confirm)
        usable = self._usable_points(coupon)
        chosen = (self.loyalty_points_chosen or {}).get(str(coupon.id))
        if chosen is not None:
            usable = min(usable, chosen)
        spent = sum(
            self.order_line.filtered(lambda line: line.coupon_id == coupon).mapped(
                "points_cost"
            )
        )
        # a customer in debt may order, and use no points
        return engine.rounded_down(usable - spent if spent else max(usable, 0))

    def _usable_points(self, coupon):
        """Return the points the order may use of a card: available, within limits."""
        self.ensure_one()
        usable = coupon.points_available
        if self.state == "sale":
            usable += self._points_redeemed(coupon)
        elif self._spends_own_points(coupon.program_id):
            usable += sum(
                self.coupon_point_ids.filtered(
                    lambda entry: entry.coupon_id == coupon
                ).mapped("points")
            )
        return min([usable, *self._points_limits(coupon.program_id)])

    def _spends_own_points(self, program):
        """Tell whether what the order earns may be used on the order itself."""
        return (
            program._is_posted_by_stock()
            and not program.pending_days
            and program.applies_on != "future"
        )

    def _points_limits(self, program):
        """Yield what the programme lets an order or a customer spend at most."""
        if program.max_points_percent:
            yield self._most_points(program)
        if program.spend_limit:
            yield program.spend_limit - self._points_in_period(program, "redeem")

    def _most_points(self, program):
        """Return the points that pay the largest part of the order they may pay."""
        money = sum(
            self.order_line.filtered(
                lambda line: line.reward_id.program_id != program
            ).mapped("price_total")
        )
        return engine.most_usable(
            max(self._loyalty_convert(money, program.currency_id), 0),
            program.max_points_percent,
            program._money_per_point(),
        )

    def _spendable_cards(self):
        """Return the cards of which a chosen number of points can be used."""
        self.ensure_one()
        programs = self.env["loyalty.program"]._ledger_program_ids()
        if not programs or not self.partner_id:
            return self.env["loyalty.card"]
        partner = self.partner_id
        cards = self.env["loyalty.card"].search(
            [
                ("program_id", "in", programs),
                ("program_id.active", "=", True),
                (
                    "partner_id",
                    "in",
                    (partner | partner.commercial_partner_id)._origin.ids,
                ),
                ("points", ">", 0),
            ]
        )
        return cards.filtered(
            lambda card: (
                card.program_id._per_point_rewards()
                and (
                    card.partner_id == partner._origin
                    or card.program_id.beneficiary == "commercial"
                )
                and card.program_id.filtered_domain(self._get_program_domain())
            )
        )

    def action_use_points(self):
        """Open the window in which points to use are chosen."""
        self.ensure_one()
        if not self._spendable_cards():
            raise ValidationError(
                self.env._(
                    "%(customer)s has no points that can pay for this order.",
                    customer=self.partner_id.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_spend_action"
        )
        return {**action, "context": {"active_id": self.id}}

    def action_view_points(self):
        """Open the movements of the order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.loyalty_history_action"
        )
        return {
            **action,
            "domain": [("order_model", "=", self._name), ("order_id", "=", self.id)],
            "context": {},
        }

    # ------------------------------------------------------- stock's own posting

    def _get_point_changes(self):
        """Leave cards with a ledger to `_crm_loyalty_sync`."""
        changes = super()._get_point_changes()
        for card in [card for card in changes if card.use_ledger]:
            del changes[card]
        return changes

    def _add_loyalty_history_lines(self):
        return super(SaleOrder, posting(self))._add_loyalty_history_lines()

    def _update_loyalty_history(self, coupon_id, points):
        if coupon_id.use_ledger:
            return None
        return super()._update_loyalty_history(coupon_id, points)

    def action_confirm(self):
        result = super().action_confirm()
        if self._has_ledger():
            confirmed = self.filtered(lambda order: order.state == "sale")
            confirmed._crm_loyalty_confirmed()
        return result

    def _action_cancel(self):
        if not self._has_ledger():
            return super()._action_cancel()
        entries = self.coupon_point_ids.sudo()  # who cancels may not delete them
        entries.filtered(lambda entry: entry.coupon_id.use_ledger).unlink()
        result = super(SaleOrder, posting(self))._action_cancel()
        self._crm_loyalty_sync()
        return result

    def _compute_loyalty_data(self):
        """Show what is left of the points after reversals."""
        result = super()._compute_loyalty_data()
        shown = self.filtered("loyalty_data") if self._has_ledger() else self.browse()
        for order, (earned, redeemed) in shown._ledger_totals().items():
            order.loyalty_data = {
                **order.loyalty_data,
                "issued": earned,
                "cost": redeemed,
            }
        return result
