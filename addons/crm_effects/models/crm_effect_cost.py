"""What the introduction costs: planned and actual amounts on their day."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .rates import require_rate

COST_TYPES = [
    ("licence", "Licence"),
    ("integration", "Integration"),
    ("support", "Support"),
    ("training", "Training"),
    ("internal_labour", "Internal Labour"),
    ("data_migration", "Data Migration"),
    ("infrastructure", "Infrastructure"),
    ("dip", "Productivity Dip"),
    ("response", "Risk Responses"),
    ("other", "Other"),
]
NATURES = [("plan", "Planned"), ("actual", "Actual")]
ORIGINS = [
    ("typed", "Typed In"),
    ("repeated", "Repeated"),
    ("bill", "Journal Item"),
    ("analytic", "Analytic Line"),
    ("timesheet", "Timesheets of a Month"),
    ("response", "Risk Response"),
]
DOCUMENTS = ("bill", "analytic", "timesheet", "response")
"""Origins of costs that are pictures of documents."""

BOOKED = ("amount", "currency_id", "date", "nature", "implementation_id")


class CrmEffectCost(models.Model):
    _name = "crm.effect.cost"
    _description = "Cost of an Implementation"
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Description")
    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id",
        store=True,
        index=True,
        precompute=True,
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    cost_type = fields.Selection(COST_TYPES, required=True, default="licence")
    nature = fields.Selection(NATURES, required=True, default="actual")
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the day of the cost; of a document, as it was booked.",
    )
    amount_planned = fields.Monetary(
        string="Planned",
        currency_field="company_currency_id",
        compute="_compute_natures",
        store=True,
    )
    amount_actual = fields.Monetary(
        string="Actual",
        currency_field="company_currency_id",
        compute="_compute_natures",
        store=True,
    )
    amount_over = fields.Monetary(
        string="Actual less Planned",
        currency_field="company_currency_id",
        compute="_compute_natures",
        store=True,
        help="Over the plan if positive; what is planned and not booked yet is below.",
    )
    risk_uplift = fields.Float(
        aggregator=None,
        help="Part by which a planned cost is likely to grow, as in a Total Economic"
        " Impact study: 10 % counts 110 of 100 planned.",
    )
    origin = fields.Selection(ORIGINS, required=True, default="typed", readonly=True)
    is_standard = fields.Boolean(
        string="At Standard Cost",
        readonly=True,
        help="Fewer than three people booked time in the month: it counts at the cost"
        " of an hour of the settings, so that nobody's pay can be read from it.",
    )
    booked_amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="What the document booked in the currency of the company.",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal Item",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    analytic_line_id = fields.Many2one(
        "account.analytic.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    source_id = fields.Many2one(
        "crm.effect.cost.source",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )

    _uplift_not_negative = models.Constraint(
        "CHECK (risk_uplift >= 0)", "The uplift for risk cannot be negative."
    )
    _move_line_once = models.UniqueIndex(
        "(implementation_id, move_line_id) WHERE move_line_id IS NOT NULL",
        "The journal item is a cost of this implementation already.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for cost in self:
            company = cost.company_id or self.env.company
            cost.currency_id = cost.currency_id or company.currency_id

    @api.depends("amount", "currency_id", "date", "company_id", "booked_amount")
    def _compute_amount_company(self):
        for cost in self:
            own = cost.company_id.currency_id
            day = cost.date or fields.Date.context_today(cost)
            if cost.origin in DOCUMENTS:
                cost.amount_company = cost.booked_amount
            elif cost.currency_id and own:
                cost.amount_company = cost.currency_id._convert(
                    cost.amount, own, cost.company_id, day
                )
            else:
                cost.amount_company = cost.amount

    @api.depends("amount_company", "nature")
    def _compute_natures(self):
        """Columns to set plan against actual: their sum would mean nothing."""
        for cost in self:
            is_plan = cost.nature == "plan"
            cost.amount_planned = cost.amount_company if is_plan else 0.0
            cost.amount_actual = 0.0 if is_plan else cost.amount_company
            cost.amount_over = cost.amount_actual - cost.amount_planned

    @api.depends("name", "cost_type")
    def _compute_display_name(self):
        types = dict(self._fields["cost_type"]._description_selection(self.env))
        for cost in self:
            cost.display_name = cost.name or types.get(cost.cost_type)

    @api.constrains("amount", "origin")
    def _check_amount(self):
        for cost in self:
            if cost.origin == "typed" and cost.nature == "plan" and cost.amount < 0:
                raise ValidationError(
                    self.env._(
                        "%(cost)s: a planned cost cannot be negative.",
                        cost=cost.display_name,
                    )
                )

    @api.constrains("currency_id", "company_id")
    def _check_rate(self):
        for cost in self.filtered(lambda one: one.origin == "typed"):
            require_rate(cost.currency_id, cost.company_id)

    def write(self, vals):
        """What a document booked is changed on the document."""
        self._check_not_repeated()
        booked = self.filtered(lambda cost: cost.origin in DOCUMENTS)
        if booked and set(BOOKED) & set(vals) and not self.env.su:
            raise UserError(
                self.env._(
                    "%(cost)s comes from a document: change the document, or only the"
                    " type and the description here.",
                    cost=booked[0].display_name,
                )
            )
        return super().write(vals)

    def _check_not_repeated(self):
        repeated = self.filtered(lambda cost: cost.origin == "repeated")
        if repeated and not self.env.su:
            raise UserError(
                self.env._(
                    "%(cost)s of %(date)s repeats a planned cost: change or end that"
                    " one, and its repetitions follow.",
                    cost=repeated[0].display_name,
                    date=repeated[0].date,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self._check_not_repeated()
        booked = self.filtered(lambda cost: cost.origin in DOCUMENTS)
        if booked and not self.env.su:
            raise UserError(
                self.env._(
                    "%(cost)s comes from a document: take the implementation off the"
                    " document, or the analytic account or the costs of responses off"
                    " the implementation.",
                    cost=booked[0].display_name,
                )
            )

    def action_open_document(self):
        """The bill, the analytic line or the timesheets behind the cost."""
        self.ensure_one()
        if self.origin == "bill":
            return self.move_line_id.move_id.get_formview_action()
        if self.origin == "response":
            return self.response_id.get_formview_action()
        if self.origin not in DOCUMENTS:
            return self.get_formview_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "account.analytic.line",
            "views": [(False, "list"), (False, "form")],
            "domain": self._get_analytic_domain(),
        }

    def _get_analytic_domain(self):
        if self.origin == "analytic":
            return [("id", "=", self.analytic_line_id.id)]
        return self.source_id._get_timesheet_domain(self.date)
