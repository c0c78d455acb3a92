from odoo import models


class StockMove(models.Model):
    """Goods that leave or come back move the points of their orders."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        if self.env["sale.order"]._has_ledger():
            known = moves.sudo()  # warehouse workers may not read orders
            known.sale_line_id.order_id._crm_loyalty_sync()
        return moves
