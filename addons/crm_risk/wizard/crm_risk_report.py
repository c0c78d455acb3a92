"""Report a risk from the record where it was noticed, in three sentences."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRiskReport(models.TransientModel):
    _name = "crm.risk.report"
    _description = "Report a Risk"

    res_model = fields.Char(string="Source Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Source Record", model_field="res_model", required=True, readonly=True
    )
    source_name = fields.Char(string="Noticed at", compute="_compute_source_name")
    company_id = fields.Many2one("res.company", compute="_compute_source_name")
    implementation_id = fields.Many2one(
        "crm.implementation",
        required=True,
        domain="[('state', '!=', 'closed'), ('company_id', '=', company_id)]",
        help="Its register takes the risk.",
    )
    name = fields.Char(string="What May Happen", required=True)
    cause = fields.Text(string="Why")
    consequence = fields.Text(string="What Would Follow")
    confidential = fields.Boolean(
        help="Only you, the person who answers for the implementation and risk"
        " managers see it."
    )

    @api.model
    def default_get(self, fields):
        """The record one stands on, from the action menu or a button."""
        context = self.env.context
        values = super().default_get(fields)
        if not values.get("res_model"):
            values["res_model"] = context.get("active_model")
            values["res_id"] = context.get("active_id")
        source = self._get_source(values["res_model"], values["res_id"])
        if "implementation_id" in fields and not values.get("implementation_id"):
            values["implementation_id"] = source._hub().id
        return values

    @api.model
    def _get_source(self, model, res_id):
        """The record, if risks are reported there and the user may read it."""
        known = model in self.env and hasattr(self.env[model], "_prepare_reported_risk")
        if not known:
            raise UserError(
                self.env._(
                    "Open the order, lead or contact first, then report the risk."
                )
            )
        source = self.env[model].browse(res_id)
        source.check_access("read")
        return source

    @api.depends("res_model", "res_id")
    def _compute_source_name(self):
        for wizard in self:
            source = self._get_source(wizard.res_model, wizard.res_id)
            wizard.source_name = source.display_name
            wizard.company_id = source._get_risk_company()

    def action_report(self):
        """A draft risk; who leads the implementation is asked to assess it."""
        self.ensure_one()
        source = self._get_source(self.res_model, self.res_id)
        risk = self.env["crm.risk"].create(self._prepare_risk(source))
        # sudo: whoever reports may ask for an assessment, though not assess himself
        risk.sudo()._schedule_for_owner(
            "mail_activity_type_report",
            self.env._("Assess the reported risk"),
            days=3,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Reported as %(risk)s. Thank you.", risk=risk.display_name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _prepare_risk(self, source):
        return {
            **source._prepare_reported_risk(),
            "name": self.name,
            "event": self.name,
            "cause": self.cause,
            "consequence": self.consequence,
            "confidential": self.confidential,
            "implementation_id": self.implementation_id.id,
            "owner_id": self.implementation_id.manager_id.id,
            "res_model": source._name,
            "res_id": source.id,
        }
