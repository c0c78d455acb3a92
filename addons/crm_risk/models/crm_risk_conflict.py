"""Where the matrix misorders: the lower score carries the higher expected loss.

A 5 × 5 matrix rounds chance and impact into bands, so it can rank a smaller loss
above a greater one (L. A. Cox, "What's wrong with risk matrices?", Risk Analysis 28,
2008). Money ranks; the pairs here show where the matrix would mislead.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import matrix


class CrmRiskConflict(models.Model):
    _name = "crm.risk.conflict"
    _description = "Matrix Conflict"
    _auto = False
    _order = "emv_gap desc, id"
    _rec_name = "risk_id"
    _depends = {
        "crm.risk": [
            "implementation_id",
            "company_id",
            "state",
            "active",
            "kind",
            "score_current",
            "emv_current",
        ]
    }

    risk_id = fields.Many2one(
        "crm.risk",
        string="Greater Loss",
        readonly=True,
        help="More expected loss, but the lower score.",
    )
    other_id = fields.Many2one(
        "crm.risk",
        string="Higher Score",
        readonly=True,
        help="The matrix puts it first, though less is to be lost.",
    )
    implementation_id = fields.Many2one("crm.implementation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    score = fields.Integer(string="Its Score", readonly=True, aggregator=None)
    other_score = fields.Integer(readonly=True, aggregator=None)
    emv = fields.Monetary(string="Its Expected Loss", readonly=True, aggregator=None)
    other_emv = fields.Monetary(
        string="Expected Loss of the Other", readonly=True, aggregator=None
    )
    emv_gap = fields.Monetary(string="Misjudged by", readonly=True, aggregator="max")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT low.id * 2147483648 + high.id AS id,
                   low.id AS risk_id, high.id AS other_id,
                   low.implementation_id, low.company_id,
                   low.score_current AS score, high.score_current AS other_score,
                   low.emv_current AS emv, high.emv_current AS other_emv,
                   low.emv_current - high.emv_current AS emv_gap
              FROM crm_risk low
              JOIN crm_risk high
                ON high.implementation_id = low.implementation_id
               AND high.score_current > low.score_current
               AND high.emv_current < low.emv_current
             WHERE low.active AND high.active
               AND low.state != 'closed' AND high.state != 'closed'
               AND low.kind = 'threat' AND high.kind = 'threat'
               AND low.score_current > 0
            """
        )

    @api.model
    def _count_by_implementation(self, domain):
        """{implementation: how many rows of this list it has for the reader}.

        The list joins the risks in pairs, a quarter of a million for five hundred;
        counting needs each risk once. Who reads both risks reads the pair.

        :param domain: on the implementation and company of the risks
        """
        groups = self.env["crm.risk"]._read_group(
            [
                *domain,
                ("active", "=", True),
                ("state", "!=", "closed"),
                ("kind", "=", "threat"),
                ("score_current", ">", 0),
            ],
            ["implementation_id"],
            ["score_current:array_agg", "emv_current:array_agg"],
        )
        return {
            implementation: matrix.count_conflicts(zip(scores, amounts, strict=True))
            for implementation, scores, amounts in groups
        }


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    conflict_count = fields.Integer(
        compute="_compute_conflict_count", string="Matrix Conflicts"
    )

    @api.depends("risk_ids.score_current", "risk_ids.emv_current", "risk_ids.state")
    @api.depends_context("uid")
    def _compute_conflict_count(self):
        counts = self.env["crm.risk.conflict"]._count_by_implementation(
            [("implementation_id", "in", self.ids)]
        )
        for implementation in self:
            implementation.conflict_count = counts.get(implementation, 0)

    def action_open_conflicts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_conflict_action"
        )
        return {**action, "domain": [("implementation_id", "=", self.id)]}
