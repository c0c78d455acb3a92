"""Level of one dimension: what the database shows, what people say, what is wanted."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import maturity
from ..preparation import evidence
from .crm_indicator_drill import DRILL_LIMIT
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
    evidence_number = fields.Float(
        digits=0, string="Records That Show It", readonly=True, copy=False
    )
    evidence_total = fields.Float(
        digits=0, string="Records Counted", readonly=True, copy=False
    )
    is_detected = fields.Boolean(readonly=True, copy=False)
    evidence = fields.Text(
        compute="_compute_evidence", help="What the database shows, in numbers."
    )
    has_speaking = fields.Boolean(compute="_compute_evidence")
    has_silent = fields.Boolean(compute="_compute_evidence")
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

    @api.depends("is_detected", "evidence_number", "evidence_total", "level_detected")
    @api.depends_context("lang", "uid")
    def _compute_evidence(self):
        """In the language of the reader: kept are the numbers, not the words."""
        for line in self:
            name, found = line.dimension_id.evidence, line.is_detected
            number, total = line.evidence_number, line.evidence_total
            line.evidence = found and evidence.describe(
                self.env, name, number, total, told=bool(line.level_detected)
            )
            listed = found and evidence.DETECTORS[name].model
            named = not listed or line._may_be_named(listed)
            line.has_speaking = found and number > 0 and named
            line.has_silent = bool(listed) and number < total and named

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
                    "is_detected": True,
                    "evidence_number": result.number,
                    "evidence_total": result.total,
                    "level": line.level or level,
                }
            )

    def action_open_speaking(self):
        """The records that show the level, as they are now, by the viewer's rights."""
        return self._open_evidence(speaks=True)

    def action_open_silent(self):
        """The records counted that do not show it."""
        return self._open_evidence(speaks=False)

    def _open_evidence(self, *, speaks):
        self.ensure_one()
        name = self.dimension_id.evidence
        model = evidence.DETECTORS[name].model
        if not model:
            return self._open_audits()
        if not self._may_be_named(model):
            raise UserError(
                self.env._(
                    "%(name)s counts colleagues: who they are is shown to risk managers"
                    " only, and only where the settings allow indicators by"
                    " salesperson.",
                    name=self.dimension_id.name,
                )
            )
        # sudo: counted as for the level; what is shown goes by the rules of the list
        found = evidence.find(self.implementation_id.sudo(), name, speaks=speaks)
        shown = [("id", "in", found[:DRILL_LIMIT])]
        records = self.env[model].with_context(active_test=False)
        title = self.env["crm.indicator"]._drill_title(
            self.dimension_id.name, len(found), records.search_count(shown)
        )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": shown,
            "context": {"create": False, "active_test": False},
        }

    def _may_be_named(self, model):
        """Colleagues behind a figure are named as those behind an indicator are."""
        return model != "res.users" or (
            self.company_id.crm_indicator_person_level
            and self.env.user.has_group("crm_risk.crm_risk_group_manager")
        )

    def _open_audits(self):
        """The index of quality has its own screen, fault by fault."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_data_audit_action"
        )
        hub = self.implementation_id
        return {
            **action,
            "domain": [("implementation_id", "=", hub.id)],
            "context": {"default_implementation_id": hub.id},
        }

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
