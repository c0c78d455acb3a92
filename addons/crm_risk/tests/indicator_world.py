"""A random little world for the indicators: orders at night, returns, dozens,
foreign currency, two companies, leads won and lost, activities, duplicates, stock.
"""

from datetime import datetime, timedelta

import pytz

from odoo import SUPERUSER_ID, Command
from odoo.tools import SQL


class World:
    """Makes records by Odoo's own methods, then moves their dates into the past."""

    def __init__(self, case, rng, now):
        self.case = case
        self.env = case.env
        self.rng = rng
        self.now = now
        self.users = case.alice | case.bob | case.carol
        self.teams = case.shop | case.field_team
        self.partners = self._partners()

    # Time -------------------------------------------------------------------------

    def moment(self, company, months=15):
        """A past instant, most of them within two hours of a local month's turn."""
        zone = pytz.timezone(company.resource_calendar_id.tz)
        if self.rng.random() < 0.3:
            return self.now - timedelta(minutes=self.rng.randrange(months * 43_000))
        year, month = divmod(
            self.now.year * 12 + self.now.month - 1 - self.rng.randrange(months), 12
        )
        midnight = zone.localize(datetime(year, month + 1, 1))
        turn = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        moment = turn + timedelta(minutes=self.rng.randint(-120, 120))
        return min(moment, self.now - timedelta(minutes=5))

    def set_dates(self, records, **dates):
        """Write what Odoo itself would have stamped at that time."""
        self.env.flush_all()
        for name, value in dates.items() if records else ():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    SQL.identifier(records._table),
                    SQL.identifier(name),
                    value,
                    tuple(records.ids),
                )
            )
        records.invalidate_recordset()

    # Customers -----------------------------------------------------------------------

    def _partners(self):
        """Firms with contacts; some share an e-mail that they should not share."""
        firms = self.env["res.partner"].create(
            [
                {
                    "name": f"Firm {n}",
                    "is_company": True,
                    "email": f"office{n % 5}@firms.example.com",
                }
                for n in range(7)
            ]
        )
        people = self.env["res.partner"].create(
            [
                {
                    "name": f"Contact of {firm.name}",
                    "parent_id": firm.id,
                    "type": "contact",
                    "email": firm.email if self.rng.random() < 0.5 else False,
                    "company_id": False,
                }
                for firm in firms
            ]
        )
        self.env["res.partner"].create(
            [
                {
                    "name": f"Firm known in one company {n}",
                    "email": f"desk{n // 2}@firms.example.com",
                    "company_id": company.id,
                }
                for n in range(3)
                for company in (self.case.east, self.case.west)
            ]
        )
        return firms | people

    # Orders --------------------------------------------------------------------------

    def make_orders(self, company, count):
        for _n in range(count):
            self.make_order(company)

    def make_forgotten(self, company):
        """A customer of three months, one and a half years ago."""
        firm = self.env["res.partner"].create({"name": "Once", "is_company": True})
        for month in (18, 19, 20):
            date = self.now - timedelta(days=30 * month)
            order = self.case._make_order(company, firm, 25, date)
            self.set_dates(order, create_date=date)

    def make_order(self, company):
        env = self.case._in(company)
        rng = self.rng
        values = {
            "partner_id": rng.choice(self.partners).id,
            "company_id": company.id,
            "user_id": rng.choice([*self.users.ids, False]),
            "team_id": rng.choice([*self.teams.ids, False]),
            "order_line": [self.make_line() for _n in range(rng.randint(1, 3))],
        }
        if rng.random() < 0.4:
            values["currency_id"] = self.case.usd.id
        order = env["sale.order"].create(values)
        if "currency_id" in values:
            order.currency_id = self.case.usd
        moment = self.moment(company)
        self.haggle(order)
        self.set_dates(
            order,
            create_date=moment - timedelta(days=rng.randint(0, 20)),
            create_uid=rng.choice([*self.users.ids, self.customer.id, SUPERUSER_ID]),
        )
        fate = rng.random()
        if fate < 0.1:
            order.date_order = moment
            return
        order.action_confirm()
        self.deliver(order, moment)
        order.date_order = moment
        if rng.random() < 0.3:
            order.signed_on = moment
        if rng.random() < 0.3:
            order.commitment_date = moment + timedelta(days=rng.randint(1, 9))
        if fate < 0.2:
            order._action_cancel()

    def haggle(self, order):
        """Prices typed over, discounts typed and discounts of the price list."""
        order.pricelist_id = self.rng.choice([self.tenth, self.tenth.browse()])
        for line in order.order_line:
            if self.rng.random() < 0.3:
                line.price_unit = line.technical_price_unit + 3
            line.discount = self.rng.choice([0, 0, 10, 15])
            if "purchase_price" in line._fields:
                line.purchase_price = 4

    @property
    def tenth(self):
        """A price list with a rule of ten percent."""
        if not hasattr(self, "_tenth"):
            rule = {
                "applied_on": "3_global",
                "compute_price": "percentage",
                "percent_price": 10,
            }
            self._tenth = self.env["product.pricelist"].create(
                {
                    "name": "Tenth",
                    "company_id": False,
                    "item_ids": [Command.create(rule)],
                }
            )
        return self._tenth

    @property
    def customer(self):
        """A user of the portal."""
        if not hasattr(self, "_customer"):
            self._customer = self.env["res.users"].create(
                {
                    "name": "Customer",
                    "login": f"customer{self.rng.random()}@example.com",
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
            )
        return self._customer

    def make_line(self):
        product = self.rng.choice(self.products)
        dozen = self.rng.random() < 0.3
        return Command.create(
            {
                "product_id": product.id,
                "product_uom_qty": self.rng.randint(1, 5),
                "product_uom_id": (self.dozen if dozen else product.uom_id).id,
                "price_unit": self.rng.choice([10, 25, 99.9, 0]),
                "tax_ids": False,
            }
        )

    @property
    def dozen(self):
        return self.env.ref("uom.product_uom_dozen")

    @property
    def products(self):
        if not hasattr(self, "_products"):
            storable = "is_storable" in self.env["product.product"]._fields
            self._products = self.env["product.product"].create(
                [
                    {
                        "name": f"Good {n}",
                        "type": "consu",
                        "taxes_id": False,
                        "company_id": False,
                        "list_price": 10,
                        **({"is_storable": n < 3} if storable else {}),
                    }
                    for n in range(4)
                ]
            )
        return self._products

    def deliver(self, order, moment):
        """Ship all, a part, or nothing; now and then some of it comes back."""
        if "picking_ids" not in order._fields:
            return
        for picking in order.picking_ids:
            share = self.rng.choice([0, 0.5, 1, 1])
            if not share:
                continue
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty * share
                move.picked = True
            picking.with_context(skip_backorder=True)._action_done()
            days = self.rng.choice([0, 0, 1, 3, 12])
            self.date_picking(picking, moment + timedelta(days=days, minutes=-1))
            if self.rng.random() < 0.3:
                self.send_back(picking, moment + timedelta(days=days + 1))

    def date_picking(self, picking, moment):
        moves = picking.move_ids
        self.set_dates(moves, date=moment)
        self.set_dates(moves.move_line_ids, date=moment)

    def send_back(self, picking, moment):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity * self.rng.choice([0.5, 1])
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        back.move_ids.picked = True
        back._action_done()
        self.date_picking(back, moment)

    # Leads ---------------------------------------------------------------------------

    def make_leads(self, company, count):
        for _n in range(count):
            self.make_lead(company)

    def make_lead(self, company):
        rng = self.rng
        lead = self.case._in(company)["crm.lead"].create(
            {
                "name": "Somebody calls",
                "type": rng.choice(["lead", "opportunity", "opportunity"]),
                "user_id": rng.choice([*self.users.ids, False, False]),
                "team_id": rng.choice([*self.teams.ids, False]),
                "company_id": rng.choice([company.id, False]),
                "partner_id": rng.choice(self.partners).id,
                "email_from": f"asks{rng.randrange(6)}@example.com",
            }
        )
        born = self.moment(company, rng.choice([1, 15]))
        closed = min(born + timedelta(days=rng.randint(0, 120)), self.now)
        fate = rng.choice(["won", "won", "lost", "open", "open", "open"])
        if fate == "won":
            lead.action_set_won()
        elif fate == "lost":
            lead.action_set_lost()
        self.set_dates(
            lead,
            create_date=born,
            create_uid=rng.choice(self.users).id,
            date_last_stage_update=born + timedelta(days=rng.randint(0, 40)),
            date_deadline=self.now.date() + timedelta(days=rng.randint(-9, 9)),
        )
        if lead.user_id:
            self.set_dates(lead, date_open=born + timedelta(hours=rng.randint(0, 50)))
        if rng.random() < 0.8:
            self.answer(lead, born)
        if fate != "open":
            self.set_dates(lead, date_closed=closed)
        if rng.random() < 0.5:
            self.make_activity(lead)
        if rng.random() < 0.5:
            days = rng.choice([10, 89, 91, 200])
            date = min(born + timedelta(days=days), self.now - timedelta(minutes=5))
            self.order_of(lead, company, date)

    def order_of(self, lead, company, date):
        order = self.case._make_order(
            company,
            self.rng.choice(self.partners),
            50,
            date,
            confirm=self.rng.random() < 0.8,
            user_id=self.rng.choice(self.users).id,
        )
        order.opportunity_id = lead
        days = self.rng.randint(-5, 5)
        self.set_dates(
            order,
            create_date=lead.create_date + timedelta(days=days),
            create_uid=self.rng.choice(self.users).id,
        )

    def answer(self, lead, born):
        """Mails to the customer, and notes that are no answer."""
        for _n in range(self.rng.randint(1, 2)):
            author = self.rng.choice([*self.users, self.customer])
            message = lead.message_post(
                body="Hello",
                author_id=author.partner_id.id,
                subtype_xmlid=self.rng.choice(["mail.mt_comment", "mail.mt_note"]),
            )
            hours = self.rng.choice([1, 5, 30, 160, 200])
            date = min(born + timedelta(hours=hours), self.now)
            self.set_dates(message, date=date)

    def make_activity(self, lead):
        activity = lead.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.now.date() + timedelta(days=self.rng.randint(-5, 5)),
            user_id=self.rng.choice(self.users).id,
        )
        if self.rng.random() < 0.5:
            activity.action_done()
            day = self.now.date() - timedelta(days=self.rng.randrange(90))
            late = timedelta(days=self.rng.randint(-3, 3))
            self.set_dates(activity, date_done=day, date_deadline=day + late)
