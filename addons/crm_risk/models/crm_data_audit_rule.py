"""What the data audit looks for; fields that must be filled are chosen here."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..preparation import audit

PARTS = [
    ("uniqueness", "Duplicates"),
    ("completeness", "Gaps"),
    ("freshness", "Staleness"),
    ("validity", "Invalid contacts"),
]
CODES = [
    ("email", "The same e-mail"),
    ("phone", "The same telephone"),
    ("vat", "The same tax ID"),
    ("field", "A field is empty"),
    ("stale", "No contact for a year"),
    ("bounced", "Mail came back"),
    ("bad_email", "The e-mail is none"),
    ("bad_phone", "The telephone is none"),
]
TYPES = ("char", "text", "selection", "many2one", "date", "datetime")


class CrmDataAuditRule(models.Model):
    _name = "crm.data.audit.rule"
    _description = "Rule of the Data Audit"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Selection(CODES, string="Fault", required=True, default="field")
    part = fields.Selection(PARTS, compute="_compute_part", store=True)
    field_name = fields.Char(
        string="Field", help="Technical name of a field of the contact."
    )
    companies_only = fields.Boolean(help="Persons need not have it.")
    minutes = fields.Float(
        string="Minutes to Mend", required=True, default=3.0, aggregator=None
    )
    in_index = fields.Boolean(
        string="Part of the Index",
        default=True,
        help="Two customers may well share a telephone: such a fault is listed only.",
    )
    template_id = fields.Many2one(
        "crm.risk.template", string="Risk", ondelete="set null"
    )

    _minutes_not_negative = models.Constraint(
        "CHECK (minutes >= 0)", "The minutes to mend a fault cannot be negative."
    )

    @api.depends("code")
    def _compute_part(self):
        other = {"field": "completeness", "stale": "freshness"}
        for rule in self:
            duplicate = rule.code in audit.DUPLICATES
            rest = other.get(rule.code, "validity")
            rule.part = "uniqueness" if duplicate else rest

    @api.constrains("code", "field_name")
    def _check_field_name(self):
        for rule in self.filtered(lambda one: one.code == "field"):
            field = self.env["res.partner"]._fields.get(rule.field_name or "")
            usable = field and field.store and field.type in TYPES
            if not usable or field.company_dependent or field.translate:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: “%(field)s” is not a stored field of the contact"
                        " that one fills in.",
                        rule=rule.name,
                        field=rule.field_name or "",
                    )
                )

    def _of(self, part):
        return self.filtered(lambda rule: rule.part == part)

    def _get_rule(self):
        self.ensure_one()
        return audit.Rule(self.code, self.field_name or "", self.companies_only)

    def _prepare_line(self, applicable, faulty):
        return {
            "rule_id": self.id,
            "minutes": self.minutes,
            "denominator": applicable,
            "numerator": faulty,
        }
