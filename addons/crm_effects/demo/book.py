"""Orders with deliveries and invoices, gathered in memory, inserted table by table.

Two thousand orders through the usual screens would take minutes. Their rows are
inserted as a migration from a former system would: complete enough to be opened,
counted and traced like any other.
"""

import random
from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tools import SQL

from . import story
from .ledger import Ledger

LEAD_DAYS = 3  # between order and promised day
LAST_DAY = 25  # orders are promised, and so due, in their own month
LATEST = 6  # days a late delivery may take
MOST_LINES = 3
BATCH = 500  # rows per statement
TABLES = (
    "sale_order",
    "sale_order_line",
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "account_move",
    "account_full_reconcile",
    "account_move_line",
    "account_partial_reconcile",
    "sale_order_line_invoice_rel",
)

LINKS = {
    "sale_order_line": {"order_id": "sale_order"},
    "stock_picking": {"sale_id": "sale_order"},
    "stock_move": {
        "sale_line_id": "sale_order_line",
        "picking_id": "stock_picking",
    },
    "stock_move_line": {"move_id": "stock_move", "picking_id": "stock_picking"},
    "account_move_line": {
        "move_id": "account_move",
        "full_reconcile_id": "account_full_reconcile",
        "matching_number": "account_full_reconcile",
    },
    "account_partial_reconcile": {
        "debit_move_id": "account_move_line",
        "credit_move_id": "account_move_line",
        "full_reconcile_id": "account_full_reconcile",
    },
    "sale_order_line_invoice_rel": {
        "invoice_line_id": "account_move_line",
        "order_line_id": "sale_order_line",
    },
}  # columns that hold ids of other rows of the book
OF_NO_COMPANY = {"account_full_reconcile"}
RELATIONS = {"sale_order_line_invoice_rel"}  # without an id of their own


