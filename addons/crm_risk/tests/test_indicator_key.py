"""Indicators of customers, forecasts and sellers, each by a hand-built case."""

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .indicator_key_common import KeyCase


@tagged("post_install", "-at_install")
class TestIndicatorData(KeyCase):
    def test_duplicates_by_telephone(self):
        """Four firms, three with one number; a contact shares that of its firm."""
        country = self.env.ref("base.be").id
        number = {"phone": "+32470123456", "country_id": country}
        firms = [
            self._make_partner(
                f"F{n}", is_company=True, company_id=self.east.id, **number
            )
            for n in range(3)
        ]
        self._make_partner(
            "Other", company_id=self.east.id, phone="+32470999999", country_id=country
        )
        self._make_partner(
            "Contact", parent_id=firms[0].id, company_id=self.east.id, **number
        )
        self.assertEqual(self._figure("K16"), (2, 4))

    def test_duplicates_by_tax_number(self):
        """Written in two ways it is one number; fillers and branches are left out."""
        numbers = ("BE 0477.47.27.01", "be0477472701", "12345", "-", "n/a")
        firms = [
            self._make_partner(f"F{n}", is_company=True, company_id=self.east.id)
            for n in range(len(numbers))
        ]
        for firm, number in zip(firms, numbers, strict=True):
            self._date(firm, vat=number)
        branch = self._make_partner("B", parent_id=firms[0].id, is_company=True)
        self._date(branch, vat=numbers[0], company_id=self.east.id)
        self.assertEqual(self._figure("K17"), (1, 3))

    def test_bad_contacts(self):
        """Of four with an address: one bounced, one has an incorrect lead."""
        partners = [
            self._make_partner(
                f"P{n}", email=f"p{n}@example.com", company_id=self.east.id
            )
            for n in range(4)
        ]
        self._make_partner("Silent", company_id=self.east.id)
        partners[0].message_bounce = 1
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": partners[1].id, "company_id": self.east.id}
        )
        self._date(lead, email_state="incorrect")
        self.assertEqual(self._figure("K21"), (2, 4))

    def test_opt_outs(self):
        """Of four with an address one opted out last week, one two months ago."""
        for n in range(4):
            self._make_partner(
                f"P{n}", email=f"out{n}@example.com", company_id=self.east.id
            )
        for n, days in ((0, 7), (1, 60)):
            entry = self.env["mail.blacklist"].create({"email": f"out{n}@example.com"})
            self._date(entry, create_date=self._ago(days))
        self.assertEqual(self._figure("K38"), (1, 4))

    def test_required_fields_are_the_companys_choice(self):
        """Asked for website and city: a firm with a city has half of them."""
        city, site = (
            self.env["ir.model.fields"]._get("res.partner", name)
            for name in ("city", "website")
        )
        self.east.crm_customer_field_ids = city | site
        firm = self._make_partner("Half", is_company=True, city="Gent")
        self._make_order(self.east, firm, 10, self._ago(3))
        self.assertEqual(self._figure("K19"), (0.5, 1))

    def test_a_field_that_cannot_be_required(self):
        wrong = self.env["ir.model.fields"]._get("res.partner", "credit_limit")
        other = self.env["ir.model.fields"]._get("sale.order", "name")
        for field in (wrong, other):
            with self._refused("cannot be a required field of customers"):
                self.east.crm_customer_field_ids = field

    def test_portal_use(self):
        """Two buyers of the quarter, one whose contact was in the portal."""
        buyers = [self._make_partner(f"B{n}", is_company=True) for n in range(3)]
        for buyer, days in zip(buyers, (5, 80, 200), strict=True):
            self._make_order(self.east, buyer, 10, self._ago(days))
        contact = self._make_partner("Visitor", parent_id=buyers[1].id)
        user = self.env["res.users"].create(
            {
                "name": "Visitor",
                "login": "visitor@example.com",
                "partner_id": contact.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.assertEqual(self._figure("K36"), (0, 2))
        log = self.env["res.users.log"].create({})
        self._date(log, create_uid=user.id, create_date=self._ago(2))
        self.assertEqual(self._figure("K36"), (1, 2))


@tagged("post_install", "-at_install")
class TestIndicatorForecast(KeyCase):
    """Expected of March: the shop 100 × 50 % + 200 × 50 % = 150, the field 100.

    Won in March: shop 200 (and 40 nobody expected), field 60 of its 100. Errors
    |240 − 150| + |60 − 100| = 130 by a forecast of 250.
    """

    def _lead(self, team, revenue, probability, deadline):
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "company_id": self.east.id,
                "team_id": team.id,
                "expected_revenue": revenue,
                "probability": probability,
                "date_deadline": deadline,
            }
        )

    def _win(self, lead, revenue=None):
        if revenue is not None:
            lead.expected_revenue = revenue
        lead.action_set_won()
        self._date(lead, date_closed="2026-03-20 10:00:00")

    def test_error_of_march(self):
        forecast = self._indicator("K28")
        with freeze_time("2026-03-02 02:00:00"):
            lost = self._lead(self.shop, 100, 50, "2026-03-10")
            won = self._lead(self.shop, 200, 50, "2026-03-31")
            half = self._lead(self.field_team, 100, 100, "2026-03-15")
            self._lead(self.shop, 999, 90, "2026-04-01")
            self.env.flush_all()
            self._measure(forecast, self.east)
        self.assertFalse(self._facts(forecast, self.east))
        with freeze_time("2026-03-25 02:00:00"):
            surprise = self._lead(self.shop, 40, 10, False)
            self._win(won)
            self._win(surprise)
            self._win(half, 60)
            lost.action_set_lost()
            self._measure(forecast, self.east)
        self.assertFalse(self._facts(forecast, self.east), "March is not over")
        with freeze_time("2026-04-05 02:00:00"):
            self._measure(forecast, self.east)
            self.assertEqual(self._months(forecast, self.east), {"2026-03": (130, 250)})
            measurement = forecast.measurement_ids.filtered(
                lambda one: one.company_id == self.east
            )
            self.assertAlmostEqual(measurement.value, 0.52)
            fact = self._facts(forecast, self.east, "rolling30").filtered(
                lambda one: one.team_id == self.field_team
            )
            self.assertEqual((fact.numerator, fact.denominator), (40, 100))
            rows = forecast._read_records(forecast._measurer(), fact)
            self.assertEqual({row[0] for row in rows}, set(half.ids))

    def test_the_forecast_is_kept_once_and_early(self):
        lead = self._lead(self.shop, 100, 50, "2026-03-10")
        kept = self.env["crm.forecast.snapshot"].search
        mine = [("company_id", "=", self.east.id)]
        with freeze_time("2026-03-09 02:00:00"):
            self._measure(self._indicator("K28"), self.east)
            self.assertFalse(kept(mine), "part of the month is over")
        with freeze_time("2026-03-03 02:00:00"):
            self._measure(self._indicator("K28"), self.east)
            self.assertEqual(kept(mine).mapped("revenue"), [50])
            lead.probability = 90
            self._measure(self._indicator("K28"), self.east)
            self.assertEqual(kept(mine).mapped("revenue"), [50], "kept once")


