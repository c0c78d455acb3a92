"""Processes as they are and as they should be."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import preparation
from .crm_preparation_part import CrmPreparationPart
from .crm_risk_source import CrmRiskSource


class CrmProcess(models.Model):
    _name = "crm.process"
    _description = "Business Process"
    _inherit = [
        CrmPreparationPart._name,
        CrmRiskSource._name,
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "cost desc, sequence, id"
    _risk_children = ("pain_ids",)

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    owner_id = fields.Many2one(
        "res.users",
        string="Process Owner",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    state = fields.Selection(
        [("as_is", "As Is"), ("to_be", "To Be"), ("live", "Live")],
        required=True,
        default="as_is",
        tracking=True,
    )
    trigger = fields.Char(help="What starts it, e.g. an enquiry of a customer.")
    steps = fields.Html(string="As Is", help="Steps of today.")
    steps_to_be = fields.Html(string="To Be", help="Steps with the CRM.")
    systems = fields.Char(help="Programs and papers used today.")
    monthly = fields.Float(string="Times a Month", aggregator=None)
    minutes = fields.Float(
        string="Minutes Each", aggregator=None, help="Paid time of one run today."
    )
    minutes_to_be = fields.Float(aggregator=None)
    hourly_rate = fields.Monetary(
        string="Cost of an Hour",
        aggregator=None,
        help="Loaded cost of an hour of who works in the process.",
    )
    indicator_ids = fields.Many2many(
        "crm.indicator", string="Indicators", help="How we see that it goes well."
    )
    pain_ids = fields.One2many(
        "crm.process.pain", "process_id", string="Pains", copy=True
    )
    pain_count = fields.Integer(compute="_compute_cost", store=True)
    cost = fields.Monetary(
        string="Cost of Pains a Year", compute="_compute_cost", store=True
    )
    saving = fields.Monetary(
        string="Time Saved a Year",
        compute="_compute_saving",
        store=True,
        help="Paid time of all runs of a year, as is less to be.",
    )

    @api.depends("pain_ids.cost")
    def _compute_cost(self):
        for process in self:
            process.pain_count = len(process.pain_ids)
            process.cost = sum(process.pain_ids.mapped("cost"))

    @api.depends("monthly", "minutes", "minutes_to_be", "hourly_rate")
    def _compute_saving(self):
        for process in self:
            costs = [
                preparation.pain_cost(
                    max(process.monthly, 0),
                    max(minutes, 0),
                    max(process.hourly_rate, 0),
                )
                for minutes in (process.minutes, process.minutes_to_be)
            ]
            process.saving = costs[0] - costs[1] if process.minutes_to_be else 0.0

    @api.constrains("monthly", "minutes", "minutes_to_be", "hourly_rate")
    def _check_figures(self):
        for process in self:
            figures = [process.minutes, process.minutes_to_be, process.hourly_rate]
            if process.monthly < 0 or min(figures) < 0:
                raise ValidationError(
                    self.env._(
                        "%(process)s: figures of a process cannot be negative; it runs"
                        " %(monthly)s times a month, takes %(minutes)s minutes now and"
                        " %(to_be)s to be, an hour costs %(rate)s.",
                        process=process.name,
                        monthly=f"{process.monthly:g}",
                        minutes=f"{process.minutes:g}",
                        to_be=f"{process.minutes_to_be:g}",
                        rate=f"{process.hourly_rate:g}",
                    )
                )

    def _prepare_raised_risk(self):
        return {
            "name": self.env._("The process “%(name)s” does not work", name=self.name),
            "cause": "; ".join(self.pain_ids.mapped("name")),
            "indicator_ids": [
                fields.Command.create({"indicator_id": indicator.id})
                for indicator in self.indicator_ids
            ],
        }
