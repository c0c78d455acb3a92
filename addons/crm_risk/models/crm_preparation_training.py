"""The training plan: skills are named for each activity before anybody trains."""

from odoo import fields, models

from .crm_preparation_task import CrmPreparationTask

METHODS = [
    ("workshop", "Workshop"),
    ("course", "Course"),
    ("coaching", "At the workplace"),
    ("self", "Self-study"),
]
SKILLS = [("0", "None"), ("1", "Basic"), ("2", "Sound"), ("3", "Expert")]


class CrmPreparationTraining(models.Model):
    _name = "crm.preparation.training"
    _description = "Training of the Preparation"
    _inherit = [CrmPreparationTask._name]

    readiness_id = fields.Many2one(
        "crm.readiness",
        string="Self-Assessment",
        index="btree_not_null",
        ondelete="set null",
        domain="[('implementation_id', '=', implementation_id)]",
    )
    application_id = fields.Many2one(
        "crm.readiness.application", index="btree_not_null", ondelete="set null"
    )
    activity = fields.Char(help="Part of the work that changes with the CRM.")
    role = fields.Char(help="Who does this activity, e.g. salesperson.")
    user_ids = fields.Many2many(
        "res.users",
        relation="crm_preparation_training_user_rel",
        string="Participants",
        domain="[('share', '=', False)]",
    )
    skill_now = fields.Selection(SKILLS, default="0")
    skill_needed = fields.Selection(SKILLS, default="2")
    method = fields.Selection(METHODS, required=True, default="workshop")
    hours = fields.Float()
    cost = fields.Monetary()

    _hours_not_negative = models.Constraint(
        "CHECK (hours >= 0)", "The hours of a training cannot be negative."
    )
    _cost_not_negative = models.Constraint(
        "CHECK (cost >= 0)", "The cost of a training cannot be negative."
    )
