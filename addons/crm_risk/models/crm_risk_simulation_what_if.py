"""What if: a run without some risks or responses, beside the run it is compared with.

Both draw the same futures (same seed, same number of draws, random numbers by risk),
so that the difference is that of the risks left out and nothing else.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import nightly

BASE_SCENARIOS = ("current", "residual")
"""Curves of the base run that are drawn behind those of a what-if."""


class CrmRiskSimulation(models.Model):
    _inherit = "crm.risk.simulation"

    base_id = fields.Many2one(
        "crm.risk.simulation",
        string="Compared with",
        index="btree_not_null",
        ondelete="cascade",
        help="The run of the whole register, on the same futures.",
    )
    what_if_ids = fields.One2many("crm.risk.simulation", "base_id", string="What-Ifs")
    what_if_count = fields.Integer(compute="_compute_what_if_count")
    question = fields.Char(help="What was left out, in words.")
    risks_out_ids = fields.Many2many(
        "crm.risk",
        relation="crm_risk_simulation_risk_out_rel",
        string="Without These Risks",
    )
    responses_out_ids = fields.Many2many(
        "crm.risk.response",
        relation="crm_risk_simulation_response_out_rel",
        string="Without These Responses",
    )

    @api.depends("what_if_ids")
    def _compute_what_if_count(self):
        counts = dict(
            self._read_group([("base_id", "in", self.ids)], ["base_id"], ["__count"])
        )
        for run in self:
            run.what_if_count = counts.get(run, 0)

    @api.depends("date", "question", "implementation_id")
    @api.depends_context("tz")
    def _compute_display_name(self):
        for run in self:
            moment = fields.Datetime.context_timestamp(run, run.date)
            parts = (
                run.implementation_id.name,
                moment.strftime("%Y-%m-%d %H:%M"),
                run.question,
            )
            run.display_name = " · ".join(part for part in parts if part)

    @api.depends("base_id")
    def _compute_chart(self):
        result = super()._compute_chart()
        for run in self.filtered("base_id"):
            behind = run.base_id.scenario_ids.filtered(
                lambda one: one.scenario in BASE_SCENARIOS
            )
            run.chart = run.chart + [
                {
                    **one._get_curve(),
                    "scenario": f"base_{one.scenario}",
                    "label": self.env._("%(state)s, all risks", state=one._get_label()),
                }
                for one in behind
            ]
        return result

    def _get_left_out(self):
        return self.risks_out_ids, self.responses_out_ids

    def action_run_again(self):
        """Simulate the register as it is now."""
        self.ensure_one()
        return self.implementation_id.action_simulate()

    def action_ask_what_if(self):
        """Choose what to leave out."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_what_if_action"
        )
        base = self.base_id or self
        return dict(action, context={"default_base_id": base.id})

    def action_open_what_ifs(self):
        self.ensure_one()
        return dict(
            self.what_if_ids._get_records_action(name=self.env._("What-Ifs")),
            domain=[("base_id", "=", self.id)],
        )

    def _run_what_if(self, risks, responses, question):
        """A run beside this one; beside a new one where this one is stale."""
        self.ensure_one()
        implementation = self.implementation_id
        register = implementation._get_open_risks(confidential=self.has_confidential)
        base = implementation._simulate([register]) if self.is_stale else self
        if not register - risks:
            raise ValidationError(
                self.env._("Leave at least one risk in: nothing would be simulated.")
            )
        return self._run(
            implementation,
            register - risks,
            seed=base.seed,
            iterations=base.draws,
            responses_out=responses,
            base_id=base.id,
            has_confidential=base.has_confidential,
            question=question,
            risks_out_ids=[fields.Command.set(risks.ids)],
            responses_out_ids=[fields.Command.set(responses.ids)],
        )

    # --- nightly ---------------------------------------------------------------------

    @api.model
    def _cron_simulate(self):
        """Simulate what has changed since its last run, once a day: the exposure on
        screens is that of today, and its history has a point for every change."""
        implementations = self.env["crm.implementation"].search(
            [("state", "=", "active")]
        )
        nightly.each(
            self.env,
            "crm_risk.crm_risk_cron_simulate",
            implementations,
            "_simulate_if_due",
        )


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    def _simulate_if_due(self):
        registers = self._get_registers_to_simulate()
        if any(registers) and self._is_simulation_due(registers):
            self._simulate(registers)

    def _is_simulation_due(self, registers):
        """Whether one of ``registers`` has no run that is up to date."""
        runs = self.env["crm.risk.simulation"]
        for risks in filter(None, registers):
            latest = runs.search(
                [
                    ("implementation_id", "=", self.id),
                    ("base_id", "=", False),
                    ("has_confidential", "=", any(risks.mapped("confidential"))),
                ],
                limit=1,
            )
            if not latest or latest.is_stale:
                return True
        return False


class CrmRiskSimulationScenario(models.Model):
    _inherit = "crm.risk.simulation.scenario"

    base_id = fields.Many2one(
        related="simulation_id.base_id", store=True, string="Compared with"
    )
    base_mean = fields.Monetary(compute="_compute_changes", string="Mean, All")
    base_p80 = fields.Monetary(compute="_compute_changes", string="P80, All")
    base_p95 = fields.Monetary(compute="_compute_changes", string="P95, All")
    base_probability_within_reserve = fields.Float(
        compute="_compute_changes", digits=0, string="Suffices, All"
    )
    mean_change = fields.Monetary(
        compute="_compute_changes",
        help="Of the mean loss, against the run of the whole register.",
    )
    p80_change = fields.Monetary(
        compute="_compute_changes",
        help="Against the run of the whole register.",
    )
    p95_change = fields.Monetary(
        compute="_compute_changes",
        help="Against the run of the whole register.",
    )

    @api.depends("simulation_id.base_id", "scenario", "mean", "p80", "p95")
    def _compute_changes(self):
        by_state = {
            (one.simulation_id, one.scenario): one for one in self.base_id.scenario_ids
        }
        for one in self:
            base = by_state.get((one.base_id, one.scenario), self.browse())
            for name in ("mean", "p80", "p95", "probability_within_reserve"):
                one[f"base_{name}"] = base[name]
            for name in ("mean", "p80", "p95"):
                one[f"{name}_change"] = base and one[name] - base[name]
