from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    loyalty_basis = fields.Selection(
        selection=[
            ("order", "Confirmed sales orders"),
            ("invoice", "Posted invoices and credit notes"),
        ],
        required=True,
        default="order",
        help="Documents from which customers are scored. Orders are known first; "
        "invoices are net of credit notes.",
    )

    def _loyalty_tz(self):
        """Return the name of the time zone in which the company counts its days."""
        self.ensure_one()
        return self.partner_id.tz or self.resource_calendar_id.tz or "UTC"
