from odoo import models


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _money_per_point(self, average_order):
        """Return what the reward costs us per point, in the programme's currency."""
        self.ensure_one()
        if self.reward_type == "product":
            price = self.reward_product_id.list_price or max(
                self.reward_product_ids.mapped("list_price"), default=0
            )
            cost = price * self.reward_product_qty
        elif self.discount_mode == "percent":
            cost = average_order * self.discount / 100
            if self.discount_max_amount:
                cost = min(cost, self.discount_max_amount)
        else:
            cost = self.discount
        return cost / self.required_points
