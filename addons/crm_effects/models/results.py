"""Results are computed from records: nobody types them, over the wire neither.

A read-only field is read-only on forms alone; what is claimed as proven must not be
changed by a call either. The addon writes its results with sudo().
"""

from odoo.exceptions import UserError

ADDON = "crm_effects"


def refuse_typed(records, values):
    """Refuse values for stored read-only fields of this addon.

    :param values: names of fields
    :raises UserError: for anybody but the addon itself
    """
    if records.env.su:
        return
    typed = [
        name
        for name in values
        if (field := records._fields.get(name))
        and field.store
        and field.readonly
        and ADDON in field._modules
    ]
    if typed:
        fields = [records._fields[name] for name in typed]
        labels = [field._description_string(records.env) for field in fields]
        raise UserError(
            records.env._(
                "%(model)s: %(fields)s is computed and cannot be typed in. Estimate the"
                " effect or use the buttons of the form.",
                model=records.env["ir.model"]._get(records._name).name,
                fields=", ".join(labels),
            )
        )