@tagged("post_install", "-at_install")
class TestIndicatorTrailing(KeyCase):
    def test_top_seller(self):
        """In 90 days Alice sold 500, Bob 300, Carol 200: half is hers. Without Carol
        nothing is told; with persons named, five of eight."""
        share = self._indicator("K29")
        partner = self._make_partner("Buyer")
        orders = {
            user: self._make_order(
                self.east, partner, amount, self._ago(days), user_id=user.id
            )
            for user, amount, days in (
                (self.alice, 500, 80),
                (self.bob, 300, 40),
                (self.carol, 200, 3),
            )
        }
        self._make_order(self.east, partner, 9000, self._ago(100), user_id=self.bob.id)
        self.assertEqual(self._figure("K29"), (500, 1000))
        orders[self.carol]._action_cancel()
        self._measure(share, self.east, full=True)
        self.assertFalse(
            self._facts(share, self.east, "rolling30").filtered("record_count")
        )
        self.east.crm_indicator_person_level = True
        self.assertEqual(self._figure("K29"), (500, 800))

    def test_two_months_ago(self):
        """The figure of a month looks back from its end."""
        share = self._indicator("K29")
        partner = self._make_partner("Buyer")
        first = self.today.replace(day=1) - relativedelta(months=2)
        noon = fields.Datetime.to_datetime(first.replace(day=10))
        for user, amount in ((self.alice, 50), (self.bob, 30), (self.carol, 20)):
            self._make_order(self.east, partner, amount, noon, user_id=user.id)
        self._measure(share, self.east)
        months = self._months(share, self.east)
        self.assertEqual(months[first.strftime("%Y-%m")], (50, 100))
        self.assertNotIn((first - relativedelta(months=1)).strftime("%Y-%m"), months)
