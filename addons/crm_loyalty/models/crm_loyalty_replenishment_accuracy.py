from odoo import api, fields, models

from .crm_loyalty_replenishment import MODELS


class CrmLoyaltyReplenishmentAccuracy(models.Model):
    """How well next purchases were forecast, per product category, on held-out days.

    Written only by `crm.loyalty.replenishment.job`. The row without a category is the
    whole company's.
    """

    _name = "crm.loyalty.replenishment.accuracy"
    _description = "Accuracy of Replenishment Forecasts"
    _order = "company_id, case_count desc, id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Product Category",
        readonly=True,
        ondelete="cascade",
        help="Empty: all products of the company.",
    )
    scope = fields.Char("Products", compute="_compute_scope")
    model = fields.Selection(
        [*MODELS, ("own", "Customer's own past")],
        string="Model Used",
        readonly=True,
        help="The one with the smaller error in days; the customer's own past decides "
        "where too few purchases could be tested.",
    )
    case_count = fields.Integer(
        "Purchases Tested",
        readonly=True,
        aggregator=None,
        help="Next purchases of the last 90 days, forecast from those before them.",
    )
    mae = fields.Float(
        "Error (days)",
        readonly=True,
        aggregator=None,
        help="Mean distance of the forecast from the day of purchase.",
    )
    hit_rate = fields.Float(
        readonly=True,
        aggregator=None,
        help="Share of forecasts within 20 % of the customer's median interval. Who "
        "should have bought and did not counts as a miss.",
    )
    interval_mae = fields.Float(
        "Error of Interval (days)", readonly=True, aggregator=None
    )
    interval_hit_rate = fields.Float(
        "Hit Rate of Interval", readonly=True, aggregator=None
    )
    consumption_mae = fields.Float(
        "Error of Consumption (days)", readonly=True, aggregator=None
    )
    consumption_hit_rate = fields.Float(
        "Hit Rate of Consumption", readonly=True, aggregator=None
    )
    date = fields.Date("Tested On", readonly=True)

    _company_categ_uniq = models.Constraint(
        "UNIQUE (company_id, categ_id)",
        "There is one accuracy per company and product category.",
    )

    @api.depends("categ_id")
    @api.depends_context("lang")
    def _compute_scope(self):
        for row in self:
            row.scope = row.categ_id.display_name or self.env._("All products")
