from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # what was written since last night lies close together; see sale_order
    _written_idx = models.Index("USING brin (write_date)")
