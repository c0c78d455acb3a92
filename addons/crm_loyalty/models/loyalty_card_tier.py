from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date

# Written by the nightly job and by `_fix_tier` only, though salespeople may write
# cards: stock Odoo posts points of an order with the rights of who confirms it.
TIER_FIELDS = frozenset(
    (
        "tier_id",
        "tier_date",
        "tier_expiration_date",
        "tier_locked_until",
        "tier_lock_reason",
        "qualifying_amount",
    )
)


class LoyaltyCard(models.Model):
    """The tier a customer holds in a programme, kept by the nightly job.

    A manager may fix a tier by hand until a day and with a reason; there is no tier
    for ever. While it is fixed, nothing changes by itself.
    """

    _inherit = "loyalty.card"

    tier_id = fields.Many2one(
        "crm.loyalty.tier",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    tier_color = fields.Integer(related="tier_id.color")
    tier_date = fields.Date("In Tier Since", readonly=True, copy=False)
    tier_expiration_date = fields.Date(
        "Tier Runs Out",
        readonly=True,
        copy=False,
        help="From then, after the days of grace, the customer has to meet the tier "
        "again to keep it.",
    )
    tier_locked_until = fields.Date("Tier Fixed Until", readonly=True, copy=False)
    tier_lock_reason = fields.Char("Reason of Fixing", readonly=True, copy=False)
    qualifying_amount = fields.Float(
        "Counts for Tiers",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="What counted within the window when tiers were last looked at.",
    )
    has_tiers = fields.Boolean(compute="_compute_next_tier_id")
    next_tier_id = fields.Many2one("crm.loyalty.tier", compute="_compute_next_tier_id")
    tier_progress = fields.Char(
        compute="_compute_tier_texts", help="How far it is to the next tier."
    )
    tier_progress_percent = fields.Float(
        "Progress to the Next Tier", compute="_compute_next_tier_id"
    )
    tier_why = fields.Text("Why This Tier", compute="_compute_tier_texts")

    @api.depends("program_id.level_ids.threshold", "tier_id", "qualifying_amount")
    def _compute_next_tier_id(self):
        for card in self:
            levels = card.program_id.level_ids.sorted("threshold")
            reached = card.tier_id.threshold if card.tier_id else -1
            following = levels.filtered(
                lambda level, got=reached: level.threshold > got
            )
            card.has_tiers = bool(levels)
            card.next_tier_id = following[:1]
            card.tier_progress_percent = card._tier_percent()

    @api.depends(
        "next_tier_id",
        "qualifying_amount",
        "tier_date",
        "tier_expiration_date",
        "tier_locked_until",
        "tier_lock_reason",
    )
    @api.depends_context("lang")
    def _compute_tier_texts(self):
        for card in self:
            card.tier_progress = card._explain_progress()
            card.tier_why = card._explain_tier()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_tier_fields(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_tier_fields(vals)
        return super().write(vals)

    def _check_tier_fields(self, *vals_list):
        if not self.env.su and any(TIER_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(
                self.env._("Tiers are kept by the programme; a manager may fix one.")
            )

    def _tier_percent(self):
        goal = self.next_tier_id.threshold
        return min(100 * max(self.qualifying_amount, 0) / goal, 100) if goal else 0

    def _explain_progress(self):
        if not self.next_tier_id:
            return False
        return self.env._(
            "%(amount)s of %(threshold)s till %(tier)s",
            amount=self.program_id._format_tier_quantity(self.qualifying_amount),
            threshold=self.next_tier_id._format_quantity(self.next_tier_id.threshold),
            tier=self.next_tier_id.name,
        )

    def _explain_tier(self):
        """Return which facts and which rule gave the tier, and since when."""
        if not self.has_tiers:
            return False
        lines = [self._explain_tier_rule(), self._explain_tier_end()]
        if self.tier_progress:
            lines.append(f"{self.tier_progress}.")
        return "\n".join(line for line in lines if line)

    def _explain_tier_rule(self):
        amount = self.program_id._format_tier_quantity(self.qualifying_amount)
        if not self.tier_id:
            return self.env._("No tier yet: %(amount)s counted.", amount=amount)
        if self._is_tier_locked():
            return self.env._(
                "%(tier)s by hand until %(date)s: %(reason)s.",
                tier=self.tier_id.name,
                date=format_date(self.env, self.tier_locked_until),
                reason=self.tier_lock_reason,
            )
        return self.env._(
            "%(tier)s since %(date)s: %(amount)s counted, the tier starts at "
            "%(threshold)s.",
            tier=self.tier_id.name,
            date=format_date(self.env, self.tier_date),
            amount=amount,
            threshold=self.tier_id._format_quantity(self.tier_id.threshold),
        )

    def _explain_tier_end(self):
        if not self.tier_expiration_date or self.tier_id.downgrade == "none":
            return False
        return self.env._(
            "Held until %(date)s and %(days)s days of grace.",
            date=format_date(self.env, self.tier_expiration_date),
            days=self.tier_id.grace_days,
        )

    def _is_tier_locked(self):
        today = fields.Date.context_today(self)
        return bool(self.tier_locked_until and self.tier_locked_until >= today)

    def action_fix_tier(self):
        """Open the window in which a manager fixes the tier."""
        self.ensure_one()
        return {
            "name": self.env._("Fix the Tier"),
            "type": "ir.actions.act_window",
            "res_model": "crm.loyalty.tier.fix",
            "view_mode": "form",
            "target": "new",
            "context": {"default_card_id": self.id},
        }

    def _fix_tier(self, tier, until, reason):
        """Give the card a tier until a day, whatever counts for it."""
        self.ensure_one()
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales managers may fix tiers."))
        self._check_fixing(tier, until, reason)
        today = self.env["crm.loyalty.scoring"]._today(
            self.program_id.company_id or self.env.company
        )
        if until < today:
            raise ValidationError(
                self.env._(
                    "The tier cannot be fixed until %(date)s: that day is over.",
                    date=format_date(self.env, until),
                )
            )
        previous = self.tier_id
        card = self.sudo()  # nobody writes tiers except through this check
        card.with_context(tracking_disable=True).write(
            {
                "tier_id": tier.id,
                "tier_date": self.tier_date if previous == tier else today,
                "tier_expiration_date": until if tier else False,
                "tier_locked_until": until,
                "tier_lock_reason": reason,
            }
        )
        self._after_tier_change(previous, today)

    def _check_fixing(self, tier, until, reason):
        if tier and tier.program_id != self.program_id:
            raise ValidationError(
                self.env._(
                    "%(tier)s is no tier of the programme %(program)s.",
                    tier=tier.name,
                    program=self.program_id.name,
                )
            )
        if not (until and (reason or "").strip()):
            raise ValidationError(
                self.env._("A tier fixed by hand needs a last day and a reason.")
            )

    def _after_tier_change(self, previous, today):
        """Leave a trace of a change made by hand."""
        if previous == self.tier_id:
            return
        self._log_tier_by_hand(previous, today)
        self.message_post(
            body=self.env._(
                "Tier: %(old)s → %(new)s, fixed until %(date)s: %(reason)s",
                old=previous.name or "—",
                new=self.tier_id.name or "—",
                date=format_date(self.env, self.tier_locked_until),
                reason=self.tier_lock_reason,
            )
        )

    def _log_tier_by_hand(self, previous, today):
        profile = self.env["crm.loyalty.profile"].search(
            [
                ("partner_id", "=", self.partner_id.commercial_partner_id.id),
                ("company_id", "=", (self.company_id or self.env.company).id),
            ]
        )
        if not profile:
            return
        transitions = self.env["crm.loyalty.transition"].sudo()  # none by hand
        transitions.create(
            {
                "profile_id": profile.id,
                "partner_id": profile.partner_id.id,
                "company_id": profile.company_id.id,
                "date": today,
                "field": "tier",
                "from_tier_id": previous.id,
                "to_tier_id": self.tier_id.id,
                "revenue_12m": profile.revenue_12m,
                "facts": {
                    "counted": self.qualifying_amount,
                    "by_hand": self.tier_lock_reason,
                },
            }
        )
