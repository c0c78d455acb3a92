"""A form looks as editable as it is for the reader."""

from lxml import etree

from odoo import api, fields, models

LOCKED = "not can_edit"
ALWAYS = ("1", "True")


class CrmFormAccess(models.AbstractModel):
    """For models whose record rules let somebody read more than he may change.

    Without it the form takes his changes and refuses them only when they are saved.
    """

    _name = "crm.form.access"
    _description = "Form That Obeys Record Rules"

    can_edit = fields.Boolean(compute="_compute_can_edit")

    @api.depends_context("uid")
    def _compute_can_edit(self):
        known = self._origin
        allowed = known._filtered_access("write")
        for record in self:
            record.can_edit = record._origin in allowed or not record._origin

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            # rows inside of a field lock with it; what is never writable stays so
            for node in arch.xpath("//field[not(ancestor::field)]"):
                self._lock(node)
            arch.append(etree.Element("field", name="can_edit", invisible="1"))
        return arch, view

    @api.model
    def _lock(self, node):
        field, present = self._fields.get(node.get("name")), node.get("readonly")
        if field and present not in ALWAYS and (present or not field.readonly):
            node.set("readonly", f"({present}) or {LOCKED}" if present else LOCKED)
