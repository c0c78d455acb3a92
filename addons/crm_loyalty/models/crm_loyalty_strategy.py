from odoo import api, fields, models


class CrmLoyaltyStrategy(models.Model):
    """Which relationship to have with a customer: the first of seven whose rule he
    meets is proposed with its reason; a person approves it where that is required."""

    _name = "crm.loyalty.strategy"
    _inherit = ["crm.loyalty.rule.mixin"]
    _description = "Relationship Strategy"
    _order = "sequence, id"

    requires_approval = fields.Boolean(
        default=True,
        help="Proposed to a person first. Otherwise it holds as soon as its rule does.",
    )
    approver = fields.Selection(
        [("salesperson", "Salesperson"), ("manager", "Sales manager")],
        required=True,
        default="salesperson",
        help="Who may approve: whoever serves the customer, or only sales managers.",
    )
    is_ending = fields.Boolean(
        "Ends the Relationship",
        help="Takes a manager's approval; afterwards the customer is not called.",
    )
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        domain=[("res_model", "=", "res.partner")],
        ondelete="restrict",
        help="Scheduled on the customer when the strategy takes effect.",
    )
    guidance = fields.Html(
        translate=True, help="What to do with a customer under this strategy."
    )
    proposed_count = fields.Integer("To Approve", compute="_compute_proposed_count")
    result_ids = fields.One2many(
        "crm.loyalty.strategy.result", "strategy_id", "Results", readonly=True
    )

    _ending_needs_manager = models.Constraint(
        """CHECK (NOT is_ending OR (requires_approval AND approver = 'manager'))""",
        "Ending a relationship always takes a sales manager's approval.",
    )

    def _compute_proposed_count(self):
        counts = dict(
            self.env["crm.loyalty.profile"]._read_group(
                [("strategy_id", "in", self.ids), ("strategy_state", "=", "proposed")],
                ["strategy_id"],
                ["__count"],
            )
        )
        for strategy in self:
            strategy.proposed_count = counts.get(strategy._origin, 0)

    @api.onchange("is_ending")
    def _onchange_is_ending(self):
        if self.is_ending:
            self.requires_approval = True
            self.approver = "manager"

    @api.model
    def _profile_field(self):
        return "strategy_id"

    def action_view_proposed(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_profile_action_proposed"
        )
        domain = [("strategy_id", "=", self.id), ("strategy_state", "=", "proposed")]
        return {**action, "domain": domain}

    def action_view_decisions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_decision_action"
        )
        return {**action, "domain": [("strategy_id", "=", self.id)], "context": {}}
