from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

EVENTS = [
    ("welcome", "First purchase"),
    ("birthday", "Birthday"),
    ("survey", "Survey answered"),
    ("referral", "Recommended customer buys"),
    ("stage", "Stage entered"),
]


class CrmLoyaltyBonus(models.Model):
    """Points for something that is no purchase: each event once, by its key."""

    _name = "crm.loyalty.bonus"
    _description = "Bonus for an Event"
    _order = "program_id, event, id"

    name = fields.Char(
        required=True, translate=True, help="What the customer reads beside the points."
    )
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "loyalty.program", required=True, index=True, ondelete="cascade"
    )
    program_type = fields.Selection(related="program_id.program_type")
    is_nominative = fields.Boolean(related="program_id.is_nominative")
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    event = fields.Selection(EVENTS, required=True, default="welcome")
    stage_id = fields.Many2one(
        "crm.loyalty.stage", index="btree_not_null", ondelete="restrict"
    )
    survey_id = fields.Many2one(
        "survey.survey", ondelete="restrict", help="Empty: any survey."
    )
    points = fields.Float(required=True, default=1.0)
    cap = fields.Float(
        "At Most per Year",
        help="Points of this bonus a customer gets in a calendar year; 0 for no limit.",
    )
    date_start = fields.Date(
        "Events From",
        required=True,
        default=fields.Date.context_today,
        help="What happened before gives nothing.",
    )
    valid_days = fields.Integer(
        "Coupon Valid For (days)",
        default=30,
        help="For programmes of coupons, which give a new coupon each time; 0 for no "
        "end.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        domain=[("model", "=", "loyalty.card")],
        ondelete="restrict",
        help="Sent to the customer with the points.",
    )
    granted_count = fields.Integer("Times Given", compute="_compute_granted_count")

    _values_valid = models.Constraint(
        "CHECK (points > 0 AND cap >= 0 AND valid_days >= 0)",
        "A bonus gives points above zero; its limits are not negative.",
    )

    def _compute_granted_count(self):
        counts = self.env["crm.loyalty.bonus.job"]._granted_counts(self)
        for bonus in self:
            bonus.granted_count = counts.get(bonus.id, 0)

    @api.constrains("event", "stage_id")
    def _check_stage_id(self):
        for bonus in self:
            if bonus.event == "stage" and not bonus.stage_id:
                raise ValidationError(
                    self.env._(
                        "The bonus %(bonus)s is for entering a stage: which one?",
                        bonus=bonus.name,
                    )
                )

    @api.constrains("cap", "points")
    def _check_cap(self):
        for bonus in self:
            if bonus.cap and bonus.cap < bonus.points:
                raise ValidationError(
                    self.env._(
                        "The bonus %(bonus)s would never be given: %(points)s points "
                        "are above its limit of %(cap)s per year.",
                        bonus=bonus.name,
                        points=f"{bonus.points:g}",
                        cap=f"{bonus.cap:g}",
                    )
                )

    @api.constrains("program_id")
    def _check_program_id(self):
        for bonus in self:
            if bonus.program_id.program_type not in ("loyalty", "ewallet", "coupons"):
                raise ValidationError(
                    self.env._(
                        "%(program)s cannot give bonuses: only loyalty cards, eWallets "
                        "and coupons can.",
                        program=bonus.program_id.name,
                    )
                )

    def _events_of_a_year(self, firms):
        """Return how often the bonus would be given in a year to the customers in the
        subquery; recommendations and answers are not known in advance."""
        year_ago = fields.Date.subtract(fields.Date.context_today(self), years=1)
        profiles = Domain("partner_id", "in", firms)
        if self.event == "birthday":
            return (
                self.env["res.partner"]
                .sudo()  # a preview is of all customers
                .search_count(
                    Domain("loyalty_birthday", "!=", False)
                    & Domain("commercial_partner_id", "in", firms)
                )
            )
        if self.event == "welcome":
            return (
                self.env["crm.loyalty.profile"]
                .sudo()  # a preview is of all customers
                .search_count(profiles & Domain("first_order_date", ">", year_ago))
            )
        if self.event == "stage":
            return (
                self.env["crm.loyalty.profile"]
                .sudo()  # a preview is of all customers
                .search_count(profiles & Domain("stage_id", "=", self.stage_id.id))
            )
        return 0

    def action_view_movements(self):
        """Open the movements of points the bonus made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.loyalty_history_action"
        )
        domain = [("sequence_key", "=like", f"{self._key('%')}")]
        return {**action, "domain": domain, "context": {}}

    def _key(self, what):
        """Return what makes an event of this bonus happen once."""
        self.ensure_one()
        return f"bonus:{self.id}:{what}"
