"""Runs of the Monte Carlo simulation: inputs, three scenarios, drivers of risk.

A run is written once and never changed; when the register moves on, the run
says that it is stale.
"""

from odoo import api, fields, models

from ..engine import inputs as engine_inputs
from ..engine import simulation
from .crm_risk_estimate import SCENARIOS

TAIL = 0.95
"""Level of the expected shortfall: mean of the worst twentieth."""


class CrmRiskSimulation(models.Model):
    _name = "crm.risk.simulation"
    _description = "Risk Simulation"
    _order = "date desc, id desc"
    _rec_name = "date"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="implementation_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Run by", default=lambda self: self.env.user
    )
    seed = fields.Integer(
        aggregator=None, help="The same seed and inputs give the same result."
    )
    iterations = fields.Integer(
        aggregator=None, string="Draws", help="Number of futures drawn."
    )
    correlation = fields.Float(
        digits=0,
        aggregator=None,
        help="Correlation inside a group of risks with a common driver.",
    )
    inputs = fields.Json(
        groups="crm_risk.crm_risk_group_manager",
        help="What was simulated, risk by risk; confidential risks included.",
    )
    fingerprint = fields.Char(help="Digest of the inputs.")
    risk_count = fields.Integer(string="Risks", aggregator=None)
    reserve = fields.Monetary(help="Contingency reserve at the time of the run.")
    confidence = fields.Float(digits=0, aggregator=None)
    scenario_ids = fields.One2many("crm.risk.simulation.scenario", "simulation_id")
    is_stale = fields.Boolean(
        string="Stale",
        compute="_compute_is_stale",
        help="The register has changed since this run.",
    )
    chart = fields.Json(compute="_compute_chart", string="Exposure Curve")

    @api.depends("implementation_id", "correlation", "fingerprint")
    def _compute_is_stale(self):
        now = {}
        for run in self:
            key = (run.implementation_id, run.correlation)
            if key not in now:
                # The register is compared as a whole, confidential risks included;
                # only the answer "changed or not" leaves this method.
                whole = run.implementation_id.sudo()
                now[key] = engine_inputs.fingerprint(
                    whole._get_simulation_inputs(run.correlation)
                )
            run.is_stale = run.fingerprint != now[key]

    @api.depends("scenario_ids.curve")
    def _compute_chart(self):
        for run in self:
            run.chart = [
                {
                    "scenario": scenario.scenario,
                    "label": scenario._get_label(),
                    "points": scenario.curve or [],
                    "p50": scenario.p50,
                    "p80": scenario.p80,
                    "p95": scenario.p95,
                }
                for scenario in run.scenario_ids
            ]

    @api.model
    def _run(self, implementation, *, seed, iterations):
        """Simulate the open risks of ``implementation`` and keep the result."""
        inputs = implementation._get_simulation_inputs(implementation.correlation)
        exposures = simulation.simulate_scenarios(
            {
                scenario: [
                    engine_inputs.load(risk[scenario]) for risk in inputs["risks"]
                ]
                for scenario, _label in SCENARIOS
            },
            iterations=iterations,
            seed=seed,
            correlation=inputs["correlation"],
        )
        return self.create(
            {
                "implementation_id": implementation.id,
                "seed": seed,
                "iterations": iterations,
                "correlation": inputs["correlation"],
                "inputs": inputs,
                "fingerprint": engine_inputs.fingerprint(inputs),
                "risk_count": len(inputs["risks"]),
                "reserve": implementation.reserve,
                "confidence": implementation.confidence,
                "scenario_ids": self.env["crm.risk.simulation.scenario"]._prepare(
                    exposures, inputs["risks"], implementation
                ),
            }
        )
