"""Orders tell the indicators which month they leave."""

from datetime import timedelta

from odoo import models

from .crm_risk_reportable import CrmRiskReportable

MOVING = {"date_order", "commitment_date", "company_id", "state"}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", CrmRiskReportable._name]

    # The nightly measuring asks every indicator what was written since. A block range
    # index answers it from a few pages and costs next to nothing to keep; PostgreSQL
    # 16 and newer update rows in place (HOT) despite it.
    _written_idx = models.Index("USING brin (write_date)")
    # promises agreed with the customer are few; see indicators.service
    _commitment_idx = models.Index(
        "(commitment_date) WHERE commitment_date IS NOT NULL"
    )

    def write(self, vals):
        if MOVING & vals.keys():
            moved = self.filtered(lambda order: order._leaves_month(vals))
            self.env["crm.indicator.departure"]._log(moved._get_counted_moments())
        return super().write(vals)

    def unlink(self):
        self.env["crm.indicator.departure"]._log(
            {order: (order.company_id, [order.create_date]) for order in self}
        )
        return super().unlink()

    def _leaves_month(self, vals):
        """Whether a confirmed order is moved or undone by these values."""
        return self.state == "sale" and any(
            self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
            for name in MOVING & vals.keys()
        )

    def _get_counted_moments(self):
        """{order: (company, dates under which it or a line of it is counted)}."""
        return {
            order: (
                order.company_id,
                {
                    order.date_order,
                    order.commitment_date,
                    *(
                        order.date_order + timedelta(days=line.customer_lead)
                        for line in order.order_line
                    ),
                },
            )
            for order in self
        }
