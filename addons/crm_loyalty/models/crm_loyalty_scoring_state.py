import hashlib

from odoo import api, fields, models

from ..sql import states

# Where a stage or strategy is compared with a list, the list must not be empty.
NO_ID = (0,)


class CrmLoyaltyScoring(models.AbstractModel):
    """Assign stages and strategies, and record who moved."""

    _inherit = "crm.loyalty.scoring"

    @api.model
    def _after_scoring_steps(self):
        return [
            *super()._after_scoring_steps(),
            (5, "prospects", self._insert_prospects),
            (30, "stages", self._move_profiles),
        ]

    @api.model
    def _insert_prospects(self, company, today, run):
        self.env.cr.execute(
            states.prospects(company, fields.Datetime.now(), self.env.uid)
        )

    @api.model
    def _move_profiles(self, company, today, run):
        """Give each customer the first stage and strategy whose rule he meets."""
        env, stages, strategies = self._state_rules(company)
        env["crm.loyalty.profile"].flush_model()
        moves = states.move(
            states.decided(
                self._state_columns(), states.stored(company), stages, strategies
            ),
            strategies,
            today,
            fields.Datetime.now(),
            self.env.uid,
        )
        previous = self._previous_rules(run)
        rules = self._rules_fingerprint(company, stages, strategies)
        run.parameters = {**(run.parameters or {}), "rules": rules}
        if previous is None:  # taking stock: nobody entered anything today
            self.env.cr.execute(moves)
        else:
            state = "pending" if previous == rules else "held"
            self._record_moves(moves, run, today, stages, strategies, state)
        env["crm.loyalty.profile"].invalidate_model()

    @api.model
    def _state_rules(self, company):
        """Return the environment in which rules are read, and the rules in force."""
        every = self.sudo()  # rules see every customer, whoever starts the job
        # days are those of the company
        env = every.with_company(company).with_context(tz=company._loyalty_tz()).env
        in_force = [("active", "=", True)]
        return (
            env,
            env["crm.loyalty.stage"].search(in_force),
            env["crm.loyalty.strategy"].search(in_force),
        )

    def _sql_newcomers(self, job, rows):
        """Decide for new profiles while they are made, as long as stock is taken: then
        that is everybody, and to write each a second time would cost the most."""
        rows, more = super()._sql_newcomers(job, rows)
        if job.last.get("rules"):
            return rows, more  # from now on who enters is recorded
        _env, stages, strategies = self._state_rules(job.company)
        columns = self._state_columns()
        return (
            states.newcomers(columns, job.company, rows, stages, strategies, job.today),
            (*more, *states.STATE),
        )

    @api.model
    def _record_moves(self, moves, run, today, stages, strategies, state):
        effects = {
            "stages": tuple(stages.filtered(lambda s: s._has_effects()).ids) or NO_ID,
            "strategies": tuple(
                strategies.filtered(
                    lambda s: s.activity_plan_id and not s.requires_approval
                ).ids
            )
            or NO_ID,
            "state": state,
        }
        self.env.cr.execute(
            states.record(moves, run, today, effects, fields.Datetime.now())
        )
        if ("pending",) in self.env.cr.fetchall():
            self.env["crm.loyalty.transition"]._trigger_effects()
        self.env["crm.loyalty.transition"].invalidate_model()

    @api.model
    def _state_columns(self):
        """Return the columns of a profile with their types."""
        return {
            field.name: field.column_type[1]
            for field in self.env["crm.loyalty.profile"]._fields.values()
            if field.store and field.column_type
        }

    @api.model
    def _previous_rules(self, run):
        """Return the rules of the last run, none if there was none with rules."""
        last = run.search(
            [
                ("company_id", "=", run.company_id.id),
                ("id", "<", run.id),
                ("state", "=", "done"),
            ],
            order="id desc",
            limit=1,
        )
        return (last.parameters or {}).get("rules")

    @api.model
    def _rules_fingerprint(self, company, stages, strategies):
        """A hundred customers who move because a rule was edited, or because they are
        looked at on another day, did nothing themselves: the next scoring must be
        able to tell."""
        text = "\n".join(
            f"{rule._name} {rule.id} {rule.domain}" for rule in (*stages, *strategies)
        )
        if company.loyalty_as_of:
            text += f"\n{company.loyalty_as_of}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]
