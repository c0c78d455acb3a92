from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class CrmLoyaltyReplenishment(models.Model):
    """From a forecast to a quotation, once."""

    _inherit = "crm.loyalty.replenishment"

    def action_create_quotation(self):
        """Quote the chosen products to their customers, one quotation each.

        What an open quotation or an order since the last purchase already holds is
        left out, and the user is told.
        """
        sellable = self.filtered("active")
        if not sellable:
            raise UserError(
                self.env._(
                    "There is nothing to quote: no product is due, or the customer or "
                    "the product is archived or no longer sold."
                )
            )
        known = sellable._open_orders()
        fresh = sellable.filtered(lambda row: row not in known)
        quotations = fresh._create_quotations()
        return self._quotation_action(quotations, known)

    def _create_quotations(self):
        """Return one quotation per company and customer."""
        groups = self.grouped(lambda row: (row.company_id, row.partner_id))
        quotations = self.env["sale.order"]
        for (company, partner), rows in groups.items():
            quotations |= quotations.with_company(company).create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "origin": self.env._("Replenishment"),
                    "order_line": [
                        Command.create(row._prepare_order_line())
                        for row in rows.sorted(lambda r: (r.expected_date, r.id))
                    ],
                }
            )
        return quotations

    def _prepare_order_line(self):
        """Return the predicted quantity in the unit the customer last bought in."""
        self.ensure_one()
        unit = self.sale_uom_id or self.uom_id
        return {
            "product_id": self.product_id.id,
            "product_uom_id": unit.id,
            "product_uom_qty": self._quantity_in(unit),
        }

    def _quantity_in(self, unit):
        """Return the expected quantity as the customer buys: whole if he does."""
        quantity, last = (
            self.uom_id._compute_quantity(value, unit, round=False)
            for value in (self.expected_qty, self.last_qty)
        )
        if not unit.compare(last, round(last)):
            return max(round(quantity), 1)
        return unit.round(quantity) or last

    def _open_orders(self):
        """Return the order that already holds the product, by forecast."""
        lines = (
            self.env["sale.order.line"]
            .sudo()  # a colleague's quotation the user may not open is a duplicate too
            .search_fetch(
                Domain("product_id", "in", self.product_id.ids)
                & Domain("company_id", "in", self.company_id.ids)
                & Domain(
                    "order_partner_id.commercial_partner_id", "in", self.partner_id.ids
                )
                & self._open_order_domain(),
                ["product_id", "company_id", "order_partner_id", "order_id", "state"],
            )
        )
        found = defaultdict(list)
        for line in lines:
            customer = line.order_partner_id.commercial_partner_id
            found[line.company_id, customer, line.product_id].append(line.order_id)
        known = {}
        for row in self:
            key = (row.company_id, row.partner_id, row.product_id)
            orders = [order for order in found[key] if row._is_newer(order)]
            if orders:
                known[row] = orders[0]
        return known

    @api.model
    def _open_order_domain(self):
        today = fields.Date.context_today(self)
        valid = Domain("order_id.validity_date", "=", False) | Domain(
            "order_id.validity_date", ">=", today
        )
        oldest = min(self.mapped("last_date"), default=today)
        return (Domain("state", "in", ["draft", "sent"]) & valid) | (
            Domain("state", "=", "sale") & Domain("order_id.date_order", ">=", oldest)
        )

    def _is_newer(self, order):
        """Tell an open quotation, or an order the forecast does not know yet."""
        if order.state != "sale":
            return True
        zoned = self.with_context(tz=self.company_id._loyalty_tz())
        day = fields.Datetime.context_timestamp(zoned, order.date_order).date()
        return day > self.last_date

    def _quotation_action(self, quotations, known):
        """Open what was made; name what was there already."""
        orders = quotations
        if not quotations:  # nothing new: show what there is, as far as allowed
            found = self.env["sale.order"].union(*known.values())
            orders = found.with_env(self.env)._filtered_access("read")
        action = orders._get_records_action(name=self.env._("Quotations"))
        if not known:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Already quoted or ordered"),
                "message": "; ".join(
                    self.env._(
                        "%(customer)s, %(product)s: %(order)s",
                        customer=row.partner_id.display_name,
                        product=row.product_id.display_name,
                        order=order.name,
                    )
                    for row, order in known.items()
                ),
                "sticky": True,
                **({"next": action} if orders else {}),
            },
        }
