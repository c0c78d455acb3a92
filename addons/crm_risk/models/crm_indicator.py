"""What is measured: one definition, however many companies, teams and months."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

DIRECTIONS = [
    ("higher", "Higher is better"),
    ("lower", "Lower is better"),
    ("neutral", "Neutral"),
]
KINDS = [
    ("sum", "Sum"),
    ("ratio", "Ratio"),
    ("level", "Level at month end"),
    ("median", "Median"),
]
MEASURES = [
    ("builtin", "Built-in"),
    ("domain", "Own records (no code)"),
    ("manual", "Typed by hand"),
]
UNITS = [
    ("currency", "Currency"),
    ("percent", "Percent"),
    ("days", "Days"),
    ("hours", "Hours"),
    ("number", "Number"),
]


class CrmIndicator(models.Model):
    _name = "crm.indicator"
    _description = "Indicator"
    _inherit = ["mail.thread"]
    _order = "sequence, code"

    code = fields.Char(required=True, index=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    definition = fields.Text(translate=True, help="What exactly is counted.")
    pitfalls = fields.Text(translate=True, help="What can mislead in this figure.")
    unit = fields.Selection(UNITS, required=True, default="number")
    direction = fields.Selection(DIRECTIONS, required=True, default="higher")
    kind = fields.Selection(KINDS, required=True, default="ratio")
    scale = fields.Selection(
        [("log", "Logarithmic"), ("level", "Level")],
        required=True,
        default="level",
        help="Scale on which an effect is estimated: logarithmic for quantities that"
        " grow by percent, level for shares and days.",
    )
    measure = fields.Selection(MEASURES, required=True, default="manual")
    target = fields.Float(digits=0, tracking=True)
    amber = fields.Float(digits=0, tracking=True)
    red = fields.Float(digits=0, tracking=True)
    min_denominator = fields.Float(
        default=10,
        help="Below this denominator a figure counts as no data and moves nothing.",
    )
    maturity_days = fields.Integer(
        help="Days after its end during which a month still changes by itself."
    )
    requires = fields.Char(
        help="Technical names of the apps the indicator reads, separated by commas."
    )
    fact_ids = fields.One2many("crm.indicator.fact", "indicator_id")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another indicator has this code already."
    )
    _maturity_not_negative = models.Constraint(
        "CHECK (maturity_days >= 0)", "The maturity in days cannot be negative."
    )

    @api.constrains("target", "amber", "red")
    def _check_thresholds(self):
        for indicator in self:
            target, amber, red = indicator.target, indicator.amber, indicator.red
            if not any((target, amber, red)):
                continue
            if not (target < amber < red or target > amber > red):
                raise ValidationError(
                    self.env._(
                        "%(name)s: target, amber and red must rise or fall in this"
                        " order.",
                        name=indicator.name,
                    )
                )
