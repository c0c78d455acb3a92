from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..engine import points as engine
from ..sql import ledger
from .crm_loyalty_earning import EARN_EVENTS

LEDGER_TERMS = "crm_loyalty_terms"
NOT_NEGATIVE = (
    "pending_days",
    "expire_after",
    "reinstate_days",
    "warn_days",
    "warn_again_days",
    "earn_limit",
    "spend_limit",
    "point_value",
)


class LoyaltyProgram(models.Model):
    """Programmes whose points are kept as a ledger. Off, nothing differs from stock."""

    _inherit = "loyalty.program"

    use_ledger = fields.Boolean(
        "Keep a Points Ledger",
        copy=False,
        help="Every movement of points is a dated row that is never deleted, and the "
        "balance of a card is their sum. Needed for points on delivery, invoice or "
        "payment, for points that expire and for returns that take points back.",
    )
    earn_event = fields.Selection(
        EARN_EVENTS,
        string="Earned When",
        required=True,
        default="order",
        help="Partial deliveries, invoices and payments earn their part. Returns and "
        "credit notes take their part back.",
    )
    beneficiary = fields.Selection(
        [("contact", "The contact who orders"), ("commercial", "The whole firm")],
        string="Points Go To",
        required=True,
        default="contact",
        help="The card of a firm is shared by its contacts: each earns for it and may "
        "spend from it.",
    )
    points_tax_mode = fields.Selection(
        [("incl", "Tax included"), ("excl", "Tax excluded")],
        string="Amount Counted",
        required=True,
        default="incl",
        help="For rules that give points per money spent.",
    )
    pending_days = fields.Integer(
        "Days Pending",
        help="Points are seen but cannot be spent until the return period is over.",
    )
    expire_after = fields.Integer(
        help="Days points can be spent; 0 if they never expire."
    )
    expiry_policy = fields.Selection(
        [
            ("award", "Since they were given"),
            ("inactivity", "Since the last purchase or use"),
        ],
        string="Days Count",
        required=True,
        default="award",
    )
    reinstate_days = fields.Integer(
        "Given Back For",
        default=30,
        help="Spent points that come back after they would have expired, as an order "
        "was cancelled, can be spent for so many days more.",
    )
    warn_days = fields.Integer(
        "First Warning", default=30, help="Days before points expire; 0 for none."
    )
    warn_again_days = fields.Integer(
        "Second Warning", default=7, help="Days before points expire; 0 for none."
    )
    expiry_template_id = fields.Many2one(
        "mail.template",
        string="Warning Email",
        domain=[("model", "=", "loyalty.card")],
        default=lambda self: self.env.ref(
            "crm_loyalty.mail_template_points_expiring", raise_if_not_found=False
        ),
        ondelete="set null",
    )
    negative_policy = fields.Selection(
        [
            ("allow", "The balance goes below zero"),
            ("floor", "The balance stops at zero"),
        ],
        string="If Points Are Spent",
        required=True,
        default="allow",
        help="What happens when a return takes back points that are spent already.",
    )
    point_value = fields.Monetary(
        "Value of a Point",
        help="What a point is worth to the customer, for limits and for the liability.",
    )
    expected_redemption = fields.Float(
        "Expected Redemption (%)",
        default=100,
        help="Share of the points that customers are expected to spend.",
    )
    max_points_percent = fields.Float(
        "Paid With Points (%)",
        help="The largest part of an order that points may pay; 0 for no limit.",
    )
    earn_limit = fields.Float(
        "Earn at Most",
        help="Points a customer earns in the period at most; 0 for no limit. The "
        "contacts of a firm count together.",
    )
    spend_limit = fields.Float(
        "Spend at Most",
        help="Points a customer spends in the period at most; 0 for no limit. The "
        "contacts of a firm count together.",
    )
    limit_period = fields.Selection(
        [("day", "Day"), ("week", "Week"), ("month", "Month"), ("year", "Year")],
        required=True,
        default="month",
    )
    history_count = fields.Integer("Movements", compute="_compute_history_count")

    @api.depends("use_ledger")
    def _compute_history_count(self):
        counts = dict(
            self.env["loyalty.history"]._read_group(
                [("program_id", "in", self.ids), ("move_type", "!=", False)],
                ["program_id"],
                ["__count"],
            )
        )
        for program in self:
            program.history_count = counts.get(program, 0)

    @api.constrains("use_ledger", "program_type", "applies_on")
    def _check_use_ledger(self):
        for program in self:
            if program.use_ledger and not program.is_nominative:
                raise ValidationError(
                    self.env._(
                        "%(program)s: only loyalty cards and eWallets can keep a "
                        "ledger; gift cards, coupons and promotions belong to whoever "
                        "holds them.",
                        program=program.name,
                    )
                )

    @api.constrains(*NOT_NEGATIVE)
    def _check_not_negative(self):
        for program in self:
            for name in NOT_NEGATIVE:
                if program[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "%(program)s: %(field)s cannot be negative.",
                            program=program.name,
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    @api.constrains("max_points_percent", "expected_redemption")
    def _check_percent(self):
        for program in self:
            for name in ("max_points_percent", "expected_redemption"):
                if not 0 <= program[name] <= 100:
                    raise ValidationError(
                        self.env._(
                            "%(program)s: %(field)s is a share from 0 to 100.",
                            program=program.name,
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    @api.constrains("max_points_percent", "point_value", "reward_ids")
    def _check_max_points_percent(self):
        for program in self:
            if program.max_points_percent and not program._money_per_point():
                raise ValidationError(
                    self.env._(
                        "%(program)s: to limit what points may pay, say what a point "
                        "is worth.",
                        program=program.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create([self._off_the_till(vals) for vals in vals_list])
        if any(programs.mapped("use_ledger")):
            self.env.registry.clear_cache()
        return programs

    def write(self, vals):
        if "use_ledger" not in vals:
            if vals.get("pos_ok"):
                self._check_off_the_till()
            return super().write(vals)
        switched = self.filtered(
            lambda program: program.use_ledger != bool(vals["use_ledger"])
        )
        result = super().write(self._off_the_till(vals))
        self.env.registry.clear_cache()
        if vals["use_ledger"]:
            switched._open_ledger()
        else:
            switched._close_ledger()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _off_the_till(self, vals):
        """Keep programmes with a ledger off the point of sale, which knows none."""
        if vals.get("use_ledger") and "pos_ok" in self._fields:
            return {**vals, "pos_ok": False}
        return vals

    def _check_off_the_till(self):
        for program in self.filtered("use_ledger"):
            raise UserError(
                self.env._(
                    "%(program)s keeps a points ledger, which the point of sale does "
                    "not write: it cannot be used there.",
                    program=program.name,
                )
            )

    @api.model
    @tools.ormcache()
    def _ledger_program_ids(self):
        programs = self.sudo()  # which keep a ledger does not depend on who asks
        programs = programs.with_context(active_test=False)
        return tuple(programs.search([("use_ledger", "=", True)]).ids)

    @api.model
    def _tier_multipliers(self, partner, programs):
        """Return {program: multiplier} of the customer; to be extended by tiers."""
        return {}

    def _with_own_rules(self):
        """Return the programmes, all active or all archived, such that they see their
        rules: an archived programme's are archived too, its orders not settled yet."""
        return self if self[:1].active else self.with_context(active_test=False)

    def _money_per_point(self):
        """Return what one point pays, in the programme's currency."""
        self.ensure_one()
        return self.point_value or self._per_point_rewards()[:1].discount

    def _per_point_rewards(self):
        """Rewards that give so much money for a point, so that some may be used."""
        return self.reward_ids.filtered(
            lambda reward: (
                reward.reward_type == "discount" and reward.discount_mode == "per_point"
            )
        )

    def _ledger_terms(self):
        """Return the context in which orders count money by the programme's terms."""
        self.ensure_one()
        return {LEDGER_TERMS: (self.points_tax_mode, self.currency_id)}

    def _is_posted_by_stock(self):
        """Tell whether stock Odoo may show the points on the quotation already.

        Otherwise the points go to another card than the contact's or come later.
        """
        self.ensure_one()
        return self.earn_event == "order" and self.beneficiary == "contact"

    @api.model
    def _looked_after_by(self, company):
        """Return the programmes with a ledger that the company's job checks."""
        programs = self.with_context(active_test=False)._scored_with(company)
        return programs.filtered("use_ledger")

    def _ledger_today(self):
        """Return the day of the programme's company, as stock Odoo counts the days a
        programme runs."""
        company = (self.company_id or self.env.company).sudo()  # its address has a zone
        parameters = self.env["ir.config_parameter"].sudo()  # read by every order
        zone = company.partner_id.tz or parameters.get_param("loyalty.timezone", "UTC")
        return fields.Date.context_today(self.with_context(tz=zone))

    def _expiration_from(self, available):
        """Return the last day of points available from a day, False for no end."""
        self.ensure_one()
        return engine.expiration(available, self.expire_after) or False

    def _open_ledger(self):
        """Start the ledgers: one card per customer, one opening row per card."""
        if not self:
            return
        self._merge_duplicate_cards()
        self.env.flush_all()
        for program in self:
            today = program._ledger_today()
            self.env.cr.execute(ledger.forget_remaining(program))
            self.env.cr.execute(ledger.opening(program, today))
            self.env.cr.execute(ledger.mark_cards(program, True))
        self.env.invalidate_all()

    def _close_ledger(self):
        self.env.flush_all()
        for program in self:
            self.env.cr.execute(ledger.mark_cards(program, False))
        self.env.invalidate_all()

    def _merge_duplicate_cards(self):
        """Join several cards of one customer into the oldest."""
        groups = (
            self.env["loyalty.card"]
            .sudo()  # cards of customers the manager may not see are joined too
            ._read_group(
                [("program_id", "in", self.ids), ("partner_id", "!=", False)],
                ["program_id", "partner_id"],
                ["id:recordset"],
                having=[("__count", ">", 1)],
            )
        )
        for _program, _partner, cards in groups:
            oldest = cards.sorted("id")[0]
            (cards - oldest)._merge_into(oldest)

    def action_view_ledger(self):
        """Open the movements of the programme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.loyalty_history_action"
        )
        return {
            **action,
            "domain": [("program_id", "=", self.id), ("move_type", "!=", False)],
            "context": {},
        }
