from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

DIMENSIONS = ("r", "f", "m")
BEST_SCORE = 5


class CrmLoyaltySegment(models.Model):
    """Significance of a customer: the first segment whose rule he meets."""

    _name = "crm.loyalty.segment"
    _inherit = ["crm.loyalty.rule.mixin"]
    _description = "Customer Segment"
    _order = "sequence, id"

    description = fields.Text(help="What to do with the customers of this segment.")
    r_min = fields.Integer("Recency From", default=1)
    r_max = fields.Integer("Recency To", default=BEST_SCORE)
    f_min = fields.Integer("Frequency From", default=1)
    f_max = fields.Integer("Frequency To", default=BEST_SCORE)
    m_min = fields.Integer("Revenue From", default=1)
    m_max = fields.Integer("Revenue To", default=BEST_SCORE)
    domain = fields.Char(
        string="More Conditions",
        required=False,
        help="Conditions on the profile that have to hold besides the scores.",
    )
    rule = fields.Char(compute="_compute_rule")

    _ranges_valid = models.Constraint(
        """CHECK (1 <= r_min AND r_min <= r_max AND r_max <= 5
              AND 1 <= f_min AND f_min <= f_max AND f_max <= 5
              AND 1 <= m_min AND m_min <= m_max AND m_max <= 5)""",
        "Scores run from 1 to 5, and a range from the lower to the higher.",
    )

    @api.depends("r_min", "r_max", "f_min", "f_max", "m_min", "m_max")
    def _compute_rule(self):
        for segment in self:
            segment.rule = ", ".join(
                f"{dimension.upper()} {segment._range_label(dimension)}"
                for dimension in DIMENSIONS
            )

    @api.onchange("r_min", "r_max", "f_min", "f_max", "m_min", "m_max", "domain")
    def _onchange_rule(self):
        return super()._onchange_rule()

    @api.model
    def _profile_field(self):
        return "segment_id"

    @api.model
    def _all_domain(self):
        return Domain("rfm_r", ">", 0)

    def _rule_in_words(self):
        return self.rule

    def _range_label(self, dimension):
        low, high = self[f"{dimension}_min"], self[f"{dimension}_max"]
        return str(low) if low == high else f"{low}–{high}"

    def _profile_domain(self):
        ranges = Domain.AND(
            Domain(f"rfm_{dimension}", ">=", self[f"{dimension}_min"])
            & Domain(f"rfm_{dimension}", "<=", self[f"{dimension}_max"])
            for dimension in DIMENSIONS
        )
        return ranges & self._conditions()

    def _has_conditions(self):
        return any(not segment._conditions().is_true() for segment in self)

    def _sql_first_scored(self, alias):
        """Return the id of the first segment whose rule a scored row meets.

        Conditions beyond the scores need stored profiles: ``alias`` must then be the
        table of profiles.
        """
        return self._sql_case(segment._sql_scores_match(alias) for segment in self)

    def _sql_scores_match(self, alias):
        parts = [
            SQL(
                "%s BETWEEN %s AND %s",
                SQL.identifier(alias, f"rfm_{dimension}"),
                self[f"{dimension}_min"],
                self[f"{dimension}_max"],
            )
            for dimension in DIMENSIONS
        ]
        conditions = self._conditions()
        if not conditions.is_true():
            profiles = self.env["crm.loyalty.profile"].with_context(active_test=False)
            query = profiles._search(conditions)
            parts.append(
                SQL("%s IN %s", SQL.identifier(alias, "id"), query.subselect())
            )
        return SQL(" AND ").join(parts)
