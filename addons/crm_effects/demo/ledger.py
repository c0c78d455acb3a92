"""Invoices of the orders and what came in for them, gathered in memory like these.

Every order is invoiced on the day of its last delivery and due a month later. Customers
pay as the story says; what is not paid yet is open. Without accounts and journals (a
company without a chart of accounts) there are orders only.
"""

import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from odoo import fields

from . import story

SIGNS = ("signed", "in_currency_signed")


class Sale(NamedTuple):
    """What is invoiced: rows of the book."""

    day: date
    order: dict
    lines: list


class Payment(NamedTuple):
    """What came in for an invoice: ids of its debt and of the reconciliation."""

    day: date
    order: dict
    debt: int
    full: int


class Ledger:
    """Writes into the rows of a book; see there for how they reach the database."""

    def __init__(self, book):
        self.book, self.env, self.company = book, book.env, book.company
        self.random = random.Random(story.SEED)  # the orders keep their own draws
        self.today = fields.Date.context_today(book.company)
        self.sales, self.bank = self._find_journal("sale"), self._find_journal("bank")
        accounts = self.env["account.account"]
        self.debtors = accounts.search(
            [
                *accounts._check_company_domain(self.company),
                ("account_type", "=", "asset_receivable"),
                ("non_trade", "=", False),
            ],
            limit=1,
        )
        self.waiting = []

    def _find_journal(self, kind):
        return self.env["account.journal"].search(
            [
                ("type", "=", kind),
                ("company_id", "=", self.company.id),
                ("default_account_id", "!=", False),
            ],
            limit=1,
        )

    def invoice(self, day, order, lines):
        """Invoice an order on ``day``; ``order`` and ``lines`` are rows of the book."""
        if self.debtors and self.sales and self.bank:
            self.waiting.append(Sale(day, order, lines))

    def close(self):
        """Write what waits, numbered by day."""
        self.numbers = self._get_last_numbers()
        invoices = sorted(self.waiting, key=lambda sale: sale.day)
        payments = [self._write_invoice(sale) for sale in invoices]
        for payment in sorted(filter(None, payments), key=lambda one: one.day):
            self._write_payment(payment)

    def _get_last_numbers(self):
        """{(journal, prefix): the last number} of what is posted already."""
        groups = self.env["account.move"]._read_group(
            [("journal_id", "in", (self.sales | self.bank).ids)],
            ["journal_id", "sequence_prefix"],
            ["sequence_number:max"],
        )
        known = {(journal, prefix): last for journal, prefix, last in groups}
        return defaultdict(int, known)

    def _get_delay(self):
        """Days from the due day to the payment; negative before it."""
        shares = [share for share, _low, _high in story.PAYERS]
        [(_share, low, high)] = self.random.choices(story.PAYERS, shares)
        return self.random.randint(low, high)

    def _write_invoice(self, sale):
        """The invoice, and the payment that it got by today."""
        day, order, lines = sale
        due = day + timedelta(days=story.TERMS)
        paid_on = due + timedelta(days=self._get_delay())
        is_paid = paid_on <= self.today
        total = order["amount_total"]
        rest = 0.0 if is_paid else total
        move = self._add_move(
            self.sales,
            day,
            order,
            move_type="out_invoice",
            payment_state="paid" if is_paid else "not_paid",
            invoice_date=day,
            invoice_date_due=due,
            invoice_origin=order["name"],
            invoice_user_id=order["user_id"],
            team_id=order["team_id"],
            partner_shipping_id=order["partner_id"],
            invoice_currency_rate=1.0,
            **_totals("untaxed", total),
            **_totals("total", total),
            amount_residual=rest,
            amount_residual_signed=rest,
        )
        for line in lines:
            self._add_product_line(move, line)
        full = self.book.add("account_full_reconcile") if is_paid else None
        debt = self._add_item(
            move,
            total,
            account_id=self.debtors.id,
            display_type="payment_term",
            date_maturity=due,
            amount_residual=rest,
            amount_residual_currency=rest,
            **_matched(full),
        )
        return Payment(paid_on, order, debt, full) if is_paid else None

    def _write_payment(self, payment):
        day, order, debt, full = payment
        total = order["amount_total"]
        move = self._add_move(self.bank, day, order, **_totals("total", total))
        self._add_item(move, total, account_id=self.bank.default_account_id.id)
        credit = self._add_item(
            move, -total, account_id=self.debtors.id, **_matched(full)
        )
        currency = self.company.currency_id.id
        self.book.add(
            "account_partial_reconcile",
            debit_move_id=debt,
            credit_move_id=credit,
            full_reconcile_id=full,
            debit_currency_id=currency,
            credit_currency_id=currency,
            amount=total,
            debit_amount_currency=total,
            credit_amount_currency=total,
            max_date=day,
        )

    # rows ------------------------------------------------------------------------

    def _add_move(self, journal, day, order, **values):
        prefix = f"{journal.code}/{day.year}/"
        self.numbers[journal, prefix] += 1
        number = self.numbers[journal, prefix]
        name = f"{prefix}{number:05}"
        shared = {
            "journal_id": journal.id,
            "currency_id": self.company.currency_id.id,
            "partner_id": order["partner_id"],
            "date": day,
            "invoice_date": None,
            "create_date": datetime.combine(day, time(12)),
        }
        blank = dict.fromkeys(
            (
                *("invoice_date_due", "invoice_origin", "invoice_user_id", "team_id"),
                *("partner_shipping_id", "invoice_currency_rate"),
            )
        )
        move = {
            **shared,
            **blank,
            "name": name,
            "payment_reference": name,
            "sequence_prefix": prefix,
            "sequence_number": number,
            "commercial_partner_id": order["partner_id"],
            "move_type": "entry",
            "payment_state": "not_paid",
            "state": "posted",
            "posted_before": True,
            "checked": True,
            "auto_post": "no",
            **_totals("untaxed", 0.0),
            "amount_tax": 0.0,
            "amount_tax_signed": 0.0,
            "amount_residual": 0.0,
            "amount_residual_signed": 0.0,
            **values,
        }
        item = {name: move[name] for name in shared}
        return {**item, "move_id": self.book.add("account_move", **move), "name": name}

    def _add_product_line(self, move, line):
        amount = line["price_subtotal"]
        item = self._add_item(
            move,
            -amount,
            account_id=self.sales.default_account_id.id,
            product_id=line["product_id"],
            product_uom_id=line["product_uom_id"],
            name=line["name"],
            quantity=line["product_uom_qty"],
            price_unit=line["price_unit"],
            price_subtotal=amount,
            price_total=amount,
        )
        self.book.add(
            "sale_order_line_invoice_rel",
            invoice_line_id=item,
            order_line_id=line["id"],
        )

    def _add_item(self, move, amount, **values):
        """One journal item; a debit is positive."""
        blank = dict.fromkeys(
            (
                *("date_maturity", "product_id", "product_uom_id"),
                *("full_reconcile_id", "matching_number"),
            )
        )
        return self.book.add(
            "account_move_line",
            **{
                **move,
                **blank,
                "move_name": move["name"],
                "company_currency_id": move["currency_id"],
                "parent_state": "posted",
                "display_type": "product",
                "sequence": 10,
                "debit": max(amount, 0.0),
                "credit": max(-amount, 0.0),
                "balance": amount,
                "amount_currency": amount,
                "amount_residual": 0.0,
                "amount_residual_currency": 0.0,
                "reconciled": False,
                "quantity": 1.0,
                "price_unit": 0.0,
                "price_subtotal": 0.0,
                "price_total": 0.0,
                "discount": 0.0,
                "is_downpayment": False,
                **values,
            },
        )


def _totals(kind, amount):
    names = (f"amount_{kind}", *(f"amount_{kind}_{sign}" for sign in SIGNS))
    return dict.fromkeys(names, amount)


def _matched(full):
    """Columns of an item that is settled by the reconciliation, or by none."""
    return {
        "full_reconcile_id": full,
        "matching_number": full,
        "reconciled": full is not None,
    }
