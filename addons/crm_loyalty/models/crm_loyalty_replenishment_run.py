from odoo import fields, models


class CrmLoyaltyReplenishmentRun(models.Model):
    """One forecasting of one company: from which changes on, and what it changed."""

    _name = "crm.loyalty.replenishment.run"
    _inherit = ["crm.loyalty.run.mixin"]
    _description = "Replenishment Run"

    date_start = fields.Datetime("Started", required=True, readonly=True)
    date_since = fields.Datetime(
        "Changes Since",
        readonly=True,
        help="Documents written since then were forecast anew; empty: all.",
    )
    full = fields.Boolean(
        "Full Rebuild",
        readonly=True,
        help="All customers and products were forecast and the models tested anew: "
        "every month, and when the settings have changed.",
    )
    pair_count = fields.Integer(
        "Forecast Anew",
        readonly=True,
        help="Pairs of customer and product looked at.",
    )
    written_count = fields.Integer("Changed", readonly=True)
    removed_count = fields.Integer("Removed", readonly=True)
    moved_count = fields.Integer(
        "Changed State", readonly=True, help="Forecasts that became due, late or so on."
    )
