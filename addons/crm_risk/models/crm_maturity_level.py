"""How one works at each level of maturity, and how to reach it."""

from odoo import fields, models

from .crm_maturity_dimension import LEVELS


class CrmMaturityLevel(models.Model):
    _name = "crm.maturity.level"
    _description = "Level of Maturity"
    _order = "dimension_id, level"
    _rec_name = "statement"

    dimension_id = fields.Many2one(
        "crm.maturity.dimension", required=True, index=True, ondelete="cascade"
    )
    level = fields.Selection(LEVELS, required=True)
    statement = fields.Text(
        required=True, translate=True, help="How one works at this level."
    )
    action = fields.Text(
        string="Way to It", translate=True, help="What to do to reach this level."
    )

    _level_once = models.Constraint(
        "UNIQUE (dimension_id, level)",
        "This level of the dimension is described already.",
    )
