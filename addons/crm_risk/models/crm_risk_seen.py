"""From which record a risk was raised."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    res_model = fields.Char(string="Source Model", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        string="Source Record", model_field="res_model", readonly=True, copy=False
    )
    source_name = fields.Char(
        string="Seen at",
        compute="_compute_source_name",
        help="Record from which this risk was raised; empty if you may not read it.",
    )

    _source_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_source_name(self):
        for risk in self:
            source = risk._get_source()
            risk.source_name = source.display_name if source else False

    def _get_source(self):
        """The source if it is still there and the user may read it, else ``None``."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        source = self.env[self.res_model].sudo(False).browse(self.res_id).exists()
        readable = source.has_access("read") and source._filtered_access("read")
        return readable or None

    def action_open_source(self):
        self.ensure_one()
        source = self._get_source()
        if source is None:
            raise UserError(
                self.env._(
                    "The record from which %(risk)s was raised is gone or not yours"
                    " to read.",
                    risk=self.display_name,
                )
            )
        return source.get_formview_action()
