"""Reviews 3, 6 and 12 months after the go-live: owners confirm what was reached."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.crm_risk.models import nightly

from ..engine import returns
from .crm_implementation import GROUP
from .options import options_of

AFTER = (3, 6, 12)
STATES = [("planned", "Planned"), ("done", "Done")]
ANSWERS = [
    ("open", "Not Answered"),
    ("confirmed", "Confirmed"),
    ("disputed", "Disputed"),
]
REPORT = "crm_effects.report_return"


class CrmEffectReview(models.Model):
    _name = "crm.effect.review"
    _description = "Review of an Implementation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    months = fields.Integer(
        string="Months after Go-Live", required=True, aggregator=None
    )
    date_due = fields.Date(string="Due", required=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Led by",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    state = fields.Selection(
        STATES, required=True, default="planned", tracking=True, copy=False
    )
    date_done = fields.Date(readonly=True, copy=False)
    line_ids = fields.One2many("crm.effect.review.line", "review_id", string="Effects")
    open_count = fields.Integer(compute="_compute_open_count", string="Still Open")
    lessons = fields.Html(help="What to keep and what to do otherwise the next time.")
    headline = fields.Text(readonly=True, copy=False)
    snapshot_id = fields.Many2one(
        "crm.effect.snapshot", readonly=True, copy=False, ondelete="set null"
    )
    npv = fields.Monetary(related="snapshot_id.npv", string="NPV")
    payback_date = fields.Date(related="snapshot_id.payback_date", string="Pays Back")

    _months_once = models.Constraint(
        "UNIQUE (implementation_id, months)",
        "The implementation has a review after this number of months already.",
    )

    @api.depends("implementation_id.name", "months")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "%(name)s: review, months after the go-live: %(months)s",
                name=review.implementation_id.name,
                months=review.months,
            )

    @api.depends("line_ids.answer")
    def _compute_open_count(self):
        for review in self:
            lines = review.line_ids
            review.open_count = len(lines.filtered(lambda one: one.answer == "open"))

    def action_start(self):
        """One line per effect as it stands today; answers given already stay."""
        for review in self:
            review._check_planned()
            known = review.line_ids.effect_id
            review.line_ids = [
                Command.create(line)
                for line in review._prepare_lines(
                    review.implementation_id.effect_ids - known
                )
            ]
            review._ask_owners()
        return True

    def _call_leader(self):
        """An activity for who leads the review, once."""
        for review in self.filtered(lambda one: not one.activity_ids):
            review.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=review.date_due,
                summary=review.display_name,
                user_id=review.user_id.id or self.env.uid,
            )

    def _prepare_lines(self, effects):
        return [
            {
                "effect_id": effect.id,
                "money_to_date": effect.money_to_date,
                "grade": effect.grade,
                "proof_class": effect.proof_class,
            }
            for effect in effects
        ]

    def _ask_owners(self):
        """An activity for every owner with an open line, once."""
        lines = self.line_ids.filtered(lambda one: one.answer == "open")
        asked = self.activity_ids.user_id
        for owner, own in lines.grouped("owner_id").items():
            if not owner or owner in asked:
                continue
            review = self.with_context(lang=owner.lang)
            review.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=max(self.date_due, fields.Date.context_today(self)),
                summary=review.env._(
                    "Confirm your effects: %(names)s",
                    names=", ".join(own.effect_id.mapped("name")),
                ),
                user_id=owner.id,
            )

    def action_done(self):
        """Keep the headline, the snapshot and the report as they stand."""
        for review in self:
            review._check_planned()
            if review.open_count or not review.line_ids:
                raise UserError(
                    self.env._(
                        "%(review)s: every effect needs an answer first. Still open:"
                        " %(names)s.",
                        review=review.display_name,
                        names=review._get_open_names(),
                    )
                )
            review._close()
        return True

    def _check_planned(self):
        self.check_access("write")
        if self.state == "done":
            raise UserError(self.env._("%(review)s is done.", review=self.display_name))

    def _get_open_names(self):
        lines = self.line_ids.filtered(lambda one: one.answer == "open")
        names = lines.effect_id.mapped("name")
        return ", ".join(names) or self.env._("all, the review has not started")

    def _close(self):
        implementation = self.implementation_id
        self.write(
            {
                "state": "done",
                "date_done": fields.Date.context_today(self),
                "snapshot_id": implementation._take_snapshot("review").id,
                "headline": implementation.headline,
            }
        )
        self.activity_ids.action_feedback()
        self.message_post(body=self.headline, attachment_ids=self._print_report().ids)

    def _print_report(self):
        """The board report of the day as an attachment."""
        pdf, kind = self.env["ir.actions.report"]._render_qweb_pdf(
            REPORT, self.implementation_id.ids
        )
        return self.env["ir.attachment"].create(
            {
                "name": f"{self.display_name}.{kind}",
                "datas": base64.b64encode(pdf),
                "res_model": self._name,
                "res_id": self.id,
            }
        )


class CrmEffectReviewLine(models.Model):
    _name = "crm.effect.review.line"
    _description = "Effect in a Review"
    _order = "review_id, id"

    review_id = fields.Many2one(
        "crm.effect.review", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    effect_id = fields.Many2one(
        "crm.effect", required=True, index=True, ondelete="cascade"
    )
    owner_id = fields.Many2one(related="effect_id.owner_id")
    money_to_date = fields.Monetary(readonly=True)
    grade = fields.Selection(
        selection=options_of("crm.effect", "grade"),
        string="Evidence",
        readonly=True,
    )
    proof_class = fields.Selection(
        selection=options_of("crm.effect", "proof_class"), readonly=True
    )
    answer = fields.Selection(ANSWERS, required=True, default="open")
    comment = fields.Text(help="Why, and what the owner does about it.")

    def action_confirm(self):
        return self._answer("confirmed")

    def action_dispute(self):
        return self._answer("disputed")

    def _answer(self, answer):
        """The owner of the effect answers, or who may edit effects."""
        self.check_access("read")
        officer = self.env.user.has_group("crm_effects.crm_effects_group_officer")
        for line in self:
            if not officer and line.owner_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(effect)s is answered by its owner, %(owner)s.",
                        effect=line.effect_id.name,
                        owner=line.owner_id.name or "–",
                    )
                )
            # sudo: owners answer for their effect without the right to edit others
            line.sudo().answer = answer
        return True


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    effect_review_ids = fields.One2many(
        "crm.effect.review", "implementation_id", groups=GROUP
    )

    @api.model
    def _cron_plan_effect_reviews(self):
        """Nightly: reviews of what has gone live, and a call when one is due."""
        live = self.search([("state", "!=", "closed"), ("date_go_live", "!=", False)])
        nightly.each(
            self.env, "crm_effects.ir_cron_plan_reviews", live, "_plan_effect_reviews"
        )

    def action_plan_effect_reviews(self):
        """Plan the reviews after 3, 6 and 12 months."""
        self.check_access("write")
        self._plan_effect_reviews()
        return True

    def action_open_effect_reviews(self):
        return self._open_own("crm_effects.crm_effect_review_action")

    def _plan_effect_reviews(self):
        today = fields.Date.context_today(self)
        for implementation in self.filtered("date_go_live"):
            known = set(implementation.effect_review_ids.mapped("months"))
            implementation.effect_review_ids.create(
                [
                    implementation._prepare_review(months)
                    for months in AFTER
                    if months not in known
                ]
            )
            due = implementation.effect_review_ids.filtered(
                lambda one: one.state == "planned" and one.date_due <= today
            )
            # of reviews that were all missed only the last one is asked for
            due.sorted("date_due")[-1:]._call_leader()

    def _prepare_review(self, months):
        return {
            "implementation_id": self.id,
            "months": months,
            "date_due": returns.add_months(self.date_go_live, months),
            "user_id": self.manager_id.id or self.env.uid,
        }
