"""Indicators without code: a model, a filter, a date and a measure.

They are read through the ORM with the rights of their owner, who is whoever last
changed the definition: an indicator can show nobody more than its author could have
counted by hand. There is no free SQL and no Python: filters are plain literals.
"""

import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..indicators.domain import DomainIndicator

DEFINITION = {
    "model_id",
    "domain",
    "date_field_id",
    "measure_field_id",
    "denominator_mode",
    "denominator_domain",
    "denominator_field_id",
    "measure",
}
NUMBERS = ("integer", "float", "monetary")


class CrmIndicator(models.Model):
    _inherit = "crm.indicator"

    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        ondelete="set null",
        domain="[('transient', '=', False), ('abstract', '=', False)]",
    )
    model_name = fields.Char(related="model_id.model", string="Technical Model Name")
    domain = fields.Char(string="Filter", default="[]")
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ['date', 'datetime'])]",
        help="Decides to which month a record belongs.",
    )
    measure_field_id = fields.Many2one(
        "ir.model.fields",
        string="Sum of",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ['integer', 'float', 'monetary'])]",
        help="Left empty, records are counted.",
    )
    denominator_mode = fields.Selection(
        [("none", "None"), ("count", "Number of records"), ("sum", "Sum of a field")],
        string="Divided by",
        default="none",
    )
    denominator_domain = fields.Char(string="Filter of the Denominator", default="[]")
    denominator_field_id = fields.Many2one(
        "ir.model.fields",
        string="Denominator Sum of",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ['integer', 'float', 'monetary'])]",
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Measured with the Rights of",
        readonly=True,
        copy=False,
        help="Whoever changed the definition last.",
    )

    @api.onchange("model_id")
    def _onchange_model_id(self):
        self.domain = self.denominator_domain = "[]"
        self.date_field_id = self.measure_field_id = self.denominator_field_id = False

    @api.onchange("measure", "denominator_mode")
    def _onchange_denominator_mode(self):
        if self.measure == "domain":
            self.kind = "sum" if self.denominator_mode == "none" else "ratio"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("measure") == "domain":
                vals["owner_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if DEFINITION & vals.keys():
            vals = dict(vals, owner_id=self.env.uid)
        return super().write(vals)

    # Checks, each naming the field at fault -------------------------------------------

    @api.constrains(*DEFINITION)
    def _check_domain_definition(self):
        for indicator in self.filtered(lambda one: one.measure == "domain"):
            indicator._check_domain_model()
            indicator._check_domain_fields()
            indicator._parse_domain("domain")
            if indicator.denominator_mode != "none":
                indicator._parse_domain("denominator_domain")

    def _check_domain_model(self):
        model = self.env.get(self.model_name or "")
        if model is None or model._abstract or model._transient:
            self._refuse("model_id", self.env._("choose the records to count."))
        # constraints run above the rights, the author does not
        if not model.sudo(False).has_access("read"):
            self._refuse("model_id", self.env._("you may not read these records."))
        if not self.date_field_id:
            self._refuse("date_field_id", self.env._("choose a date."))
        if self.denominator_mode == "sum" and not self.denominator_field_id:
            self._refuse("denominator_field_id", self.env._("choose a number."))

    def _check_domain_fields(self):
        kinds = {
            "date_field_id": ("date", "datetime"),
            "measure_field_id": NUMBERS,
            "denominator_field_id": NUMBERS,
        }
        for name, types in kinds.items():
            field = self[name]
            if field and (
                field.model_id != self.model_id
                or not field.store
                or field.ttype not in types
            ):
                self._refuse(
                    name,
                    self.env._(
                        "%(field)s cannot be used here.", field=field.display_name
                    ),
                )

    def _parse_domain(self, name):
        """The filter as a checked domain; what is not a plain filter is refused."""
        text = self[name] or "[]"
        try:
            domain = Domain(ast.literal_eval(text))
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            self._refuse(
                name,
                self.env._(
                    "the filter must consist of plain values; dates such as “today” or"
                    " “-7d” may be written as text. It reads: %(text)s",
                    text=text,
                ),
            )
        try:
            self.env[self.model_name].sudo(False).search_count(domain, limit=1)
        except (ValueError, TypeError, KeyError) as error:
            self._refuse(name, str(error))
        return domain

    def _refuse(self, name, reason):
        raise ValidationError(
            self.env._(
                "%(indicator)s, field “%(field)s”: %(reason)s",
                indicator=self.display_name,
                field=self._fields[name]._description_string(self.env),
                reason=reason,
            )
        )

    # Measuring ------------------------------------------------------------------------

    def _get_inactive_reason(self, installed):
        if self.measure == "domain" and self.env.get(self.model_name or "") is None:
            return self.env._("The records it counts are no longer in the database.")
        return super()._get_inactive_reason(installed)

    def _measurer(self):
        if self.measure == "domain":
            return DomainIndicator(self)
        return super()._measurer()
