from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_indicator_person_level = fields.Boolean(
        string="Indicators by Salesperson",
        help="Facts name the salesperson. Off by default: ask those concerned, and"
        " their representatives, before switching it on. Only risk managers see"
        " figures of fewer than three persons.",
    )

    def write(self, vals):
        named = self.filtered("crm_indicator_person_level")
        result = super().write(vals)
        named.filtered(
            lambda company: not company.crm_indicator_person_level
        )._forget_persons()
        return result

    def _forget_persons(self):
        """Switched off, the figures of persons are gone at once, not at night; the
        next measuring brings those of the teams."""
        # sudo: facts are written by jobs; this one only forgets
        self.env["crm.indicator.fact"].sudo().search(
            [("company_id", "in", self.ids), ("user_id", "!=", False)]
        ).unlink()
