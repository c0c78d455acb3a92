from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # indicators ask every night what was written since; such rows lie close together
    _written_idx = models.Index("USING brin (write_date)")
