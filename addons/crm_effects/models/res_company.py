"""What a company decides about its effects."""

from odoo import fields, models

from ..engine.money import CARRYING_RATE, INTEGRATION_PER_LICENCE


class ResCompany(models.Model):
    _inherit = "res.company"

    effects_integration_ratio = fields.Float(
        string="Integration per Licence",
        digits=0,
        default=INTEGRATION_PER_LICENCE,
        help="What consulting, customising and adaptation usually cost, as a part of"
        " the licences: two thirds is the rule of the trade, your own experience is"
        " better.",
    )
    effects_carrying_rate = fields.Float(
        string="Holding Cost of Stock",
        digits=0,
        default=CARRYING_RATE,
        help="Part of its value that holding stock costs a year: capital, storage and"
        " risk. 20 to 30 % is usual.",
    )
    effects_hour_cost = fields.Monetary(
        string="Cost of an Hour",
        currency_field="currency_id",
        help="Loaded cost of an hour of those who serve customers; one figure for all,"
        " so that the cost of serving an order tells nothing about wages.",
    )
    effects_correction_cost = fields.Monetary(
        string="Cost of a Return or Credit Note",
        currency_field="currency_id",
        help="What taking goods back or crediting an invoice costs in handling.",
    )

    _effects_integration_ratio_not_negative = models.Constraint(
        "CHECK (effects_integration_ratio >= 0)",
        "Integration as a part of the licences cannot be negative.",
    )
    _effects_carrying_rate_not_negative = models.Constraint(
        "CHECK (effects_carrying_rate >= 0)",
        "The holding cost of stock cannot be negative.",
    )
    _effects_costs_not_negative = models.Constraint(
        "CHECK (effects_hour_cost >= 0 AND effects_correction_cost >= 0)",
        "The cost of an hour or of a correction cannot be negative.",
    )
