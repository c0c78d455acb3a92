"""What each approach would do to the exposure, side by side, on the same draws."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine import inputs as engine_inputs
from ..engine import simulation

SCENARIO = "current"
CHOSEN, BEST = "chosen", "best"


class CrmApproachComparison(models.Model):
    _name = "crm.approach.comparison"
    _description = "Comparison of Approaches"
    _order = "date desc, id desc"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Run by", default=lambda self: self.env.user
    )
    seed = fields.Integer(
        aggregator=None, help="The same seed and inputs give the same result."
    )
    iterations = fields.Integer(string="Draws", aggregator=None)
    correlation = fields.Float(digits=0, aggregator=None)
    risk_count = fields.Integer(string="Risks", aggregator=None)
    fingerprint = fields.Char(help="Digest of the inputs.")
    is_stale = fields.Boolean(
        string="Stale",
        compute="_compute_is_stale",
        help="The register or the approaches have changed since.",
    )
    line_ids = fields.One2many(
        "crm.approach.comparison.line", "comparison_id", string="Approaches"
    )

    @api.depends("implementation_id", "date")
    def _compute_display_name(self):
        for one in self:
            day = fields.Datetime.context_timestamp(one, one.date).date()
            one.display_name = f"{one.implementation_id.name} · {day}"

    @api.depends("fingerprint")
    def _compute_is_stale(self):
        for one in self:
            # sudo: all risks are compared, only "changed or not" leaves this method
            hub = one.implementation_id.sudo()
            one.is_stale = one.fingerprint != self._get_fingerprint(
                hub, one.correlation
            )

    @api.model
    def _get_fingerprint(self, hub, correlation):
        register = hub._get_open_risks(confidential=False)
        factors = (
            self.env["crm.implementation.approach"]
            .search([("active", "=", True)])
            .factor_ids
        )
        return engine_inputs.fingerprint(
            {
                "register": register._get_simulation_inputs(correlation),
                "chosen": sorted(hub.approach_ids.ids),
                "factors": sorted((f.id, f.odds_ratio) for f in factors),
            }
        )

    # --- running

    @api.model
    def _run(self, hub):
        """Simulate the open risks of ``hub`` under every approach, and keep it."""
        # Everybody reads the comparison: confidential risks would show in its totals.
        risks = hub._get_open_risks(confidential=False).filtered(
            lambda risk: risk._get_outlook(SCENARIO)
        )
        if not risks:
            raise UserError(
                self.env._(
                    "%(implementation)s has no estimated risks to compare approaches"
                    " by. Add some from the catalogue first.",
                    implementation=hub.name,
                )
            )
        approaches = self.env["crm.implementation.approach"].search(
            [("active", "=", True)]
        )
        choices = {CHOSEN: hub.approach_ids}
        for approach in approaches:
            others = hub.approach_ids.filtered(lambda a, x=approach: a.axis != x.axis)
            choices[approach.id] = others | approach
        registers = self._get_registers(risks, choices)
        best = self._get_best(approaches, hub.approach_ids, registers)
        registers |= self._get_registers(risks, {BEST: best})
        # One call for all: the same futures are drawn for every approach.
        exposures = simulation.simulate_scenarios(
            registers,
            iterations=hub.simulation_iterations,
            seed=hub.simulation_seed,
            correlation=hub.correlation,
        )
        run = self.create(self._prepare(hub, risks))
        run.line_ids = [
            Command.create(run._prepare_line(key, exposure, exposures[CHOSEN], best))
            for key, exposure in exposures.items()
        ]
        return run

    @api.model
    def _get_registers(self, risks, choices):
        """{key: the risks as they would be under these approaches}."""
        known = {}

        def outlook(risk, approaches):
            odds = risk._get_odds_under(approaches)
            if (risk, odds) not in known:
                known[risk, odds] = risk._get_outlook(SCENARIO, odds=odds)
            return known[risk, odds]

        return {
            key: [outlook(risk, approaches) for risk in risks]
            for key, approaches in choices.items()
        }

    @api.model
    def _get_best(self, approaches, chosen, registers):
        """On every axis the approach with the least expected loss; where none is
        better than what is chosen now, that stays."""

        def loss(key):
            return round(sum(risk.emv for risk in registers[key]), 2)

        now = loss(CHOSEN)
        best = self.env["crm.implementation.approach"]
        for on_axis in approaches.grouped("axis").values():
            least = min(on_axis, key=lambda approach: loss(approach.id))
            best |= least if loss(least.id) < now else on_axis & chosen
        return best

    @api.model
    def _prepare(self, hub, risks):
        return {
            "implementation_id": hub.id,
            "seed": hub.simulation_seed,
            "iterations": hub.simulation_iterations,
            "correlation": hub.correlation,
            "risk_count": len(risks),
            "fingerprint": self._get_fingerprint(hub, hub.correlation),
        }

    def _prepare_line(self, key, exposure, chosen, best):
        approach = self.env["crm.implementation.approach"].browse(
            key if isinstance(key, int) else []
        )
        p80 = exposure.quantile(0.80)
        return {
            "kind": "approach" if approach else key,
            "approach_id": approach.id,
            "axis": approach.axis,
            "is_chosen": approach in self.implementation_id.approach_ids,
            "combination_ids": [Command.set(best.ids)] if key == BEST else False,
            "mean": exposure.mean,
            "p50": exposure.quantile(0.50),
            "p80": p80,
            "p95": exposure.quantile(0.95),
            "difference": p80 - chosen.quantile(0.80),
        }
