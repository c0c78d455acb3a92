"""Common causes: risks of one driver happen together more often than by chance."""

from odoo import fields, models


class CrmRiskDriver(models.Model):
    _name = "crm.risk.driver"
    _description = "Risk Driver"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short mark; the simulation ties risks together by it."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another risk driver has this code already."
    )
