"""Futures of the return: P10, P50 and P90 of NPV and payback, with their inputs."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_risk.engine.inputs import fingerprint

from ..engine import returns, uncertainty
from .crm_implementation import GROUP

DRAWS = 10_000  # the 10 % and 90 % marks are then good to half a percent of rank


class CrmEffectSimulation(models.Model):
    _name = "crm.effect.simulation"
    _description = "Simulation of the Return"
    _order = "date desc, id desc"
    _rec_name = "date"

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
    draws = fields.Integer(aggregator=None, help="Number of futures drawn.")
    inputs = fields.Json(groups="crm_effects.crm_effects_group_manager")
    fingerprint = fields.Char(help="Digest of the inputs.")
    mean = fields.Monetary(string="Mean NPV", aggregator=None)
    p10 = fields.Monetary(
        string="NPV P10", aggregator=None, help="One future in ten is worse."
    )
    p50 = fields.Monetary(string="NPV P50", aggregator=None)
    p90 = fields.Monetary(
        string="NPV P90", aggregator=None, help="One future in ten is better."
    )
    probability_positive = fields.Float(
        string="Chance That It Pays", digits=0, aggregator=None
    )
    probability_payback = fields.Float(
        string="Chance of Payback", digits=0, aggregator=None
    )
    payback_p10 = fields.Date()
    payback_p50 = fields.Date()
    payback_p90 = fields.Date()
    payback_months_p10 = fields.Float(string="Payback P10, Months", aggregator=None)
    payback_months_p50 = fields.Float(string="Payback P50, Months", aggregator=None)
    payback_months_p90 = fields.Float(string="Payback P90, Months", aggregator=None)
    curve = fields.Json()
    chart = fields.Json(compute="_compute_chart", string="NPV not Exceeded")
    is_stale = fields.Boolean(
        string="Stale",
        compute="_compute_is_stale",
        help="Effects, costs, risks or conventions have changed since this run.",
    )

    @api.depends("implementation_id", "fingerprint")
    def _compute_is_stale(self):
        # sudo: only "changed or not" leaves this method
        inputs = self.implementation_id.sudo()._get_return_inputs()
        for run in self:
            now = fingerprint(inputs[run.implementation_id.id])
            run.is_stale = run.fingerprint != now

    @api.depends_context("lang")
    @api.depends("curve")
    def _compute_chart(self):
        for run in self:
            # one and the same result in all futures is no curve
            varies = run.curve and run.curve[0][1] != run.curve[-1][1]
            points = uncertainty.chances(run.curve) if varies else []
            run.chart = bool(points) and {
                "type": "line",
                "currency_id": run.currency_id.id,
                "labels": [round(amount) for amount, _chance in points],
                "label_kind": "money",
                "value_kind": "percent",
                "datasets": [
                    {
                        "label": self.env._("Chance that the NPV is not higher"),
                        "data": [chance for _amount, chance in points],
                    }
                ],
            }

    @api.model
    def _run(self, implementation, *, draws=DRAWS):
        """Simulate the return of ``implementation`` and keep inputs and result."""
        inputs = implementation._get_return_inputs()[implementation.id]
        seed = implementation.simulation_seed
        found = uncertainty.simulate(**_load(inputs), draws=draws, seed=seed)
        if found is None:
            raise UserError(
                self.env._(
                    "%(name)s has neither costs nor effects to simulate: record the"
                    " costs or estimate an effect first.",
                    name=implementation.name,
                )
            )
        # sudo: runs are results; nobody has the right to type them
        return self.sudo().create(
            {
                "implementation_id": implementation.id,
                "user_id": self.env.uid,
                "seed": seed,
                "draws": draws,
                "inputs": inputs,
                "fingerprint": fingerprint(inputs),
                "mean": found.mean,
                "probability_positive": found.probability_positive,
                "probability_payback": found.probability_payback,
                "curve": [list(point) for point in found.curve],
                **_prepare_marks(found, _first_day(inputs)),
            }
        )


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    return_simulation_ids = fields.One2many(
        "crm.effect.simulation", "implementation_id", groups=GROUP
    )
    return_simulation_id = fields.Many2one(
        "crm.effect.simulation",
        string="Last Simulation",
        compute="_compute_return_simulation_id",
        store=True,
        groups=GROUP,
    )
    npv_p10 = fields.Monetary(related="return_simulation_id.p10", groups=GROUP)
    npv_p50 = fields.Monetary(related="return_simulation_id.p50", groups=GROUP)
    npv_p90 = fields.Monetary(related="return_simulation_id.p90", groups=GROUP)
    probability_positive = fields.Float(
        related="return_simulation_id.probability_positive", groups=GROUP
    )
    payback_p10 = fields.Date(related="return_simulation_id.payback_p10", groups=GROUP)
    payback_p50 = fields.Date(related="return_simulation_id.payback_p50", groups=GROUP)
    payback_p90 = fields.Date(related="return_simulation_id.payback_p90", groups=GROUP)
    probability_payback = fields.Float(
        related="return_simulation_id.probability_payback", groups=GROUP
    )
    is_simulation_stale = fields.Boolean(
        related="return_simulation_id.is_stale", groups=GROUP
    )
    npv_chart = fields.Json(
        related="return_simulation_id.chart", string="Chance and NPV", groups=GROUP
    )

    @api.depends("return_simulation_ids")
    def _compute_return_simulation_id(self):
        for implementation in self:
            runs = implementation.return_simulation_ids
            implementation.return_simulation_id = runs.sorted("id")[-1:]

    def action_simulate_return(self):
        """Draw the futures of the return anew."""
        self._check_officer()
        for implementation in self:
            self.env["crm.effect.simulation"]._run(implementation)
        return True

    def _get_return_inputs(self):
        """{implementation id: what a simulation of its return rests on, as JSON}"""
        # sudo: costs are summed up in the result, never shown one by one
        flows = self.sudo()._get_cashflows()
        return {
            implementation.id: implementation._prepare_return_inputs(
                flows.get(implementation.id, [])
            )
            for implementation in self
        }

    def _prepare_return_inputs(self, rows):
        months = {}
        for row in rows:
            if row["effect_id"]:
                months.setdefault(row["effect_id"], []).append(row)
        # sudo: numbers of the register, never the risks themselves
        effects = self.env["crm.effect"].sudo().browse(months)
        return {
            "rate": self.discount_rate,
            "convention": self.cash_convention,
            "go_live": self.date_go_live and self.date_go_live.isoformat(),
            "streams": [
                _dump_stream(effect, months[effect.id])
                for effect in effects.sorted("id")
            ],
            "costs": [
                [row["date"].isoformat(), -row["amount"], row["factor"] - 1.0]
                for row in rows
                if row["kind"] == "cost"
            ],
        }


def _dump_stream(effect, rows):
    return {
        "key": str(effect.id),
        "shape": "triangular" if effect.estimator == "manual" else "normal",
        "rows": [
            [
                row["date"].isoformat(),
                row["amount"],
                row["amount_low"],
                row["amount_high"],
                row["is_forecast"],
            ]
            for row in rows
        ],
        "threats": [
            [threat.key, threat.probability, threat.share]
            for threat in effect.risk_link_ids._get_threats()
        ],
    }


def _load(inputs):
    """Arguments of the engine from stored inputs."""
    return {
        "streams": [
            uncertainty.Stream(
                one["key"],
                tuple(
                    uncertainty.Row(date.fromisoformat(day), *amounts)
                    for day, *amounts in one["rows"]
                ),
                tuple(uncertainty.Threat(*threat) for threat in one["threats"]),
                one["shape"],
            )
            for one in inputs["streams"]
        ],
        "costs": [
            uncertainty.Cost(date.fromisoformat(day), amount, uplift)
            for day, amount, uplift in inputs["costs"]
        ],
        "rate": inputs["rate"],
        "convention": inputs["convention"],
        "go_live": inputs["go_live"] and date.fromisoformat(inputs["go_live"]),
    }


def _first_day(inputs):
    days = [row[0] for one in inputs["streams"] for row in one["rows"]]
    days += [row[0] for row in inputs["costs"]]
    return date.fromisoformat(min(days)).replace(day=1)


def _prepare_marks(found, first):
    values = {}
    for mark in ("p10", "p50", "p90"):
        months = getattr(found, f"payback_{mark}")
        values[mark] = getattr(found, mark)
        values[f"payback_months_{mark}"] = months or 0.0
        values[f"payback_{mark}"] = returns.moment(first, months) or False
    return values
