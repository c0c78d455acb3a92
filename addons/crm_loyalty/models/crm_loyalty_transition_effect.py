import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 500


class CrmLoyaltyTransition(models.Model):
    """Start what a stage or strategy asks for: plan, mail, bonus, once per entry.

    A transition is marked in the transaction that starts its actions. Whoever kills
    the job between two batches loses nothing and repeats nothing.
    """

    _inherit = "crm.loyalty.transition"

    @api.model
    def _cron_run_effects(self):
        waiting = self.search_count([("effect_state", "=", "pending")])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=waiting)
        while batch := self._take_pending(BATCH):
            batch._run_effects()
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _take_pending(self, limit):
        """Lock the next transitions; another worker takes others."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_loyalty_transition
                    WHERE effect_state = 'pending' ORDER BY id LIMIT %s
                      FOR UPDATE SKIP LOCKED""",
                limit,
            )
        )
        return self.browse(row[0] for row in rows)

    def _run_effects(self):
        """Start the actions of pending transitions, per stage and strategy."""
        outdated = self.filtered(lambda move: not move._still_there())
        outdated._close("skipped", self.env._("The customer has moved on."))
        current = self - outdated
        for stage, moves in current.grouped("to_stage_id").items():
            if stage:
                moves._attempt(stage, moves._enter_stage)
        for strategy, moves in current.grouped("to_strategy_id").items():
            if strategy:
                moves._attempt(strategy, moves._enter_strategy)

    def _still_there(self):
        self.ensure_one()
        name = f"{self.field}_id"
        return self.profile_id[name] == self[f"to_{name}"] and self.profile_id.active

    def _attempt(self, target, action):
        """A broken template must not stop the other stages."""
        try:
            with self.env.cr.savepoint():
                notes = list(action(target))
                self.env.flush_all()
        except OperationalError:  # two transactions in conflict, nobody's fault
            raise
        except Exception as error:
            _logger.exception("Actions of %s failed", target.display_name)
            self._close("failed", str(error))
        else:
            self._close("done", "; ".join(notes))

    def _close(self, state, note):
        self.write({"effect_state": state, "effect_note": note})

    def _enter_stage(self, stage):
        profiles = self.profile_id
        yield from self._start_plan(stage.activity_plan_id)
        if stage.mail_template_id:
            sent = profiles._send_stage_mail(stage.mail_template_id)
            yield self.env._("E-mails: %(count)s", count=sent)
        if stage.bonus_points:
            stage._grant_stage_bonus(profiles, stage)
            yield self.env._("Points for each: %(points)s", points=stage.bonus_points)

    def _enter_strategy(self, strategy):
        yield from self._start_plan(strategy.activity_plan_id)

    def _start_plan(self, plan):
        if plan:
            planned = self.profile_id._schedule_plan(plan)
            yield self.env._("Activities: %(count)s", count=planned)
