"""One introduction of CRM: the record on which risks, costs and effects hang."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

PHASES = [
    ("prepare", "Prepare"),
    ("build", "Build"),
    ("go_live", "Go-live"),
    ("stabilise", "Stabilise"),
    ("operate", "Operate"),
]
STATES = [("draft", "Draft"), ("active", "Active"), ("closed", "Closed")]


class CrmImplementation(models.Model):
    _name = "crm.implementation"
    _description = "CRM Implementation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_go_live desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sponsor_id = fields.Many2one(
        "res.users",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Answers for the introduction before the board and signs its figures.",
    )
    manager_id = fields.Many2one(
        "res.users",
        string="Project Manager",
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams in Scope",
        context={"active_test": False},
        domain="[('company_id', 'in', (company_id, False))]",
        help="Sales teams that move to the CRM. Empty means the whole company.",
    )
    user_ids = fields.Many2many(
        "res.users",
        relation="crm_implementation_user_rel",
        string="Users in Scope",
        context={"active_test": False},
        domain="[('share', '=', False)]",
    )
    user_count = fields.Integer(
        compute="_compute_user_count", string="Number of Users in Scope"
    )
    date_start = fields.Date(
        string="Start Date", default=fields.Date.context_today, tracking=True
    )
    date_go_live = fields.Date(string="Go-Live", index=True, tracking=True)
    date_end = fields.Date(
        string="End of Horizon",
        tracking=True,
        help="Risks and effects are counted up to this day.",
    )
    phase = fields.Selection(
        PHASES, required=True, default="prepare", tracking=True, group_expand=True
    )
    state = fields.Selection(STATES, required=True, default="draft", tracking=True)
    budget = fields.Monetary(
        tracking=True, help="Money allowed for the introduction; a base of impacts."
    )
    monthly_payroll = fields.Monetary(
        groups="crm_risk.crm_risk_group_officer",
        help="Loaded pay of the users in scope for one month; a base of impacts.",
    )
    monthly_margin = fields.Monetary(
        groups="crm_risk.crm_risk_group_officer",
        help="Gross margin earned by the scope in one month; a base of impacts.",
    )
    appetite = fields.Monetary(
        string="Risk Appetite",
        help="Expected loss the sponsor is ready to carry without further measures.",
    )
    reserve = fields.Monetary(
        string="Contingency Reserve", help="Money set aside for the risks."
    )
    confidence = fields.Float(
        default=0.80,
        help="Chance with which the reserve should suffice, between 0 and 1.",
    )
    description = fields.Html()
    color = fields.Integer()

    _budget_not_negative = models.Constraint(
        "CHECK (budget >= 0)", "The budget cannot be negative."
    )
    _payroll_not_negative = models.Constraint(
        "CHECK (monthly_payroll >= 0)", "The monthly payroll cannot be negative."
    )
    _appetite_not_negative = models.Constraint(
        "CHECK (appetite >= 0)", "The risk appetite cannot be negative."
    )
    _reserve_not_negative = models.Constraint(
        "CHECK (reserve >= 0)", "The contingency reserve cannot be negative."
    )
    _confidence_is_chance = models.Constraint(
        "CHECK (confidence > 0 AND confidence < 1)",
        "The confidence is a chance: it must lie between 0 and 1, both excluded.",
    )

    @api.depends("user_ids", "team_ids.crm_team_member_ids.active")
    def _compute_user_count(self):
        for implementation in self:
            implementation.user_count = len(implementation._get_scope_users())

    @api.constrains("date_start", "date_go_live", "date_end")
    def _check_dates(self):
        for implementation in self:
            implementation._check_order_of_dates()

    def _check_order_of_dates(self):
        start, go_live, end = self.date_start, self.date_go_live, self.date_end
        if start and go_live and go_live < start:
            raise ValidationError(
                self.env._(
                    "%(name)s: the go-live (%(go_live)s) cannot be before the start"
                    " (%(start)s).",
                    name=self.name,
                    go_live=go_live,
                    start=start,
                )
            )
        begin = go_live or start
        if begin and end and end < begin:
            raise ValidationError(
                self.env._(
                    "%(name)s: the end of the horizon (%(end)s) cannot be before"
                    " %(begin)s.",
                    name=self.name,
                    end=end,
                    begin=begin,
                )
            )

    def _get_scope_users(self):
        """Users in scope: those named plus the members of the teams in scope.

        A team that was archived keeps its place in the scope; one that was
        deleted simply left it.
        """
        teams = self.with_context(active_test=False).team_ids
        return self.user_ids | teams.crm_team_member_ids.user_id

    def _in_language(self, records):
        """``records`` in the reader's language; a job has none and takes that of who
        will read what it writes, the project manager."""
        language = (
            records.env.lang or self.manager_id.lang or self.company_id.partner_id.lang
        )
        return records.with_context(lang=language)

    def action_activate(self):
        self.write({"state": "active"})

    def action_close(self):
        self.write({"state": "closed"})

    def action_draft(self):
        self.write({"state": "draft"})

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%(name)s (copy)", name=vals["name"]))
            if "name" not in (default or {})
            else vals
            for vals in super().copy_data(default)
        ]
