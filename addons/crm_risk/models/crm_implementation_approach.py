"""Ways to introduce CRM, and what each does to the odds of the risks."""

from odoo import fields, models

AXES = [
    ("driver", "What leads"),
    ("rollout", "How it is rolled out"),
    ("sourcing", "Who does it"),
    ("solution", "With what"),
    ("direction", "Direction"),
    ("tempo", "Tempo"),
]


class CrmImplementationApproach(models.Model):
    _name = "crm.implementation.approach"
    _description = "Implementation Approach"
    _order = "axis, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    axis = fields.Selection(
        AXES, required=True, help="Question to which this approach is one answer."
    )
    start_point = fields.Text(translate=True)
    speed = fields.Text(translate=True)
    cost_profile = fields.Text(translate=True)
    dip = fields.Text(string="Productivity Dip", translate=True)
    way_back = fields.Text(translate=True)
    fault_location = fields.Text(string="Faults", translate=True)
    knowledge = fields.Text(translate=True)
    fits = fields.Text(translate=True)
    failure = fields.Text(string="Typical Failure", translate=True)
    factor_ids = fields.One2many(
        "crm.implementation.approach.factor",
        "approach_id",
        string="Odds Factors",
        copy=True,
    )


class CrmImplementationApproachFactor(models.Model):
    _name = "crm.implementation.approach.factor"
    _description = "Odds Factor of an Approach"
    _order = "approach_id, odds_ratio desc, id"

    approach_id = fields.Many2one(
        "crm.implementation.approach", required=True, index=True, ondelete="cascade"
    )
    template_id = fields.Many2one(
        "crm.risk.template",
        string="Risk",
        required=True,
        index=True,
        ondelete="cascade",
    )
    odds_ratio = fields.Float(
        digits=0,
        required=True,
        default=1.0,
        help="Above 1 the approach makes the risk likelier, below 1 less likely: the"
        " odds, p / (1 - p), are multiplied by it.",
    )

    _template_unique = models.Constraint(
        "UNIQUE (approach_id, template_id)",
        "This approach has a factor for that risk already.",
    )
    _odds_ratio_positive = models.Constraint(
        "CHECK (odds_ratio > 0)", "An odds factor must be above zero."
    )
