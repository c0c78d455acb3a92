"""What maturity is measured along, what each level means, what a low one threatens."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import maturity
from ..preparation import evidence

LEVELS = [
    ("1", "1 Manual"),
    ("2", "2 IT-assisted"),
    ("3", "3 Automated"),
    ("4", "4 Integrated"),
]


class CrmMaturityDimension(models.Model):
    _name = "crm.maturity.dimension"
    _description = "Dimension of Maturity"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_gate = fields.Boolean(
        string="Gate",
        help="The stage of the company is the lowest level over the gates.",
    )
    evidence = fields.Selection(
        selection="_selection_evidence",
        help="How the level is read from the database; empty: it is only asked.",
    )
    level_ids = fields.One2many(
        "crm.maturity.level", "dimension_id", string="Levels", copy=True
    )
    template_ids = fields.Many2many(
        "crm.risk.template",
        string="Proposed Risks",
        help="Risks that a low level proposes.",
    )
    propose_level = fields.Selection(
        LEVELS,
        string="Proposed up to",
        required=True,
        default="2",
        help="Up to this level the risks are proposed.",
    )

    @api.model
    def _selection_evidence(self):
        return [(name, name) for name in evidence.DETECTORS]

    @api.constrains("level_ids")
    def _check_levels(self):
        wanted = [number for number, _label in LEVELS]
        for dimension in self:
            if sorted(dimension.level_ids.mapped("level")) != wanted:
                raise ValidationError(
                    self.env._(
                        "%(dimension)s: describe each of the levels 1 to"
                        " %(last)s exactly once.",
                        dimension=dimension.name,
                        last=maturity.LEVELS[-1],
                    )
                )

    def _get_level(self, number):
        return self.level_ids.filtered(lambda level: level.level == number)
