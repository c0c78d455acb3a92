"""The built-in indicators once more, in plain Python over records.

Written from the definitions that users read, record by record, without SQL, windows
or grouping: slow, and independent of the code under test. Each function yields
(record id, day or instant of the record, team id, warehouse id, numerator,
denominator) of one company; `cells` puts them into months or into 30 days.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytz

from .indicator_oracle_key import KeyOracle


class Oracle(KeyOracle):
    def __init__(self, env, company, now, takes_shared=False):
        self.env = env(su=True)
        self.company = company
        self.zone = pytz.timezone(company.resource_calendar_id.tz or "UTC")
        self.now = now
        self.today = self.local(now)
        self.takes_shared = takes_shared

    def local(self, moment):
        if not isinstance(moment, datetime):
            return moment
        return pytz.utc.localize(moment).astimezone(self.zone).date()

    def all(self, model, domain=()):
        return self.env[model].with_context(active_test=False).search(list(domain))

    def mine(self, company):
        return company == self.company or (self.takes_shared and not company)

    # Periods ----------------------------------------------------------------------

    def months(self):
        return Months(self)

    def rolling(self, last):
        return Rolling(self, last)

    # Orders -----------------------------------------------------------------------

    def orders(self):
        return self.all(
            "sale.order",
            [("state", "=", "sale"), ("company_id", "=", self.company.id)],
        )

    def amount(self, order):
        return order.amount_untaxed / (order.currency_rate or 1.0)

    def place(self, order):
        warehouse = order.warehouse_id.id if "warehouse_id" in order._fields else None
        return order.team_id.id or None, warehouse or None

    def R01(self, period):
        for order in self.orders():
            yield order.id, order.date_order, *self.place(order), self.amount(order), 0

    def R04(self, period):
        for order in self.orders():
            yield order.id, order.date_order, *self.place(order), self.amount(order), 1

    def R05(self, period):
        orders = [order for order in self.orders() if order.user_id]
        load = Counter((period(order.date_order), order.user_id) for order in orders)
        for order in orders:
            person = 1 / load[period(order.date_order), order.user_id]
            yield order.id, order.date_order, *self.place(order), 1, person

    def C01(self, period):
        orders = list(self.orders())
        owner = {order: order.partner_id.commercial_partner_id for order in orders}
        load = Counter((period(order.date_order), owner[order]) for order in orders)
        for order in orders:
            when = period(order.date_order)
            if not when:
                continue
            begin = self.utc(period.first_day(when))
            returning = any(
                owner[other] == owner[order]
                and begin - timedelta(days=365) <= other.date_order < begin
                for other in orders
            )
            part = 1 / load[when, owner[order]]
            yield order.id, order.date_order, *self.place(order), part * returning, part

    def utc(self, day):
        midnight = self.zone.localize(datetime(day.year, day.month, day.day))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def C04(self, period):
        first = {}
        for order in self.orders():
            customer = order.partner_id.commercial_partner_id
            first[customer] = min(
                first.get(customer, order.date_order), order.date_order
            )
        for order in self.orders():
            age = order.date_order - first[order.partner_id.commercial_partner_id]
            amount = self.amount(order)
            new = amount if age <= timedelta(days=365) else 0
            yield order.id, order.date_order, *self.place(order), new, amount

    # Leads ------------------------------------------------------------------------

    def leads(self):
        for lead in self.all("crm.lead"):
            company = (
                lead.company_id or lead.team_id.company_id or lead.user_id.company_id
            )
            if self.mine(company):
                yield lead

    def F01(self, period):
        for lead in self.leads():
            limit = lead.create_date + timedelta(days=90)
            won = any(
                order.state == "sale" and order.date_order <= limit
                for order in lead.order_ids
            )
            yield lead.id, lead.create_date, lead.team_id.id or None, None, won, 1

    def F02(self, period):
        for lead in self.leads():
            if lead.date_closed and lead.won_status in ("won", "lost"):
                won = lead.won_status == "won"
                yield lead.id, lead.date_closed, lead.team_id.id or None, None, won, 1

    def F03(self, period):
        for lead in self.leads():
            if lead.won_status == "won" and lead.date_closed:
                days = (lead.date_closed - lead.create_date).total_seconds() / 86400
                if days >= 0:
                    team = lead.team_id.id or None
                    yield lead.id, lead.date_closed, team, None, days, 1

    # The present --------------------------------------------------------------------

    def K06(self, period):
        for lead in self.leads():
            if lead.active and lead.type == "opportunity":
                if lead.won_status == "pending":
                    idle = not lead.activity_ids.filtered("active")
                    yield lead.id, self.now, lead.team_id.id or None, None, idle, 1

    def K04(self, period):
        for activity in self.all("mail.activity", [("active", "=", True)]):
            if self.mine(activity.user_id.company_id):
                late = activity.date_deadline < self.today
                yield activity.id, self.now, None, None, late, 1

    def K15(self, period):
        speakers = {}
        contacts = self.all("res.partner", [("active", "=", True)])
        for contact in contacts.sorted("id"):
            if contact.email_normalized and self.mine(contact.company_id):
                key = (contact.email_normalized, contact.commercial_partner_id)
                speakers.setdefault(key, contact)
        seen = set()
        for (email, _customer), contact in speakers.items():
            surplus = email in seen
            seen.add(email)
            yield contact.id, self.now, None, None, surplus, 1

    # Deliveries, ledger, stock --------------------------------------------------------

    def L01(self, period):
        lines = self.all(
            "sale.order.line",
            [("state", "=", "sale"), ("company_id", "=", self.company.id)],
        )
        for line in lines:
            if line.display_type or line.is_downpayment:
                continue
            if not line.product_id.is_storable or line.product_uom_qty <= 0:
                continue
            order = line.order_id
            promise = order.commitment_date or order.date_order + timedelta(
                days=line.customer_lead
            )
            if promise >= self.now:
                continue
            wanted = line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id, round=False
            )
            there = sum(
                self.signed(move)
                for move in line.move_ids
                if move.state == "done" and move.date <= promise
            )
            full = there >= wanted - 1e-6
            yield line.id, promise, *self.place(order), full, 1

    def signed(self, move):
        quantity = sum(move.move_line_ids.mapped("quantity_product_uom"))
        arrives = move.location_dest_id.usage == "customer"
        leaves = move.location_id.usage == "customer"
        return quantity * (arrives - leaves)

    def A01(self, as_of):
        """(numerator, denominator) on a day: the ledger has no single date."""
        lines = self.all(
            "account.move.line",
            [
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("date", "<=", as_of),
            ],
        )
        invoices = self.all(
            "account.move",
            [
                ("state", "=", "posted"),
                ("company_id", "=", self.company.id),
                ("move_type", "in", ["out_invoice", "out_refund", "out_receipt"]),
                ("date", "<=", as_of),
                ("date", ">", as_of - timedelta(days=91)),
            ],
        )
        owed = sum(lines.mapped("balance"))
        return owed * 91, sum(invoices.mapped("amount_total_signed")), lines

    def S01(self, moment=None):
        """Odoo's own valuation, as an accountant of this company sees it."""
        clerk = self.env["res.users"].search(
            [("login", "=", "accountant@example.com")], limit=1
        )
        products = (
            self.env["product.product"]
            .with_user(clerk)
            .with_company(self.company)
            .with_context(allowed_company_ids=self.company.ids, active_test=False)
        )
        if moment:
            products = products.with_context(to_date=moment)
        return {
            product.id: product.total_value
            for product in products.search([("is_storable", "=", True)])
            if product.total_value
        }

    # Cells --------------------------------------------------------------------------

    def cells(self, code, period):
        """{(date, team, warehouse): [numerator, denominator, ids]}."""
        found = defaultdict(lambda: [0.0, 0.0, set()])
        for key, moment, team, warehouse, numerator, denominator in getattr(self, code)(
            period
        ):
            when = period(moment)
            if when is None:
                continue
            cell = found[when, team, warehouse]
            cell[0] += numerator
            cell[1] += denominator
            cell[2].add(key)
        return dict(found)

    def month_end(self, first: date):
        following = (first + timedelta(days=32)).replace(day=1)
        return min(following - timedelta(days=1), self.today)


class Months:
    """The calendar months of a company, named by their first day."""

    def __init__(self, oracle):
        self.oracle = oracle

    def __call__(self, moment):
        return self.oracle.local(moment).replace(day=1)

    def first_day(self, name):
        return name

    def ends(self):
        """(name, last day) of the months that are measured."""
        name = self.oracle.today.replace(day=1)
        for _month in range(37):
            yield name, self.oracle.month_end(name)
            name = (name - timedelta(days=1)).replace(day=1)


class Rolling:
    """The 30 days that end with a day and are named by it."""

    def __init__(self, oracle, last):
        self.oracle = oracle
        self.last = last

    def __call__(self, moment):
        inside = self.first_day(self.last) <= self.oracle.local(moment) <= self.last
        return self.last if inside else None

    def first_day(self, name):
        return name - timedelta(days=29)

    def ends(self):
        yield self.last, self.last
