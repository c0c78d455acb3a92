"""The catalogue taken from one database to another by Odoo's export and import."""

from odoo import api, models

OWN_IDS = ("id", "indicator_ids/id")
"""Columns that name records of the catalogue itself."""

IMPORTED = "__import__"
"""Prefix that Odoo gives to external ids of imported records."""


class CrmRiskTemplate(models.Model):
    _inherit = "crm.risk.template"

    @api.model
    def load(self, fields, data):
        """A row stands for the risk of its external id, else for that of its code.

        Shipped risks that were deleted here come back under the prefix of imports,
        for external ids of an installed module cannot be given again.
        """
        return super().load(fields, self._get_rows_with_ids(list(fields), data))

    @api.model
    def _get_rows_with_ids(self, names, data):
        columns = [names.index(name) for name in OWN_IDS if name in names]
        if "id" not in names or "code" not in names:
            return data
        by_code = self._get_ids_by_code({row[names.index("code")] for row in data})
        rows = []
        for row in data:
            row = list(row)
            for column in columns:
                row[column] = self._get_known_id(row[column])
            place, code = names.index("id"), row[names.index("code")]
            if code and not self._is_known(row[place]):
                row[place] = by_code.get(code, row[place])
            rows.append(row)
        return rows

    @api.model
    def _get_ids_by_code(self, codes):
        """{code: external id} of the risks that are here."""
        known = self.with_context(active_test=False).search(
            [("code", "in", [code for code in codes if code])]
        )
        ids = known._export_rows([["id"]])
        return {one.code: row[0] for one, row in zip(known, ids, strict=True)}

    @api.model
    def _is_known(self, external_id):
        return bool(external_id and self.env.ref(external_id, raise_if_not_found=False))

    @api.model
    def _get_known_id(self, external_id):
        """The id itself, or that of an import where its record is gone."""
        module, _dot, name = (external_id or "").partition(".")
        if not name or self._is_known(external_id):
            return external_id
        installed = module in self.env["ir.module.module"]._installed()
        return f"{IMPORTED}.{name}" if installed else external_id
