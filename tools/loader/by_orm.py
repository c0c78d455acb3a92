"""Documents written one by one, as users would: the reference for the bulk writers.

It serves twice. A handful of documents made this way are the patterns that the bulk
writers copy; and the comparison test loads a sample this way and the other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from freezegun import freeze_time

from .model import (
    Count,
    Credit,
    Customer,
    Document,
    Opportunity,
    Product,
    Return,
    Sale,
    merged,
)
from .moments import Moment


class OrmLoader:
    """:param env: environment of the company (see `company.inside`)"""

    def __init__(self, env):
        self.env = env
        self.company = env.company
        self.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self._counts_due: dict[date, str] = {}

    @contextmanager
    def clock(self, moment: Moment) -> Iterator[None]:
        """Live at that moment: also for `create_date`, which asks the cursor."""
        cr = self.env.cr
        before = cr.now()
        with freeze_time(moment.at):
            cr._now = moment.at
            try:
                yield
                self.env.flush_all()
            finally:
                cr._now = before

    def load(
        self,
        customers: Iterable[Customer],
        products: Iterable[Product],
        documents: Iterable[Document],
        start: Moment,
    ) -> None:
        with self.clock(start):
            self.masters(list(customers), list(products))
        for document in documents:
            self.document(document)

    def masters(self, customers: list[Customer], products: list[Product]) -> None:
        partners = self.env["res.partner"].create(
            [self._partner(customer) for customer in customers]
        )
        for customer, partner in zip(customers, partners, strict=True):
            customer.id = partner.id
        records = self.env["product.product"].create(
            [self._product(product) for product in products]
        )
        for product, record in zip(products, records, strict=True):
            product.id = record.id

    def _partner(self, customer: Customer) -> dict:
        country = self.env["res.country"].search([("code", "=", customer.country)])
        return {
            "name": customer.name,
            "ref": customer.reference,
            "country_id": country.id,
            "is_company": customer.is_company,
        }

    def _product(self, product: Product) -> dict:
        return {
            # shared products would get the taxes of every other company
            "company_id": self.company.id,
            "name": product.name,
            "default_code": product.code,
            "type": "consu" if product.is_goods else "service",
            "is_storable": product.is_goods,
            "invoice_policy": "delivery",
            "list_price": product.price / 100,
            "standard_price": product.cost / 100,
        }

    def next_count(self, moment: Moment) -> str:
        """Date of the next stock count, as seen at that moment."""
        if moment.day not in self._counts_due:
            with self.clock(moment):
                due = self.warehouse.lot_stock_id._get_next_inventory_date()
            self._counts_due[moment.day] = str(due)
        return self._counts_due[moment.day]

    def document(self, document: Document):
        """Write one document; returns its records by table."""
        write = {
            Count: self._count,
            Sale: self._sale,
            Credit: self._credit,
            Opportunity: self._opportunity,
        }
        with self.clock(document.moment):
            return write[type(document)](document)

    def _count(self, count: Count):
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        location = self.warehouse.lot_stock_id
        counted = quants.browse()
        for product, found in count.found:
            quant = quants.search(
                [("product_id", "=", product.id), ("location_id", "=", location.id)]
            ) or quants.create({"product_id": product.id, "location_id": location.id})
            quant.inventory_quantity = quant.quantity + found
            counted |= quant
        counted.action_apply_inventory()
        moves = self.env["stock.move"].search(
            [("is_inventory", "=", True), ("date", "=", count.moment.at)]
        )
        return {"stock_move": moves, "stock_move_line": moves.move_line_ids}

    def _sale(self, sale: Sale):
        order = self.env["sale.order"].create(self._order(sale))
        order.action_confirm()
        order.opportunity_id.action_set_won()
        if not sale.delivered:
            return {"sale_order": order, "sale_order_line": order.order_line}
        for picking in order.picking_ids:
            self._transfer(picking)
        for line, item in zip(order.order_line, sale.items, strict=True):
            item.line_id, item.move_id = line.id, line.move_ids.id
            if not item.product.is_goods:
                line.qty_delivered = item.quantity
        invoice = order._create_invoices()
        invoice.action_post()
        sale.id, sale.picking_id = order.id, order.picking_ids.id
        sale.invoice_id = invoice.id
        return {
            "sale_order": order,
            "sale_order_line": order.order_line,
            "stock_reference": order.stock_reference_ids,
            "stock_picking": order.picking_ids,
            "stock_move": order.picking_ids.move_ids,
            "stock_move_line": order.picking_ids.move_line_ids,
            "account_move": invoice,
            "account_move_line": invoice.line_ids,
        }

    def _order(self, sale: Sale) -> dict:
        return {
            "partner_id": sale.customer.id,
            "client_order_ref": sale.reference,
            "company_id": self.company.id,
            "user_id": sale.user_id or False,
            **({"team_id": sale.team_id} if sale.team_id else {}),
            "opportunity_id": sale.opportunity.id if sale.opportunity else False,
            "date_order": sale.moment.at,
            "order_line": [
                (
                    0,
                    0,
                    {
                        "product_id": item.product.id,
                        "product_uom_qty": item.quantity,
                        "price_unit": item.price / 100,
                    },
                )
                for item in sale.items
            ],
        }

    def _opportunity(self, deal: Opportunity):
        lead = self.env["crm.lead"].create(
            {
                "name": deal.name,
                "type": "opportunity",
                "partner_id": deal.customer.id,
                "company_id": self.company.id,
                "user_id": deal.user_id,
                "team_id": deal.team_id,
                "expected_revenue": deal.amount / 100,
            }
        )
        deal.id = lead.id
        self.env.flush_all()
        if deal.outcome == "lost":
            reason = self.env["crm.lost.reason"].search([], limit=1)
            with self.clock(deal.closed):
                lead.action_set_lost(lost_reason_id=reason.id)
        return {"crm_lead": lead}

    @staticmethod
    def _transfer(picking) -> None:
        picking.move_ids.picked = True
        done = picking.button_validate()
        if done is not True or picking.state != "done":
            raise RuntimeError(f"{picking.name} could not be validated: {done}")

    def _credit(self, credit: Credit):
        pickings = self.env["stock.picking"].browse()
        for sale, items in credit.by_sale().items():
            if sale:
                pickings |= self._return(sale, items)
            else:
                pickings |= self._receipt(credit, items)
        for item in credit.items:
            if item.item and not item.product.is_goods:
                line = self.env["sale.order.line"].browse(item.item.line_id)
                line.qty_delivered -= item.quantity
        refund = self.env["account.move"].create(self._refund(credit))
        refund.action_post()
        return {
            "stock_picking": pickings,
            "stock_move": pickings.move_ids,
            "stock_move_line": pickings.move_line_ids,
            "account_move": refund,
            "account_move_line": refund.line_ids,
        }

    def _return(self, sale: Sale, items: list[Return]):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=sale.picking_id, active_model="stock.picking")
            .create({})
        )
        back: dict[int, int] = {}
        for item in items:
            move = item.item.move_id
            back[move] = back.get(move, 0) + item.quantity
        for line in wizard.product_return_moves:
            line.quantity = back.get(line.move_id.id, 0)
        picking = wizard._create_return()
        self._transfer(picking)
        return picking

    def _receipt(self, credit: Credit, items: list[Return]):
        """Goods that come back from no known sale."""
        kind = self.warehouse.in_type_id
        customers = self.env.ref("stock.stock_location_customers")
        stock = self.warehouse.lot_stock_id
        places = {"location_id": customers.id, "location_dest_id": stock.id}
        moves = [
            {
                "product_id": item.product.id,
                "product_uom_qty": item.quantity,
                "company_id": self.company.id,
                **places,
            }
            for item in merged(items)
        ]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": credit.customer.id,
                "origin": credit.reference,
                "company_id": self.company.id,
                **places,
                "move_ids": [(0, 0, move) for move in moves],
            }
        )
        picking.action_confirm()
        self._transfer(picking)
        return picking

    def _refund(self, credit: Credit) -> dict:
        sale = credit.reversed_sale
        invoice = self.env["account.move"].browse(sale.invoice_id if sale else [])
        return {
            "move_type": "out_refund",
            "partner_id": credit.customer.id,
            "company_id": self.company.id,
            "ref": credit.reference,
            "invoice_user_id": invoice.invoice_user_id.id,
            **({"team_id": sale.team_id} if sale and sale.team_id else {}),
            "invoice_origin": invoice.invoice_origin,
            "reversed_entry_id": invoice.id,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": item.product.id,
                        "quantity": item.quantity,
                        "price_unit": item.price / 100,
                        "sale_line_ids": [(4, item.item.line_id)] if item.item else [],
                    },
                )
                for item in credit.items
            ],
        }
