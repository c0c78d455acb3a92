"""Points by night: what changed is synced, what is over expires, owners are warned,
and balances are checked against their rows.

Every step may be killed at any moment and run again: a batch is one transaction, and
what is posted is not posted twice.
"""

import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..engine import points as engine
from ..sql import ledger

_logger = logging.getLogger(__name__)

WATERMARK = "crm_loyalty.ledger_synced_until"
# A transaction may commit that much after it wrote.
OVERLAP = timedelta(hours=1)
SYNC_BATCH = 200
MAIL_BATCH = 500
TRIES = 5
# Enough to see what went wrong; the count says how many there were.
SHOWN = 100


class CrmLoyaltyLedgerJob(models.AbstractModel):
    _name = "crm.loyalty.ledger.job"
    _description = "Points Ledger by Night"

    @api.model
    def _cron_nightly(self):
        programs = self.env["loyalty.program"].browse(
            self.env["loyalty.program"]._ledger_program_ids()
        )
        if not programs:
            return
        self._sync_changed()
        for program in programs:
            self._in_tries(lambda program=program: self._expire(program))
        for program in programs.filtered("active"):
            self._warn(program)

    # --------------------------------------------------------------------- sync

    @api.model
    def _sync_changed(self):
        """Sync the orders written to since the last time this came to its end."""
        parameters = self.env["ir.config_parameter"].sudo()  # the job's own bookmark
        started = self.env.cr.now()
        since = parameters.get_param(WATERMARK) or "1970-01-01"
        rows = self.env.execute_query(ledger.changed_orders(since))
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(rows))
        complete = True
        for batch in split_every(SYNC_BATCH, [order for (order,) in rows]):
            complete &= self._sync_batch(batch)
            if not cron._commit_progress(len(batch)):
                return
        if complete:
            parameters.set_param(
                WATERMARK, fields.Datetime.to_string(started - OVERLAP)
            )
            cron._commit_progress()

    @api.model
    def _sync_batch(self, order_ids):
        """Sync some orders; return whether all could be."""
        orders = self.env["sale.order"].browse(order_ids)
        try:
            with self.env.cr.savepoint():
                orders._crm_loyalty_sync()
        except OperationalError:  # somebody else is at it; the next night does it
            self.env.cr.rollback()
            return False
        except UserError:
            return all([self._sync_one(order) for order in orders])
        return True

    @api.model
    def _sync_one(self, order):
        """One order that cannot be synced must not keep the others waiting."""
        try:
            with self.env.cr.savepoint():
                order._crm_loyalty_sync()
        except UserError as error:
            _logger.warning("Points of order %s cannot be moved: %s", order.id, error)
        return True

    @api.model
    def _in_tries(self, step):
        """Do a step that conflicts with users at work a few times until it succeeds."""
        cron = self.env["ir.cron"]
        for attempt in range(TRIES):
            try:
                step()
            except OperationalError:
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    raise
            else:
                cron._commit_progress()
                return

    # ------------------------------------------------------------------- expiry

    @api.model
    def _expire(self, program):
        """Expire the points of a programme; return how many awards."""
        self.env.flush_all()
        self.env.cr.execute(ledger.expire(program, program._ledger_today()))
        count = self.env.cr.rowcount
        self.env["loyalty.card"].invalidate_model()
        self.env["loyalty.history"].invalidate_model()
        return count

    @api.model
    def _warn(self, program):
        """Tell owners of points that expire soon, once per award and warning."""
        template = program.expiry_template_id
        if not template:
            return
        # the nearest first: who is told seven days ahead needs no word of thirty
        for days in sorted({program.warn_days, program.warn_again_days} - {0}):
            while self._warn_batch(program, template, days):
                self.env["ir.cron"]._commit_progress()

    @api.model
    def _warn_batch(self, program, template, days):
        """Mark and mail some cards; return whether there may be more."""
        self.env.flush_all()
        rows = self.env.execute_query(
            ledger.warn(program, program._ledger_today(), days, MAIL_BATCH)
        )
        self.env["loyalty.history"].invalidate_model(["warned_days"])
        cards = self.env["loyalty.card"].browse(card for (card,) in rows)
        reachable = cards.filtered("partner_id.email")
        if reachable:
            template.send_mail_batch(
                reachable.ids, email_layout_xmlid="mail.mail_notification_light"
            )
        return len(cards) == MAIL_BATCH

    # ---------------------------------------------------------------- reconcile

    @api.model
    def _reconcile(self, company, today, run):
        """List cards whose balance is not the sum of their rows, and repair them.

        The customer was shown the balance: the rows follow it, by an adjustment.
        """
        programs = self.env["loyalty.program"]._looked_after_by(company)
        self.env.flush_all()
        rows = self.env.execute_query(ledger.differences(programs, engine.TOLERANCE))
        found = []
        for card_id, balance, total, _remaining in rows:
            cards = self.env["loyalty.card"].sudo()  # no repair by whoever refreshes
            card = cards.browse(card_id)
            card._repair(total, today)
            found.append(
                {
                    "card": card.id,
                    "code": card.code,
                    "customer": card.partner_id.display_name or "",
                    "balance": balance,
                    "ledger": total,
                }
            )
        run.write(
            {
                "difference_count": len(found),
                "difference_points": sum(
                    abs(item["balance"] - item["ledger"]) for item in found
                ),
                "differences": found[:SHOWN],
            }
        )
