from odoo import models


class AccountMove(models.Model):
    """Invoices and credit notes move the points of the orders they are for."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._sync_order_points()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._sync_order_points()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._sync_order_points()
        return result

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._sync_order_points()
        return result

    def _sync_order_points(self):
        if not self.env["sale.order"]._has_ledger():
            return
        invoices = self.filtered(lambda move: move.is_sale_document())
        documents = invoices.sudo()  # bookkeepers may not read orders
        orders = documents.invoice_line_ids.sale_line_ids.order_id
        orders._crm_loyalty_sync(invoices if len(invoices) == 1 else None)

    def _points_paid_part(self):
        """Return the part of an invoice that is paid, from 0 to 1."""
        self.ensure_one()
        if self.payment_state in ("paid", "in_payment", "reversed"):
            return 1
        if not self.amount_total:
            return 0
        return (self.amount_total - self.amount_residual) / self.amount_total
