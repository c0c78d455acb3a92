"""Strengths, weaknesses, opportunities and threats of the introduction."""

from odoo import api, fields, models

from .crm_preparation_finding import CrmPreparationFinding
from .crm_preparation_part import CrmPreparationPart

QUADRANTS = [
    ("strength", "Strengths"),
    ("weakness", "Weaknesses"),
    ("opportunity", "Opportunities"),
    ("threat", "Threats"),
]
WEIGHTS = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")]


class CrmSwotItem(models.Model):
    _name = "crm.swot.item"
    _description = "SWOT Item"
    _inherit = [CrmPreparationPart._name, CrmPreparationFinding._name]
    _order = "weight desc, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    quadrant = fields.Selection(
        QUADRANTS,
        required=True,
        default="strength",
        index=True,
        group_expand=True,
    )
    weight = fields.Selection(WEIGHTS, required=True, default="3")
    evidence = fields.Text(
        help="What makes us think so: a figure, a document, a voice."
    )
    internal_pair_ids = fields.One2many("crm.swot.pair", "internal_id")
    external_pair_ids = fields.One2many("crm.swot.pair", "external_id")
    pair_count = fields.Integer(compute="_compute_pair_count", string="Strategies")

    @api.depends("internal_pair_ids", "external_pair_ids")
    def _compute_pair_count(self):
        for item in self:
            item.pair_count = len(item.internal_pair_ids | item.external_pair_ids)

    def _prepare_raised_risk(self):
        """Weaknesses and threats endanger; strengths and opportunities are chances."""
        chance = self.quadrant in ("strength", "opportunity")
        inside = self.quadrant in ("strength", "weakness")
        return {
            "name": self.name,
            "kind": "opportunity" if chance else "threat",
            "cause": self.evidence or self.name,
            "event": self.name
            if not inside
            else self.env._("It shows during the introduction of the CRM"),
            "consequence": self.env._("The introduction brings more")
            if chance
            else self.env._("The introduction brings less"),
        }

    def _prepare_planned_action(self):
        return {"name": self.name}

    def action_open_pairs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_swot_pair_action"
        )
        return {
            **action,
            "domain": [
                "|",
                ("internal_id", "=", self.id),
                ("external_id", "=", self.id),
            ],
            "context": {"default_implementation_id": self.implementation_id.id},
        }
