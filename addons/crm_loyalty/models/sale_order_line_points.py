from odoo import api, fields, models

from ..engine import points as engine
from .ledger_posting import is_posting, posting

# What of a confirmed order's line changes what the order earns or spends.
CHANGES = frozenset(
    (
        "product_id",
        "product_uom_qty",
        "product_uom_id",
        "price_unit",
        "discount",
        "tax_ids",
        "qty_delivered",
        "points_cost",
        "coupon_id",
    )
)


class SaleOrderLine(models.Model):
    """Edits of confirmed orders move points like everything else: by the order's sync.

    Stock Odoo adds to and takes from the cards here; for cards with a ledger it is
    kept from that.
    """

    _inherit = "sale.order.line"

    # coupons and rewards are looked up by them; stock Odoo has no index
    coupon_id = fields.Many2one(index="btree_not_null")
    reward_id = fields.Many2one(index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        if is_posting(self) or not self.env["sale.order"]._has_ledger():
            return super().create(vals_list)
        lines = super(SaleOrderLine, posting(self)).create(vals_list)
        lines = lines.with_env(self.env)
        lines._sync_confirmed_points()
        return lines

    def write(self, vals):
        if (
            is_posting(self)
            or not CHANGES & vals.keys()
            or not self.env["sale.order"]._has_ledger()
        ):
            return super().write(vals)
        result = super(SaleOrderLine, posting(self)).write(vals)
        self._sync_confirmed_points()
        return result

    def unlink(self):
        if is_posting(self) or not self.env["sale.order"]._has_ledger():
            return super().unlink()
        orders = self.order_id
        result = super(SaleOrderLine, posting(self)).unlink()
        orders.filtered(lambda order: order.state == "sale")._crm_loyalty_sync()
        return result

    def _sync_confirmed_points(self):
        self.order_id.filtered(lambda order: order.state == "sale")._crm_loyalty_sync()

    def _points_reached(self, event):
        """Return the share of the line that is reached, 1 at most.

        A price that is credited, or goods that come back, take their share away; the
        larger of both, as a return is usually credited too.
        """
        self.ensure_one()
        if event == "invoice":
            return min(self._points_invoiced(), 1)
        if event == "payment":
            return min(self._points_paid(), 1)
        returned = self._points_returned()
        lost = max(returned, self._points_credited())
        if event == "order":
            return 1 - lost
        return min(self.qty_delivered / self.product_uom_qty + returned - lost, 1)

    def _points_invoiced(self):
        """Invoiced, less credited."""
        if self.price_subtotal:
            return self.untaxed_amount_invoiced / self.price_subtotal
        return self.qty_invoiced / self.product_uom_qty

    def _points_paid(self):
        """Paid part of the invoices, less what is credited, paid back or not."""
        if not self.invoice_lines:
            return 0
        amount = 0
        for line, sign in self._points_invoice_lines():
            paid = line.move_id._points_paid_part() if sign > 0 else 1
            amount += sign * paid * self._points_amount(line)
        return amount / (self.price_subtotal or self.product_uom_qty)

    def _points_credited(self):
        """Credited and not invoiced again."""
        credited = sum(
            self._points_amount(line)
            for line, sign in self._points_invoice_lines()
            if sign < 0
        )
        if not credited:
            return 0
        whole = self.price_subtotal or self.product_uom_qty
        return engine.taken_back(credited / whole, 1 - self._points_invoiced())

    def _points_returned(self):
        """Came back and was not delivered again."""
        if self.qty_delivered_method != "stock_move" or not self.move_ids:
            return 0
        _outgoing, incoming = self._get_outgoing_incoming_moves()
        quantity = sum(
            move.product_uom._compute_quantity(
                move.quantity, self.product_uom_id, rounding_method="HALF-UP"
            )
            for move in incoming
            if move.state == "done"
        )
        ordered = self.product_uom_qty
        return engine.taken_back(quantity, ordered - self.qty_delivered) / ordered

    def _points_invoice_lines(self):
        """Yield the posted lines of invoices (1) and of credit notes (-1)."""
        for line in self._get_invoice_lines():
            if line.move_id.state == "posted":
                yield line, -line.move_id.direction_sign

    def _points_amount(self, line):
        """Return what an invoice line counts for, in the unit the line is weighed."""
        if not self.price_subtotal:
            return line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom_id
            )
        return line.currency_id._convert(
            line.price_subtotal,
            self.currency_id,
            self.company_id,
            line.move_id.invoice_date or line.move_id.date,
        )
