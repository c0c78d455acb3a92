from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date, formatLang

FIELDS = [("stage", "Stage"), ("segment", "Segment"), ("strategy", "Strategy")]
# What starts when a customer enters a stage or an approval-free strategy.
EFFECT_STATES = [
    ("none", "Nothing to do"),
    ("pending", "Waiting"),
    ("held", "Held back"),
    ("done", "Done"),
    ("skipped", "Skipped"),
    ("failed", "Failed"),
]


class CrmLoyaltyTransition(models.Model):
    """A customer moved from one stage, segment or strategy to another.

    Written by the scoring job, in the statement that moves him. The first scoring of a
    company only takes stock and writes none.
    """

    _name = "crm.loyalty.transition"
    _description = "Loyalty Transition"
    _order = "date desc, id desc"
    _rec_name = "profile_id"

    profile_id = fields.Many2one(
        "crm.loyalty.profile",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    field = fields.Selection(FIELDS, "What", required=True, readonly=True)
    from_stage_id = fields.Many2one("crm.loyalty.stage", readonly=True)
    to_stage_id = fields.Many2one(
        "crm.loyalty.stage", readonly=True, index="btree_not_null"
    )
    from_segment_id = fields.Many2one("crm.loyalty.segment", readonly=True)
    to_segment_id = fields.Many2one("crm.loyalty.segment", readonly=True)
    from_strategy_id = fields.Many2one("crm.loyalty.strategy", readonly=True)
    to_strategy_id = fields.Many2one("crm.loyalty.strategy", readonly=True)
    from_name = fields.Char("From", compute="_compute_names")
    to_name = fields.Char("To", compute="_compute_names")
    revenue_12m = fields.Monetary(
        "Revenue, 12 Months", readonly=True, help="On the day of the transition."
    )
    facts = fields.Json(readonly=True)
    reason = fields.Text(compute="_compute_reason")
    run_id = fields.Many2one(
        "crm.loyalty.run", readonly=True, index="btree_not_null", ondelete="set null"
    )
    effect_state = fields.Selection(
        EFFECT_STATES, "Actions", required=True, readonly=True, default="none"
    )
    effect_note = fields.Char("What Was Done", readonly=True)

    _once_per_run = models.UniqueIndex(
        "(profile_id, field, run_id)",
        "A customer moves once per scoring.",
    )
    _company_date_idx = models.Index("(company_id, field, date)")
    _pending_idx = models.Index("(id) WHERE effect_state = 'pending'")

    @api.depends("field")
    @api.depends_context("lang")
    def _compute_names(self):
        nothing = self.env._("None")
        for move in self:
            move.from_name = move[f"from_{move.field}_id"].name or nothing
            move.to_name = move[f"to_{move.field}_id"].name or nothing

    @api.depends("facts")
    @api.depends_context("lang")
    def _compute_reason(self):
        for move in self:
            target = move[f"to_{move.field}_id"]
            move.reason = self._describe(move.facts, move.currency_id, target)

    def action_release(self):
        """Start the actions held back because the rules had just been edited."""
        self._check_manager()
        held = self.filtered(lambda move: move.effect_state == "held")
        held.sudo().effect_state = "pending"  # nobody has write access
        self._trigger_effects()

    def action_skip(self):
        """Never start the actions held back."""
        self._check_manager()
        held = self.filtered(lambda move: move.effect_state == "held")
        held.sudo().effect_state = "skipped"  # nobody has write access

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only sales managers start or drop actions held back.")
            )

    @api.model
    def _trigger_effects(self):
        cron = self.env.ref("crm_loyalty.crm_loyalty_transition_cron")
        cron.sudo()._trigger()  # whoever causes work for the job may wake it

    @api.model
    def _describe(self, facts, currency, rule):
        """Say which facts met which rule, in the user's language."""
        sentence = self._describe_facts(facts or {}, currency)
        if not rule:
            return sentence
        return sentence + " " + self._describe_rule(rule)

    @api.model
    def _describe_rule(self, rule):
        return self.env._("Rule: %(rule)s", rule=rule._words().rule)

    @api.model
    def _describe_facts(self, facts, currency):
        """Say the facts behind a stage or strategy in the user's language."""
        if not facts.get("orders"):
            return self.env._("No purchase yet.")
        sentence = self.env._(
            "Orders: %(orders)s; last on %(date)s, days ago: %(days)s; "
            "revenue in 12 months: %(revenue)s.",
            orders=facts["orders"],
            date=format_date(self.env, facts["last"]),
            days=facts["days"],
            revenue=currency.format(facts["revenue"] or 0),
        )
        interval = facts.get("interval")
        if not interval:
            return sentence
        return (
            sentence
            + " "
            + self.env._(
                "Usual interval in days: %(interval)s; passed since the last order: "
                "%(ratio)s intervals.",
                interval=round(interval),
                ratio=formatLang(self.env, facts["days"] / interval, digits=1),
            )
        )
