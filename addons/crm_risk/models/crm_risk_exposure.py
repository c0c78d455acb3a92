"""What a risk costs: before anything, now, and once the responses are done.

Always from the inherent estimate, so that nothing drifts::

    indicated = inherent odds × Π weight^severity of the indicators
    current   = indicated × Π (1 − reduction) of responses done
    residual  = indicated × Π (1 − reduction) of responses done or planned

A response whose effect an indicator shows already ("verified") is left out, or
it would count twice. Impacts are reduced likewise. See engine/likelihood.py.
"""

from odoo import api, fields, models

from ..engine import inputs, likelihood, matrix, simulation
from .crm_risk_estimate import SCENARIOS


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    p_inherent = fields.Float(
        digits=0,
        string="Inherent Probability",
        compute="_compute_p_inherent",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        aggregator=None,
        help="Chance before responses; of repeated events, that of at least one.",
    )
    p_current = fields.Float(
        digits=0,
        string="Current Probability",
        compute="_compute_exposure",
        store=True,
        aggregator=None,
    )
    p_residual = fields.Float(
        digits=0,
        string="Residual Probability",
        compute="_compute_exposure",
        store=True,
        aggregator=None,
    )
    rate = fields.Float(aggregator=None)
    impact_min = fields.Monetary(string="Least Impact", aggregator=None)
    impact_mode = fields.Monetary(
        string="Most Likely Impact", aggregator=None, tracking=True
    )
    impact_max = fields.Monetary(
        string="Greatest Impact", aggregator=None, tracking=True
    )
    impact_inherent = fields.Monetary(
        string="Mean Impact, Inherent", compute="_compute_exposure", store=True
    )
    impact_current = fields.Monetary(
        string="Mean Impact, Current", compute="_compute_exposure", store=True
    )
    impact_residual = fields.Monetary(
        string="Mean Impact, Residual", compute="_compute_exposure", store=True
    )
    emv_inherent = fields.Monetary(
        string="Expected Loss Before",
        compute="_compute_exposure",
        store=True,
        help="Expected loss before responses: probability times mean impact.",
    )
    emv_current = fields.Monetary(
        string="Expected Loss Now",
        compute="_compute_exposure",
        store=True,
        help="Expected loss as indicators show it today and with responses done.",
    )
    emv_residual = fields.Monetary(
        string="Expected Loss After",
        compute="_compute_exposure",
        store=True,
        help="Expected loss once the planned responses are done too.",
    )
    p_level_inherent = fields.Integer(
        string="Inherent Probability Level", compute="_compute_levels", store=True
    )
    p_level_current = fields.Integer(
        string="Current Probability Level", compute="_compute_levels", store=True
    )
    p_level_residual = fields.Integer(
        string="Residual Probability Level", compute="_compute_levels", store=True
    )
    impact_level_inherent = fields.Integer(
        string="Inherent Impact Level", compute="_compute_levels", store=True
    )
    impact_level_current = fields.Integer(
        string="Current Impact Level", compute="_compute_levels", store=True
    )
    impact_level_residual = fields.Integer(
        string="Residual Impact Level", compute="_compute_levels", store=True
    )
    score_inherent = fields.Integer(
        compute="_compute_levels", store=True, aggregator=None
    )
    score_current = fields.Integer(
        compute="_compute_levels", store=True, aggregator=None
    )
    score_residual = fields.Integer(
        compute="_compute_levels", store=True, aggregator=None
    )
    rating_inherent_id = fields.Many2one(
        "crm.risk.rating",
        string="Inherent Rating",
        compute="_compute_levels",
        store=True,
        ondelete="set null",
    )
    rating_current_id = fields.Many2one(
        "crm.risk.rating",
        string="Current Rating",
        compute="_compute_levels",
        store=True,
        index=True,
        ondelete="set null",
    )
    rating_residual_id = fields.Many2one(
        "crm.risk.rating",
        string="Residual Rating",
        compute="_compute_levels",
        store=True,
        ondelete="set null",
    )
    response_cost = fields.Monetary(
        compute="_compute_response_cost",
        store=True,
        string="Cost of Responses",
        help="Planned cost of the responses that are not cancelled.",
    )

    @api.depends("occurrence", "rate")
    def _compute_p_inherent(self):
        for risk in self:
            if risk.occurrence == "repeated":
                risk.p_inherent = likelihood.chance_of_any(max(risk.rate, 0))

    @api.depends(
        "occurrence",
        "p_inherent",
        "rate",
        "kind",
        "distribution",
        "impact_min",
        "impact_mode",
        "impact_max",
        "indicator_ids.use",
        "indicator_ids.odds_weight",
        "indicator_ids.severity",
        "response_ids.state",
        "response_ids.p_reduction",
        "response_ids.impact_reduction",
        "response_ids.verified",
    )
    def _compute_exposure(self):
        for risk in self:
            for scenario, _label in SCENARIOS:
                outlook = risk._get_outlook(scenario)
                chance = outlook and outlook.frequency
                if outlook and outlook.rate is not None:
                    chance = likelihood.chance_of_any(outlook.rate)
                if scenario != "inherent":
                    risk[f"p_{scenario}"] = chance or 0.0
                risk[f"impact_{scenario}"] = outlook and outlook.impact.mean
                risk[f"emv_{scenario}"] = outlook and outlook.emv

    def _get_outlook(self, scenario, responses=None, odds=1.0):
        """The risk in ``scenario`` as the engine takes it.

        ``None`` while the estimate is out of range: the constraint then tells the
        user, in his words, what to mend. ``responses`` replaces those that count,
        ``odds`` moves the inherent chance, as another approach would.
        """
        self.ensure_one()
        done = responses
        if done is None:
            done = self._get_counting_responses(scenario)
        try:
            chance, impact = self._get_indicated(scenario, odds), self._get_impact()
            move_chance, move_share = self._get_moves()
            chance = move_chance(chance, done.mapped("p_reduction"))
            share = move_share(1.0, done.mapped("impact_reduction"))
            field = "rate" if self.occurrence == "repeated" else "probability"
            return simulation.Risk(
                **{field: chance},
                impact=impact.scaled(share),
                driver=self.driver_id.code or None,
                is_opportunity=self.kind == "opportunity",
                key=self._origin.id or None,
            )
        except ValueError:
            return None

    def _get_moves(self):
        """How responses move (the chance or rate, the impact): those to a threat take
        away, those to an opportunity add."""
        if self.kind == "threat":
            return likelihood.treated, likelihood.treated
        repeated = self.occurrence == "repeated"
        return likelihood.grown if repeated else likelihood.enhanced, likelihood.grown

    def _get_simulation_inputs(self, correlation, responses_out=()):
        """What is simulated of these risks, as plain data; see engine/inputs.py.

        :param responses_out: responses that count in no scenario
        """
        risks = []
        for risk in self:
            outlooks = {
                name: risk._get_outlook(
                    name,
                    risk._get_counting_responses(name).filtered(
                        lambda response: response not in responses_out
                    ),
                )
                for name, _label in SCENARIOS
            }
            if all(outlooks.values()):
                dumped = {n: inputs.dump(o) for n, o in outlooks.items()}
                risks.append({"id": risk.id, "ref": risk.ref, **dumped})
        return {"correlation": correlation, "risks": risks}

    def _get_emv_with(self, responses):
        """Expected Loss After if just these responses counted."""
        outlook = self._get_outlook("residual", responses)
        return outlook.emv if outlook else 0.0

    def _get_indicated(self, scenario, odds=1.0):
        """Chance or rate before responses, as the indicators move it."""
        repeated = self.occurrence == "repeated"
        base = self.rate if repeated else self.p_inherent
        if odds != 1:
            base = base * odds if repeated else likelihood.with_odds(base, odds)
        signals = [] if scenario == "inherent" else self._get_signals()
        move = likelihood.adjusted_rate if repeated else likelihood.adjusted
        return move(base, signals)

    def _get_signals(self):
        adjusting = self.indicator_ids.filtered(lambda line: line.use == "adjust")
        return [(line.odds_weight, line.severity) for line in adjusting]

    def _get_counting_responses(self, scenario):
        """Responses whose reduction counts in ``scenario``."""
        states = {
            "inherent": (),
            "current": ("done",),
            "residual": ("planned", "in_progress", "done"),
        }[scenario]
        return self.response_ids.filtered(
            lambda response: response.state in states and not response.verified
        )

    @api.depends(
        "p_inherent",
        "p_current",
        "p_residual",
        "impact_inherent",
        "impact_current",
        "impact_residual",
        "implementation_id.budget",
        "company_id",
        "kind",
    )
    def _compute_levels(self):
        ratings = self.env["crm.risk.rating"]._get_by_score()
        scale = self.env["crm.risk.scale"]
        bounds = {company: scale._get_bounds(company) for company in self.company_id}
        for risk in self:
            for scenario, _label in SCENARIOS:
                levels = risk._get_levels(scenario, bounds.get(risk.company_id))
                score = matrix.score(*levels) if all(levels) else 0
                risk[f"p_level_{scenario}"] = levels[0]
                risk[f"impact_level_{scenario}"] = levels[1]
                risk[f"score_{scenario}"] = score
                # "Critical" would be the wrong word for the best of chances.
                rated = risk.kind == "threat" and ratings.get(score)
                risk[f"rating_{scenario}_id"] = rated or False

    def _get_levels(self, scenario, bounds):
        """(probability level, impact level); 0 where it cannot be told: impacts are
        banded in percent of the budget, so without a budget there is no band."""
        if not bounds or not all(bounds.values()) or not self._is_estimated():
            return 0, 0
        chance, budget = self[f"p_{scenario}"], self.implementation_id.budget
        impact = self[f"impact_{scenario}"]
        return (
            matrix.level(chance, bounds["probability"]),
            matrix.level(100 * impact / budget, bounds["impact"]) if budget else 0,
        )

    def _is_estimated(self):
        """Not a mere draft: one knows how likely it is, or how dear."""
        return bool(self.p_inherent or self.rate or self._get_impact_triple()[2])

    @api.model
    def _recompute_levels(self):
        """After a change of scales or ratings: all levels anew."""
        # Every risk, whoever changed the yardstick and whatever he may read.
        risks = (
            self.sudo()
            .with_context(active_test=False)
            .search([("implementation_id", "!=", False)])
        )
        for name, field in self._fields.items():
            if field.compute == "_compute_levels":
                self.env.add_to_compute(self._fields[name], risks)

    @api.depends("response_ids.cost_planned", "response_ids.state")
    def _compute_response_cost(self):
        for risk in self:
            counting = risk.response_ids.filtered(lambda r: r.state != "cancelled")
            risk.response_cost = sum(counting.mapped("cost_planned"))
