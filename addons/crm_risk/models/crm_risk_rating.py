"""Bands of the score: what a risk of this colour asks of us."""

from odoo import api, fields, models

MAX_SCORE = 25
"""Five levels of probability times five of impact."""


class CrmRiskRating(models.Model):
    _name = "crm.risk.rating"
    _description = "Risk Rating"
    _order = "score_min"

    name = fields.Char(required=True, translate=True)
    score_min = fields.Integer(
        string="Score From",
        required=True,
        help="Least score (probability level times impact level) of this rating.",
    )
    score_max = fields.Integer(string="Score To", compute="_compute_score_max")
    color = fields.Char(required=True, default="#adb5bd")
    review_days = fields.Integer(
        string="Review Every (Days)",
        default=90,
        help="A risk of this rating is looked at again after so many days.",
    )
    accept_group_id = fields.Many2one(
        "res.groups",
        string="Accepted by",
        help="Group whose members may accept a risk of this rating.",
    )
    description = fields.Text(translate=True)

    _score_min_unique = models.Constraint(
        "UNIQUE (score_min)", "Another rating begins at this score already."
    )
    _score_min_in_range = models.Constraint(
        f"CHECK (score_min BETWEEN 1 AND {MAX_SCORE})",
        "The score of a rating must be a number from 1 to 25.",
    )
    _review_days_positive = models.Constraint(
        "CHECK (review_days > 0)", "The days until the next review must be above zero."
    )

    @api.depends("score_min")
    def _compute_score_max(self):
        starts = sorted(self.search([("score_min", ">", 0)]).mapped("score_min"))
        ends = dict(zip(starts, [s - 1 for s in starts[1:]], strict=False))
        for rating in self:
            rating.score_max = ends.get(rating.score_min, MAX_SCORE)

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        self.env["crm.risk"]._recompute_levels()
        return ratings

    def write(self, vals):
        result = super().write(vals)
        if "score_min" in vals:
            self.env["crm.risk"]._recompute_levels()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["crm.risk"]._recompute_levels()
        return result

    @api.model
    def _get_by_score(self):
        """{score 1…25: rating}; scores under the lowest rating get none."""
        ratings = self.search([("score_min", ">", 0)], order="score_min")
        return {
            score: rating
            for rating in ratings
            for score in range(rating.score_min, MAX_SCORE + 1)
        }
