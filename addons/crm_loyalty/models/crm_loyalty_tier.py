from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

BASES = [
    ("amount", "Amount bought"),
    ("points", "Points earned"),
    ("orders", "Orders"),
    ("margin", "Margin"),
]
WINDOWS = [
    ("rolling", "The last months"),
    ("calendar", "The calendar year"),
]


class CrmLoyaltyTier(models.Model):
    """A level of a programme, reached by what counts within the window."""

    _name = "crm.loyalty.tier"
    _description = "Loyalty Tier"
    _order = "program_id, threshold, id"

    name = fields.Char(required=True, translate=True)
    program_id = fields.Many2one(
        "loyalty.program", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    basis = fields.Selection(related="program_id.tier_basis", readonly=False)
    window = fields.Selection(related="program_id.tier_window", readonly=False)
    window_months = fields.Integer(related="program_id.tier_months", readonly=False)
    threshold = fields.Float(
        required=True,
        help="What has to count within the window to reach the tier, in the "
        "programme's currency, points or orders.",
    )
    multiplier = fields.Float(
        default=1.0,
        required=True,
        help="Points earned are multiplied by it; fixed when a document first earns.",
    )
    grace_days = fields.Integer(
        default=30,
        help="Days after the tier has run out before it is taken away.",
    )
    downgrade = fields.Selection(
        [
            ("none", "Never"),
            ("one_down", "One tier down"),
            ("balance_based", "To the tier that is met"),
        ],
        required=True,
        default="one_down",
        help="Where a customer goes who no longer meets the tier when it has run out.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Prices for customers of the tier who have no pricelist of their own.",
    )
    benefits = fields.Text(
        translate=True, help="What the customer is told about the tier."
    )
    color = fields.Integer()
    card_count = fields.Integer(compute="_compute_card_count")

    _program_threshold_uniq = models.Constraint(
        "UNIQUE (program_id, threshold)",
        "Two tiers of a programme need different thresholds.",
    )
    _values_valid = models.Constraint(
        "CHECK (threshold >= 0 AND multiplier > 0 AND grace_days >= 0)",
        "A tier's threshold and days of grace are not negative, its multiplier is "
        "above zero.",
    )

    def _compute_card_count(self):
        # whoever reads tiers may know how many hold them
        counts = dict(
            self.env["loyalty.card"]
            .sudo()  # salespeople see tiers; counting names nobody
            ._read_group([("tier_id", "in", self.ids)], ["tier_id"], ["__count"])
        )
        for tier in self:
            tier.card_count = counts.get(tier._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if {"pricelist_id", "multiplier", "program_id"} & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _with_pricelist(self):
        """Tell whether any tier has prices of its own: most databases have none."""
        tiers = self.sudo()  # the cache is everybody's
        return bool(tiers.search_count([("pricelist_id", "!=", False)], limit=1))

    @api.model
    @tools.ormcache()
    def _multiplying_program_ids(self):
        """Return the programmes whose tiers change what is earned: orders ask often."""
        tiers = self.sudo()  # the cache is everybody's
        return frozenset(tiers.search([("multiplier", "!=", 1)]).program_id.ids)

    @api.onchange("threshold")
    def _onchange_threshold(self):
        """Warn of a threshold that nobody or everybody meets, before it is saved."""
        program = self.program_id._origin
        if not program or self.threshold <= 0:  # from zero on: a tier for everybody
            return None
        cards = self.env["loyalty.card"].sudo()  # counting names nobody
        ours = [("program_id", "=", program.id), ("partner_id", "!=", False)]
        total = cards.search_count(ours)
        found = cards.search_count([*ours, ("qualifying_amount", ">=", self.threshold)])
        if not total or 0 < found < total:
            return None
        return {
            "warning": {
                "title": self.env._("This tier tells nobody apart"),
                "message": self.env._(
                    "Customers who meet it: %(found)s of %(total)s.",
                    found=found,
                    total=total,
                ),
            }
        }

    @api.constrains("pricelist_id", "program_id")
    def _check_pricelist_company(self):
        for tier in self:
            owner = tier.pricelist_id.company_id
            if owner and owner != tier.program_id.company_id:
                raise ValidationError(
                    self.env._(
                        "The pricelist %(pricelist)s of the tier %(tier)s belongs to "
                        "another company than the programme.",
                        pricelist=tier.pricelist_id.name,
                        tier=tier.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        for tier in self.filtered("card_count"):
            raise ValidationError(
                self.env._(
                    "%(tier)s cannot be deleted while customers hold it: %(count)s.",
                    tier=tier.name,
                    count=tier.card_count,
                )
            )

    def action_view_cards(self):
        self.ensure_one()
        action = self.program_id.action_open_loyalty_cards()
        return {**action, "domain": [("tier_id", "=", self.id)]}

    def _format_quantity(self, quantity):
        """Return an amount, points or orders, in the words of the tier's programme."""
        return self.program_id._format_tier_quantity(quantity)
