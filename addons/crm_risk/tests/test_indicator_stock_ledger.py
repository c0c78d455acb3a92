"""S01 equals Odoo's own valuation, A01 equals the receivable ledger: random stock of
all three cost methods and random invoices, months back, in two companies."""

import random
from datetime import datetime, time, timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .indicator_common import IndicatorCase
from .indicator_oracle import Oracle
from .indicator_world import World

SEED = 20260301


@tagged("post_install", "-at_install")
class TestStockValue(IndicatorCase):
    def setUp(self):
        super().setUp()
        if "stock_account" not in self.installed:
            self.skipTest("stock_account is not installed")
        self.rng = random.Random(SEED)
        self.now = fields.Datetime.now()
        self.world = World(self, self.rng, self.now)
        self.clerk = self._make_user(
            "Accountant", "stock.group_stock_manager", "account.group_account_manager"
        )
        self.categories = self.env["product.category"].create(
            [{"name": name} for name in ("standard", "average", "fifo")]
        )
        for company in (self.east, self.west):
            for category in self.categories.with_company(company):
                category.property_cost_method = category.name
        self.goods = self.env["product.product"].create(
            [
                {
                    "name": f"{category.name} good {n}",
                    "type": "consu",
                    "is_storable": True,
                    "categ_id": category.id,
                    "company_id": False,
                }
                for category in self.categories
                for n in range(2)
            ]
        )

    def _move(self, company, product, quantity, incoming, date, price=None):
        env = self._in(company)
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        stock = warehouse.lot_stock_id
        place = env.ref(
            f"stock.stock_location_{'suppliers' if incoming else 'customers'}"
        )
        dozen = self.rng.random() < 0.3
        move = env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": (self.world.dozen if dozen else product.uom_id).id,
                "location_id": (place if incoming else stock).id,
                "location_dest_id": (stock if incoming else place).id,
                "company_id": company.id,
                "price_unit": price or 0,
            }
        )
        move._action_confirm()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        self.world.set_dates(move, date=date)
        self.world.set_dates(move.move_line_ids, date=date)

    def _price(self, company, product, price, date):
        env = self._in(company)
        logged = env["product.value"].search([("product_id", "=", product.id)])
        product.with_env(env).standard_price = price
        new = env["product.value"].search([("product_id", "=", product.id)]) - logged
        self.world.set_dates(new, date=date)

    def _live(self, company):
        """Half a year of receipts, deliveries and price changes."""
        for week in range(26, 0, -4):
            date = self.now - timedelta(days=7 * week, minutes=self.rng.randrange(999))
            for product in self.goods:
                price = self.rng.choice([4, 7.5, 9.99])
                if self.rng.random() < 0.4:
                    self._price(company, product, price, date - timedelta(hours=1))
                self._move(company, product, self.rng.randint(3, 9), True, date, price)
                if self.rng.random() < 0.8:
                    later = date + timedelta(hours=2)
                    self._move(company, product, self.rng.randint(1, 5), False, later)

    def test_equals_odoos_own_valuation(self):
        indicator = self._indicator("S01")
        for company in (self.east, self.west):
            self._live(company)
            self.assertFalse(self._measure(indicator, company, full=True).error)
            oracle = Oracle(self.env, company, self.now)
            facts = self._facts(indicator, company)
            self.assertGreaterEqual(len(facts), 6)
            for fact in facts:
                self._compare(indicator, fact, oracle)
            latest = self._facts(indicator, company, "rolling30")[-1]
            self.assertAlmostEqual(latest.numerator, sum(oracle.S01().values()), 4)

    def _compare(self, indicator, fact, oracle):
        end = (fact.date + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        moment = datetime.combine(end, time(23, 59, 59))
        expected = oracle.S01(moment if moment < self.now else None)
        where = f"{fact.company_id.name} {fact.date}"
        self.assertAlmostEqual(fact.numerator, sum(expected.values()), 4, where)
        self.assertEqual(fact.record_count, len(expected), where)
        rows = indicator._read_records(indicator._measurer(), fact)
        self.assertEqual({row[0] for row in rows}, set(expected), where)
        self.assertAlmostEqual(
            sum(float(row[1]) for row in rows), fact.numerator, 4, where
        )

    def test_company_currency_and_no_teams(self):
        self._move(self.east, self.goods[0], 10, True, self.now - timedelta(days=40))
        self._price(self.east, self.goods[0], 5, self.now - timedelta(days=50))
        indicator = self._indicator("S01")
        self._measure(indicator, self.east)
        fact = self._facts(indicator, self.east)[-1]
        self.assertEqual(fact.currency_id, self.eur)
        self.assertFalse(fact.team_id)
        self.assertIn(fact.numerator, (50, 600))  # ten pieces or ten dozen at 5


@tagged("post_install", "-at_install")
class TestDaysSalesOutstanding(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.customer = cls._make_partner("Slow payer")
        for company in (cls.east, cls.west):
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )

    def _account(self, company, kind):
        return self._in(company)["account.account"].search(
            [("account_type", "=", kind), ("company_ids", "in", company.id)], limit=1
        )

    def _invoice(
        self, company, amount, date, kind="out_invoice", currency=None, tax=()
    ):
        move = self._in(company)["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.customer.id,
                "invoice_date": date,
                "date": date,
                "company_id": company.id,
                "currency_id": (currency or company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": self._account(company, "income").id,
                            "tax_ids": [Command.set(list(tax))],
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    def _pay(self, company, amount, date):
        journal = self._in(company)["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        receivable = self._account(company, "asset_receivable")
        bank = self._account(company, "asset_current")
        sides = [(receivable, 0, amount), (bank, amount, 0)]
        entry = self._in(company)["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": date,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "debit": debit,
                            "credit": credit,
                            "partner_id": self.customer.id,
                        }
                    )
                    for account, debit, credit in sides
                ],
            }
        )
        entry.action_post()
        return entry

    def test_textbook_case(self):
        """1200 sold in the quarter, 150 of it unpaid: 150 / 1200 · 91 = 11.375 days;
        the refund of 100 counts against both."""
        first = self.now.date().replace(day=1) - timedelta(days=40)
        self._invoice(self.east, 1300, first)
        self._invoice(self.east, 100, first + timedelta(days=2), "out_refund")
        self._pay(self.east, 1050, first + timedelta(days=3))
        indicator = self._indicator("A01")
        self.assertFalse(self._measure(indicator, self.east).error)
        [month] = self._facts(indicator, self.east).filtered(
            lambda fact: fact.date == first.replace(day=1)
        )
        self.assertAlmostEqual(month.numerator, 150 * 91)
        self.assertAlmostEqual(month.denominator, 1200)
        self.assertAlmostEqual(month.value, 11.375)

    def test_draft_entries_and_the_other_company_do_not_count(self):
        date = self.now.date() - timedelta(days=10)
        self._invoice(self.east, 500, date)
        self._invoice(self.east, 70, date).button_draft()
        self._invoice(self.west, 9000, date)
        indicator = self._indicator("A01")
        self._measure(indicator, self.east)
        [latest] = self._facts(indicator, self.east, "rolling30").filtered(
            lambda fact: fact.date > date
        )
        self.assertAlmostEqual(latest.numerator, 500 * 91)
        self.assertAlmostEqual(latest.denominator, 500)

    def test_records_are_the_figure(self):
        rng = random.Random(SEED)
        for company in (self.east, self.west):
            tax = self._in(company)["account.tax"].search(
                [("type_tax_use", "=", "sale"), ("company_id", "=", company.id)],
                limit=1,
            )
            for _n in range(8):
                date = self.now.date() - timedelta(days=rng.randrange(190))
                kind = rng.choice(["out_invoice", "out_invoice", "out_refund"])
                currency = rng.choice([company.currency_id, self.usd])
                self._invoice(
                    company,
                    rng.choice([100, 250, 33.33]),
                    date,
                    kind,
                    currency,
                    tax.ids,
                )
                self._pay(company, rng.choice([20, 60.5]), date + timedelta(days=9))
            self._compare(company)

    def _compare(self, company):
        indicator = self._indicator("A01")
        self.assertFalse(self._measure(indicator, company, full=True).error)
        oracle = Oracle(self.env, company, self.now)
        facts = self._facts(indicator, company)
        self.assertGreaterEqual(len(facts), 6)
        for fact in facts | self._facts(indicator, company, "rolling30"):
            monthly = fact.granularity == "month"
            day = oracle.month_end(fact.date) if monthly else fact.date
            owed, sold, lines = oracle.A01(day)
            where = f"{company.name} {fact.granularity} {fact.date}"
            self.assertAlmostEqual(fact.numerator, owed, 2, where)
            self.assertAlmostEqual(fact.denominator, sold, 2, where)
            self.assertEqual(fact.record_count, len(lines), where)
            rows = indicator._read_records(indicator._measurer(), fact)
            self.assertEqual({row[0] for row in rows}, set(lines.ids), where)
            self.assertAlmostEqual(
                sum(float(row[2]) for row in rows), fact.denominator, 2, where
            )
