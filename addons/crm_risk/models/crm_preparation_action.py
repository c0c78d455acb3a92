"""The action plan of the preparation: what we do about what we found."""

from odoo import fields, models
from odoo.exceptions import UserError

from .crm_preparation_task import CrmPreparationTask


class CrmPreparationAction(models.Model):
    _name = "crm.preparation.action"
    _description = "Action of the Preparation"
    _inherit = [CrmPreparationTask._name]

    cost = fields.Monetary()
    description = fields.Text()
    res_model = fields.Char(string="Source Model", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        string="Source Record", model_field="res_model", readonly=True, copy=False
    )
    readiness_id = fields.Many2one(
        "crm.readiness",
        string="Self-Assessment",
        index="btree_not_null",
        ondelete="set null",
        domain="[('implementation_id', '=', implementation_id)]",
    )
    risk_id = fields.Many2one(
        "crm.risk",
        string="Against the Risk",
        index="btree_not_null",
        ondelete="set null",
        domain="[('implementation_id', '=', implementation_id)]",
        help="Risk that this action answers; then it can become one of its responses.",
    )
    response_id = fields.Many2one(
        "crm.risk.response", readonly=True, copy=False, ondelete="set null"
    )

    _cost_not_negative = models.Constraint(
        "CHECK (cost >= 0)", "The cost of an action cannot be negative."
    )
    _source_once = models.UniqueIndex(
        "(res_model, res_id) WHERE res_id IS NOT NULL",
        "An action for this finding is planned already.",
    )

    def action_make_response(self):
        """Carry the action over to the risk it answers, with cost and deadline."""
        for action in self:
            if not action.risk_id:
                raise UserError(
                    self.env._(
                        "%(action)s: choose the risk it answers first.",
                        action=action.name,
                    )
                )
            if not action.response_id:
                action.response_id = self.env["crm.risk.response"].create(
                    action._prepare_response()
                )
        return self.risk_id._get_records_action()

    def _prepare_response(self):
        return {
            "risk_id": self.risk_id.id,
            "name": self.name,
            "owner_id": self.owner_id.id,
            "date_deadline": self.date_deadline,
            "cost_planned": self.cost,
        }
