"""Exposure under one approach."""

from odoo import api, fields, models

from .crm_implementation_approach import AXES

KINDS = [
    ("chosen", "As chosen now"),
    ("approach", "One approach changed"),
    ("best", "Least expected loss on every question"),
]


class CrmApproachComparisonLine(models.Model):
    _name = "crm.approach.comparison.line"
    _description = "Approach in a Comparison"
    _order = "comparison_id desc, kind desc, axis, p80, id"

    comparison_id = fields.Many2one(
        "crm.approach.comparison", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="comparison_id.company_id", store=True)
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="approach")
    approach_id = fields.Many2one(
        "crm.implementation.approach", index="btree_not_null", ondelete="cascade"
    )
    combination_ids = fields.Many2many(
        "crm.implementation.approach",
        relation="crm_approach_comparison_line_combination_rel",
    )
    axis = fields.Selection(AXES, string="Question")
    is_chosen = fields.Boolean(string="Chosen Now")
    mean = fields.Monetary(string="Expected Loss", aggregator=None)
    p50 = fields.Monetary(aggregator=None)
    p80 = fields.Monetary(aggregator="avg")
    p95 = fields.Monetary(aggregator=None)
    difference = fields.Monetary(
        string="Change of P80",
        aggregator="avg",
        help="Below zero: less money at risk than with the approaches chosen now.",
    )

    @api.depends("kind", "approach_id.name", "combination_ids")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            name = line.approach_id.name or kinds[line.kind]
            if line.combination_ids:
                parts = ", ".join(line.combination_ids.mapped("name"))
                name = f"{name}: {parts}"
            line.display_name = name
