"""The key risk indicators once more, in plain Python: see indicator_oracle."""

from collections import Counter, defaultdict
from datetime import timedelta
from statistics import median


class KeyOracle:
    def open_leads(self):
        for lead in self.leads():
            if lead.active and lead.type == "opportunity":
                if lead.won_status == "pending":
                    yield lead

    def lead_row(self, lead, moment, numerator, denominator=1):
        return lead.id, moment, lead.team_id.id or None, None, numerator, denominator

    def K07(self, period):
        for lead in self.open_leads():
            since = lead.date_last_stage_update or lead.create_date
            limit = lead.stage_id.rotting_threshold_days or 30
            rotten = since + timedelta(days=limit) < self.now
            yield self.lead_row(lead, self.now, rotten)

    def K08(self, period):
        for lead in self.open_leads():
            late = bool(lead.date_deadline) and lead.date_deadline < self.today
            yield self.lead_row(lead, self.now, late)

    def K09(self, period):
        for lead in self.leads():
            age = self.now - lead.create_date
            if lead.active and lead.won_status == "pending":
                if timedelta(0) <= age <= timedelta(days=30):
                    lost = not lead.user_id and age > timedelta(days=1)
                    yield self.lead_row(lead, self.now, lost)

    def K18(self, period):
        seen = set()
        for lead in sorted(self.leads(), key=lambda lead: lead.id):
            if lead.active and lead.won_status == "pending" and lead.email_normalized:
                surplus = lead.email_normalized in seen
                seen.add(lead.email_normalized)
                yield self.lead_row(lead, self.now, surplus)

    # Response times ----------------------------------------------------------------

    def hours(self, interval):
        return interval.total_seconds() / 3600

    def K10(self, period):
        for lead in self.leads():
            opened = lead.date_open
            if lead.user_id and lead.create_uid != lead.user_id and opened:
                if opened >= lead.create_date:
                    hours = self.hours(opened - lead.create_date)
                    yield self.lead_row(lead, opened, hours)

    def first_answer(self, lead):
        comment = self.env.ref("mail.mt_comment")
        dates = [
            message.date
            for message in self.env["mail.message"].search(
                [("model", "=", "crm.lead"), ("res_id", "=", lead.id)]
            )
            if (message.subtype_id == comment or message.mail_activity_type_id)
            and self.is_employee(message.author_id)
        ]
        return min(dates, default=None)

    def is_employee(self, partner):
        users = partner.with_context(active_test=False).user_ids
        return any(not user.share and user.id != 1 for user in users)

    def enquiries(self):
        for lead in self.leads():
            if lead.create_uid != lead.user_id:
                yield lead, self.first_answer(lead)

    def K11(self, period):
        for lead, answer in self.enquiries():
            if answer and answer >= lead.create_date:
                if period(lead.create_date):
                    hours = self.hours(answer - lead.create_date)
                    yield self.lead_row(lead, lead.create_date, hours)

    def K11N(self, period):
        week = timedelta(days=7)
        for lead, answer in self.enquiries():
            if lead.create_date <= self.now - week:
                never = not answer or answer > lead.create_date + week
                yield self.lead_row(lead, lead.create_date, never)

    def K05(self, period):
        for activity in self.all("mail.activity", [("active", "=", False)]):
            if activity.date_done and self.mine(activity.user_id.company_id):
                timely = activity.date_done <= activity.date_deadline
                yield activity.id, activity.date_done, None, None, timely, 1

    # Quotations and orders ----------------------------------------------------------

    def quotations(self):
        return self.all(
            "sale.order",
            [
                ("state", "in", ["draft", "sent", "sale"]),
                ("company_id", "=", self.company.id),
            ],
        )

    def K12(self, period):
        for order in self.quotations():
            maker = order.create_uid
            if maker.id != 1 and not maker.share:
                outside = not order.opportunity_id
                outside &= not ("website_id" in order._fields and order.website_id)
                yield order.id, order.create_date, *self.place(order), outside, 1

    def K13(self, period):
        for order in self.quotations():
            lead = order.opportunity_id
            if lead:
                after = lead.create_date >= order.create_date
                yield order.id, order.create_date, *self.place(order), after, 1

    def K22(self, period):
        return self.R05(period)

    def K23(self, period):
        amounts = {order.id: self.amount(order) for order in self.orders()}
        for key, moment, team, warehouse, _one, person in self.R05(period):
            yield key, moment, team, warehouse, amounts[key], person

    def K24(self, period):
        for order in self.orders():
            took = order.date_order - order.create_date
            if took >= timedelta(0):
                days = took.total_seconds() / 86400
                yield order.id, order.date_order, *self.place(order), days, 1

    def K25(self, period):
        for row in self.F02(period):
            if self.env["crm.lead"].browse(row[0]).type == "opportunity":
                yield row

    def K27(self, period):
        for order in self.orders():
            rate = order.currency_rate or 1.0
            margin = (order.margin or 0.0) / rate
            yield (
                order.id,
                order.date_order,
                *self.place(order),
                margin,
                self.amount(order),
            )

    def K26(self, period):
        for order in self.orders():
            rules = order.pricelist_id.item_ids.filtered(
                lambda rule: rule.compute_price == "percentage"
            ).mapped("percent_price")
            for line in order.order_line:
                if line.display_type or line.is_downpayment or not line.product_id:
                    continue
                typed = abs(line.price_unit - line.technical_price_unit) > 0.005
                typed |= bool(line.discount) and line.discount not in rules
                yield line.id, order.date_order, *self.place(order), typed, 1

    def K37(self, period):
        for order in self.orders():
            own = bool(order.signed_on)
            own |= "website_id" in order._fields and bool(order.website_id)
            yield order.id, order.date_order, *self.place(order), own, 1

    def K29(self, period):
        for name, last in period.ends():
            revenue = Counter()
            behind = []
            for order in self.orders():
                age = (last - self.local(order.date_order)).days
                if order.user_id and 0 <= age < 90:
                    behind.append(order)
                    revenue[order.user_id] += self.amount(order)
            if len(revenue) >= 3:
                highest = max(revenue.values())
                top = min(
                    (user for user in revenue if revenue[user] == highest),
                    key=lambda user: user.id,
                )
                for order in behind:
                    amount = self.amount(order)
                    share = amount if order.user_id == top else 0
                    yield order.id, name, None, None, share, amount

    # Customers ----------------------------------------------------------------------

    def bought(self, days=None):
        """{customer: [instants of confirmed orders]}"""
        found = defaultdict(list)
        for order in self.orders():
            age = self.now - order.date_order
            if timedelta(0) <= age and (days is None or age <= timedelta(days=days)):
                customer = order.partner_id.commercial_partner_id
                found[customer].append(order.date_order)
        return {who: dates for who, dates in found.items() if who.active}

    def K19(self, period):
        for customer in self.bought(365):
            wanted = ["email_normalized", "phone_sanitized", "country_id", "city"]
            filled = sum(bool(customer[name]) for name in [*wanted, "user_id"])
            filled += bool(customer.vat) or not customer.is_company
            yield customer.id, self.now, None, None, filled / 6, 1

    def K20(self, period):
        year = self.now - timedelta(days=365)
        for customer in self.bought(3 * 365):
            family = self.all("res.partner", [("id", "child_of", customer.id)])
            orders = self.all(
                "sale.order",
                [
                    ("partner_id", "in", family.ids),
                    ("company_id", "=", self.company.id),
                    ("state", "!=", "cancel"),
                ],
            )
            heard = any(
                order.date_order >= year or order.create_date >= year
                for order in orders
            )
            heard |= any(message.date >= year for message in family.message_ids)
            yield customer.id, self.now, None, None, not heard, 1

    def K30(self, period):
        for customer, dates in self.bought().items():
            days = sorted({self.local(date) for date in dates})
            if len(days) >= 3:
                gaps = [(b - a).days for a, b in zip(days, days[1:], strict=False)]
                overdue = (self.today - days[-1]).days > 2 * median(gaps)
                yield customer.id, self.now, None, None, overdue, 1
