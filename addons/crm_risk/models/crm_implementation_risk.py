"""What threatens an implementation: its register in figures."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import exposure
from ..engine.simulation import MAX_ITERATIONS
from .crm_risk_estimate import SCENARIOS

OFFICER = "crm_risk.crm_risk_group_officer"
MANAGER = "crm_risk.crm_risk_group_manager"
DEFAULT_CORRELATION = 0.2
DEFAULT_ITERATIONS = 10_000
DEFAULT_PRECISION = 0.01
"""Beyond this the estimates themselves are what is uncertain."""


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    approach_ids = fields.Many2many(
        "crm.implementation.approach",
        string="Approaches",
        help="They move the inherent chance of risks added from the catalogue.",
    )
    risk_ids = fields.One2many("crm.risk", "implementation_id", string="Risks")
    risk_count = fields.Integer(compute="_compute_risk_sums", string="Open Risks")
    emv_inherent = fields.Monetary(
        string="Expected Loss Before",
        compute="_compute_risk_sums",
        help="Sum over the open risks you may read.",
    )
    emv_current = fields.Monetary(
        string="Expected Loss Now",
        compute="_compute_risk_sums",
        help="Sum over the open risks you may read.",
    )
    emv_residual = fields.Monetary(
        string="Expected Loss After",
        compute="_compute_risk_sums",
        help="Sum over the open risks you may read.",
    )
    correlation = fields.Float(
        digits=0,
        default=DEFAULT_CORRELATION,
        help="Correlation of risks with a common driver in the simulation, 0 to 1.",
    )
    simulation_iterations = fields.Integer(
        string="Draws at Most",
        default=DEFAULT_ITERATIONS,
        help="Futures drawn per simulation.",
    )
    simulation_precision = fields.Float(
        string="Precision",
        digits=0,
        default=DEFAULT_PRECISION,
        help="Drawing stops before the number of draws is reached once the standard"
        " error of the reserve needed is at most this share of it. 0: all draws.",
    )
    simulation_seed = fields.Integer(
        string="Seed", default=1, help="The same seed gives the same result."
    )
    simulation_ids = fields.One2many(
        "crm.risk.simulation",
        "implementation_id",
        groups=OFFICER,
    )
    simulation_id = fields.Many2one(
        "crm.risk.simulation",
        string="Latest Simulation",
        compute="_compute_simulation",
        groups=OFFICER,
    )
    simulation_stale = fields.Boolean(compute="_compute_simulation", groups=OFFICER)
    p50_current = fields.Monetary(
        string="Exposure P50",
        compute="_compute_simulation",
        help="Loss not exceeded with a chance of 50 %, risks as of today.",
        groups=OFFICER,
    )
    p80_current = fields.Monetary(
        string="Exposure P80",
        compute="_compute_simulation",
        help="Loss not exceeded with a chance of 80 %, risks as of today.",
        groups=OFFICER,
    )
    p95_current = fields.Monetary(
        string="Exposure P95",
        compute="_compute_simulation",
        help="Loss not exceeded with a chance of 95 %, risks as of today.",
        groups=OFFICER,
    )
    p80_inherent = fields.Monetary(
        string="P80 before",
        compute="_compute_simulation",
        groups=OFFICER,
    )
    p80_residual = fields.Monetary(
        string="P80 after Responses",
        compute="_compute_simulation",
        groups=OFFICER,
    )
    reserve_needed = fields.Monetary(
        compute="_compute_simulation",
        help="Reserve that suffices with the confidence set above.",
        groups=OFFICER,
    )
    probability_within_reserve = fields.Float(
        digits=0,
        string="Reserve Suffices",
        compute="_compute_simulation",
        groups=OFFICER,
    )

    _correlation_in_range = models.Constraint(
        "CHECK (correlation BETWEEN 0 AND 1)",
        "The correlation must lie between 0 and 1.",
    )
    _iterations_in_range = models.Constraint(
        f"CHECK (simulation_iterations BETWEEN 100 AND {MAX_ITERATIONS})",
        "A simulation makes 100 to 200 000 draws.",
    )
    _precision_is_share = models.Constraint(
        "CHECK (simulation_precision BETWEEN 0 AND 1)",
        "The precision of a simulation is a share: 0 % to 100 %.",
    )
    _seed_not_negative = models.Constraint(
        "CHECK (simulation_seed >= 0)", "The seed must be 0 or more."
    )

    @api.depends("risk_ids.state", "risk_ids.active", "risk_ids.emv_current")
    @api.depends_context("uid")
    def _compute_risk_sums(self):
        names = [f"emv_{scenario}" for scenario, _label in SCENARIOS]
        risks = self.env["crm.risk"]
        groups = risks._read_group(
            [*risks._get_open_domain(), ("implementation_id", "in", self.ids)],
            ["implementation_id"],
            ["__count", *(f"{name}:sum" for name in names)],
        )
        sums = {implementation.id: figures for implementation, *figures in groups}
        for implementation in self:
            count, *amounts = sums.get(implementation.id, (0, 0, 0, 0))
            implementation.risk_count = count
            for name, amount in zip(names, amounts, strict=True):
                implementation[name] = amount

    @api.depends("simulation_ids.scenario_ids")
    @api.depends_context("uid")
    def _compute_simulation(self):
        latest = dict(
            self.env["crm.risk.simulation"]._read_group(
                [("implementation_id", "in", self.ids), ("base_id", "=", False)],
                ["implementation_id"],
                ["id:max"],
            )
        )
        for implementation in self:
            run = implementation.simulation_ids.browse(latest.get(implementation))
            by_name = {one.scenario: one for one in run.scenario_ids}
            none = run.scenario_ids.browse()
            current = by_name.get("current", none)
            implementation.simulation_id = run
            implementation.simulation_stale = bool(run) and (
                run.is_stale or implementation._lacks_confidential(run)
            )
            implementation.p50_current = current.p50
            implementation.p80_current = current.p80
            implementation.p95_current = current.p95
            implementation.reserve_needed = current.reserve_needed
            implementation.probability_within_reserve = (
                current.probability_within_reserve
            )
            implementation.p80_inherent = by_name.get("inherent", none).p80
            implementation.p80_residual = by_name.get("residual", none).p80

    # --- simulation ----------------------------------------------------------

    def _lacks_confidential(self, run):
        """Whether the reader sees everything, but the run he sees does not count it."""
        risks = self.env["crm.risk"]
        secret = [
            *risks._get_open_domain(),
            ("implementation_id", "=", self.id),
            ("confidential", "=", True),
        ]
        return (
            not run.has_confidential
            and self.env.user.has_group(MANAGER)
            and bool(risks.search_count(secret, limit=1))
        )

    def action_simulate(self):
        """Simulate the open risks and show the result.

        Where some of them are confidential there are two runs on the same draws:
        one without them for everybody, and one with them for risk managers. The
        difference of figures that both may read would tell the secret.
        """
        self.ensure_one()
        self.check_access("write")
        whole = self.sudo()  # checked above: the user may write the implementation
        registers = whole._get_registers_to_simulate()
        mine = registers if self.env.user.has_group(MANAGER) else registers[:1]
        if not any(mine):
            raise UserError(
                self.env._(
                    "%(implementation)s has no open risks to simulate. Add some from"
                    " the catalogue first.",
                    implementation=self.name,
                )
            )
        runs = whole._simulate(registers)
        return runs[-1 if len(mine) == len(registers) else 0]._get_records_action()

    def _simulate(self, registers):
        """A run for each of ``registers`` that holds risks."""
        return self.env["crm.risk.simulation"].concat(
            *(
                self.env["crm.risk.simulation"]._run(
                    self,
                    risks,
                    seed=self.simulation_seed,
                    iterations=self.simulation_iterations,
                    precision=self.simulation_precision,
                )
                for risks in filter(None, registers)
            )
        )

    def _get_registers_to_simulate(self):
        """The open risks without the confidential ones; with them, if there are."""
        shared, risks = self._get_open_risks(confidential=False), self._get_open_risks()
        return [shared] if shared == risks else [shared, risks]

    def _get_open_risks(self, confidential=True):
        """Open risks; ``confidential``: those marked so as well."""
        risks = self.env["crm.risk"]
        domain = [*risks._get_open_domain(), ("implementation_id", "=", self.id)]
        if not confidential:
            domain.append(("confidential", "=", False))
        return risks.search(domain, order="id")

    def _get_risk_effect(self, date_from, date_to):
        """Money of the register for the return on the implementation.

        :param date_from, date_to: responses with a deadline inside count as cost
        :return: EMV of the three scenarios, the effect of CRM on risk, cost of the
            responses, P50, P80, P95 of today; all in company currency
        """
        self.ensure_one()
        date_from, date_to = map(fields.Date.to_date, (date_from, date_to))
        risks = self._get_open_risks()
        reduced = risks.filtered(lambda risk: risk.nature == "reduced")
        effect = exposure.risk_effect(
            [(risk.emv_inherent, risk.emv_current) for risk in reduced],
            (risks - reduced).mapped("emv_current"),
        )
        responses = risks.response_ids.filtered(
            lambda response: (
                response.state != "cancelled"
                and (
                    not response.date_deadline
                    or date_from <= response.date_deadline <= date_to
                )
            )
        )
        return {
            **{name: sum(risks.mapped(f"emv_{name}")) for name, _label in SCENARIOS},
            "reduced_effect": effect.reduced,
            "introduced_emv": effect.introduced,
            "response_cost_planned": sum(responses.mapped("cost_planned")),
            "response_cost_actual": sum(responses.mapped("cost_actual")),
            "p50": self.p50_current,
            "p80": self.p80_current,
            "p95": self.p95_current,
            "simulation_id": self.simulation_id.id,
        }

    # --- screens -------------------------------------------------------------

    def action_open_risks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_action"
        )
        action["domain"] = [("implementation_id", "=", self.id)]
        action["context"] = {
            "default_implementation_id": self.id,
            "search_default_open": 1,
        }
        return action

    def action_open_heatmap(self):
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_risk.crm_risk_heatmap_action"
        )
        action["context"] = {"implementation_id": self.id}
        return action

    def action_open_simulations(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_simulation_action"
        )
        action["domain"] = [("implementation_id", "=", self.id)]
        return action

    def action_add_risks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_add_action"
        )
        action["context"] = {"default_implementation_id": self.id}
        return action
