"""The indicators of this addon, each by a case that can be checked by hand.

East works in euro by the clock of Vladivostok (UTC+10), West in dollars by that of
New York. Two dollars are one euro. Everything below happens in East in the last whole
month ("the month") unless the table says otherwise.

======  ========================================  ======  ========  =========
order   what                                      amount  discount  confirmed
======  ========================================  ======  ========  =========
dozen   2 dozen at 120 less 25 %                   180 €     60 €   yes
dollar  1 hour at 300 $                            150 €       –    yes
night   2 lines of 50, at 23:30 UTC on the last    100 €       –    yes
        day before the month: 09:30 of the first
lost    cancelled after it was confirmed            500 €      –    no
offer   never confirmed                             700 €      –    no
west    in the other company                         70 $      –    yes
======  ========================================  ======  ========  =========
"""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import tagged

from .indicator_month import MonthCase


@tagged("post_install", "-at_install")
class TestOrderIndicators(MonthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        day = cls._on(10)
        service = cls._service(cls._in(cls.east))
        dozen = {
            "product_id": service.id,
            "product_uom_qty": 2,
            "product_uom_id": cls.env.ref("uom.product_uom_dozen").id,
            "price_unit": 120,
            "discount": 25,
            "tax_ids": False,
        }
        half = {"product_id": service.id, "price_unit": 50, "tax_ids": False}
        first = datetime.combine(cls.month, time(23, 30)) - timedelta(days=1)
        make = cls._make_order
        cls.dozen = make(
            cls.east, cls.partner, 0, day, order_line=[Command.create(dozen)]
        )
        cls.dollar = make(
            cls.east, cls.partner, 300, day, currency_id=cls.usd.id, confirm=False
        )
        cls.dollar.currency_id = cls.usd
        cls.dollar.action_confirm()
        cls.night = make(
            cls.east, cls.partner, 0, first, order_line=[Command.create(half)] * 2
        )
        cls.lost = make(cls.east, cls.partner, 500, day)
        cls.lost._action_cancel()
        cls.offer = make(cls.east, cls.partner, 700, day, confirm=False)
        cls.west_order = make(cls.west, cls.partner, 70, day)
        cls.orders = cls.dozen | cls.dollar | cls.lost | cls.offer | cls.west_order
        cls.orders.flush_recordset()
        for order, date in [(order, day) for order in cls.orders] + [
            (cls.night, first)
        ]:
            cls.env.cr.execute(
                "UPDATE sale_order SET date_order = %s, create_date = %s WHERE id = %s",
                [date, date, order.id],
            )
        cls.env.invalidate_all()

    def test_discounts(self):
        """60 given; without it 240 + 150 + 100."""
        self.assertEqual(self._of_month("R08"), (60, 490))
        self.assertEqual(self._of_month("R08", self.west), (0, 70))

    def test_a_line_given_away(self):
        """100 % of 1 × 50 is 50 given of 540."""
        line = self.dollar.order_line.copy(
            {"order_id": self.night.id, "discount": 100, "price_unit": 50}
        )
        self.assertEqual(line.price_subtotal, 0)
        self.assertEqual(self._of_month("R08"), (110, 540))

    def test_prices_to_the_year_before(self):
        """24 pieces for 180, 1 for 150, 2 for 100. A year before, on a night that was
        the first of the month here, two dozen were 240: 27 pieces at 10. In West
        nothing was sold then."""
        first = datetime.combine(self.month, time(23, 30)) - timedelta(days=1)
        last_year = first - relativedelta(years=1)
        line = {
            "product_id": self._service(self._in(self.east)).id,
            "product_uom_qty": 2,
            "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
            "price_unit": 120,
            "tax_ids": False,
        }
        order = self._make_order(
            self.east, self.partner, 0, last_year, order_line=[Command.create(line)]
        )
        self._date(order, date_order=last_year)
        self.assertEqual(self._of_month("R09"), (430, 270))
        self.assertEqual(self._of_month("R09", self.west), (0, 0))

    def test_lines(self):
        """1 + 1 + 2 lines in three orders; a note is no line."""
        self.night.order_line = [
            Command.create({"display_type": "line_note", "name": "Handle with care"})
        ]
        self.assertEqual(self._of_month("R07"), (4, 3))

    def test_quotations_confirmed(self):
        """Three of five; what is confirmed after more than 90 days is not."""
        self.assertEqual(self._of_month("F05"), (3, 5))
        self._date(self.dozen, create_date=self._on(10) - timedelta(days=91))
        self.assertEqual(self._of_month("F05"), (2, 4))

    def test_orders_corrected(self):
        """Of the three confirmed one is cancelled and one made dearer afterwards; that
        a quotation was edited before is no correction."""
        self.assertEqual(self._of_month("Q03"), (0, 3))
        self._date(self.night, date_order=self._on(3))
        env = self.env(context={"allowed_company_ids": self.east.ids})
        self.dozen.with_env(env)._action_cancel()
        self.night.order_line[0].with_env(env).price_unit = 80
        env.flush_all()
        env.cr.precommit.run()
        self.assertEqual(self._of_month("Q03"), (2, 3))

    def test_todays_rate_changes_nothing(self):
        before = self._of_month("R08")
        self.env["res.currency.rate"].create(
            {
                "name": self.today,
                "currency_id": self.usd.id,
                "company_id": self.east.id,
                "company_rate": 7.0,
            }
        )
        self.assertEqual(self._of_month("R08"), before)

    def test_a_late_cancellation(self):
        """An order of five months ago is cancelled: one revision, before and after."""
        old = self.month - relativedelta(months=4)
        date = datetime.combine(old + timedelta(days=9), time(2))
        order = self._make_order(self.east, self.partner, 200, date)
        self._date(order, create_date=date)
        self.assertEqual(self._of_month("R07", month=old), (1, 1))
        order._action_cancel()
        self.assertEqual(self._of_month("R07", month=old), (0, 0))
        revision = self._indicator("R07").revision_ids.filtered(
            lambda row: row.company_id == self.east and row.date == old
        )
        self.assertEqual(len(revision), 1)
        self.assertEqual((revision.old_numerator, revision.new_numerator), (1, 0))

    def test_margin_needs_its_app(self):
        indicator = self._indicator("R03")
        if "sale_margin" not in self.installed:
            self.assertFalse(indicator.available)
            self.assertTrue(indicator.inactive_reason)
            return
        self.dozen.order_line.purchase_price = 60  # a dozen
        self.assertEqual(self._of_month("R03"), (60 + 150 + 100, 430))


@tagged("post_install", "-at_install")
class TestCustomerIndicators(MonthCase):
    def test_kept_and_lost(self):
        """Stays bought 9 and 3 months ago, by a contact the second time; Leaves only 9
        months ago; New only 3 months ago; Old 14 months ago."""
        stays, leaves, new, old = (
            self._make_partner(name, is_company=True)
            for name in ("Stays", "Leaves", "New", "Old")
        )
        contact = self._make_partner("Buyer of Stays", parent_id=stays.id)
        for partner, months in (
            (stays, 9),
            (contact, 3),
            (leaves, 9),
            (new, 3),
            (old, 14),
        ):
            date = self._on(15) - relativedelta(months=months)
            self._make_order(self.east, partner, 10, date)
        self.assertEqual(self._of_month("C02"), (1, 2))
        self.assertEqual(self._of_month("C03"), (1, 2))
        fact = self._facts(self._indicator("C03"), self.east).filtered(
            lambda fact: fact.date == self.month
        )
        [row] = [
            row
            for row in self._indicator("C03")._read_records(
                self._indicator("C03")._measurer(), fact
            )
            if row[1]
        ]
        self.assertEqual(row[0], leaves.id)

    def test_leads(self):
        """Three leads of the month, one lost; one of the month before."""
        leads = self._in(self.east)["crm.lead"].create(
            [{"name": f"Lead {n}", "company_id": self.east.id} for n in range(4)]
        )
        leads[2].action_set_lost()
        self._date(leads[:3], create_date=self._on(5))
        self._date(leads[3], create_date=self._on(5) - relativedelta(months=1))
        self.assertEqual(self._of_month("F06"), (3, 0))

    def test_activities_per_deal(self):
        """Two won: three activities done on one, none on the other."""
        leads = self._in(self.east)["crm.lead"].create(
            [{"name": f"Deal {n}", "company_id": self.east.id} for n in range(3)]
        )
        for _n in range(3):
            leads[0].activity_schedule("mail.mail_activity_data_todo").action_done()
        leads[2].activity_schedule("mail.mail_activity_data_todo").action_done()
        leads[:2].action_set_won()
        self._date(leads[:2], date_closed=self._on(20))
        self.assertEqual(self._of_month("F07"), (3, 2))


@tagged("post_install", "-at_install")
class TestLedgerIndicators(MonthCase):
    """Invoices of 300 €, 200 $ and 80 €, the last credited in full; 50 € credited
    besides; 900 € not posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.east, install_demo=False
        )
        cls.east.currency_id = cls.eur  # the chart of accounts brought its own
        cls.big = cls._invoice(300)
        cls.dollars = cls._invoice(200, currency_id=cls.usd.id)
        cls.wrong = cls._invoice(80)
        cls._invoice(80, "out_refund", reversed_entry_id=cls.wrong.id)
        cls._invoice(50, "out_refund")
        cls._invoice(900, post=False)

    @classmethod
    def _invoice(cls, amount, kind="out_invoice", post=True, **values):
        move = cls._in(cls.east)["account.move"].create(
            {
                "move_type": kind,
                "partner_id": cls.partner.id,
                "invoice_date": cls.month.replace(day=5),
                "invoice_date_due": cls.month.replace(day=5),
                "date": cls.month.replace(day=5),
                "company_id": cls.east.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "price_unit": amount,
                            "quantity": 1,
                            "tax_ids": False,
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def test_invoiced(self):
        """300 + 100 + 80 − 80 − 50."""
        self.assertEqual(self._of_month("R02"), (350, 0))

    def test_credit_notes(self):
        """50 of 400: the invoice of 80 was made anew."""
        self.assertEqual(self._of_month("Q01"), (50, 400))

    def test_days_to_pay(self):
        """120 of the 300 paid after 10 days, the rest after 20: 4 800 by 300."""
        for amount, days in ((120, 10), (180, 20)):
            self._pay(self.big, amount, days)
        self.assertEqual(self._of_month("A03"), (4800, 300))

    def test_overdue(self):
        """400 of the month before, due on its 20th: 150 paid in time, 250 in the month.
        At the end of the month nothing of it is open, but 300 + 100 − 50, all overdue,
        and 60 that are due later."""
        before = self.month - relativedelta(months=1)
        old = self._invoice(
            400,
            invoice_date=before.replace(day=3),
            date=before.replace(day=3),
            invoice_date_due=before.replace(day=20),
        )
        self._pay(old, 150, 5)
        self.assertEqual(self._of_month("A02", month=before), (250, 250))
        self._pay(old, 250, 40)
        self._invoice(60, invoice_date_due=self.today + timedelta(days=30))
        self.assertEqual(self._of_month("A02", month=before), (250, 250))
        self.assertEqual(self._of_month("A02"), (350, 410))
        self.assertEqual(self._of_month("A02", self.west), (0, 0))

    def _pay(self, invoice, amount, days):
        debt = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        env = self._in(self.east)
        other = env["account.account"].search(
            [("account_type", "=", "asset_cash"), ("company_ids", "in", self.east.id)],
            limit=1,
        )
        entry = env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.east.id,
                "date": invoice.invoice_date + timedelta(days=days),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": debt.account_id.id,
                            "partner_id": self.partner.id,
                            "credit": amount,
                        }
                    ),
                    Command.create({"account_id": other.id, "debit": amount}),
                ],
            }
        )
        entry.action_post()
        paid = entry.line_ids.filtered(lambda line: line.account_id == debt.account_id)
        (debt | paid).with_env(env).reconcile()

    def test_cost_of_sales(self):
        """70 on a tagged account by an income of 350."""
        env = self._in(self.east)
        account, cash = (
            env["account.account"].search(
                [("account_type", "=", kind), ("company_ids", "in", self.east.id)],
                limit=1,
            )
            for kind in ("expense", "asset_cash")
        )
        account.tag_ids = self.env.ref("crm_effects.account_tag_sales_cost")
        env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.east.id,
                "date": self.month.replace(day=9),
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": 70}),
                    Command.create({"account_id": cash.id, "credit": 70}),
                ],
            }
        ).action_post()
        self.assertEqual(self._of_month("E01"), (70, 350))
        self.assertEqual(self._get_trial_balance(account), 70)
        income = self.env["account.account"].search(
            [("account_type", "in", ("income", "income_other"))]
        )
        self.assertEqual(self._get_trial_balance(income), -350)

    def _get_trial_balance(self, accounts):
        """What Odoo's own sums of the ledger say of the accounts in the month."""
        items = self.env["account.move.line"].search(
            [
                ("account_id", "in", accounts.ids),
                ("company_id", "=", self.east.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", self.month),
                ("date", "<", self.month + relativedelta(months=1)),
            ]
        )
        return sum(items.mapped("debit")) - sum(items.mapped("credit"))
