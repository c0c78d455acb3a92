"""What the introduction cost, what it brought, whether it pays."""

from odoo import api, fields, models

from ..engine import returns

CONVENTIONS = [
    ("monthly", "Months, compound rate"),
    ("excel", "Months, each at its end (Excel)"),
    ("tei_annual", "Years after go-live (TEI)"),
    ("dated", "Days, actual/365"),
]
GROUP = "crm_effects.crm_effects_group_user"
OFFICER = "crm_effects.crm_effects_group_officer"


class CrmImplementation(models.Model):
    _name = "crm.implementation"
    _inherit = ["crm.implementation", "crm.effect.results"]

    effect_ids = fields.One2many("crm.effect", "implementation_id", groups=GROUP)
    cost_ids = fields.One2many("crm.effect.cost", "implementation_id", groups=OFFICER)
    baseline_ids = fields.One2many(
        "crm.effect.baseline", "implementation_id", groups=GROUP
    )
    horizon_months = fields.Integer(
        string="Horizon in Months",
        default=36,
        help="Months after the go-live for which effects are expected; the end of the"
        " horizon, if filled in, comes first.",
    )
    discount_rate = fields.Float(
        default=0.10,
        tracking=True,
        help="What money costs the company per year; also the rate at which surpluses"
        " are reinvested for the MIRR.",
    )
    cash_convention = fields.Selection(
        CONVENTIONS,
        required=True,
        default="monthly",
        tracking=True,
        help="When amounts count: in their month, at the end of their month as the NPV"
        " of spreadsheets has it, at the end of their year after the go-live as in a"
        " Total Economic Impact study, or on their day.",
    )

    cost_planned = fields.Monetary(
        compute="_compute_costs", store=True, groups=GROUP, help="All planned costs."
    )
    cost_actual = fields.Monetary(
        string="Cost so Far", compute="_compute_costs", store=True, groups=GROUP
    )
    benefit_proven = fields.Monetary(
        compute="_compute_benefits",
        store=True,
        groups=GROUP,
        help="Measured to date with evidence A or B; a proven loss is negative.",
    )
    benefit_probable = fields.Monetary(
        compute="_compute_benefits",
        store=True,
        groups=GROUP,
        help="Measured to date, but the interval, the history or the comparison is too"
        " weak to call it proven.",
    )
    benefit_hoped = fields.Monetary(
        compute="_compute_benefits",
        store=True,
        groups=GROUP,
        help="Declared, or expected in the months up to the horizon.",
    )
    benefit_low = fields.Monetary(
        string="Proven, at Least",
        compute="_compute_benefits",
        store=True,
        groups=GROUP,
        help="All proven effects at the low end of their interval.",
    )
    benefit_high = fields.Monetary(
        string="Proven, at Most", compute="_compute_benefits", store=True, groups=GROUP
    )
    npv = fields.Monetary(
        string="NPV",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        help="Value today of all benefits less all costs up to the horizon, the"
        " expected ones included; what lies ahead is adjusted for the linked risks.",
    )
    npv_unadjusted = fields.Monetary(
        string="NPV before Risks",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        help="The same if none of the linked risks happened.",
    )
    npv_low = fields.Monetary(
        string="NPV, Low",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        help="All effects at the low end of their interval.",
    )
    npv_high = fields.Monetary(
        string="NPV, High", compute="_compute_return", store=True, groups=GROUP
    )
    npv_to_date = fields.Monetary(
        string="NPV to Date",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        help="Only what has been measured and spent already.",
    )
    roi = fields.Float(
        string="ROI",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        aggregator="avg",
        help="(present value of the benefits − present value of the costs) / present"
        " value of the costs.",
    )
    has_roi = fields.Boolean(compute="_compute_return", store=True, groups=GROUP)
    irr_rates = fields.Json(compute="_compute_return", store=True, groups=GROUP)
    irr_note = fields.Json(compute="_compute_return", store=True, groups=GROUP)
    irr_text = fields.Char(
        string="IRR",
        compute="_compute_irr_text",
        groups=GROUP,
        help="All yearly internal rates of return; there may be none or several.",
    )
    mirr = fields.Float(
        string="MIRR",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        aggregator="avg",
        help="Modified internal rate per year: deficits financed and surpluses"
        " reinvested at the discount rate.",
    )
    has_mirr = fields.Boolean(compute="_compute_return", store=True, groups=GROUP)
    payback_months = fields.Float(
        string="Payback in Months",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        aggregator=None,
        help="From the first cost on.",
    )
    payback_date = fields.Date(
        string="Pays Back", compute="_compute_return", store=True, groups=GROUP
    )
    discounted_payback_months = fields.Float(
        string="Discounted Payback in Months",
        compute="_compute_return",
        store=True,
        groups=GROUP,
        aggregator=None,
    )
    discounted_payback_date = fields.Date(
        string="Pays Back, Discounted",
        compute="_compute_return",
        store=True,
        groups=GROUP,
    )
    effect_count = fields.Integer(compute="_compute_effect_count", groups=GROUP)
    headline = fields.Text(compute="_compute_headline", groups=GROUP)

    _horizon_positive = models.Constraint(
        "CHECK (horizon_months > 0)", "The horizon must be at least one month."
    )
    _rate_above_loss = models.Constraint(
        "CHECK (discount_rate > -1)", "The discount rate must be above -100 %."
    )

    @api.depends("cost_ids.amount_company", "cost_ids.nature")
    def _compute_costs(self):
        for implementation in self:
            costs = implementation.cost_ids.grouped("nature")
            none = implementation.cost_ids.browse()
            implementation.cost_planned = sum(
                costs.get("plan", none).mapped("amount_company")
            )
            implementation.cost_actual = sum(
                costs.get("actual", none).mapped("amount_company")
            )

    @api.depends(
        "effect_ids.active",
        "effect_ids.include_in_roi",
        "effect_ids.proof_class",
        "effect_ids.money_to_date",
        "effect_ids.money_low",
        "effect_ids.money_high",
        "effect_ids.money_ahead",
    )
    def _compute_benefits(self):
        for implementation in self:
            effects = implementation._get_counted_effects()
            classes = effects.grouped("proof_class")
            proven = classes.get("proven", effects.browse())
            probable = classes.get("probable", effects.browse())
            hoped = classes.get("hoped", effects.browse())
            implementation.benefit_proven = sum(proven.mapped("money_to_date"))
            implementation.benefit_probable = sum(probable.mapped("money_to_date"))
            implementation.benefit_low = sum(proven.mapped("money_low"))
            implementation.benefit_high = sum(proven.mapped("money_high"))
            implementation.benefit_hoped = sum(hoped.mapped("money_to_date")) + sum(
                effects.mapped("money_ahead")
            )

    def _get_counted_effects(self):
        return self.effect_ids.filtered(lambda e: e.active and e.include_in_roi)

    @api.depends(
        "date_go_live",
        "discount_rate",
        "cash_convention",
        "cost_ids.amount_company",
        "cost_ids.date",
        "cost_ids.nature",
        "cost_ids.cost_type",
        "cost_ids.risk_uplift",
        "effect_ids.active",
        "effect_ids.risk_factor",
        "effect_ids.include_in_roi",
        "effect_ids.is_small_group",
        "effect_ids.money_method",
        "effect_ids.line_ids.date",
        "effect_ids.line_ids.money",
        "effect_ids.line_ids.money_low",
        "effect_ids.line_ids.money_high",
        "effect_ids.line_ids.is_forecast",
    )
    def _compute_return(self):
        flows = self._get_cashflows()
        for implementation in self:
            rows = flows.get(implementation.id, [])
            implementation._set_return(rows)

    def _set_return(self, rows):
        found = self._evaluate(rows, "amount")
        self.npv = found.npv
        plain = [{**row, "factor": 1.0} for row in rows]
        self.npv_unadjusted = self._evaluate(plain, "amount").npv
        self.npv_low = self._evaluate(rows, "amount_low").npv
        self.npv_high = self._evaluate(rows, "amount_high").npv
        past = [row for row in rows if not row["is_forecast"]]
        self.npv_to_date = self._evaluate(past, "amount").npv
        self.has_roi, self.roi = found.roi is not None, found.roi or 0.0
        self.irr_rates = list(found.irr)
        self.irr_note = found.irr_note and {
            "code": found.irr_note.code,
            "values": found.irr_note.values,
        }
        self.has_mirr, self.mirr = found.mirr is not None, found.mirr or 0.0
        self.payback_months = found.payback or 0.0
        self.payback_date = found.payback_date
        self.discounted_payback_months = found.discounted_payback or 0.0
        self.discounted_payback_date = found.discounted_payback_date

    def _get_cashflows(self):
        """{implementation id: rows of the cash flow}"""
        cashflow = self.env["crm.effect.cashflow"]
        # rows of a view stay in the cache when the tables behind it change
        cashflow.invalidate_model(flush=False)
        rows = cashflow.search_read(
            [("implementation_id", "in", self.ids)],
            [
                "implementation_id",
                "date",
                "kind",
                "amount",
                "amount_low",
                "amount_high",
                "factor",
                "is_forecast",
                "proof_class",
                "effect_id",
                "cost_id",
            ],
            load=None,
        )
        flows = {}
        for row in rows:
            flows.setdefault(row["implementation_id"], []).append(row)
        return flows

    def _evaluate(self, rows, amount, **options):
        """Return of cash-flow rows, taking one of their amounts."""
        self.ensure_one()
        terms = {
            "go_live": self.date_go_live or None,
            "convention": self.cash_convention,
        }
        return returns.evaluate(
            self._get_items(rows, amount), self.discount_rate, **(terms | options)
        )

    @api.model
    def _get_items(self, rows, amount="amount"):
        """Rows of the cash flow for the engine, adjusted for risks."""
        return [
            returns.Item(
                row["date"],
                ahead=row["is_forecast"],
                **(
                    {"cost": -row[amount] * row["factor"]}
                    if row["kind"] == "cost"
                    else {"benefit": row[amount] * row["factor"]}
                ),
            )
            for row in rows
        ]

    @api.depends("effect_ids")
    def _compute_effect_count(self):
        counts = dict(
            self.env["crm.effect"]._read_group(
                [("implementation_id", "in", self.ids)],
                ["implementation_id"],
                ["__count"],
            )
        )
        for implementation in self:
            implementation.effect_count = counts.get(implementation, 0)

    def _get_horizon(self):
        """The last day for which effects are expected."""
        if self.date_end or not self.date_go_live:
            return self.date_end
        return returns.add_months(self.date_go_live, self.horizon_months - 1)

    def _check_officer(self):
        """Who may write an implementation as a manager of risks has no right yet to
        results and costs of its return."""
        self.check_access("write")
        self.env["crm.effect"].check_access("create")

    # actions ---------------------------------------------------------------------

    def action_estimate_effects(self):
        """Estimate all effects of the implementation anew."""
        self.effect_ids.action_estimate()
        return True

    def action_plan_integration(self):
        """Plan the integration that licences usually bring, by the company's rate."""
        self.ensure_one()
        licences = self.cost_ids.filtered(
            lambda cost: cost.cost_type == "licence" and cost.nature == "plan"
        )
        amount = self._get_usual_integration(sum(licences.mapped("amount_company")))
        self.env["crm.effect.cost"].create(
            {
                "implementation_id": self.id,
                "name": self.env._("Integration, as usual for the licences"),
                "cost_type": "integration",
                "nature": "plan",
                "date": self.date_go_live or fields.Date.context_today(self),
                "amount": amount,
                "currency_id": self.currency_id.id,
            }
        )
        return True

    def action_open_effects(self):
        return self._open_own("crm_effects.crm_effect_action")

    def action_open_cashflow(self):
        return self._open_own("crm_effects.crm_effect_cashflow_action")

    def _open_own(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("implementation_id", "=", self.id)]
        action["context"] = {"default_implementation_id": self.id}
        return action
