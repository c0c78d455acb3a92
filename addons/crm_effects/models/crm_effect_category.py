"""Classes of economic effects: direct, indirect, reduction of risks."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("direct", "Direct"),
    ("indirect", "Indirect"),
    ("risk", "Risk reduction"),
]


class CrmEffectCategory(models.Model):
    _name = "crm.effect.category"
    _description = "Category of Economic Effects"
    _order = "sequence, id"
    _parent_store = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="direct",
        help="Direct effects act on the profit. Indirect ones are measured, but stay"
        " out of the return unless an effect opts in. Risk reduction is the fall of"
        " the expected loss.",
    )
    parent_id = fields.Many2one("crm.effect.category", ondelete="restrict", index=True)
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.effect.category", "parent_id")
    description = fields.Text(
        translate=True, help="Which figures of the ERP show this effect."
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another category has this code already."
    )

    @api.depends_context("crm_effects_leaf")
    @api.depends("name", "parent_id.name")
    def _compute_display_name(self):
        """With its parent; alone where a narrow form would cut off the name itself."""
        alone = self.env.context.get("crm_effects_leaf")
        for category in self:
            names = (not alone and category.parent_id.name, category.name)
            category.display_name = " / ".join(filter(None, names))

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A category cannot be part of itself."))

    @api.constrains("parent_id", "kind")
    def _check_kind(self):
        for category in self:
            parent = category.parent_id
            if parent and parent.kind != category.kind:
                raise ValidationError(
                    self.env._(
                        "%(name)s must be of the same kind as %(parent)s.",
                        name=category.name,
                        parent=parent.name,
                    )
                )
