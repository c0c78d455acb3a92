from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, date_utils, float_repr

from ..engine import points as engine


class SaleOrder(models.Model):
    """How much of an order is reached, and what its customer moved in the period."""

    _inherit = "sale.order"

    def _points_share(self, earning, fresh=False):
        """Return the share of the order that is confirmed, delivered, invoiced or paid.

        Lines weigh what they cost. What was returned or credited counts no more, once
        where it was both, and not at all where it was delivered or invoiced again.
        """
        self.ensure_one()
        if self.state != "sale":
            return 0.0
        if fresh and earning.earn_event == "order":
            return 1.0
        lines = self._points_lines(earning.program_id).filtered(
            lambda line: not line.reward_id
        )
        lines = self.env["sale.order.line"].union(
            *(line._get_lines_with_price() for line in lines)
        )
        lines = lines.filtered(lambda line: line.product_uom_qty > 0)
        paid = any(line.price_subtotal > 0 for line in lines)
        weights = []
        for line in lines:
            weight = line.price_subtotal if paid else line.product_uom_qty
            if weight > 0:
                reached = line._points_reached(earning.earn_event)
                weights.append((weight, weight * reached))
        return engine.reached_share(weights)

    def _points_redeemed(self, card):
        """Return the points of a card this order holds."""
        posted = self.sudo()._ledger_posted()  # rows of the order, whoever asks
        sums = posted.get(self.id, {}).get(card.id)
        return sums.redeemed if sums else 0.0

    def _ledger_totals(self):
        """Return {order: (earned, redeemed)} of orders with rows in a ledger."""
        posted = self._ledger_posted()
        return {
            order: (
                sum(sums.earned for sums in posted[order.id].values()),
                sum(sums.redeemed for sums in posted[order.id].values()),
            )
            for order in self
            if order.id in posted
        }

    def _points_in_period(self, program, kind):
        """Return what the customer's other orders earned or redeemed in the period.

        The contacts of a firm count together; what was reversed does not count.
        """
        given, taken = ("issued", "used") if kind == "earn" else ("used", "issued")
        today = program._ledger_today()
        self.env["loyalty.history"].flush_model()
        query = SQL(
            """
            SELECT COALESCE(SUM(history.%(given)s) FILTER (WHERE move_type = %(kind)s)
                   , 0) - COALESCE(SUM(history.%(taken)s) FILTER (
                       WHERE move_type = 'reverse'), 0)
              FROM loyalty_history history
              JOIN res_partner partner ON partner.id = history.partner_id
             WHERE history.program_id = %(program)s
               AND partner.commercial_partner_id = %(customer)s
               AND history.move_type IN (%(kind)s, 'reverse')
               AND history.date >= %(since)s
               AND (history.order_model, history.order_id)
                   IS DISTINCT FROM (%(model)s, %(order)s)""",
            given=SQL.identifier(given),
            taken=SQL.identifier(taken),
            kind=kind,
            program=program.id,
            customer=self.partner_id.commercial_partner_id.id or 0,
            since=date_utils.start_of(today, program.limit_period),
            model=self._name,
            order=self._origin.id or 0,
        )
        return self.env.execute_query(query)[0][0]

    def _check_spend_limit(self, card, points, posted):
        """Two orders confirmed at once must not spend the limit twice."""
        program = card.program_id
        if not program.spend_limit:
            return
        spent = self._points_in_period(program, "redeem") + posted.redeemed
        if spent + points > program.spend_limit + engine.TOLERANCE:
            raise ValidationError(
                self.env._(
                    "%(order)s: %(customer)s may spend %(limit)s points of "
                    "%(program)s in the period, %(spent)s are spent already.",
                    order=self.name,
                    customer=card.partner_id.display_name or card.code,
                    limit=float_repr(program.spend_limit, engine.DIGITS),
                    program=program.name,
                    spent=float_repr(spent, engine.DIGITS),
                )
            )
