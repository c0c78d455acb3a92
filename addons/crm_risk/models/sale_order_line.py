from odoo import models

from ..indicators.service import LONG_LEAD_DAYS


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # the few lines that may be due long after their order; see indicators.service
    _long_lead_idx = models.Index(f"(order_id) WHERE customer_lead > {LONG_LEAD_DAYS}")
    # what was written since last night lies close together; see sale_order
    _written_idx = models.Index("USING brin (write_date)")
