from odoo import api, fields, models
from odoo.exceptions import ValidationError

CUSTOMER_FIELDS = (
    "email_normalized",
    "phone_sanitized",
    "country_id",
    "city",
    "user_id",
    "vat",
)
"""What a customer record must hold to be of use, unless the company says otherwise."""


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_indicator_person_level = fields.Boolean(
        string="Indicators by Salesperson",
        help="Facts name the salesperson. Off by default: ask those concerned, and"
        " their representatives, before switching it on. Only risk managers see"
        " figures of fewer than three persons.",
    )

    crm_customer_field_ids = fields.Many2many(
        "ir.model.fields",
        "res_company_crm_customer_field_rel",
        string="Required Fields of Customers",
        domain="[('model', '=', 'res.partner'), ('store', '=', True),"
        " ('company_dependent', '=', False),"
        " ('ttype', 'not in', ['one2many', 'many2many', 'binary', 'boolean'])]",
        help="Indicator K19 tells how many of them are filled. Left empty: e-mail,"
        " phone, country, city, salesperson, and the tax number of companies.",
    )

    crm_risk_acceptance_days = fields.Integer(
        string="Acceptance Lasts (Days)",
        default=180,
        help="An accepted risk comes up for a new decision after so many days, unless"
        " another day is chosen.",
    )
    crm_risk_recall_share = fields.Float(
        string="Recall at Growth of",
        digits=0,
        default=0.25,
        help="An acceptance is called back once the expected loss of the risk has"
        " grown by this share.",
    )

    _crm_risk_acceptance_days_positive = models.Constraint(
        "CHECK (crm_risk_acceptance_days > 0)",
        "An acceptance must last one day at least.",
    )
    _crm_risk_recall_share_positive = models.Constraint(
        "CHECK (crm_risk_recall_share >= 0)",
        "The growth that calls an acceptance back cannot be negative.",
    )

    @api.constrains("crm_customer_field_ids")
    def _check_customer_fields(self):
        for company in self:
            for field in company.sudo().crm_customer_field_ids:  # names of fields only
                column = self.env["res.partner"]._fields.get(field.name)
                if (
                    field.model != "res.partner"
                    or not column
                    or not column.column_type
                    or not column.store
                    or column.company_dependent
                ):
                    raise ValidationError(
                        self.env._(
                            "%(field)s cannot be a required field of customers: choose"
                            " a stored field of contacts.",
                            field=field.display_name,
                        )
                    )

    def _get_customer_fields(self):
        """Fields of contacts that indicator K19 looks at."""
        partner = self.env["res.partner"]._fields
        # sudo: names of fields, read for a job
        names = self.sudo().crm_customer_field_ids.mapped("name") or CUSTOMER_FIELDS
        return [partner[name] for name in names if name in partner]

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
