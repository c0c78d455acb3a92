"""What hurts in a process, and what it costs in a year."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import preparation
from .crm_preparation_finding import CrmPreparationFinding

PAIN_KINDS = [
    ("bottleneck", "Bottleneck"),
    ("rework", "Rework"),
    ("loss", "Loss"),
    ("delay", "Delay"),
]


class CrmProcessPain(models.Model):
    _name = "crm.process.pain"
    _description = "Pain of a Process"
    _inherit = [CrmPreparationFinding._name]
    _order = "cost desc, id"

    name = fields.Char(required=True)
    process_id = fields.Many2one(
        "crm.process", required=True, index=True, ondelete="cascade"
    )
    implementation_id = fields.Many2one(
        related="process_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="process_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(PAIN_KINDS, required=True, default="rework")
    monthly = fields.Float(string="Times a Month", required=True, aggregator=None)
    minutes = fields.Float(string="Minutes Each", aggregator=None)
    hourly_rate = fields.Monetary(
        string="Cost of an Hour",
        compute="_compute_hourly_rate",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    loss = fields.Monetary(string="Loss Each", help="Money lost besides paid time.")
    cost = fields.Monetary(
        string="Cost a Year",
        compute="_compute_cost",
        store=True,
        help="Times a month × 12 × (minutes / 60 × cost of an hour + loss).",
    )
    template_id = fields.Many2one(
        "crm.risk.template",
        string="Risk of the Catalogue",
        ondelete="set null",
        domain="[('category_id', '!=', False)]",
    )
    mention_ids = fields.One2many(
        "crm.interview.finding", "pain_id", groups="crm_risk.crm_risk_group_officer"
    )
    mention_count = fields.Integer(
        compute="_compute_mention_count",
        groups="crm_risk.crm_risk_group_officer",
        string="Mentions",
        help="Persons who told of it independently: more of them, less subjective.",
    )

    @api.depends("process_id.hourly_rate")
    def _compute_hourly_rate(self):
        for pain in self:
            pain.hourly_rate = pain.hourly_rate or pain.process_id.hourly_rate

    @api.depends("monthly", "minutes", "hourly_rate", "loss")
    def _compute_cost(self):
        for pain in self:
            # below zero the constraint speaks, in words
            figures = [pain.monthly, pain.minutes, pain.hourly_rate, pain.loss]
            pain.cost = preparation.pain_cost(*(max(figure, 0) for figure in figures))

    @api.depends("mention_ids")
    def _compute_mention_count(self):
        for pain in self:
            pain.mention_count = len(pain.mention_ids.interview_id)

    @api.constrains("monthly", "minutes", "hourly_rate", "loss")
    def _check_figures(self):
        for pain in self:
            for name in ("monthly", "minutes", "hourly_rate", "loss"):
                if pain[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "%(pain)s: “%(field)s” cannot be negative, it is"
                            " %(value)s.",
                            pain=pain.name,
                            field=self._fields[name]._description_string(self.env),
                            value=f"{pain[name]:g}",
                        )
                    )

    def _get_raised_template(self):
        return self.template_id - self.implementation_id._get_taken_templates()

    def _prepare_raised_risk(self):
        cause = self.env._(
            "Process “%(process)s”: %(pain)s",
            process=self.process_id.name,
            pain=self.name,
        )
        if self._get_raised_template():
            return {"cause": cause}
        return {
            "name": self.name,
            "cause": cause,
            "event": self.template_id.event or self.name,
            "consequence": self.env._("It costs %(cost)s a year", cost=self._money()),
            "nature": "reduced",
            "impact_min": 0,
            "impact_mode": self.cost,
            "impact_max": 2 * self.cost,
        }

    def _money(self):
        return self.currency_id.format(self.cost)

    def _prepare_planned_action(self):
        return {
            "name": self.env._("Heal: %(pain)s", pain=self.name),
            "owner_id": self.process_id.owner_id.id,
        }
