"""Which risks make the exposure what it is: the tornado of a simulation run."""

from odoo import api, fields, models

SHOWN = 10
"""Risks drawn one by one; the others are summed up."""


class CrmRiskSimulation(models.Model):
    _inherit = "crm.risk.simulation"

    drivers = fields.Json(
        compute="_compute_drivers",
        help="Share of each risk in the spread and in the bad futures, by state.",
    )

    @api.depends("scenario_ids.line_ids")
    @api.depends_context("uid", "lang")
    def _compute_drivers(self):
        for run in self:
            run.drivers = [one._get_drivers() for one in run.scenario_ids]


class CrmRiskSimulationScenario(models.Model):
    _inherit = "crm.risk.simulation.scenario"

    def _get_drivers(self):
        """The tornado of this state, as the user may see it.

        :return: {"scenario", "label", "bars": [{"risk_id", "label", "mean",
            "variance", "tail"}]}, the greatest share of bad futures first; the last
            bar holds all other risks, hidden ones included, so that shares sum to 1
            (where nothing varies they are 0)
        """
        self.ensure_one()
        # by size: an opportunity narrows the exposure and counts as much
        lines = self.line_ids.sorted(
            lambda line: (-abs(line.tail_share), -abs(line.variance_share), line.id)
        )
        bars = [
            {
                "risk_id": line.risk_id.id,
                "label": line.risk_id.display_name or line.ref,
                "mean": line.mean,
                "variance": line.variance_share,
                "tail": line.tail_share,
            }
            for line in lines[:SHOWN]
        ]
        rest = self._get_rest_bar(bars)
        return {
            "scenario": self.scenario,
            "label": self._get_label(),
            "bars": [*bars, rest] if rest else bars,
        }

    def _get_rest_bar(self, bars):
        """What the bars leave: risks beyond the first ones, and confidential ones."""
        count = self.simulation_id.risk_count - len(bars)
        if count <= 0:
            return None
        # sudo: sums over all risks of the run, no single one of them
        lines = self.sudo().line_ids
        sums = {
            name: sum(lines.mapped(field)) - sum(bar[name] for bar in bars)
            for name, field in (
                ("mean", "mean"),
                ("variance", "variance_share"),
                ("tail", "tail_share"),
            )
        }
        label = self.env._("Other risks: %(count)s", count=count)
        return {"risk_id": False, "label": label, **sums}
