from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.crm_loyalty_ledger_job import WATERMARK
from .common_ledger import LedgerCase


@tagged("post_install", "-at_install")
class TestLedgerNightly(LedgerCase):
    """Expiry, warnings, the sync of what changed, the check of balances."""

    def setUp(self):
        super().setUp()
        self.job = self.env["crm.loyalty.ledger.job"]
        # a test cannot commit
        commit = patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *args, **kw: 1.0
        )
        self.startPatcher(commit)

    # Awards of 30, 40 and 50 that expire on 30 June, on 15 July and never.

    def _awards(self, **values):
        program = self._program(expire_after=365, **values)
        card = self._card(program)
        for points, day in ((30, "2026-06-30"), (40, "2026-07-15"), (50, False)):
            card._post_points("bonus", points, expiration_date=day)
        return program, card

    def test_expiry_takes_what_is_over(self):
        program, card = self._awards()
        card._post_points("redeem", -10)
        with self._on("2026-06-30 12:00:00"):
            self.assertEqual(self.job._expire(program), 0)
        with self._on("2026-07-01 12:00:00"):
            self.assertEqual(self.job._expire(program), 1)
            self.assertEqual(self.job._expire(program), 0, "once")
        self.assertEqual(card.points, 90)
        row = self.history.search([("move_type", "=", "expire")])
        self.assertEqual((row.points, row.origin_id.issued), (-20, 30))
        self._assert_sound(card)

    def test_expired_points_are_not_taken_back_a_second_time(self):
        program = self._program(expire_after=30)
        order = self._order()
        card = self._card(program)
        card._post_points("bonus", 25, expiration_date=False)
        with self._on("2026-08-01 12:00:00"):
            self.job._expire(program)
            self.assertEqual(card.points, 25)
            order._action_cancel()
        self.assertEqual(card.points, 25, "other points are left alone")
        self.assertEqual(
            self._rows(card)[2:],
            [("expire", -100), ("expire", 100), ("reverse", -100)],
        )
        self._assert_sound(card)
        self._assert_settled(order)

    def test_inactivity_puts_off_expiry_of_everything(self):
        program = self._program(
            expire_after=30, expiry_policy="inactivity", earn_event="order"
        )
        self._order()
        card = self._card(program)
        self.assertEqual(str(card.next_expiration_date), "2026-07-15")
        with self._on("2026-07-10 12:00:00"):
            self._order()
            self.assertEqual(str(card.next_expiration_date), "2026-08-09")
            self.assertEqual(card.points_expiring, 200)
            card._post_points("bonus", 5, expiration_date="2026-12-31")
        with self._on("2026-08-10 12:00:00"):
            self.job._expire(program)
        self.assertEqual(card.points, 5)
        self._assert_sound(card)

    def test_warning_once_at_30_and_once_at_7_days(self):
        program, card = self._awards()
        mails = self.env["mail.mail"]
        sent = []
        for day in (
            "2026-06-15",
            "2026-06-16",
            "2026-06-23",
            "2026-07-08",
            "2026-07-09",
        ):
            with self._on(f"{day} 12:00:00"):
                before = mails.search_count([])
                self.job._warn(program)
                sent.append(mails.search_count([]) - before)
        # both within 30 days; nothing new; the first within 7; the second within 7
        self.assertEqual(sent, [1, 0, 1, 1, 0])

    def test_warning_says_what_expires_when(self):
        program, card = self._awards()
        self.job._warn(program)
        mail = self.env["mail.mail"].search([], limit=1, order="id desc")
        self.assertIn("Bonus", mail.subject)
        self.assertIn("30 Points", mail.body_html)
        self.assertIn("06/30/2026", mail.body_html)
        self.assertIn("40 Points", mail.body_html)
        self.assertNotIn("50 Points", mail.body_html)

    def test_no_warning_without_address_or_template(self):
        program, card = self._awards()
        self.anna.email = False
        before = self.env["mail.mail"].search_count([])
        self.job._warn(program)
        self.anna.email = "anna@example.com"
        program.expiry_template_id = False
        self.job._warn(program)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_changed_orders_are_synced(self):
        program = self._program(earn_event="invoice")
        order = self._order()
        self.env["ir.config_parameter"].sudo().set_param(
            WATERMARK, "2026-06-14 00:00:00"
        )
        with patch.object(
            self.registry["account.move"], "_sync_order_points", lambda move: None
        ):
            self._invoice(order)  # as by code that goes round our hooks
        self.assertFalse(self.cards.search([("program_id", "=", program.id)]))
        self.job._cron_nightly()
        card = self._card(program)
        self.assertEqual(card.points, 100)
        count = len(card.history_ids)
        self.job._cron_nightly()
        self.assertEqual(len(card.history_ids), count)

    def test_an_order_that_cannot_be_synced_keeps_nobody_waiting(self):
        program = self._program(earn_event="invoice")
        bad, good = self._order(), self._order(self.boris)
        with patch.object(
            self.registry["account.move"], "_sync_order_points", lambda move: None
        ):
            self._invoice(bad)
            self._invoice(good)
        sync = self.registry["sale.order"]._sync_points

        def failing(order, *args):
            if order == bad:
                raise UserError(order.env._("no way"))
            return sync(order, *args)

        with (
            patch.object(self.registry["sale.order"], "_sync_points", failing),
            mute_logger("odoo.addons.crm_loyalty.models.crm_loyalty_ledger_job"),
        ):
            self.job._sync_changed()
        self.assertEqual(self._card(program, self.boris).points, 100)

    def test_differences_are_listed_and_repaired(self):
        program = self._program()
        more, less, right = (
            self._card(program, partner, points=100)
            for partner in (self.anna, self.boris, self.clara)
        )
        self.env.flush_all()
        for card, points in ((more, 130), (less, 60)):
            self.env.cr.execute(
                "UPDATE loyalty_card SET points = %s WHERE id = %s", [points, card.id]
            )
        self.env.invalidate_all()
        run = self.env["crm.loyalty.scoring"]._refresh_company(self.env.company)
        self.assertEqual((run.difference_count, run.difference_points), (2, 70))
        self.assertIn("Anna", run.difference_summary)
        self.assertIn("balance 130.00, movements 100.00", run.difference_summary)
        self.assertEqual(
            self.cards.search(run.action_view_differences()["domain"]), more + less
        )
        self.assertEqual(self._rows(more), [("opening", 100), ("adjust", 30)])
        self.assertEqual(self._rows(less), [("opening", 100), ("adjust", -40)])
        self.assertEqual(self._rows(right), [("opening", 100)])
        self._assert_sound(more, less, right)
        run = self.env["crm.loyalty.scoring"]._refresh_company(self.env.company)
        self.assertEqual(run.difference_count, 0)

    def test_open_awards_that_disagree_are_repaired(self):
        card = self._card(self._program(), points=100)
        self.env.flush_all()
        for remaining in (150, 30):
            self.env.cr.execute(
                "UPDATE loyalty_history SET remaining = %s WHERE card_id = %s"
                " AND move_type = 'opening'",
                [remaining, card.id],
            )
            self.env.invalidate_all()
            run = self.env["crm.loyalty.scoring"]._refresh_company(self.env.company)
            self.assertEqual((run.difference_count, run.difference_points), (1, 0))
            self._assert_sound(card)

    def test_queries_do_not_grow_with_cards(self):
        program = self._program(expire_after=1)
        counts = []
        for number in (1, 2, 40):
            partners = self.env["res.partner"].create(
                [{"name": f"Customer {number} {each}"} for each in range(number)]
            )
            self.cards.create(
                [
                    {"program_id": program.id, "partner_id": partner.id, "points": 10}
                    for partner in partners
                ]
            )
            self.env.flush_all()
            with self._on("2026-07-01 12:00:00"):
                before = self.env.cr.sql_log_count
                self.assertEqual(self.job._expire(program), number)
                self.job._warn(program)
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self._assert_sound()
