"""The first implementation in minutes: who, when, how, how mature, what threatens."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine import maturity
from ..models.crm_implementation_approach import AXES
from ..models.crm_maturity_dimension import LEVELS
from ..preparation import evidence

PAGES = [
    ("basics", "Name and dates"),
    ("scope", "Scope and money"),
    ("approach", "Approach"),
    ("maturity", "Maturity"),
    ("risks", "Risks"),
]
HORIZON_MONTHS = 12
PREPARATION_MONTHS = 4
MEAN_MONTHS = 12
FEW_RISKS = 3
"""Risks proposed for every dimension that lags: a register one can still read."""

ALWAYS = ("B08", "B09")
"""Every introduction brings them: productivity dips, some staff reject the system."""


class CrmImplementationSetup(models.TransientModel):
    _name = "crm.implementation.setup"
    _description = "Guided New Implementation"

    state = fields.Selection(PAGES, required=True, default="basics")
    name = fields.Char(required=True, default=lambda self: self.env._("CRM for sales"))
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sponsor_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    manager_id = fields.Many2one(
        "res.users",
        string="Project Manager",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    date_start = fields.Date(
        string="Start", required=True, default=fields.Date.context_today
    )
    date_go_live = fields.Date(
        string="Go-Live",
        compute="_compute_date_go_live",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    date_end = fields.Date(
        string="End of Horizon",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams in Scope",
        domain="[('company_id', 'in', (company_id, False))]",
    )
    user_ids = fields.Many2many(
        "res.users",
        relation="crm_implementation_setup_user_rel",
        string="Users in Scope",
        domain="[('share', '=', False)]",
    )
    budget = fields.Monetary(help="Money allowed for the introduction.")
    monthly_payroll = fields.Monetary(
        help="Loaded pay of the users in scope for one month."
    )
    monthly_margin = fields.Monetary(
        help="Gross margin earned by the scope in one month."
    )
    monthly_revenue = fields.Monetary(
        compute="_compute_monthly_revenue",
        help="Confirmed orders of the scope, mean of the last twelve months.",
    )
    driver_id = fields.Many2one("crm.implementation.approach", string="What Leads")
    rollout_id = fields.Many2one("crm.implementation.approach", string="Roll-Out")
    sourcing_id = fields.Many2one("crm.implementation.approach", string="Who Does It")
    solution_id = fields.Many2one("crm.implementation.approach", string="With What")
    direction_id = fields.Many2one("crm.implementation.approach")
    tempo_id = fields.Many2one("crm.implementation.approach")
    target = fields.Selection(LEVELS, string="Stage Wanted", required=True, default="3")
    line_ids = fields.One2many("crm.implementation.setup.line", "setup_id")
    stage = fields.Selection(LEVELS, string="Stage Now", compute="_compute_stage")
    template_ids = fields.Many2many(
        "crm.risk.template",
        "crm_implementation_setup_template_rel",
        string="Risks",
        compute="_compute_template_ids",
        store=True,
        readonly=False,
    )
    missing = fields.Char(compute="_compute_missing")

    @api.depends("date_start")
    def _compute_date_go_live(self):
        for setup in self:
            start = setup.date_start or fields.Date.context_today(setup)
            setup.date_go_live = start + relativedelta(months=PREPARATION_MONTHS)

    @api.depends("date_go_live")
    def _compute_date_end(self):
        for setup in self:
            begin = setup.date_go_live or fields.Date.context_today(setup)
            setup.date_end = begin + relativedelta(months=HORIZON_MONTHS)

    @api.depends("company_id", "team_ids")
    def _compute_monthly_revenue(self):
        since = fields.Date.today() - relativedelta(months=MEAN_MONTHS)
        for setup in self:
            domain = [
                ("state", "=", "sale"),
                ("company_id", "=", setup.company_id.id),
                ("date", ">=", since),
            ]
            if setup.team_ids:
                domain.append(("team_id", "in", setup.team_ids._origin.ids))
            orders = self.env["sale.report"]
            # sudo: only the sum of the scope is shown, as a help for the estimate
            groups = orders.sudo()._read_group(domain, [], ["price_subtotal:sum"])
            setup.monthly_revenue = (groups[0][0] or 0.0) / MEAN_MONTHS

    @api.depends("line_ids.level", "line_ids.dimension_id.is_gate")
    def _compute_stage(self):
        for setup in self:
            gates = setup.line_ids.filtered("dimension_id.is_gate")
            levels = [int(line.level) if line.level else None for line in gates]
            stage = maturity.stage(levels)
            setup.stage = str(stage) if stage else False

    @api.depends("line_ids.level", "target")
    def _compute_template_ids(self):
        templates = self.env["crm.risk.template"]
        usable = templates.search(templates._get_usable_domain())
        always = usable.filtered(lambda one: one.code in ALWAYS)
        for setup in self:
            proposed = always
            for line in setup.line_ids:
                dimension = line.dimension_id
                low = line.level and line.level < setup.target
                if low and line.level <= dimension.propose_level:
                    proposed |= (dimension.template_ids & usable)[:FEW_RISKS]
            setup.template_ids = proposed

    @api.depends("template_ids", "budget", "monthly_payroll", "monthly_margin")
    def _compute_missing(self):
        labels = {
            "budget": "budget",
            "payroll": "monthly_payroll",
            "margin": "monthly_margin",
        }
        for setup in self:
            bases = set(setup.template_ids.mapped("impact_base")) - {"fixed"}
            names = [labels[base] for base in sorted(bases) if not setup[labels[base]]]
            fields_ = [
                setup._fields[name]._description_string(self.env) for name in names
            ]
            setup.missing = ", ".join(fields_)

    # --- pages

    def action_next(self):
        self.ensure_one()
        self._check_page()
        names = [name for name, _label in PAGES]
        self.state = names[names.index(self.state) + 1]
        if self.state == "maturity" and not self.line_ids:
            self._detect()
        return self._reopen()

    def action_back(self):
        self.ensure_one()
        names = [name for name, _label in PAGES]
        self.state = names[max(names.index(self.state) - 1, 0)]
        return self._reopen()

    def _reopen(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_implementation_setup_action"
        )
        return {**action, "res_id": self.id}

    def _check_page(self):
        """Wrong dates are said on their page, not at the end."""
        self._new_implementation()._check_order_of_dates()
        negative = [
            self._fields[name]._description_string(self.env)
            for name in ("budget", "monthly_payroll", "monthly_margin")
            if self[name] < 0
        ]
        if negative:
            raise UserError(
                self.env._("Cannot be negative: %(names)s.", names=", ".join(negative))
            )

    def _detect(self):
        found = evidence.detect(self._new_implementation())
        lines = []
        for dimension in self.env["crm.maturity.dimension"].search(
            [("active", "=", True)]
        ):
            one = found.get(dimension.evidence)
            values = {"dimension_id": dimension.id}
            if one:
                level = str(one.level) if one.level else False
                values |= {
                    "level_detected": level,
                    "level": level,
                    "is_detected": True,
                    "evidence_number": one.number,
                    "evidence_total": one.total,
                }
            lines.append(Command.create(values))
        self.line_ids = lines

    # --- the end

    def _new_implementation(self):
        return self.env["crm.implementation"].new(self._prepare_implementation())

    def _prepare_implementation(self):
        approaches = [self[f"{axis}_id"].id for axis, _label in AXES]
        return {
            "name": self.name,
            "company_id": self.company_id.id,
            "sponsor_id": self.sponsor_id.id,
            "manager_id": self.manager_id.id,
            "date_start": self.date_start,
            "date_go_live": self.date_go_live,
            "date_end": self.date_end,
            "team_ids": [Command.set(self.team_ids.ids)],
            "user_ids": [Command.set(self.user_ids.ids)],
            "budget": self.budget,
            "monthly_payroll": self.monthly_payroll,
            "monthly_margin": self.monthly_margin,
            "approach_ids": [Command.set([one for one in approaches if one])],
        }

    def action_create(self):
        """Create the implementation, its maturity and its first risks; show it."""
        self.ensure_one()
        self._check_page()
        if self.state == "risks" and self.template_ids and self.missing:
            raise UserError(
                self.env._(
                    "The impacts of the chosen risks are percentages of: %(names)s."
                    " Go back and fill it in, or take these risks off.",
                    names=self.missing,
                )
            )
        hub = self.env["crm.implementation"].create(self._prepare_implementation())
        assessment = self._create_assessment(hub)
        if self.state == "risks" and self.template_ids:
            self._add_risks(hub, assessment)
        return hub._get_records_action()

    def _create_assessment(self, hub):
        assessments = self.env["crm.maturity.assessment"]
        if not self.line_ids:
            return assessments
        lines = [Command.create(line._prepare_line()) for line in self.line_ids]
        assessment = assessments.create(
            {"implementation_id": hub.id, "target": self.target, "line_ids": lines}
        )
        if all(self.line_ids.mapped("level")):
            assessment.action_done()
        return assessment

    def _add_risks(self, hub, assessment):
        adding = self.env["crm.risk.add"].create(
            {
                "implementation_id": hub.id,
                "template_ids": [Command.set(self.template_ids.ids)],
                "source_model": assessment and assessment._name,
                "source_id": assessment.id,
            }
        )
        adding.action_add()
        hub.action_simulate()


class CrmImplementationSetupLine(models.TransientModel):
    _name = "crm.implementation.setup.line"
    _description = "Level of Maturity in the Guided New Implementation"
    _order = "setup_id, id"

    setup_id = fields.Many2one(
        "crm.implementation.setup", required=True, ondelete="cascade"
    )
    dimension_id = fields.Many2one(
        "crm.maturity.dimension", required=True, readonly=True, ondelete="cascade"
    )
    level_detected = fields.Selection(LEVELS, string="Level Shown", readonly=True)
    is_detected = fields.Boolean(readonly=True)
    evidence_number = fields.Float(digits=0, readonly=True)
    evidence_total = fields.Float(digits=0, readonly=True)
    evidence = fields.Text(compute="_compute_evidence")
    level = fields.Selection(LEVELS)
    statement = fields.Text(compute="_compute_statement", string="Means")

    @api.depends("is_detected", "evidence_number", "evidence_total", "level_detected")
    @api.depends_context("lang")
    def _compute_evidence(self):
        for line in self:
            line.evidence = line.is_detected and evidence.describe(
                self.env,
                line.dimension_id.evidence,
                line.evidence_number,
                line.evidence_total,
                told=bool(line.level_detected),
            )

    @api.depends("level", "dimension_id")
    def _compute_statement(self):
        for line in self:
            line.statement = line.dimension_id._get_level(line.level).statement

    def _prepare_line(self):
        names = (
            "level",
            "level_detected",
            "is_detected",
            "evidence_number",
            "evidence_total",
        )
        return {
            "dimension_id": self.dimension_id.id,
            **{name: self[name] for name in names},
        }
