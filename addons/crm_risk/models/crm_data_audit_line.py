"""One fault of the data: how often, what its repair costs, which customers."""

from odoo import api, fields, models

from ..engine import preparation
from ..preparation import audit
from .crm_preparation_finding import CrmPreparationFinding
from .crm_preparation_part import CrmPreparationLine


class CrmDataAuditLine(models.Model):
    _name = "crm.data.audit.line"
    _description = "Fault in the Data"
    _inherit = [CrmPreparationLine._name, CrmPreparationFinding._name]
    _order = "audit_id, sequence, id"
    _rec_name = "rule_id"
    _locked_by = "audit_id"

    audit_id = fields.Many2one(
        "crm.data.audit", required=True, index=True, ondelete="cascade"
    )
    implementation_id = fields.Many2one(
        related="audit_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="audit_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="audit_id.date", store=True)
    rule_id = fields.Many2one(
        "crm.data.audit.rule", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="rule_id.sequence", store=True)
    part = fields.Selection(related="rule_id.part", store=True)
    code = fields.Selection(related="rule_id.code")
    numerator = fields.Integer(string="Faults Found")
    denominator = fields.Integer(string="Of")
    share = fields.Float(
        compute="_compute_share", store=True, digits=0, aggregator="avg"
    )
    has_before = fields.Boolean(compute="_compute_share_before")
    share_before = fields.Float(
        compute="_compute_share_before", digits=0, string="Earlier Share"
    )
    minutes = fields.Float(aggregator=None)
    cost = fields.Monetary(string="Cost of Repair", compute="_compute_cost", store=True)

    @api.depends("numerator", "denominator")
    def _compute_share(self):
        for line in self:
            line.share = line.numerator / line.denominator if line.denominator else 0.0

    @api.depends("numerator", "minutes", "audit_id.hourly_rate")
    def _compute_cost(self):
        for line in self:
            line.cost = preparation.repair_cost(
                line.numerator, line.minutes, line.audit_id.hourly_rate
            )

    @api.depends("audit_id.previous_id", "rule_id")
    def _compute_share_before(self):
        for line in self:
            before = line.audit_id.previous_id.line_ids.filtered(
                lambda one, line=line: one.rule_id == line.rule_id
            )
            line.has_before = bool(before)
            line.share_before = before.share

    # --- the customers behind the figure

    def _get_faulty_ids(self):
        self.ensure_one()
        population = self.audit_id._get_population(fields.Datetime.now())
        return audit.faulty_ids(population, self.rule_id._get_rule())

    def action_open_records(self):
        """The customers with this fault as they are now, under the viewer's rights."""
        self.ensure_one()
        group = {
            "email": "email_normalized",
            "phone": "phone_sanitized",
            "vat": "vat",
        }.get(self.code)
        return {
            "type": "ir.actions.act_window",
            "name": self.rule_id.name,
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "form")],
            "domain": [("data_audit_line_id", "=", self.id)],
            "context": {"group_by": [group] if group else [], "create": False},
        }

    def action_merge(self):
        """Odoo's own wizard, set to look for duplicates of this kind."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "base.action_partner_deduplicate"
        )
        action["context"] = {f"default_group_by_{self.code}": True}
        return action

    # --- what follows

    def _get_raised_template(self):
        taken = self.implementation_id._get_taken_templates()
        return self.rule_id.template_id - taken

    def _prepare_raised_risk(self):
        cause = self.env._(
            "Data audit of %(date)s, %(rule)s: %(faults)s of %(total)s",
            date=self.audit_id.date,
            rule=self.rule_id.name,
            faults=self.numerator,
            total=self.denominator,
        )
        if self._get_raised_template():
            return {"cause": cause}
        template = self.rule_id.template_id
        return {
            "name": self.rule_id.name,
            "cause": cause,
            "event": template.event,
            "consequence": template.consequence,
        }

    def _prepare_planned_action(self):
        return {
            "name": self.env._("Mend the data: %(rule)s", rule=self.rule_id.name),
            "owner_id": self.audit_id.user_id.id,
            "cost": self.cost,
        }
