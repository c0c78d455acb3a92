"""Audit of customer data on a day: faults, index, cost of repair."""

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import formatLang

from ..engine import preparation
from ..preparation import audit
from .crm_preparation_part import CrmPreparationDated
from .crm_risk_source import CrmRiskSource

PARTS = tuple(preparation.QUALITY_WEIGHTS)
SCOPES = [
    ("contacts", "All companies and persons"),
    ("customers", "With an order or a lead"),
    ("buyers", "Buyers of the last three years"),
]


class CrmDataAudit(models.Model):
    _name = "crm.data.audit"
    _description = "Data Audit"
    _inherit = [CrmPreparationDated._name, CrmRiskSource._name, "mail.thread"]
    _risk_children = ("line_ids",)

    previous_id = fields.Many2one(
        "crm.data.audit", compute="_compute_previous_id", string="Earlier One"
    )
    scope = fields.Selection(
        SCOPES, string="Audited", required=True, default="contacts"
    )
    hourly_rate = fields.Monetary(
        string="Cost of an Hour", help="Loaded cost of an hour of who mends the data."
    )
    measured_on = fields.Datetime(readonly=True, copy=False)
    customer_count = fields.Integer(
        string="Customers", readonly=True, copy=False, aggregator=None
    )
    uniqueness = fields.Float(digits=0, readonly=True, copy=False, aggregator="avg")
    completeness = fields.Float(digits=0, readonly=True, copy=False, aggregator="avg")
    freshness = fields.Float(digits=0, readonly=True, copy=False, aggregator="avg")
    validity = fields.Float(digits=0, readonly=True, copy=False, aggregator="avg")
    index = fields.Float(
        string="Index of Quality",
        digits=(5, 1),
        readonly=True,
        copy=False,
        aggregator="avg",
        help="0 to 100: 0.30 uniqueness + 0.30 completeness + 0.20 freshness"
        " + 0.20 validity.",
    )
    index_before = fields.Float(compute="_compute_index_before", digits=(5, 1))
    line_ids = fields.One2many(
        "crm.data.audit.line", "audit_id", string="Faults Found", readonly=True
    )
    cost = fields.Monetary(string="Cost of Repair", compute="_compute_cost", store=True)

    _hourly_rate_not_negative = models.Constraint(
        "CHECK (hourly_rate >= 0)", "The cost of an hour cannot be negative."
    )

    @api.depends("line_ids.cost")
    def _compute_cost(self):
        for one in self:
            one.cost = sum(one.line_ids.mapped("cost"))

    @api.depends("previous_id")
    def _compute_index_before(self):
        for one in self:
            one.index_before = one.previous_id.index

    def _get_missing(self):
        return "" if self.measured_on else self.env._("measure the data first")

    # --- measuring

    def action_measure(self):
        """Count the faults as they are now; a second press counts anew."""
        self.ensure_one()
        self._check_not_locked()
        self.check_access("write")
        now = fields.Datetime.now()
        rules = self.env["crm.data.audit.rule"].search([("active", "=", True)])
        total, counts, shares = self._measure(self._get_population(now), rules)
        # sudo: lines are figures, nobody types them; the write access was checked
        self.sudo().write(
            {
                "measured_on": now,
                "customer_count": total,
                "index": preparation.quality_index(shares) or 0.0,
                **{name: share or 0.0 for name, share in shares.items()},
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create(rule._prepare_line(*pair))
                        for rule, pair in zip(rules, counts, strict=True)
                    ),
                ],
            }
        )
        return True

    def _get_population(self, now):
        self.ensure_one()
        return audit.Population(self.scope, self.company_id.id, now)

    @api.model
    def _get_index(self, population):
        """(index or ``None``, number of customers) as they are now."""
        rules = self.env["crm.data.audit.rule"].search([("active", "=", True)])
        total, _counts, shares = self._measure(population, rules)
        return preparation.quality_index(shares), total

    @api.model
    def _measure(self, population, rules):
        """(customers, [(applicable, faulty)] of the rules, share free of faults)."""
        unions = [rules.filtered("in_index")._of(part) for part in PARTS]
        total, counts, faulty = audit.count(
            self.env,
            population,
            [rule._get_rule() for rule in rules],
            [[rule._get_rule() for rule in union] for union in unions],
        )
        free = [
            1 - bad / total if total and union else None
            for union, bad in zip(unions, faulty, strict=True)
        ]
        shares = dict(zip(PARTS, free, strict=True))
        filled = [
            pair
            for rule, pair in zip(rules, counts, strict=True)
            if rule.in_index and rule.part == "completeness"
        ]
        places = sum(applicable for applicable, _bad in filled)
        gaps = sum(bad for _applicable, bad in filled)
        shares["completeness"] = 1 - gaps / places if places else None
        return total, counts, shares

    def _prepare_raised_risk(self):
        return {
            "name": self.env._("Customer data are not fit for the CRM"),
            "cause": self.env._(
                "Index of data quality %(index)s of 100",
                index=formatLang(self.env, self.index, digits=1),
            ),
        }
