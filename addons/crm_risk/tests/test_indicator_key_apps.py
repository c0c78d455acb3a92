"""Indicators of deliveries, invoices, points, mails and jobs, each by a hand-built
case; those whose app is not installed are skipped."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .indicator_key_common import KeyCase


@tagged("post_install", "-at_install")
class TestIndicatorService(KeyCase):
    def _ship(self, days, deadline):
        """A delivery of one good, done so many days ago."""
        env = self._in(self.east)
        product = env["product.product"].create(
            {"name": "Good", "type": "consu", "is_storable": True, "company_id": False}
        )
        line = {"product_id": product.id, "product_uom_qty": 1, "price_unit": 1}
        order = self._make_order(
            self.east,
            self._make_partner("Buyer"),
            1,
            self._ago(days + 5),
            order_line=[Command.create(line)],
        )
        picking = order.picking_ids
        if deadline is not None:
            picking.move_ids.write({"quantity": 1, "picked": True})
            picking._action_done()
            self._date(
                picking,
                date_done=self._ago(days),
                date_deadline=self._ago(days - deadline),
            )
        return picking

    def setUp(self):
        super().setUp()
        if "sale_stock" not in self.installed:
            self.skipTest("sale_stock is not installed")

    def test_late_and_returned_deliveries(self):
        """Three shipped: one two days late; one comes back."""
        self._ship(3, 1)
        self._ship(4, 0.5)
        late = self._ship(5, -2)
        self.assertEqual(self._figure("K31"), (1, 3))
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=late.id, active_model="stock.picking")
            .create({"picking_id": late.id})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.picked = True
        back._action_done()
        self._date(back, date_done=self._ago(2))
        self.assertEqual(self._figure("K34R"), (1, 4))
        self.assertEqual(self._figure("K31"), (1, 3), "a return is no delivery")

    def test_due_deliveries_without_stock(self):
        """Two due: one waits for goods, one lies ready; the third is not due."""
        waiting, ready, later = (self._ship(1, None) for _n in range(3))
        self._date(waiting.move_ids, date=self._ago(1), state="confirmed")
        self._date(ready.move_ids, date=self._ago(1), state="assigned")
        self._date(later.move_ids, date=self._ago(-3), state="confirmed")
        self.assertEqual(self._figure("K32"), (1, 2))

    def test_replenishment(self):
        """Of three rules one asks for goods that are due, one for later ones."""
        env = self._in(self.east)
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", self.east.id)], limit=1
        )
        for quantity, days in ((5, 0), (5, 9), (0, 0)):
            product = env["product.product"].create(
                {"name": "Good", "type": "consu", "is_storable": True}
            )
            rule = env["stock.warehouse.orderpoint"].create(
                {
                    "product_id": product.id,
                    "warehouse_id": warehouse.id,
                    "location_id": warehouse.lot_stock_id.id,
                }
            )
            self._date(
                rule,
                qty_to_order_computed=quantity,
                deadline_date=self.today + timedelta(days=days),
            )
        self.assertEqual(self._figure("K33"), (1, 3))


@tagged("post_install", "-at_install")
class TestIndicatorMoney(KeyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls._make_ledger()

    @classmethod
    def _make_ledger(cls):
        """What an invoice needs: accounts and a journal."""
        env = cls._in(cls.east)
        company = {"company_ids": [Command.set(cls.east.ids)]}
        receivable, income = env["account.account"].create(
            [
                {
                    "name": "Receivable",
                    "code": "T120",
                    "account_type": "asset_receivable",
                    "reconcile": True,
                    **company,
                },
                {
                    "name": "Income",
                    "code": "T700",
                    "account_type": "income",
                    **company,
                },
            ]
        )
        journal = env["account.journal"].create(
            {
                "name": "Sales",
                "code": "TSAL",
                "type": "sale",
                "company_id": cls.east.id,
                "default_account_id": income.id,
            }
        )
        return {"journal": journal, "income": income, "receivable": receivable}

    def _invoice(self, amount, days, due=None, move_type="out_invoice"):
        partner = self._make_partner("Debtor")
        partner = partner.with_env(self._in(self.east))
        partner.property_account_receivable_id = self.ledger["receivable"]
        line = {
            "name": "Work",
            "price_unit": amount,
            "quantity": 1,
            "account_id": self.ledger["income"].id,
            "tax_ids": False,
        }
        move = self._in(self.east)["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "journal_id": self.ledger["journal"].id,
                "invoice_date": self.today - timedelta(days=days),
                "invoice_date_due": due and self.today + timedelta(days=due),
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def test_overdue_receivables(self):
        """300 overdue by ten days, 600 due next week, 100 credited: 300 by 800."""
        self._invoice(300, 40, -10)
        self._invoice(600, 2, 7)
        self._invoice(100, 2, 7, "out_refund")
        self.assertEqual(self._figure("K35"), (300, 800))

    def test_credit_notes(self):
        """Three invoices and a credit note this month."""
        for _n in range(3):
            self._invoice(100, 3, 7)
        self._invoice(50, 3, 7, "out_refund")
        self._invoice(50, 45, 7, "out_refund")
        self.assertEqual(self._figure("K34"), (1, 4))

    def test_loyalty_liability(self):
        """200 points at 0.5 and a gift card of 30 are 130, by a revenue of 1 000."""
        if "loyalty" not in self.installed:
            self.skipTest("loyalty is not installed")
        env = self._in(self.east)
        points, gifts = env["loyalty.program"].create(
            [
                {
                    "name": name,
                    "program_type": kind,
                    "company_id": self.east.id,
                    "currency_id": self.eur.id,
                }
                for name, kind in (("Points", "loyalty"), ("Gifts", "gift_card"))
            ]
        )
        points.reward_ids = [
            Command.clear(),
            Command.create(
                {
                    "reward_type": "discount",
                    "discount_mode": "per_point",
                    "discount": 0.5,
                }
            ),
            Command.create(
                {
                    "reward_type": "discount",
                    "discount_mode": "percent",
                    "discount": 90,
                }
            ),
        ]
        partner = self._make_partner("Loyal")
        for program, amount, until in (
            (points, 120, False),
            (points, 80, False),
            (points, 500, self.today - timedelta(days=1)),
            (gifts, 30, False),
        ):
            env["loyalty.card"].create(
                {
                    "program_id": program.id,
                    "partner_id": partner.id,
                    "points": amount,
                    "expiration_date": until,
                }
            )
        self._make_order(self.east, partner, 1000, self._ago(9))
        liability, revenue = self._figure("K40")
        self.assertAlmostEqual(liability, 130)
        self.assertAlmostEqual(revenue, 1000, 3)

    def test_satisfaction(self):
        """5, 4 and 3 are given, one is not filled in, one is of last year."""
        if "rating" not in self.installed:
            self.skipTest("rating is not installed")
        clerk = self._make_user("Clerk", companies=self.east)
        partner = self._make_partner("Rated")
        for value, days, filled in (
            (5, 2, True),
            (4, 2, True),
            (3, 9, True),
            (1, 2, False),
            (1, 400, True),
        ):
            rating = self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": partner.id,
                    "rated_partner_id": clerk.partner_id.id,
                    "rating": value,
                    "consumed": filled,
                }
            )
            self._date(rating, rated_on=self._ago(days))
        self.assertEqual(self._figure("K39"), (12, 3))


@tagged("post_install", "-at_install")
class TestIndicatorSystem(KeyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env["res.company"].search([], order="id", limit=1)

    def test_failing_jobs(self):
        jobs = self.env["ir.cron"].search([])
        self._date(jobs, failure_count=0)
        self.assertEqual(self._figure("K41", self.main), (0, 0))
        self._date(jobs[:2], failure_count=3)
        self.assertEqual(self._figure("K41", self.main), (2, 0))
        self.assertFalse(self._measure(self._indicator("K41"), self.east).failed)
        self.assertFalse(self._facts(self._indicator("K41"), self.east))

    def test_customisation(self):
        """Two fields by hand and an app from elsewhere: 2 + 5 more than before."""
        before, _denominator = self._figure("K43", self.main)
        model = self.env["ir.model"]._get("res.partner")
        self.env["ir.model.fields"].create(
            [
                {
                    "name": f"x_key_{n}",
                    "model_id": model.id,
                    "ttype": "char",
                    "field_description": f"X {n}",
                }
                for n in range(2)
            ]
        )
        self.env["ir.module.module"].create(
            {"name": "far_away", "state": "installed", "author": "Far Away Ltd"}
        )
        after, _denominator = self._figure("K43", self.main)
        self.assertEqual(after - before, 7)

    def test_mail_failures(self):
        """Of four mails this week one bounced; last month's do not count."""
        partner = self._make_partner("Reader")
        for status, days in (
            ("sent", 1),
            ("sent", 2),
            ("bounce", 2),
            ("ready", 1),
            ("exception", 20),
        ):
            message = self.env["mail.message"].create(
                {
                    "model": "res.partner",
                    "res_id": partner.id,
                    "record_company_id": self.east.id,
                    "date": self._ago(days),
                }
            )
            self.env["mail.notification"].create(
                {
                    "mail_message_id": message.id,
                    "res_partner_id": partner.id,
                    "notification_type": "email",
                    "notification_status": status,
                }
            )
        self.assertEqual(self._figure("K42"), (1, 4))

    def test_overdue_responses(self):
        """Of two open with a deadline one is late; done ones and those of closed
        risks are left out."""
        implementation = self.env["crm.implementation"].create(
            {"name": "CRM", "company_id": self.east.id}
        )
        risk, closed = self.env["crm.risk"].create(
            [
                {"name": name, "implementation_id": implementation.id}
                for name in ("Open", "Closed")
            ]
        )
        late = self.today - timedelta(days=1)
        for owner, state, deadline in (
            (risk, "planned", late),
            (risk, "in_progress", self.today + timedelta(days=1)),
            (risk, "planned", False),
            (risk, "done", late),
            (closed, "planned", late),
        ):
            self.env["crm.risk.response"].create(
                {
                    "name": "R",
                    "risk_id": owner.id,
                    "state": state,
                    "date_deadline": deadline,
                }
            )
        closed.write({"close_reason": "expired", "state": "closed"})
        self.assertEqual(self._figure("K47"), (1, 2))
