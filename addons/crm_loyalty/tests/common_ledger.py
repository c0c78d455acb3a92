from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import NOW


@tagged("post_install", "-at_install")
class LedgerCase(AccountTestInvoicingCommon):
    """A shop of beans at 10 a bag; a point per unit of money spent, and it pays 1.

    Today is Monday 15 June 2026. Anna is a consumer; Boris and Clara work for Dacha.
    """

    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.env.ref("sales_team.group_sale_manager")
            | cls.env.ref("stock.group_stock_manager")
            | cls.env.ref("product.group_product_manager")
            | cls.env.ref("base.group_partner_manager")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.env["loyalty.program"].search([]).active = False
        cls.cards = cls.env["loyalty.card"]
        cls.history = cls.env["loyalty.history"]
        cls.beans, cls.tea = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "invoice_policy": "order",
                    "list_price": 10,
                    "taxes_id": [Command.clear()],
                }
                for name in ("Beans", "Tea")
            ]
        )
        cls.anna, cls.dacha = cls.env["res.partner"].create(
            [
                {"name": "Anna", "email": "anna@example.com"},
                {"name": "Dacha", "is_company": True, "email": "dacha@example.com"},
            ]
        )
        cls.boris, cls.clara = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": cls.dacha.id,
                    "email": f"{name}@example.com",
                }
                for name in ("Boris", "Clara")
            ]
        )

    @classmethod
    def _program(cls, use_ledger=True, **values):
        return cls.env["loyalty.program"].create(
            {
                "name": "Bonus",
                "program_type": "loyalty",
                "trigger": "auto",
                "applies_on": "both",
                "use_ledger": use_ledger,
                "rule_ids": [
                    Command.clear(),
                    Command.create(
                        {"reward_point_mode": "money", "reward_point_amount": 1}
                    ),
                ],
                "reward_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": 1,
                            "required_points": 1,
                            "discount_applicability": "order",
                        }
                    ),
                ],
                **values,
            }
        )

    @classmethod
    def _order(cls, partner=None, bags=10, price=10, confirm=True, **values):
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.anna).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.beans.id,
                            "product_uom_qty": bags,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def _card(cls, program, partner=None, points=0):
        """Return the customer's card, one with points if there is none yet."""
        partner = partner or cls.anna
        card = cls.cards.search(
            [("program_id", "=", program.id), ("partner_id", "=", partner.id)]
        )
        return card or cls.cards.create(
            {"program_id": program.id, "partner_id": partner.id, "points": points}
        )

    @classmethod
    def _claim(cls, order, card, points=None):
        """Use points of a card for a quotation, all that fit by default."""
        if points is not None:
            order.loyalty_points_chosen = {str(card.id): points}
        order._update_programs_and_rewards()
        error = order._apply_program_reward(card.program_id.reward_ids, card)
        assert not error, error
        return order

    @classmethod
    def _invoice(cls, order, share=1):
        """Post an invoice of a share of the order."""
        invoice = order._create_invoices()
        if share != 1:
            for line in invoice.invoice_line_ids:
                line.quantity *= share
        invoice.invoice_date = invoice.invoice_date or "2026-06-15"
        invoice.action_post()
        return invoice

    @classmethod
    def _credit(cls, invoice, share=1):
        """Post a credit note of a share of the invoice."""
        credit = invoice._reverse_moves([{"invoice_date": "2026-06-15"}])
        for line in credit.invoice_line_ids:
            line.quantity *= share
        credit.action_post()
        return credit

    @classmethod
    def _pay(cls, invoice, amount=None):
        values = {"amount": amount} if amount else {}
        register = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": "2026-06-15", **values})
        )
        return register._create_payments()

    @classmethod
    def _deliver(cls, order, bags):
        """Ship bags of the open delivery; the rest stays in a new one."""
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        picking.move_ids.write({"quantity": bags, "picked": True})
        picking.with_context(skip_backorder=True, cancel_backorder=False)._action_done()
        return picking

    @classmethod
    def _return(cls, picking, bags):
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": bags, "to_refund": True})
        returned = wizard._create_return()
        returned.move_ids.write({"quantity": bags, "picked": True})
        returned._action_done()
        return returned

    def _rows(self, card):
        """Return the movements of a card as (type, points), oldest first."""
        rows = self.history.search([("card_id", "=", card.id)], order="id")
        return [(row.move_type, row.points) for row in rows]

    def _assert_sound(self, *cards):
        """Balance = sum of rows; what is left of awards = balance, or nothing."""
        for card in cards or self.cards.search([("use_ledger", "=", True)]):
            rows = self.history.search([("card_id", "=", card.id)])
            self.assertAlmostEqual(sum(rows.mapped("points")), card.points, 4)
            self.assertAlmostEqual(
                sum(rows.mapped("remaining")), max(card.points, 0), 4
            )
            for row in rows.filtered("move_type"):
                self.assertFalse(row.issued and row.used, "one direction per row")

    def _assert_settled(self, orders):
        """A second sync posts nothing."""
        count = self.history.search_count([])
        orders._crm_loyalty_sync()
        self.assertEqual(self.history.search_count([]), count)

    def _on(self, moment):
        """Be at another moment; balances by day are read again."""
        self.env.invalidate_all()
        return freeze_time(moment)
