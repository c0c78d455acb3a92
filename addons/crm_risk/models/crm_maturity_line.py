"""Level of one dimension: what the database shows, what people say, what is wanted."""

from odoo import api, fields, models

from ..engine import maturity
from .crm_maturity_dimension import LEVELS
from .crm_preparation_finding import CrmPreparationFinding
from .crm_preparation_part import CrmPreparationLine


class CrmMaturityLine(models.Model):
    _name = "crm.maturity.line"
    _description = "Level of Maturity in a Dimension"
    _inherit = [CrmPreparationLine._name, CrmPreparationFinding._name]
    _order = "assessment_id, sequence, id"
    _rec_name = "dimension_id"
    _locked_by = "assessment_id"

    assessment_id = fields.Many2one(
        "crm.maturity.assessment", required=True, index=True, ondelete="cascade"
    )
    implementation_id = fields.Many2one(
        related="assessment_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="assessment_id.company_id", store=True)
    date = fields.Date(related="assessment_id.date", store=True)
    dimension_id = fields.Many2one(
        "crm.maturity.dimension", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="dimension_id.sequence", store=True)
    is_gate = fields.Boolean(related="dimension_id.is_gate")
    level_detected = fields.Selection(
        LEVELS, string="Level Shown", readonly=True, copy=False
    )
    evidence = fields.Text(
        readonly=True, copy=False, help="What the database shows, in numbers."
    )
    level = fields.Selection(LEVELS, string="Level Chosen")
    statement = fields.Text(compute="_compute_statement", string="Means")
    target = fields.Selection(
        LEVELS,
        compute="_compute_target",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    gap = fields.Integer(compute="_compute_gap", store=True)
    level_before = fields.Selection(LEVELS, compute="_compute_level_before")
    note = fields.Text(
        string="Reason", help="Why the level differs from what is shown."
    )
    action = fields.Text(compute="_compute_statement", string="Next Step")
    proposed_template_ids = fields.Many2many(
        "crm.risk.template", compute="_compute_proposed_template_ids"
    )

    _dimension_once = models.Constraint(
        "UNIQUE (assessment_id, dimension_id)",
        "Each dimension of maturity is assessed once.",
    )

    @api.depends("assessment_id.target")
    def _compute_target(self):
        for line in self:
            line.target = line.assessment_id.target or line.target or "3"

    @api.depends("level", "target")
    def _compute_gap(self):
        for line in self:
            level = int(line.level) if line.level else None
            line.gap = maturity.gap(level, int(line.target or 1))

    @api.depends("level", "gap", "dimension_id")
    def _compute_statement(self):
        for line in self:
            dimension = line.dimension_id
            line.statement = dimension._get_level(line.level).statement
            following = str(int(line.level) + 1) if line.level and line.gap else False
            line.action = dimension._get_level(following).action

    @api.depends("assessment_id.previous_id", "dimension_id")
    def _compute_level_before(self):
        for line in self:
            before = line.assessment_id.previous_id.line_ids.filtered(
                lambda one, line=line: one.dimension_id == line.dimension_id
            )
            line.level_before = before.level

    @api.depends("level", "gap", "dimension_id")
    def _compute_proposed_template_ids(self):
        usable = self.env["crm.risk.template"].search(
            self.env["crm.risk.template"]._get_usable_domain()
        )
        for line in self:
            dimension = line.dimension_id
            low = line.gap and line.level <= dimension.propose_level
            templates = dimension.template_ids & usable
            line.proposed_template_ids = templates if low else templates[:0]

    def _get_numbers(self):
        return [int(line.level) if line.level else None for line in self]

    # --- detection

    def _detect(self, found):
        """Take over what the database shows; a level chosen by people stays."""
        for line in self.filtered("dimension_id.evidence"):
            result = found[line.dimension_id.evidence]
            level = str(result.level) if result.level else False
            line.write(
                {
                    "level_detected": level,
                    "evidence": result.sentence,
                    "level": line.level or level,
                }
            )

    # --- what follows

    def _get_raised_template(self):
        return (
            self.proposed_template_ids - self.implementation_id._get_taken_templates()
        )[:1]

    def _prepare_raised_risk(self):
        if self._get_raised_template():
            return {}
        return {
            "name": self.env._(
                "Maturity too low: %(dimension)s", dimension=self.dimension_id.name
            ),
            "cause": self.statement,
            "event": self.env._("The CRM meets a way of working it does not fit"),
            "consequence": self.env._("It brings less than it costs"),
        }

    def _prepare_planned_action(self):
        return {
            "name": self.action or self.dimension_id.name,
            "owner_id": self.assessment_id.user_id.id,
        }
