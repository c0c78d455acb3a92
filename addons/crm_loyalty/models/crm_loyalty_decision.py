from odoo import api, fields, models

STATES = [
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("untouched", "Untouched, for comparison"),
]


class CrmLoyaltyDecision(models.Model):
    """Who decided on a proposed strategy, when and why, and what came of it.

    Customers of the same stage and segment without the strategy are noted beside the
    approved ones on the day of the approval, before anybody knows the outcome.
    """

    _name = "crm.loyalty.decision"
    _description = "Decision on a Strategy"
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
    strategy_id = fields.Many2one(
        "crm.loyalty.strategy", required=True, readonly=True, ondelete="cascade"
    )
    state = fields.Selection(STATES, "Decision", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Decided By", readonly=True)
    note = fields.Char("Comment", readonly=True)
    facts = fields.Json(readonly=True)
    reason = fields.Text(
        compute="_compute_reason", help="Why the strategy had been proposed."
    )
    stage_id = fields.Many2one("crm.loyalty.stage", readonly=True)
    segment_id = fields.Many2one("crm.loyalty.segment", readonly=True)
    is_compared = fields.Boolean(
        readonly=True, help="Untouched customers were noted for comparison."
    )
    measured_date = fields.Date("Measured On", readonly=True)
    revenue_before = fields.Monetary(readonly=True)
    revenue_after = fields.Monetary(readonly=True)
    margin_before = fields.Monetary(readonly=True)
    margin_after = fields.Monetary(readonly=True)
    bought = fields.Boolean("Bought Again", readonly=True)

    _company_strategy_idx = models.Index("(company_id, strategy_id, date)")
    _unmeasured_idx = models.Index("(company_id, date) WHERE measured_date IS NULL")

    @api.depends("facts")
    @api.depends_context("lang")
    def _compute_reason(self):
        moves = self.env["crm.loyalty.transition"]
        for decision in self:
            decision.reason = moves._describe(
                decision.facts, decision.currency_id, decision.strategy_id
            )

    @api.model
    def _log(self, profiles, state, note):
        """Keep a decision on the strategy proposed to each profile."""
        scoring = self.env["crm.loyalty.scoring"]
        return self.create(
            [
                {
                    "profile_id": profile.id,
                    "partner_id": profile.partner_id.id,
                    "company_id": profile.company_id.id,
                    "strategy_id": profile.strategy_id.id,
                    "state": state,
                    "date": scoring._today(profile.company_id),
                    "user_id": self.env.uid,
                    "note": note,
                    "facts": profile._state_facts(),
                    "stage_id": profile.stage_id.id,
                    "segment_id": profile.segment_id.id,
                }
                for profile in profiles
            ]
        )

    @api.model
    def _withdraw_untouched(self, profiles):
        """Who is approved later is no longer untouched."""
        self.search(
            [
                ("profile_id", "in", profiles.ids),
                ("state", "=", "untouched"),
                ("measured_date", "=", False),
            ]
        ).unlink()
