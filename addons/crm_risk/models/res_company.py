from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_indicator_person_level = fields.Boolean(
        string="Indicators by Salesperson",
        help="Facts name the salesperson. Off by default: ask those concerned, and"
        " their representatives, before switching it on. Only risk managers see"
        " figures of fewer than three persons.",
    )
