"""Questions of the five-step self-assessment, and what an answer "no" means."""

from odoo import fields, models

STEPS = [
    ("1", "1 Market position"),
    ("2", "2 Scenarios"),
    ("3", "3 IT and goals"),
    ("4", "4 IT and operations"),
    ("5", "5 Report and plans"),
]
ANSWERS = [("yes", "Yes"), ("partly", "Partly"), ("no", "No"), ("unknown", "Unknown")]

SOURCES = [
    ("inside", "Inside the company"),
    ("customer", "Customers"),
    ("supplier", "Suppliers"),
    ("outside", "Elsewhere outside"),
]


class CrmReadinessQuestion(models.Model):
    _name = "crm.readiness.question"
    _description = "Question of the Self-Assessment"
    _order = "step, sequence, id"

    step = fields.Selection(STEPS, required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Text(string="Question", required=True, translate=True)
    reason = fields.Text(string="Why We Ask", translate=True)
    finding = fields.Text(
        translate=True, help="What is wrong if the answer is no: cause of the risk."
    )
    action = fields.Text(
        string="Proposed Action", translate=True, help="What to do about it."
    )
    template_id = fields.Many2one(
        "crm.risk.template",
        string="Risk",
        ondelete="set null",
        help="Risk of the catalogue that a bad answer raises.",
    )
    source = fields.Selection(
        SOURCES,
        required=True,
        default="inside",
        help="Where one asks for it when nobody in the room knows.",
    )
