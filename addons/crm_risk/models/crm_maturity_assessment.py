"""Maturity of one implementation on a day: stage, gaps, what they threaten."""

from odoo import api, fields, models

from ..engine import maturity
from ..preparation import evidence
from ..report.radar import radar
from .crm_maturity_dimension import LEVELS
from .crm_preparation_part import CrmPreparationDated
from .crm_risk_source import CrmRiskSource


class CrmMaturityAssessment(models.Model):
    _name = "crm.maturity.assessment"
    _description = "Maturity Assessment"
    _inherit = [CrmPreparationDated._name, CrmRiskSource._name, "mail.thread"]
    _risk_children = ("line_ids",)

    previous_id = fields.Many2one(
        "crm.maturity.assessment", compute="_compute_previous_id", string="Earlier One"
    )
    line_ids = fields.One2many(
        "crm.maturity.line",
        "assessment_id",
        string="Dimensions",
        default=lambda self: self._default_line_ids(),
        copy=True,
    )
    target = fields.Selection(
        LEVELS, string="Stage Wanted", required=True, default="3", tracking=True
    )
    stage = fields.Selection(
        LEVELS,
        string="Stage Now",
        compute="_compute_stage",
        store=True,
        tracking=True,
        help="Lowest level over the gates: data, channels, integration.",
    )
    progress = fields.Float(
        string="Average Level", compute="_compute_stage", store=True, aggregator="avg"
    )
    gap = fields.Integer(
        string="Levels to Climb",
        compute="_compute_stage",
        store=True,
        help="Sum of the gaps of all dimensions.",
    )
    proposed_template_ids = fields.Many2many(
        "crm.risk.template",
        compute="_compute_proposed_template_ids",
        string="Proposed Risks",
        help="Risks of the catalogue that low levels make likely and the register"
        " lacks.",
    )
    proposed_count = fields.Integer(compute="_compute_proposed_template_ids")
    chart = fields.Html(compute="_compute_chart", sanitize=False)

    @api.model
    def _default_line_ids(self):
        """A line for every dimension."""
        return [
            fields.Command.create({"dimension_id": dimension.id})
            for dimension in self.env["crm.maturity.dimension"].search(
                [("active", "=", True)]
            )
        ]

    @api.depends("line_ids.level", "line_ids.gap", "line_ids.dimension_id.is_gate")
    def _compute_stage(self):
        for assessment in self:
            lines = assessment.line_ids
            gates = lines.filtered("dimension_id.is_gate")
            stage = maturity.stage(gates._get_numbers())
            assessment.stage = str(stage) if stage else False
            assessment.progress = maturity.progress(lines._get_numbers()) or 0.0
            assessment.gap = sum(lines.mapped("gap"))

    @api.depends("line_ids.proposed_template_ids")
    def _compute_proposed_template_ids(self):
        for assessment in self:
            proposed = assessment.line_ids.proposed_template_ids
            missing = proposed - assessment.implementation_id._get_taken_templates()
            assessment.proposed_template_ids = missing
            assessment.proposed_count = len(missing)

    @api.depends("line_ids.level", "line_ids.target", "previous_id")
    @api.depends_context("lang")
    def _compute_chart(self):
        for assessment in self:
            lines = assessment.line_ids
            before = {
                line.dimension_id: int(line.level or 0)
                for line in assessment.previous_id.line_ids
            }
            series = [
                (self.env._("Wanted"), [int(line.target or 0) for line in lines]),
                (self.env._("Now"), [int(line.level or 0) for line in lines]),
            ]
            if before:
                earlier = [before.get(line.dimension_id, 0) for line in lines]
                series.insert(0, (self.env._("Earlier"), earlier))
            assessment.chart = radar(lines.dimension_id.mapped("name"), series)

    # --- detection

    def action_detect(self):
        """Read the levels from the database; an empty level takes the proposal."""
        self.ensure_one()
        self._check_not_locked()
        self.check_access("write")
        self.line_ids._detect(evidence.detect(self.implementation_id))
        return True

    # --- what follows

    def _get_missing(self):
        open_lines = self.line_ids.filtered(lambda line: not line.level)
        if not open_lines:
            return ""
        return self.env._(
            "choose the level of %(names)s",
            names=", ".join(open_lines.dimension_id.mapped("name")),
        )

    def action_add_risks(self):
        """The catalogue wizard with the proposed risks ticked."""
        self.ensure_one()
        action = self.implementation_id.action_add_risks()
        action["context"] = {
            **action["context"],
            "default_template_ids": [
                fields.Command.set(self.proposed_template_ids.ids)
            ],
            "default_source_model": self._name,
            "default_source_id": self.id,
        }
        return action

    def action_plan(self):
        """Put the way to the next level of every dimension into the action plan."""
        self.ensure_one()
        lines = self.line_ids.filtered("gap")
        return lines._plan()._get_records_action(name=self.env._("Action Plan"))

    def _prepare_raised_risk(self):
        return {
            "name": self.env._("Maturity below what the plan needs"),
            "cause": self.env._(
                "The stage of maturity is %(stage)s, wanted is %(target)s",
                stage=self.stage or "–",
                target=self.target,
            ),
        }
