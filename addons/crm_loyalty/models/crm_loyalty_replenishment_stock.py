from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

MOVES_TO_COME = ("waiting", "confirmed", "assigned", "partially_available")


class CrmLoyaltyReplenishment(models.Model):
    """Whether our stock can serve the next purchase."""

    _inherit = "crm.loyalty.replenishment"

    is_storable = fields.Boolean(related="product_id.is_storable")
    forecast_qty = fields.Float(
        "Forecast Stock",
        compute="_compute_forecast_qty",
        digits="Product Unit",
        help="What the company's warehouses will hold on the expected day, or today if "
        "it has passed: on hand, plus receipts, less deliveries planned until then.",
    )
    short_qty = fields.Float(
        "Short By",
        compute="_compute_forecast_qty",
        digits="Product Unit",
        help="What the forecast stock lacks for this purchase alone.",
    )

    @api.depends("expected_date", "expected_qty", "product_id", "company_id")
    def _compute_forecast_qty(self):
        self.forecast_qty = self.short_qty = 0.0
        tracked = self.filtered("is_storable")
        for company, rows in tracked.grouped("company_id").items():
            levels = rows._stock_levels(company)
            today = self.env["crm.loyalty.scoring"]._today(company)
            for row in rows:
                day = max(row.expected_date, today)
                row.forecast_qty = levels(row.product_id, day)
                missing = row.expected_qty - row.forecast_qty
                row.short_qty = max(row.uom_id.round(missing), 0.0)

    def _stock_levels(self, company):
        """Return a function of product and day: the stock at the end of the day.

        The same as `virtual_available` up to that moment, in three queries for all
        products and days.
        """
        zone = company._loyalty_tz()
        products = self.product_id.sudo()  # quantities are for everyone, moves are not
        products = products.with_context(allowed_company_ids=company.ids, tz=zone)
        quants, incoming, outgoing = products._get_domain_locations()
        ours = Domain("product_id", "in", products.ids)
        on_hand = dict(
            products.env["stock.quant"]._read_group(
                ours & quants, ["product_id"], ["quantity:sum"]
            )
        )
        today = self.env["crm.loyalty.scoring"]._today(company)
        last_day = max([today, *self.mapped("expected_date")])
        planned = ours & Domain("state", "in", MOVES_TO_COME)
        planned &= Domain("date", "<=", _end_of_day(last_day, zone))
        changes = {}
        for sign, moves in ((1, incoming), (-1, outgoing)):
            for product, day, quantity in products.env["stock.move"]._read_group(
                planned & moves, ["product_id", "date:day"], ["product_qty:sum"]
            ):
                per_day = changes.setdefault(product.id, {})
                per_day[day.date()] = per_day.get(day.date(), 0.0) + sign * quantity
        held = {product.id: quantity for product, quantity in on_hand.items()}

        def level(product, day):
            planned = sum(
                quantity
                for moved, quantity in changes.get(product.id, {}).items()
                if moved <= day
            )
            return product.uom_id.round(held.get(product.id, 0.0) + planned)

        return level


def _end_of_day(day, zone):
    """Return the last instant of a company's day, in UTC without a zone."""
    local = pytz.timezone(zone).localize(datetime.combine(day, time.max))
    return local.astimezone(pytz.utc).replace(tzinfo=None)
