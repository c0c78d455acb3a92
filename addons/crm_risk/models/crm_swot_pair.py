"""Strategies that tie what is inside to what is outside (TOWS)."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import preparation
from .crm_preparation_finding import CrmPreparationFinding
from .crm_preparation_part import CrmPreparationPart

STRATEGIES = [
    ("so", "SO: use strengths to take opportunities"),
    ("wo", "WO: overcome weaknesses by opportunities"),
    ("st", "ST: use strengths against threats"),
    ("wt", "WT: lessen weaknesses, avoid threats"),
]


class CrmSwotPair(models.Model):
    _name = "crm.swot.pair"
    _description = "SWOT Strategy"
    _inherit = [CrmPreparationPart._name, CrmPreparationFinding._name]
    _order = "strategy, weight desc, id"

    name = fields.Text(string="What We Do", required=True)
    internal_id = fields.Many2one(
        "crm.swot.item",
        string="Inside",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('implementation_id', '=', implementation_id),"
        " ('quadrant', 'in', ['strength', 'weakness'])]",
    )
    external_id = fields.Many2one(
        "crm.swot.item",
        string="Outside",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('implementation_id', '=', implementation_id),"
        " ('quadrant', 'in', ['opportunity', 'threat'])]",
    )
    strategy = fields.Selection(STRATEGIES, compute="_compute_strategy", store=True)
    weight = fields.Integer(
        compute="_compute_strategy",
        store=True,
        aggregator=None,
        help="Product of both weights, 1 to 25.",
    )

    _pair_once = models.Constraint(
        "UNIQUE (internal_id, external_id)", "These two are paired already."
    )

    @api.depends(
        "internal_id.quadrant",
        "internal_id.weight",
        "external_id.quadrant",
        "external_id.weight",
    )
    def _compute_strategy(self):
        for pair in self:
            inside, outside = pair.internal_id, pair.external_id
            pair.strategy = preparation.strategy_of(inside.quadrant, outside.quadrant)
            pair.weight = int(inside.weight or 0) * int(outside.weight or 0)

    @api.constrains("internal_id", "external_id", "implementation_id")
    def _check_sides(self):
        for pair in self:
            hub = pair.implementation_id
            if (pair.internal_id | pair.external_id).implementation_id != hub:
                raise ValidationError(
                    self.env._(
                        "“%(inside)s” and “%(outside)s” must belong to the"
                        " implementation %(implementation)s.",
                        inside=pair.internal_id.name,
                        outside=pair.external_id.name,
                        implementation=hub.name,
                    )
                )
            if not pair.strategy:
                raise ValidationError(
                    self.env._(
                        "A strategy ties a strength or weakness to an opportunity or"
                        " threat, not “%(inside)s” to “%(outside)s”.",
                        inside=pair.internal_id.name,
                        outside=pair.external_id.name,
                    )
                )

    @api.model
    def action_propose(self):
        """From the list: for the implementation it shows, or the only one open."""
        hub = self.env["crm.implementation"].browse(
            self.env.context.get("default_implementation_id")
        )
        hub = hub or self.env["crm.risk"]._default_implementation()
        if not hub:
            raise UserError(
                self.env._(
                    "Open the strategies from an implementation: there are several."
                )
            )
        return hub.action_propose_pairs()

    @api.model
    def _propose(self, implementation):
        """One strategy of each kind: the heaviest two items not paired yet."""
        items = self.env["crm.swot.item"].search(
            [("implementation_id", "=", implementation.id)]
        )
        taken = {
            (pair.internal_id, pair.external_id)
            for pair in self.search([("implementation_id", "=", implementation.id)])
        }
        proposals = []
        for inside, outside in preparation.STRATEGIES:
            pairs = [
                (one, other)
                for one in items
                for other in items
                if (one.quadrant, other.quadrant) == (inside, outside)
                and (one, other) not in taken
            ]
            if pairs:
                best = max(pairs, key=lambda p: int(p[0].weight) * int(p[1].weight))
                proposals.append(self._prepare_proposal(*best))
        if not proposals:
            raise UserError(
                self.env._(
                    "%(implementation)s: there is nothing left to pair. Write down"
                    " strengths or weaknesses and opportunities or threats first.",
                    implementation=implementation.name,
                )
            )
        return self.create(proposals)

    def _prepare_proposal(self, inside, outside):
        texts = {
            "so": self.env._("Use “%(inside)s” to take “%(outside)s”"),
            "wo": self.env._("Overcome “%(inside)s” by taking “%(outside)s”"),
            "st": self.env._("Use “%(inside)s” against “%(outside)s”"),
            "wt": self.env._("Lessen “%(inside)s” to avoid “%(outside)s”"),
        }
        text = texts[preparation.strategy_of(inside.quadrant, outside.quadrant)]
        return {
            "name": text % {"inside": inside.name, "outside": outside.name},
            "implementation_id": inside.implementation_id.id,
            "internal_id": inside.id,
            "external_id": outside.id,
        }

    def _prepare_raised_risk(self):
        sides = self.internal_id | self.external_id
        return {
            "name": self.env._("Strategy fails: %(strategy)s", strategy=self.name),
            "cause": "; ".join(sides.mapped("name")),
        }

    def _prepare_planned_action(self):
        return {"name": self.name}
