"""Runs of the Monte Carlo simulation: inputs, three scenarios, drivers of risk.

A run is written once and never changed; when the register moves on, the run
says that it is stale.
"""

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..engine import inputs as engine_inputs
from ..engine import simulation
from .crm_risk_estimate import SCENARIOS

TAIL = 0.95
"""Level of the expected shortfall: mean of the worst twentieth."""

NO_ERROR = -1.0
"""Stands for a sampling error that too few draws do not tell."""


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
        aggregator=None, string="Draws at Most", help="Number of futures allowed."
    )
    draws = fields.Integer(aggregator=None, help="Number of futures drawn.")
    precision = fields.Float(
        digits=0,
        aggregator=None,
        string="Precision Wanted",
        help="Drawing stops once the standard error of the reserve needed is at most"
        " this share of it, in all three states.",
    )
    relative_error = fields.Float(
        digits=0,
        aggregator=None,
        string="Sampling Error",
        help="Standard error of the reserve needed, as a share of it: by so much"
        " another seed would change it. The greatest of the three states.",
    )
    precision_text = fields.Char(
        compute="_compute_precision_text", string="Sampling Error in Words"
    )
    correlation = fields.Float(
        digits=0,
        aggregator=None,
        help="Correlation inside a group of risks with a common driver.",
    )
    inputs = fields.Json(
        prefetch=False,  # half a megabyte for five hundred risks
        groups="crm_risk.crm_risk_group_manager",
        help="What was simulated, risk by risk.",
    )
    fingerprint = fields.Char(help="Digest of the inputs.")
    risk_count = fields.Integer(string="Risks", aggregator=None)
    has_confidential = fields.Boolean(
        string="With Confidential Risks",
        readonly=True,
        help="Only risk managers see a run that counts confidential risks; the one"
        " made beside it, without them, is for everybody.",
    )
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
        known = {}
        for run in self:
            # sudo: the same risks are compared whoever looks; only the answer
            # "changed or not" leaves this method.
            run.is_stale = not run.sudo()._is_current(known)

    def _is_current(self, known):
        """Whether the same inputs would be simulated now.

        :param dict known: what was read for other runs; those of one register, the
            rows of a list, are compared with it once
        """
        if self._is_surely_current(known):
            return True
        risks, (_out, responses) = self._get_risks_now(known), self._get_left_out()
        key = ("inputs", risks._ids, self.correlation, responses._ids)
        if key not in known:
            inputs = risks._get_simulation_inputs(self.correlation, responses)
            known[key] = engine_inputs.fingerprint(inputs)
        return self.fingerprint == known[key]

    def _is_surely_current(self, known):
        """Hook: a quick answer, ``False`` where there is none."""
        return False

    def _get_risks_now(self, known):
        """The risks that this run would count if it were made now."""
        key = ("risks", self.implementation_id.id, self.has_confidential)
        if key not in known:
            known[key] = self.implementation_id._get_open_risks(
                confidential=self.has_confidential
            )
        risks_out, _responses_out = self._get_left_out()
        return known[key] - risks_out

    def _get_left_out(self):
        """Hook: (risks, responses) that this run leaves out."""
        return self.env["crm.risk"], self.env["crm.risk.response"]

    @api.depends("draws", "precision", "relative_error", "confidence")
    @api.depends_context("lang")
    def _compute_precision_text(self):
        for run in self:
            run.precision_text = run._get_precision_text()

    def _get_precision_text(self):
        if self.relative_error < 0:
            return self.env._(
                "Draws: %(draws)s. Too few for the sampling error of the reserve that"
                " suffices with %(confidence)s.",
                draws=self._number(self.draws, 0),
                confidence=self._percent(self.confidence, 0),
            )
        text = self.env._(
            "Draws: %(draws)s. The reserve that suffices with %(confidence)s is known"
            " to ±%(error)s.",
            draws=self._number(self.draws, 0),
            confidence=self._percent(self.confidence, 0),
            error=self._percent(self.relative_error, 1),
        )
        if not self.precision:
            return text
        if self.relative_error <= self.precision:
            more = self.env._(
                "Stopped there: ±%(wanted)s were wanted.",
                wanted=self._percent(self.precision, 1),
            )
        else:
            more = self.env._(
                "Wanted were ±%(wanted)s: allow more draws on the implementation.",
                wanted=self._percent(self.precision, 1),
            )
        return f"{text} {more}"

    def _number(self, value, digits):
        return formatLang(self.env, value, digits=digits)

    def _percent(self, share, digits):
        return f"{self._number(100 * share, digits)} %"

    @api.depends("scenario_ids.curve")
    def _compute_chart(self):
        for run in self:
            run.chart = [scenario._get_curve() for scenario in run.scenario_ids]

    @api.model
    def _run(
        self,
        implementation,
        risks,
        *,
        seed,
        iterations,
        precision=0.0,
        responses_out=(),
        **extra,
    ):
        """Simulate ``risks`` of ``implementation`` and keep the result.

        :param precision: see the field; 0 draws as many as ``iterations``
        :param responses_out: responses that do not count
        :param extra: further values of the run
        """
        inputs = risks._get_simulation_inputs(implementation.correlation, responses_out)
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
            precision=precision,
            level=implementation.confidence,
        )
        return self.create(
            {
                "implementation_id": implementation.id,
                "seed": seed,
                "iterations": iterations,
                "precision": precision,
                "correlation": inputs["correlation"],
                "inputs": inputs,
                "fingerprint": engine_inputs.fingerprint(inputs),
                "signature": risks._get_signature(),
                "risk_count": len(inputs["risks"]),
                "has_confidential": any(risks.mapped("confidential")),
                "reserve": implementation.reserve,
                "confidence": implementation.confidence,
                **self._prepare_precision(exposures, implementation.confidence),
                "scenario_ids": self.env["crm.risk.simulation.scenario"]._prepare(
                    exposures, inputs["risks"], implementation
                ),
                **extra,
            }
        )

    @api.model
    def _prepare_precision(self, exposures, level):
        errors = [exposure.relative_error(level) for exposure in exposures.values()]
        return {
            "draws": next(iter(exposures.values())).iterations,
            "relative_error": NO_ERROR if None in errors else max(errors),
        }
