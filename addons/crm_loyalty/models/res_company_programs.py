from odoo import fields, models


class ResCompany(models.Model):
    """Settings of points: when two people decide, and the accounts of the debt."""

    _inherit = "res.company"

    loyalty_adjust_limit = fields.Monetary(
        "Adjust Points Alone Up To",
        default=50.0,
        help="An adjustment of points worth more needs the approval of a second "
        "person.",
    )
    loyalty_revenue_account_id = fields.Many2one(
        "account.account",
        string="Revenue of Points",
        help="Shown in the proposed entry of the points liability.",
    )
    loyalty_liability_account_id = fields.Many2one(
        "account.account",
        string="Liability for Points",
        help="Shown in the proposed entry of the points liability.",
    )

    _loyalty_adjust_limit_valid = models.Constraint(
        "CHECK (loyalty_adjust_limit >= 0)",
        "The limit for adjusting points alone is not negative.",
    )
