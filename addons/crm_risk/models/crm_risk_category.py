"""Risk breakdown structure."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmRiskCategory(models.Model):
    _name = "crm.risk.category"
    _description = "Risk Category"
    _parent_store = True
    _order = "sequence, code"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short mark, for example TEC.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one("crm.risk.category", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.risk.category", "parent_id")
    description = fields.Text(translate=True)
    color = fields.Integer()
    template_ids = fields.One2many("crm.risk.template", "category_id")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another risk category has this code already."
    )

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A risk category cannot be its own parent.")
            )
