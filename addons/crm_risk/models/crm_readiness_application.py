"""Parts of the CRM to introduce: for which goal, in which process, at what cost."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import preparation
from .crm_preparation_finding import CrmPreparationFinding
from .crm_readiness_chain import RATES
from .crm_readiness_part import CrmReadinessPart


class CrmReadinessApplication(models.Model):
    """A part of the CRM to introduce: its goal, process, cost and skills."""

    _name = "crm.readiness.application"
    _description = "Application to Introduce"
    _inherit = [CrmReadinessPart._name, CrmPreparationFinding._name]
    _order = "priority desc, id"

    name = fields.Char(required=True)
    goal = fields.Char(help="Goal of the company that it serves.")
    process_id = fields.Many2one(
        "crm.process",
        index="btree_not_null",
        ondelete="set null",
        domain="[('implementation_id', '=', implementation_id)]",
    )
    relation = fields.Selection(
        [("complement", "Complements"), ("replace", "Replaces")],
        string="Present Work",
        required=True,
        default="complement",
        help="Does it complement the work done by hand today or replace it? Copying"
        " that work without a change only lowers its cost.",
    )
    benefit = fields.Selection(RATES, required=True, default="3")
    effort = fields.Selection(RATES, required=True, default="3")
    priority = fields.Float(
        compute="_compute_priority", store=True, aggregator=None, help="Benefit/effort."
    )
    is_chosen = fields.Boolean(string="Chosen")
    users = fields.Char(string="Who Uses It")
    data_needed = fields.Char(string="Data It Needs")
    cost_min = fields.Monetary(string="Cost from")
    cost_max = fields.Monetary(string="Cost to")
    skills = fields.Text(string="Skills Needed")

    @api.depends("benefit", "effort")
    def _compute_priority(self):
        for one in self:
            one.priority = preparation.priority(int(one.benefit), int(one.effort))

    @api.constrains("cost_min", "cost_max")
    def _check_cost(self):
        for one in self:
            if not 0 <= one.cost_min <= one.cost_max:
                raise ValidationError(
                    self.env._(
                        "%(application)s: the cost must rise from 0; it goes from"
                        " %(low)s to %(high)s.",
                        application=one.name,
                        low=f"{one.cost_min:g}",
                        high=f"{one.cost_max:g}",
                    )
                )

    def _get_raised_template(self):
        template = self.env.ref("crm_risk.template_t06", raise_if_not_found=False)
        copied = self.relation == "replace" and template
        taken = self.implementation_id._get_taken_templates()
        return template - taken if copied else self.env["crm.risk.template"]

    def _prepare_raised_risk(self):
        return {
            "name": self.env._("%(application)s does not help", application=self.name),
            "cause": self.env._(
                "%(application)s is introduced for %(goal)s",
                application=self.name,
                goal=self.goal or "–",
            ),
            "event": self.env._("It is not used as meant"),
            "consequence": self.env._("The goal is missed, the cost remains"),
        }

    def _prepare_planned_action(self):
        return {
            "name": self.env._("Introduce: %(application)s", application=self.name),
            "readiness_id": self.readiness_id.id,
            "cost": (self.cost_min + self.cost_max) / 2,
        }
