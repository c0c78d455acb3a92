from odoo import fields, models


class SaleOrderCouponPoints(models.Model):
    """Deleting a coupon looks for it here; stock Odoo has no index for that."""

    _inherit = "sale.order.coupon.points"

    coupon_id = fields.Many2one(index=True)
