"""Results are computed from records: nobody types them, over the wire neither.

A read-only field is read-only on forms alone; what is claimed as proven must not be
changed by a call either. The addon writes its results with sudo().
"""

from odoo import api, models
from odoo.exceptions import UserError

ADDON = "crm_effects"


class Results(models.AbstractModel):
    _name = "crm.effect.results"
    _description = "Results Nobody Types"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_typed(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_typed(vals)
        return super().write(vals)

    def _refuse_typed(self, values):
        """Refuse values for stored read-only fields of this addon.

        :param values: names of fields
        :raises UserError: for anybody but the addon itself
        """
        if self.env.su:
            return
        typed = [
            field
            for name in values
            if (field := self._fields.get(name))
            and field.store
            and field.readonly
            and ADDON in field._modules
        ]
        if typed:
            labels = [field._description_string(self.env) for field in typed]
            raise UserError(
                self.env._(
                    "%(model)s: %(fields)s is computed and cannot be typed in. Estimate"
                    " the effect or use the buttons of the form.",
                    model=self.env["ir.model"]._get(self._name).name,
                    fields=", ".join(labels),
                )
            )
