from odoo import api, models


class AccountPartialReconcile(models.Model):
    """A part payment, or its end, moves its part of the points."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._reconciled_moves()._sync_order_points()
        return partials

    def unlink(self):
        moves = self._reconciled_moves()
        result = super().unlink()
        moves.exists()._sync_order_points()
        return result

    def _reconciled_moves(self):
        if not self.env["sale.order"]._has_ledger():
            return self.env["account.move"]
        return (self.debit_move_id | self.credit_move_id).move_id
