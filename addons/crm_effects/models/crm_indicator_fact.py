"""Stock is installed here: the warehouse of a figure is a link."""

from odoo import fields, models


class CrmIndicatorFact(models.Model):
    _inherit = "crm.indicator.fact"

    # over the plain number that crm_risk keeps without stock
    warehouse_id = fields.Many2one("stock.warehouse", ondelete="cascade")
