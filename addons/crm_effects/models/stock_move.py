from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    # indicators ask every night what was written since; such rows lie close together
    _written_idx = models.Index("USING brin (write_date)")
