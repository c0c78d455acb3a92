from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import float_is_zero

STATES = [
    ("draft", "Draft"),
    ("waiting", "To approve"),
    ("done", "Posted"),
    ("refused", "Refused"),
]
# What only the methods below may set.
DECIDED = frozenset(("state", "user_id", "approver_id", "date_done"))
ADJUST_GROUP = "crm_loyalty.crm_loyalty_group_points_adjust"
APPROVE_GROUP = "sales_team.group_sale_manager"


class CrmLoyaltyAdjustment(models.Model):
    """Points given or taken by hand: for a reason, and by two people above a limit."""

    _name = "crm.loyalty.adjustment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Adjustment of Points"
    _order = "id desc"
    _rec_name = "card_id"

    card_id = fields.Many2one(
        "loyalty.card",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("program_id.use_ledger", "=", True)],
    )
    program_id = fields.Many2one(related="card_id.program_id", store=True)
    partner_id = fields.Many2one(
        related="card_id.partner_id", string="Customer", store=True
    )
    company_id = fields.Many2one(related="card_id.company_id", store=True)
    currency_id = fields.Many2one(related="card_id.currency_id")
    balance = fields.Float(related="card_id.points", string="Balance Now")
    points = fields.Float(
        required=True,
        tracking=True,
        help="Points to give; with a minus, points to take.",
    )
    reason = fields.Char(required=True, tracking=True)
    value = fields.Monetary(
        compute="_compute_value",
        help="What the points are worth; a point without a value counts as 1.",
    )
    needs_approval = fields.Boolean(compute="_compute_value")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Requested By",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    approver_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False, tracking=True
    )
    date_done = fields.Datetime("Posted On", readonly=True, copy=False)

    @api.depends("points", "card_id")
    def _compute_value(self):
        for adjustment in self:
            program = adjustment.card_id.program_id
            company = program.company_id or self.env.company
            company = company.sudo()  # its limit binds whoever may adjust
            value = abs(adjustment.points) * (program._money_per_point() or 1)
            limit = company.currency_id._convert(
                company.loyalty_adjust_limit,
                program.currency_id or company.currency_id,
                company,
            )
            adjustment.value = value
            adjustment.needs_approval = value > limit

    @api.constrains("points", "reason")
    def _check_points(self):
        for adjustment in self:
            if float_is_zero(adjustment.points, precision_digits=2):
                raise ValidationError(
                    self.env._("An adjustment gives or takes at least 0.01 points.")
                )
            if not adjustment.reason.strip():
                raise ValidationError(
                    self.env._("An adjustment of points needs a reason.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(DECIDED & vals.keys() for vals in vals_list):
            raise AccessError(self._only_by_steps())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if DECIDED & vals.keys():
                raise AccessError(self._only_by_steps())
            if {"card_id", "points", "reason"} & vals.keys() and any(
                adjustment.state != "draft" for adjustment in self
            ):
                raise UserError(
                    self.env._("Only a draft of an adjustment can be changed.")
                )
        return super().write(vals)

    def _only_by_steps(self):
        return self.env._(
            "An adjustment is requested, approved and posted by its own steps."
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if any(adjustment.state != "draft" for adjustment in self):
            raise UserError(self.env._("Only a draft of an adjustment can be deleted."))

    def action_apply(self):
        """Post the points, or ask a second person where they are worth too much."""
        self._check_group(ADJUST_GROUP)
        for adjustment in self:
            adjustment._check_state("draft")
            adjustment._check_balance()
            adjustment.sudo().user_id = self.env.user  # no field to write by hand
            if adjustment.needs_approval:
                adjustment.sudo().state = "waiting"  # as above
                adjustment._ask_approval()
            else:
                adjustment._post()
        return {"type": "ir.actions.act_window_close"}

    def action_approve(self):
        self._check_group(ADJUST_GROUP)
        self._check_group(APPROVE_GROUP)
        for adjustment in self:
            adjustment._check_state("waiting")
            adjustment._check_second_person()
            adjustment._check_balance()
            adjustment.sudo().approver_id = self.env.user  # as above
            adjustment._post()

    def action_refuse(self):
        self._check_group(APPROVE_GROUP)
        for adjustment in self:
            adjustment._check_state("waiting")
            adjustment.sudo().write(  # as above
                {"state": "refused", "approver_id": self.env.user.id}
            )
            adjustment._close_activities()

    def _post(self):
        self.ensure_one()
        self.card_id.sudo()._post_points(  # the right was checked by the caller
            "adjust",
            self.points,
            reason=self.reason,
            key=f"adjustment:{self.id}",
        )
        done = {"state": "done", "date_done": fields.Datetime.now()}
        self.sudo().write(done)  # no fields to write by hand
        self._close_activities()

    def _check_group(self, group):
        self.check_access("write")
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This needs the right “%(group)s”.",
                    group=self.env.ref(group).sudo().full_name,  # a name is no secret
                )
            )

    def _check_state(self, state):
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The adjustment of %(customer)s is already: %(state)s.",
                    customer=self.partner_id.display_name or self.card_id.code,
                    state=labels[self.state],
                )
            )

    def _check_second_person(self):
        if self.user_id == self.env.user:
            raise UserError(
                self.env._("Somebody else has to approve what you asked for yourself.")
            )

    def _check_balance(self):
        if self.card_id.points + self.points < -0.005:
            raise ValidationError(
                self.env._(
                    "%(points)s points cannot be taken: the card %(card)s holds "
                    "%(balance)s.",
                    points=f"{-self.points:g}",
                    card=self.card_id.code,
                    balance=f"{self.card_id.points:g}",
                )
            )

    def _ask_approval(self):
        """Put it on the list of one who may approve."""
        company = self.company_id or self.env.company
        approvers = (
            self.env.ref(APPROVE_GROUP)
            .sudo()  # users are told of work, not shown
            .all_user_ids.filtered(
                lambda user: (
                    user != self.env.user
                    and company in user.company_ids
                    and user.has_group(ADJUST_GROUP)
                )
            )
        )
        if approvers:
            self.sudo().activity_schedule(  # the requester may assign it to nobody else
                "mail.mail_activity_data_todo",
                user_id=approvers.sorted("id")[-1].id,
                summary=self.env._("Approve points"),
            )

    def _close_activities(self):
        self.sudo().activity_ids.action_feedback()  # whoever decides closes the task
