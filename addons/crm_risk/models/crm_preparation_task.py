"""Something a person is to do by a day, with one activity that follows it."""

from odoo import api, fields, models

from .crm_preparation_part import CrmPreparationPart

TASK_STATES = [
    ("planned", "Planned"),
    ("in_progress", "In Progress"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
OPEN_STATES = ("planned", "in_progress")
FOLLOWED = {"owner_id", "date_deadline", "state", "name"}


class CrmPreparationTask(models.AbstractModel):
    _name = "crm.preparation.task"
    _description = "Task of the Preparation"
    _inherit = [CrmPreparationPart._name, "mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"

    name = fields.Char(required=True, tracking=True)
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_deadline = fields.Date(string="Due", tracking=True)
    state = fields.Selection(
        TASK_STATES, required=True, default="planned", tracking=True, copy=False
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue")

    @api.depends("date_deadline", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for task in self:
            due = task.date_deadline
            task.is_overdue = bool(due and due < today and task._is_open())

    def _is_open(self):
        return self.state in OPEN_STATES

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        tasks._follow_by_activity()
        return tasks

    def write(self, vals):
        result = super().write(vals)
        if FOLLOWED & vals.keys():
            self._follow_by_activity()
        return result

    def _follow_by_activity(self):
        """One activity while the task is open and somebody has to do it by a day."""
        for task in self:
            activity = task.activity_ids.filtered("automated")[:1]
            if task.state == "done":
                activity.action_feedback()
            elif not (task._is_open() and task.owner_id and task.date_deadline):
                activity.unlink()
            elif activity:
                activity.write(task._prepare_activity())
            else:
                task.activity_schedule(
                    "mail.mail_activity_data_todo", **task._prepare_activity()
                )

    def _prepare_activity(self):
        return {
            "user_id": self.owner_id.id,
            "date_deadline": self.date_deadline,
            "summary": self.name,
        }

    def action_start(self):
        self.write({"state": "in_progress"})

    def action_done(self):
        self.write({"state": "done"})

    def action_cancel(self):
        self.write({"state": "cancelled"})
