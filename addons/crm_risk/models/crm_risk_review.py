"""A meeting over the register: agenda, decisions, and figures that stay."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from .crm_risk_estimate import SCENARIOS

STATES = [("draft", "Open"), ("closed", "Closed")]
REVIEW_EVERY = 30
"""Days to the next review, as a proposal: a month is usual for an introduction."""


class CrmRiskReview(models.Model):
    _name = "crm.risk.review"
    _description = "Risk Review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    date_next = fields.Date(string="Next Review", tracking=True)
    chair_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    user_ids = fields.Many2many(
        "res.users", string="Participants", domain="[('share', '=', False)]"
    )
    state = fields.Selection(STATES, required=True, default="draft", tracking=True)
    date_closed = fields.Datetime(string="Closed on", readonly=True, copy=False)
    previous_id = fields.Many2one(
        "crm.risk.review",
        string="Previous Review",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    line_ids = fields.One2many(
        "crm.risk.review.line", "review_id", string="Agenda", copy=False
    )
    note = fields.Html(string="Minutes")
    risk_count = fields.Integer(compute="_compute_figures", string="Risks")
    emv_inherent = fields.Monetary(
        compute="_compute_figures", string="Expected Loss Before"
    )
    emv_current = fields.Monetary(
        compute="_compute_figures", string="Expected Loss Now"
    )
    emv_residual = fields.Monetary(
        compute="_compute_figures", string="Expected Loss After"
    )
    emv_change = fields.Monetary(
        compute="_compute_figures",
        string="Since the Previous Review",
        help="Change of the current expected loss of the risks you may read.",
    )
    simulation_id = fields.Many2one(
        "crm.risk.simulation",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="crm_risk.crm_risk_group_officer",
        help="Latest run when the review was closed.",
    )
    p80 = fields.Monetary(
        string="Exposure P80",
        compute="_compute_p80",
        groups="crm_risk.crm_risk_group_officer",
    )

    @api.depends("implementation_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            day = format_date(self.env, review.date)
            review.display_name = f"{review.implementation_id.name} · {day}"

    @api.depends("line_ids.emv_current", "line_ids.emv_change")
    @api.depends_context("uid")
    def _compute_figures(self):
        """Sums over the lines the reader may see; locked as the lines are."""
        names = [*(f"emv_{name}" for name, _label in SCENARIOS), "emv_change"]
        groups = self.env["crm.risk.review.line"]._read_group(
            [("review_id", "in", self.ids)],
            ["review_id"],
            ["__count", *(f"{name}:sum" for name in names)],
        )
        found = {review.id: figures for review, *figures in groups}
        for review in self:
            count, *sums = found.get(review.id, (0, *[0.0] * len(names)))
            review.risk_count = count
            for name, amount in zip(names, sums, strict=True):
                review[name] = amount

    @api.depends("simulation_id")
    def _compute_p80(self):
        for review in self:
            run = review.simulation_id
            current = run.scenario_ids.filtered(lambda one: one.scenario == "current")
            review.p80 = current.p80

    @api.constrains("date", "date_next")
    def _check_dates(self):
        for review in self:
            if review.date_next and review.date_next <= review.date:
                raise ValidationError(
                    self.env._(
                        "The next review (%(next)s) must come after this one"
                        " (%(date)s).",
                        next=review.date_next,
                        date=review.date,
                    )
                )

    # --- locked once closed --------------------------------------------------

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open()

    def _check_open(self):
        closed = self.filtered(lambda review: review.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "The review %(review)s is closed: its figures and decisions stay"
                    " as they were.",
                    review=closed[0].display_name,
                )
            )

    # --- agenda --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        for review in reviews:
            if not review.line_ids:
                review._prepare_agenda()
        return reviews

    def action_prepare_agenda(self):
        """Take in risks that are new since the agenda was made."""
        for review in self:
            review._prepare_agenda()

    def _prepare_agenda(self):
        self.previous_id = self._get_previous()
        risks = self.env["crm.risk"].search(self._get_agenda_domain())
        known = self.line_ids.risk_id
        # A risk closed meanwhile stays on the agenda: that is a change to tell.
        self.line_ids = [Command.create({"risk_id": risk.id}) for risk in risks - known]
        self.line_ids._note_changes()

    def _get_previous(self):
        return self.search(
            [
                ("implementation_id", "=", self.implementation_id.id),
                ("state", "=", "closed"),
                ("date", "<=", self.date),
                ("id", "!=", self.id),
            ],
            limit=1,
        )

    def _get_agenda_domain(self):
        """Open risks, and those closed since the previous review."""
        risks = Domain(self.env["crm.risk"]._get_open_domain())
        if self.previous_id:
            risks |= Domain("date_closed", ">=", self.previous_id.date)
        return risks & Domain("implementation_id", "=", self.implementation_id.id)

    # --- closing -------------------------------------------------------------

    def action_close(self):
        """Lock the figures, hand out the decisions and call the next review."""
        for review in self:
            review._check_closable()
            review.line_ids._note_changes()
            # Changes still pending belong to this review, later ones do not.
            review.line_ids.flush_recordset()
            review.write(
                {
                    "date_next": review.date_next or review._get_date_next(),
                    "simulation_id": review._get_shared_run().id,
                    "date_closed": fields.Datetime.now(),
                }
            )
            review.line_ids._carry_out()
            review._keep_register()
            review.state = "closed"
            review._call_next()

    def _check_closable(self):
        self._check_open()
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(review)s has no risks on its agenda. Prepare the agenda first.",
                    review=self.display_name,
                )
            )

    def _get_date_next(self):
        return fields.Date.add(self.date, days=REVIEW_EVERY)

    def _get_shared_run(self):
        """Hook: latest simulation that every officer may see."""
        return self.env["crm.risk.simulation"]

    def _keep_register(self):
        """Hook: what is kept of the whole register."""

    def _call_next(self):
        self.implementation_id.activity_schedule(
            "crm_risk.mail_activity_type_review",
            date_deadline=self.date_next,
            user_id=self.chair_id.id,
            summary=self.env._("Next risk review"),
        )

    # --- screens -------------------------------------------------------------

    def action_open_changes(self):
        """History of the register since the previous review."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_assessment_action"
        )
        return {
            **action,
            "domain": list(self._get_changes_domain()),
            "context": {"create": False},
        }

    def _get_changes_domain(self):
        domain = Domain("implementation_id", "=", self.implementation_id.id)
        if self.previous_id.date_closed:
            domain &= Domain("date", ">", self.previous_id.date_closed)
        if self.date_closed:
            domain &= Domain("date", "<=", self.date_closed)
        return domain


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    review_ids = fields.One2many("crm.risk.review", "implementation_id")
    review_count = fields.Integer(compute="_compute_review", string="Reviews")
    date_next_review = fields.Date(
        compute="_compute_review",
        string="Next Risk Review",
        help="Date of the open review, or the one called for when the last was closed.",
    )

    @api.depends("review_ids.date", "review_ids.date_next", "review_ids.state")
    def _compute_review(self):
        for implementation in self:
            reviews = implementation.review_ids
            planned = reviews.filtered(lambda review: review.state == "draft")
            implementation.review_count = len(reviews)
            implementation.date_next_review = (
                min(planned.mapped("date")) if planned else reviews[:1].date_next
            )

    def action_open_reviews(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_review_action"
        )
        return {
            **action,
            "domain": [("implementation_id", "=", self.id)],
            "context": {"default_implementation_id": self.id},
        }
