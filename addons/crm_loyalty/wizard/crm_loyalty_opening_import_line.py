from odoo import fields, models

LINE_STATES = [
    ("new", "To import"),
    ("known", "Imported before"),
    ("bad", "Not usable"),
    ("done", "Imported"),
]


class CrmLoyaltyOpeningImportLine(models.TransientModel):
    _name = "crm.loyalty.opening.import.line"
    _description = "Row of Opening Balances"
    _order = "id"

    wizard_id = fields.Many2one(
        "crm.loyalty.opening.import", required=True, ondelete="cascade"
    )
    number = fields.Integer("Line")
    reference = fields.Char("Card or Customer")
    points = fields.Float()
    expiry = fields.Date("Last Day")
    card_id = fields.Many2one("loyalty.card", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade")
    key = fields.Char()
    state = fields.Selection(LINE_STATES, required=True)
    problem = fields.Char()
