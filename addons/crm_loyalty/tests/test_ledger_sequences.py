import os
import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common_ledger import LedgerCase

# Both can be raised for a long night: a sequence takes about a fifth of a second.
SEQUENCES = int(os.environ.get("LEDGER_SEQUENCES", "504"))
MOST_STEPS = int(os.environ.get("LEDGER_STEPS", "4"))
SEED = 20260615
# Steps that post documents take ten times as long as the others.
WEIGHTS = {
    "deliver": 5,
    "edit": 4,
    "cancel": 4,
    "expire": 3,
    "adjust": 2,
    "redeem": 2,
    "order": 1,
    "invoice": 1,
    "credit": 1,
    "pay": 1,
    "merge": 1,
}
TERMS = [
    {"earn_event": event, "negative_policy": policy, "expiry_policy": expiry}
    for event in ("order", "delivery", "invoice", "payment")
    for policy, expiry in (("allow", "award"), ("floor", "inactivity"))
]


@tagged("post_install", "-at_install")
class TestLedgerSequences(LedgerCase):
    """Whatever happens, in whatever order: after every step the balance is the sum of
    the rows, what is posted is the target, and a second sync posts nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.env["product.product"].create(
            {
                "name": "Roasting",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 10,
                "taxes_id": [Command.clear()],
            }
        )
        cls.programs = cls.env["loyalty.program"]
        for number, terms in enumerate(TERMS):
            cls.programs += cls._program(
                name=f"Bonus {number}", expire_after=30, active=False, **terms
            )
        cls.job = cls.env["crm.loyalty.ledger.job"]

    def test_random_sequences(self):
        chance = random.Random(SEED)
        today = patch.object(
            self.registry["loyalty.program"], "_ledger_today", lambda program: self.day
        )
        self.startPatcher(today)
        done = dict.fromkeys(WEIGHTS, 0)
        for program in self.programs:
            with self.env.cr.savepoint() as savepoint:
                self._prepare(program, chance)
                for _ in range(SEQUENCES // len(self.programs)):
                    self._play(program, chance, done)
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertTrue(all(done.values()), f"steps that never happened: {done}")

    def _prepare(self, program, chance):
        """Four customers; an order delivered in part, one invoiced, one paid with
        points, and two quotations."""
        self.day = date(2026, 6, 15)
        program.active = True
        self.customers = self.env["res.partner"].create(
            [{"name": name} for name in ("Dina", "Egor", "Faina", "Gleb")]
        )
        self.orders = self.env["sale.order"]
        for _ in range(4):
            self._new_order(chance)
        self.orders[:2].action_confirm()
        self._step_deliver(program, chance)
        while not self._step_invoice(program, chance):
            continue
        self._step_redeem(program, chance)
        self.env.flush_all()

    def _play(self, program, chance, done):
        state = self.day, self.customers, self.orders
        history = []
        with self.env.cr.savepoint() as savepoint:
            for _ in range(chance.randint(1, MOST_STEPS)):
                [name] = chance.choices(list(WEIGHTS), WEIGHTS.values())
                history.append(name)
                if getattr(self, f"_step_{name}")(program, chance):
                    done[name] += 1
                self._check(program, history)
            savepoint.rollback()
        self.env.invalidate_all()
        self.day, self.customers, self.orders = state

    def _check(self, program, history):
        with self.subTest(history=history):
            cards = self.cards.with_context(active_test=False).search(
                [("program_id", "=", program.id)]
            )
            self._assert_sound(*cards)
            posted = self.orders._ledger_posted()
            for order in self.orders:
                for earning in order.loyalty_earning_ids:
                    target = earning._target(order._points_share(earning))
                    sums = posted.get(order.id, {}).get(earning.card_id.id)
                    self.assertAlmostEqual(sums.earned if sums else 0, target, 4)
            self._assert_settled(self.orders)
            if program.negative_policy == "floor":
                self.assertFalse(cards.filtered(lambda card: card.points < -0.004))

    # Each step returns whether there was something to do.

    def _pick(self, chance, records):
        return chance.choice(list(records)) if records else records

    def _confirmed(self, chance):
        return self._pick(
            chance, self.orders.filtered(lambda order: order.state == "sale")
        )

    def _new_order(self, chance):
        partner = self._pick(chance, self.customers)
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.service.id,
                            "product_uom_qty": chance.randint(1, 10),
                            "price_unit": chance.choice((10, 7.77, 33.33)),
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for _ in range(chance.randint(1, 2))
                ],
            }
        )
        self.orders += order
        return order

    def _step_order(self, program, chance):
        self._new_order(chance).action_confirm()
        return True

    def _step_deliver(self, program, chance):
        order = self._confirmed(chance)
        line = self._pick(chance, order.order_line.filtered("product_uom_qty"))
        if not line or line.reward_id:
            return False
        line.qty_delivered = chance.randint(0, int(line.product_uom_qty))
        return True

    def _step_invoice(self, program, chance):
        order = self._confirmed(chance)
        if order.invoice_status != "to invoice":
            return False
        invoice = order._create_invoices(final=True)
        share = chance.choice((0.3, 0.5, 1, 1))
        for line in invoice.invoice_line_ids:
            line.quantity *= share
        if invoice.amount_total <= 0:
            return False
        invoice.action_post()
        return True

    def _posted_invoice(self, chance):
        return self._pick(
            chance,
            self.orders.invoice_ids.filtered(
                lambda move: move.state == "posted" and move.move_type == "out_invoice"
            ),
        )

    def _step_credit(self, program, chance):
        invoice = self._posted_invoice(chance)
        if not invoice:
            return False
        self._credit(invoice, chance.choice((0.3, 0.5, 1)))
        return True

    def _step_pay(self, program, chance):
        invoice = self._posted_invoice(chance)
        if not invoice or invoice.amount_residual < 1:
            return False
        part = chance.choice((0.25, 1))
        self._pay(invoice, round(invoice.amount_residual * part, 2))
        return True

    def _step_edit(self, program, chance):
        order = self._confirmed(chance)
        line = self._pick(
            chance, order.order_line.filtered(lambda line: not line.reward_id)
        )
        if not line:
            return False
        line.product_uom_qty = chance.randint(0, 12)
        return True

    def _step_redeem(self, program, chance):
        quotations = self.orders.filtered(lambda order: order.state == "draft")
        order = self._pick(chance, quotations) or self._new_order(chance)
        card = order._spendable_cards()
        points = int(min(order._usable_points(card), 50)) if card else 0
        if points >= 1:
            self._claim(order, card, chance.randint(1, points))
        order.action_confirm()
        return points >= 1

    def _step_cancel(self, program, chance):
        order = self._pick(chance, self.orders)
        if order.state == "sale":
            order._action_cancel()
        else:
            order.action_draft()
            order.action_confirm()
        return True

    def _step_merge(self, program, chance):
        if len(self.customers) < 2:
            return False
        source, target = chance.sample(list(self.customers), 2)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((source + target).ids, target, extra_checks=False)
        self.customers -= source
        self.env.invalidate_all()
        return True

    def _step_adjust(self, program, chance):
        card = self._pick(chance, self.cards.search([("program_id", "=", program.id)]))
        points = chance.choice((25, 3.33, -10))
        if not card or card.points + points < 0:
            return False
        card._post_points("adjust", points, reason="chance")
        return True

    def _step_expire(self, program, chance):
        self.day += timedelta(days=chance.randint(5, 35))
        return bool(self.job._expire(program))
