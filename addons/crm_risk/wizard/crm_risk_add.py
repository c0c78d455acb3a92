"""Copy risks of the catalogue into a register, with money filled in."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class CrmRiskAdd(models.TransientModel):
    _name = "crm.risk.add"
    _description = "Add Risks from the Catalogue"

    implementation_id = fields.Many2one("crm.implementation", required=True)
    company_id = fields.Many2one(related="implementation_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    budget = fields.Monetary(related="implementation_id.budget")
    monthly_payroll = fields.Monetary(related="implementation_id.monthly_payroll")
    monthly_margin = fields.Monetary(related="implementation_id.monthly_margin")
    approach_ids = fields.Many2many(related="implementation_id.approach_ids")
    source_model = fields.Char(help="Record that proposed the risks, if one did.")
    source_id = fields.Many2oneReference(model_field="source_model")
    offered_ids = fields.Many2many("crm.risk.template", compute="_compute_offered_ids")
    template_ids = fields.Many2many(
        "crm.risk.template",
        "crm_risk_add_template_rel",
        string="Risks",
        domain="[('id', 'in', offered_ids)]",
    )
    line_ids = fields.One2many(
        "crm.risk.add.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        string="Estimates",
    )
    missing = fields.Char(compute="_compute_missing")

    @api.depends("implementation_id")
    def _compute_offered_ids(self):
        templates = self.env["crm.risk.template"]
        for wizard in self:
            wizard.offered_ids = templates.search(templates._get_usable_domain()) - (
                wizard._get_taken()
            )

    def _get_taken(self):
        """Templates that are in the register already."""
        return self.implementation_id._get_taken_templates()

    @api.depends("template_ids", "implementation_id")
    def _compute_line_ids(self):
        for wizard in self:
            kept = wizard.line_ids.filtered(
                lambda line, w=wizard: line.template_id in w.template_ids._origin
            )
            new = wizard.template_ids._origin - kept.template_id
            wizard.line_ids = kept
            wizard.line_ids = [
                Command.create(wizard._prepare_line(template)) for template in new
            ]

    def _prepare_line(self, template):
        try:
            values = template._prepare_risk(self.implementation_id)
        except ValidationError:
            values = {}  # the base is empty: said in words above the lines
        names = ("p_inherent", "rate", "impact_min", "impact_mode", "impact_max")
        return {
            "template_id": template.id,
            **{name: values.get(name, 0.0) for name in names},
        }

    @api.depends("template_ids", "implementation_id")
    def _compute_missing(self):
        for wizard in self:
            messages = []
            for template in wizard.template_ids._origin:
                try:
                    template._get_base(wizard.implementation_id)
                except ValidationError as error:
                    messages.append(str(error))
            wizard.missing = messages[0] if messages else False

    def action_add_all(self):
        """Choose everything that is offered."""
        self.template_ids = self.offered_ids
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_add_action"
        )
        return {**action, "res_id": self.id}

    def action_add(self):
        """Create the risks and show them; what is there already is not doubled."""
        self.ensure_one()
        templates = self.template_ids - self._get_taken()
        if not templates:
            raise UserError(
                self.env._("Choose at least one risk that the register lacks.")
            )
        estimates = {line.template_id: line for line in self.line_ids}
        risks = self.env["crm.risk"].create(
            [self._prepare_risk(template, estimates) for template in templates]
        )
        action = self.implementation_id.action_open_risks()
        action["domain"] = [("id", "in", risks.ids)]
        return action

    def _prepare_risk(self, template, estimates):
        values = template._prepare_risk(self.implementation_id)
        values["owner_id"] = self.implementation_id.manager_id.id
        values["res_model"], values["res_id"] = self.source_model, self.source_id
        line = estimates.get(template)
        return values | line._get_estimate() if line else values


class CrmRiskAddLine(models.TransientModel):
    _name = "crm.risk.add.line"
    _description = "Estimate of a Risk to Add"
    _order = "template_id"

    wizard_id = fields.Many2one("crm.risk.add", required=True, ondelete="cascade")
    template_id = fields.Many2one(
        "crm.risk.template", string="Risk", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    occurrence = fields.Selection(related="template_id.occurrence")
    distribution = fields.Selection(related="template_id.distribution")
    impact_base = fields.Selection(related="template_id.impact_base")
    p_inherent = fields.Float(digits=0, string="Probability")
    rate = fields.Float(digits=0, string="Events a Year")
    impact_min = fields.Monetary(string="Least")
    impact_mode = fields.Monetary(string="Most Likely")
    impact_max = fields.Monetary(string="Greatest")

    def _get_estimate(self):
        self.ensure_one()
        chance = "rate" if self.occurrence == "repeated" else "p_inherent"
        names = (chance, "impact_min", "impact_mode", "impact_max")
        return {name: self[name] for name in names}
