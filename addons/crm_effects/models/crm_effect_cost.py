"""What the introduction costs: planned and actual amounts on their day."""

from odoo import api, fields, models

COST_TYPES = [
    ("licence", "Licence"),
    ("integration", "Integration"),
    ("support", "Support"),
    ("training", "Training"),
    ("internal_labour", "Internal Labour"),
    ("data_migration", "Data Migration"),
    ("infrastructure", "Infrastructure"),
    ("dip", "Productivity Dip"),
    ("other", "Other"),
]
NATURES = [("plan", "Planned"), ("actual", "Actual")]


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
        help="At the rate of the day of the cost.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for cost in self:
            company = cost.company_id or self.env.company
            cost.currency_id = cost.currency_id or company.currency_id

    @api.depends("amount", "currency_id", "date", "company_id")
    def _compute_amount_company(self):
        for cost in self:
            own = cost.company_id.currency_id
            day = cost.date or fields.Date.context_today(cost)
            cost.amount_company = (
                cost.currency_id._convert(cost.amount, own, cost.company_id, day)
                if cost.currency_id and own
                else cost.amount
            )

    @api.depends("name", "cost_type")
    def _compute_display_name(self):
        types = dict(self._fields["cost_type"]._description_selection(self.env))
        for cost in self:
            cost.display_name = cost.name or types.get(cost.cost_type)
