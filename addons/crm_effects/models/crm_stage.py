from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    effects_mandatory = fields.Boolean(
        string="Mandatory",
        help="Every deal is expected to pass this stage before it is won: the indicator"
        " “Deals by the process” tells how many did.",
    )
