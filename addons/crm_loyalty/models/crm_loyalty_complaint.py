from odoo import api, fields, models
from odoo.exceptions import ValidationError

STATES = [
    ("new", "New"),
    ("in_progress", "In progress"),
    ("resolved", "Resolved"),
    ("rejected", "Rejected"),
]
OPEN = ("new", "in_progress")
CLOSED = ("resolved", "rejected")
SECONDS_A_DAY = 86_400


class CrmLoyaltyComplaint(models.Model):
    """A complaint in its lightest form: who, about what, why, what was done, the cost.

    Where a helpdesk or claim module is installed, customers' cards count its cases
    instead (`crm_loyalty_complaint_case.py`).
    """

    _name = "crm.loyalty.complaint"
    _description = "Complaint"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_open desc, id desc"
    _check_company_auto = True

    name = fields.Char("Subject", required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, tracking=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Firm",
        store=True,
        index=True,
    )
    order_id = fields.Many2one(
        "sale.order",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', 'child_of', commercial_partner_id)]",
    )
    invoice_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        check_company=True,
        domain="""[
            ('move_type', 'in', ('out_invoice', 'out_refund')),
            ('partner_id', 'child_of', commercial_partner_id),
        ]""",
    )
    product_id = fields.Many2one("product.product", index="btree_not_null")
    cause_id = fields.Many2one(
        "crm.loyalty.complaint.cause", ondelete="restrict", tracking=True
    )
    description = fields.Text()
    resolution = fields.Text(help="What was done for the customer.")
    cost = fields.Monetary(
        tracking=True,
        help="What the complaint cost the company: goods replaced, credit, work.",
    )
    state = fields.Selection(
        STATES,
        default="new",
        required=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    date_open = fields.Datetime(
        "Opened", required=True, default=fields.Datetime.now, copy=False
    )
    date_closed = fields.Datetime("Closed", readonly=True, copy=False)
    days_open = fields.Integer(
        compute="_compute_days_open", help="Until today, or until it was closed."
    )
    resolution_days = fields.Float(
        "Days to Close",
        compute="_compute_resolution_days",
        store=True,
        digits=(16, 1),
        aggregator="avg",
    )

    _cost_positive = models.Constraint(
        "CHECK (cost >= 0)", "The cost of a complaint cannot be less than zero."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_closed >= date_open)",
        "A complaint cannot be closed before it was opened.",
    )

    @api.depends("date_open", "date_closed")
    def _compute_days_open(self):
        now = fields.Datetime.now()
        for case in self:
            until = case.date_closed or now
            case.days_open = (until - (case.date_open or until)).days

    @api.depends("date_open", "date_closed")
    def _compute_resolution_days(self):
        for case in self:
            if case.date_closed:
                took = case.date_closed - case.date_open
                case.resolution_days = took.total_seconds() / SECONDS_A_DAY
            else:
                case.resolution_days = 0.0

    @api.constrains("partner_id", "order_id", "invoice_id")
    def _check_documents(self):
        for case in self:
            for document in (case.order_id, case.invoice_id):
                known = document.sudo()  # whose it is counts, readable or not
                owner = known.partner_id.commercial_partner_id
                if document and owner != case.commercial_partner_id:
                    raise ValidationError(
                        self.env._(
                            "%(document)s does not belong to %(customer)s.",
                            document=known.display_name,
                            customer=case.commercial_partner_id.display_name,
                        )
                    )

    @api.constrains("state", "cause_id", "resolution")
    def _check_resolved(self):
        """Whoever learns from complaints needs to know why and what helped."""
        for case in self:
            if case.state in CLOSED and not (case.resolution or "").strip():
                raise ValidationError(
                    self.env._(
                        "Complaint “%(name)s”: say in the resolution what was done, or "
                        "why it was rejected, before closing it.",
                        name=case.name,
                    )
                )
            if case.state == "resolved" and not case.cause_id:
                raise ValidationError(
                    self.env._(
                        "Complaint “%(name)s”: choose its cause before resolving it.",
                        name=case.name,
                    )
                )

    @api.onchange("order_id")
    def _onchange_order_id(self):
        if self.order_id and not self.partner_id:
            self.partner_id = self.order_id.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._stamp_closing()
        return cases

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._stamp_closing()
        return result

    def action_start(self):
        self.state = "in_progress"

    def action_resolve(self):
        self.state = "resolved"

    def action_reject(self):
        self.state = "rejected"

    def action_reopen(self):
        self.state = "in_progress"

    def _stamp_closing(self):
        """Note when a complaint was closed; a reopened one is open again."""
        closed = self.filtered(lambda case: case.state in CLOSED)
        closed.filtered(
            lambda case: not case.date_closed
        ).date_closed = fields.Datetime.now()
        (self - closed).filtered("date_closed").date_closed = False
