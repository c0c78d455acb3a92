"""Catalogue of risks: what threatens a CRM introduction, ready to be copied."""

import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..engine import likelihood

BASES = [
    ("budget", "Budget of the implementation"),
    ("payroll", "Monthly payroll in scope"),
    ("margin", "Monthly gross margin in scope"),
    ("fixed", "Amount in company currency"),
]
RATE_BASES = [("total", "For the whole scope"), ("user", "Per user in scope")]
GRADES = [
    ("a", "A: large published study"),
    ("b", "B: analyst's figure"),
    ("c", "C: practitioners' figure"),
    ("expert", "Expert default"),
]
DEFAULT_ODDS_WEIGHT = 3.0
"""A red indicator triples the odds: ln 3 on the scale of log-odds."""


class CrmRiskTemplate(models.Model):
    _name = "crm.risk.template"
    _description = "Risk in the Catalogue"
    _inherit = ["crm.risk.estimate"]
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]
    _probability_field = "p_prior"

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    category_id = fields.Many2one(
        "crm.risk.category", required=True, index=True, ondelete="restrict"
    )
    driver_id = fields.Many2one(
        "crm.risk.driver",
        ondelete="restrict",
        help="Common cause: risks of one driver are correlated in the simulation.",
    )
    cause = fields.Text(translate=True)
    event = fields.Text(required=True, translate=True)
    consequence = fields.Text(translate=True)
    response_text = fields.Text(string="Response", translate=True)
    contingency_text = fields.Text(
        string="Contingency Plan", translate=True, help="What to do once it happened."
    )
    p_prior = fields.Float(
        digits=0,
        string="Probability",
        help="Chance over the horizon, by default twelve months from the go-live.",
    )
    rate_basis = fields.Selection(RATE_BASES, required=True, default="total")
    impact_base = fields.Selection(
        BASES,
        required=True,
        default="budget",
        help="What the three impacts are a percentage of.",
    )
    impact_min = fields.Float(digits=0, string="Least")
    impact_mode = fields.Float(digits=0, string="Most Likely")
    impact_max = fields.Float(digits=0, string="Greatest")
    reduction_default = fields.Float(
        digits=0,
        string="Removed by CRM",
        help="Share of the expected loss that CRM removes once it is in stable use;"
        " replaced by the measured chance as soon as indicators see it.",
    )
    indicator_ids = fields.One2many(
        "crm.risk.template.indicator", "template_id", string="Indicators", copy=True
    )
    evidence = fields.Text(
        translate=True, help="Source of the chance; reference, not truth."
    )
    evidence_grade = fields.Selection(GRADES, required=True, default="expert")
    required_module = fields.Char(
        help="Technical name of the app without which this risk makes no sense."
    )
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_reviewed = fields.Date(string="Reviewed on", readonly=True, copy=False)
    is_reviewed = fields.Boolean(
        string="Reviewed by Us",
        compute="_compute_is_reviewed",
        store=True,
        help="Somebody of this company looked at the defaults and stands for them.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another risk of the catalogue has this code already."
    )
    _reduction_is_share = models.Constraint(
        "CHECK (reduction_default BETWEEN 0 AND 1)",
        "The share removed by CRM must lie between 0 % and 100 %.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for template in self:
            template.display_name = f"[{template.code}] {template.name or ''}"

    @api.depends("date_reviewed")
    def _compute_is_reviewed(self):
        for template in self:
            template.is_reviewed = bool(template.date_reviewed)

    @api.constrains("p_prior")
    def _check_p_prior(self):
        self._check_probability()

    @api.constrains("distribution", "impact_min", "impact_mode", "impact_max")
    def _check_impact_percent(self):
        self._check_impact()

    def copy_data(self, default=None):
        return [
            {"code": self.env._("%(code)s copy", code=template.code), **vals}
            for template, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def action_mark_reviewed(self):
        """Stand for the defaults of these templates, with name and date."""
        self.write(
            {
                "reviewed_by_id": self.env.uid,
                "date_reviewed": fields.Date.context_today(self),
            }
        )

    def action_mark_not_reviewed(self):
        self.write({"reviewed_by_id": False, "date_reviewed": False})

    @api.model
    def _get_usable_domain(self):
        """Templates whose app is installed, if they need one."""
        installed = list(self.env["ir.module.module"]._installed())
        return [("required_module", "in", [False, "", *installed])]

    def _get_odds_ratio(self, approaches):
        """Π of the odds factors that the chosen approaches set for this risk."""
        self.ensure_one()
        factors = approaches.factor_ids.filtered(lambda f: f.template_id == self)
        return math.prod(factors.mapped("odds_ratio"))

    # --- copying into a register ---------------------------------------------

    def _prepare_risk(self, implementation):
        """Values of a risk of this template in the register of ``implementation``."""
        self.ensure_one()
        return {
            "implementation_id": implementation.id,
            "template_id": self.id,
            "name": self.name,
            **{
                name: self[name]
                for name in ("cause", "event", "consequence", "nature", "kind")
            },
            "category_id": self.category_id.id,
            "driver_id": self.driver_id.id,
            "strategy": self.strategy,
            "contingency_plan": self.contingency_text,
            "occurrence": self.occurrence,
            "distribution": self.distribution,
            **self._prepare_chance(implementation),
            **self._prepare_impact(implementation),
            "response_ids": self._prepare_responses(),
            "indicator_ids": self._prepare_indicators(),
        }

    def _prepare_chance(self, implementation):
        """Chance or rate, moved by the approaches chosen on the implementation."""
        factor = self._get_odds_ratio(implementation.approach_ids)
        if self.occurrence == "once":
            return {"p_inherent": likelihood.with_odds(self.p_prior, factor)}
        users = implementation.user_count if self.rate_basis == "user" else 1
        return {"rate": factor * self.rate * users}

    def _prepare_impact(self, implementation):
        """The three impacts in money of the implementation's company."""
        scale = self._get_base(implementation)
        return {
            name: scale * self[name]
            for name in ("impact_min", "impact_mode", "impact_max")
        }

    def _get_base(self, implementation):
        """Money that one unit of the template's impacts stands for."""
        if self.impact_base == "fixed":
            return 1.0
        field = {"budget": "budget"}.get(
            self.impact_base, f"monthly_{self.impact_base}"
        )
        base = implementation[field]
        if not base:
            raise ValidationError(
                self.env._(
                    "%(risk)s: its impact is a percentage of “%(base)s”, which is empty"
                    " on the implementation %(implementation)s. Fill it in first.",
                    risk=self.display_name,
                    base=implementation._fields[field]._description_string(self.env),
                    implementation=implementation.name,
                )
            )
        return base / 100

    def _prepare_responses(self):
        """The catalogue's response, and CRM itself where it lowers the risk."""
        values = []
        if self.response_text:
            values.append({"name": self.response_text, "strategy": self.strategy})
        if self.reduction_default:
            values.append(
                {
                    "name": self.env._("CRM in stable use"),
                    "strategy": "mitigate",
                    "p_reduction": self.reduction_default,
                }
            )
        return [Command.create(vals) for vals in values]

    def _prepare_indicators(self):
        return [
            Command.create(
                {"indicator_id": line.indicator_id.id, "odds_weight": line.odds_weight}
            )
            for line in self.indicator_ids
            if line.indicator_id
        ]
