"""One state of the register in a simulation run, and each risk's part in it."""

from odoo import api, fields, models
from odoo.fields import Command

from .crm_risk_estimate import SCENARIOS
from .crm_risk_simulation import TAIL


class CrmRiskSimulationScenario(models.Model):
    _name = "crm.risk.simulation.scenario"
    _description = "Scenario of a Risk Simulation"
    _order = "simulation_id desc, id"
    _rec_name = "scenario"

    simulation_id = fields.Many2one(
        "crm.risk.simulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="simulation_id.company_id", store=True)
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    implementation_id = fields.Many2one(
        related="simulation_id.implementation_id", store=True, index=True
    )
    date = fields.Datetime(related="simulation_id.date", store=True)
    scenario = fields.Selection(SCENARIOS, required=True)
    mean = fields.Monetary(
        aggregator="avg",
        help="Mean loss of all draws; close to the sum of the expected losses.",
    )
    sd = fields.Monetary(string="Standard Deviation", aggregator="avg")
    p50 = fields.Monetary(aggregator="avg", help="Not exceeded with a chance of 50 %.")
    p80 = fields.Monetary(aggregator="avg", help="Not exceeded with a chance of 80 %.")
    p95 = fields.Monetary(aggregator="avg", help="Not exceeded with a chance of 95 %.")
    expected_shortfall = fields.Monetary(
        aggregator="avg", help="Mean loss of the worst twentieth of futures."
    )
    reserve_needed = fields.Monetary(
        aggregator="avg",
        help="Reserve that suffices with the confidence set on the implementation.",
    )
    reserve_error = fields.Monetary(
        string="Sampling Error",
        aggregator="avg",
        help="Standard error of the reserve needed: by so much another seed would"
        " change it.",
    )
    probability_within_reserve = fields.Float(
        digits=0,
        aggregator="avg",
        string="Reserve Suffices",
        help="Chance that the reserve set aside covers the loss.",
    )
    curve = fields.Json(
        prefetch=False, help="101 pairs of chance and amount not exceeded."
    )
    line_ids = fields.One2many("crm.risk.simulation.line", "scenario_id")

    def _get_label(self):
        labels = dict(self._fields["scenario"]._description_selection(self.env))
        return labels[self.scenario]

    def _get_curve(self):
        """What the chart of the run draws of this scenario."""
        return {
            "scenario": self.scenario,
            "label": self._get_label(),
            "points": self.curve or [],
            "p50": self.p50,
            "p80": self.p80,
            "p95": self.p95,
        }

    @api.model
    def _prepare(self, exposures, risks, implementation):
        """Commands creating the scenarios of one run."""
        return [
            Command.create(
                {
                    "scenario": scenario,
                    "mean": exposure.mean,
                    "sd": exposure.sd,
                    "p50": exposure.quantile(0.50),
                    "p80": exposure.quantile(0.80),
                    "p95": exposure.quantile(TAIL),
                    "expected_shortfall": exposure.expected_shortfall(TAIL),
                    "reserve_needed": exposure.quantile(implementation.confidence),
                    "reserve_error": exposure.standard_error(implementation.confidence),
                    "probability_within_reserve": exposure.probability_within(
                        implementation.reserve
                    ),
                    "curve": exposure.curve,
                    "line_ids": self._prepare_lines(exposure, risks),
                }
            )
            for scenario, exposure in exposures.items()
        ]

    @api.model
    def _prepare_lines(self, exposure, risks):
        none = [0.0] * len(risks)  # no share exists where nothing varies
        return [
            Command.create(
                {
                    "risk_id": risk["id"],
                    "ref": risk["ref"],
                    "mean": mean,
                    "variance_share": variance,
                    "tail_share": tail,
                }
            )
            for risk, mean, variance, tail in zip(
                risks,
                exposure.risk_means,
                exposure.variance_share or none,
                exposure.tail_share or none,
                strict=True,
            )
        ]


class CrmRiskSimulationLine(models.Model):
    _name = "crm.risk.simulation.line"
    _description = "Risk in a Simulation"
    _order = "tail_share desc, id"
    _rec_name = "ref"

    scenario_id = fields.Many2one(
        "crm.risk.simulation.scenario",
        string="Result",
        required=True,
        index=True,
        ondelete="cascade",
    )
    simulation_id = fields.Many2one(
        related="scenario_id.simulation_id", store=True, index=True
    )
    scenario = fields.Selection(related="scenario_id.scenario", store=True)
    company_id = fields.Many2one(related="scenario_id.company_id", store=True)
    currency_id = fields.Many2one(related="scenario_id.currency_id")
    risk_id = fields.Many2one("crm.risk", index="btree_not_null", ondelete="set null")
    ref = fields.Char(string="Reference")
    mean = fields.Monetary(string="Mean Loss")
    variance_share = fields.Float(
        digits=0,
        string="Share of Spread",
        help="Part of the variance of the total that this risk brings.",
    )
    tail_share = fields.Float(
        digits=0,
        string="Share of Bad Futures",
        help="Part of the mean loss in the worst fifth of futures.",
    )