class Book:
    """Orders of one company; rows are counted from 1 until they are written."""

    def __init__(self, env, products):
        self.env, self.company, self.products = env, env.company, products
        self.random = random.Random(story.SEED)
        self.customer = env.ref("stock.stock_location_customers").id
        self.seller = env.ref("base.user_admin").id
        self.now = fields.Datetime.now()
        self.rows = {table: [] for table in TABLES}
        self.ids = dict.fromkeys(TABLES, 0)
        self.ledger = Ledger(self)

    def open(self, team, warehouse, customers):
        """Whose orders come next."""
        self.team, self.warehouse, self.customers = team, warehouse, customers
        self.late = 0.5  # part of a line that is owed to the share of late ones

    def add_month(self, first, month):
        """Orders of one month, together as much as the story says."""
        weights = [self.random.uniform(0.5, 1.5) for _order in range(month.orders)]
        for weight in weights:
            day = first + timedelta(days=self.random.randrange(LAST_DAY))
            amount = month.revenue * weight / sum(weights)
            self._add_order(datetime.combine(day, time(10)), amount, month.on_time)

    def save(self):
        """Insert everything; the ids, counted from 1 so far, become real ones."""
        self.ledger.close()
        self.env.flush_all()
        start = {t: self._reserve(t) for t in TABLES if t not in RELATIONS}
        for table in TABLES:
            rows = [self._shift(table, row, start) for row in self.rows[table]]
            for i in range(0, len(rows), BATCH):
                self._insert(table, rows[i : i + BATCH])
            # measuring follows at once, and PostgreSQL would plan for an empty table
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.invalidate_all()

    def add(self, table, **values):
        """Note down a row; returns its number."""
        if table in RELATIONS:
            self.rows[table].append(values)
            return None
        self.ids[table] += 1
        stamp = {
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": self.now,
            "write_date": self.now,
        }
        if table not in OF_NO_COMPANY:
            stamp["company_id"] = self.company.id
        self.rows[table].append({"id": self.ids[table], **stamp, **values})
        return self.ids[table]

    # rows ------------------------------------------------------------------------

    def _add_order(self, at, amount, on_time):
        lines = self._split(amount)
        promise = at + timedelta(days=LEAD_DAYS)
        done = [self._get_delivery(promise, on_time) for _line in lines]
        partner = self.customers.pick(at.date())
        total = sum(round(units * price, 2) for _product, units, price in lines)
        name = f"H{self.ids['sale_order'] + 1:05}"
        order = self.add(
            "sale_order",
            name=name,
            state="sale",
            locked=True,
            team_id=self.team,
            user_id=self.seller,
            warehouse_id=self.warehouse.id,
            partner_id=partner,
            partner_invoice_id=partner,
            partner_shipping_id=partner,
            currency_id=self.company.currency_id.id,
            currency_rate=1.0,
            create_date=at - timedelta(days=2),
            date_order=at,
            effective_date=max(done),
            amount_untaxed=total,
            amount_tax=0.0,
            amount_total=total,
            invoice_status="invoiced",
            delivery_status="full",
            picking_policy="direct",
        )
        picking = self._add_picking(name, order, partner, promise, max(done))
        before = len(self.rows["sale_order_line"])
        for line, moved in zip(lines, done, strict=True):
            self._add_line(order, picking, partner, line, promise, moved)
        sold = self.rows["sale_order_line"][before:]
        self.ledger.invoice(max(done).date(), self.rows["sale_order"][-1], sold)

    def _split(self, amount):
        """(product, units, price) of the lines of an order of the amount."""
        chosen = self.random.sample(
            list(self.products), self.random.randint(1, MOST_LINES)
        )
        part = amount / len(chosen)
        lines = []
        for product in chosen:
            units = max(1, round(part / product.list_price))
            lines.append((product, units, round(part / units, 2)))
        return lines

    def _get_delivery(self, promise, on_time):
        """When a line is delivered; late ones as often as the story says."""
        self.late += 1.0 - on_time
        if self.late < 1.0:
            return promise - timedelta(hours=self.random.randint(2, 24))
        self.late -= 1.0
        late = promise + timedelta(days=self.random.randint(1, LATEST))
        return min(late, self.now)

    def _add_picking(self, name, order, partner, promise, done):
        kind = self.warehouse.out_type_id
        return self.add(
            "stock_picking",
            name=f"{kind.warehouse_id.code}/OUT/{name}",
            origin=name,
            sale_id=order,
            state="done",
            move_type="direct",
            priority="0",
            is_locked=True,
            partner_id=partner,
            picking_type_id=kind.id,
            location_id=self.warehouse.lot_stock_id.id,
            location_dest_id=self.customer,
            scheduled_date=promise,
            date_deadline=promise,
            date_done=done,
        )

    def _add_line(self, order, picking, partner, line, promise, moved):
        product, units, price = line
        sold = self._add_sold(order, partner, product, units, price)
        shared = {
            "picking_id": picking,
            "product_id": product.id,
            "location_id": self.warehouse.lot_stock_id.id,
            "location_dest_id": self.customer,
            "state": "done",
            "picked": True,
            "quantity": units,
            "date": moved,
        }
        move = self.add(
            "stock_move",
            **shared,
            sale_line_id=sold,
            partner_id=partner,
            picking_type_id=self.warehouse.out_type_id.id,
            warehouse_id=self.warehouse.id,
            product_uom=product.uom_id.id,
            product_uom_qty=units,
            product_qty=units,
            procure_method="make_to_stock",
            priority="0",
            sequence=10,
            date_deadline=promise,
        )
        self.add(
            "stock_move_line",
            **shared,
            move_id=move,
            product_uom_id=product.uom_id.id,
            quantity_product_uom=units,
        )

    def _add_sold(self, order, partner, product, units, price):
        total = round(units * price, 2)
        return self.add(
            "sale_order_line",
            order_id=order,
            order_partner_id=partner,
            salesman_id=self.seller,
            warehouse_id=self.warehouse.id,
            currency_id=self.company.currency_id.id,
            product_id=product.id,
            product_uom_id=product.uom_id.id,
            name=product.display_name,
            sequence=10,
            state="sale",
            customer_lead=LEAD_DAYS,
            product_uom_qty=units,
            qty_delivered_method="stock_move",
            qty_delivered=units,
            qty_invoiced=units,
            qty_to_invoice=0.0,
            price_unit=price,
            technical_price_unit=price,
            discount=0.0,
            price_subtotal=total,
            price_tax=0.0,
            price_total=total,
            price_reduce_taxexcl=price,
            price_reduce_taxinc=price,
            untaxed_amount_invoiced=total,
            untaxed_amount_to_invoice=0.0,
            invoice_status="invoiced",
            is_downpayment=False,
        )

    # tables ----------------------------------------------------------------------

    def _reserve(self, table):
        """Take the next ids of the table; returns the one before the first."""
        [(first,)] = self.env.execute_query(
            SQL("SELECT nextval(%s) - 1", f"{table}_id_seq")
        )
        last = first + max(1, self.ids[table])
        self.env.execute_query(SQL("SELECT setval(%s, %s)", f"{table}_id_seq", last))
        return first

    def _shift(self, table, row, start):
        links = dict(LINKS.get(table, {}))
        if table not in RELATIONS:
            links["id"] = table
        return {
            **row,
            **{name: row[name] + start[to] for name, to in links.items() if row[name]},
        }

    def _insert(self, table, rows):
        columns = SQL(", ").join(SQL.identifier(name) for name in rows[0])
        values = SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows)
        self.env.cr.execute(
            SQL("INSERT INTO %s (%s) VALUES %s", SQL.identifier(table), columns, values)
        )
