"""How likely and how dear: the estimate that catalogue and register share."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.simulation import MAX_RATE, Fixed, Lognormal, Pert, Triangular

OCCURRENCES = [("once", "Once at most"), ("repeated", "Repeatedly")]
DISTRIBUTIONS = [
    ("pert", "PERT"),
    ("triangular", "Triangular"),
    ("lognormal", "Lognormal"),
    ("fixed", "Fixed amount"),
]
KINDS = [("threat", "Threat"), ("opportunity", "Opportunity")]
NATURES = [
    ("reduced", "Reduced by CRM"),
    ("introduced", "Introduced with CRM"),
    ("technology", "Technology and timing"),
]
STRATEGIES = [
    ("avoid", "Avoid"),
    ("transfer", "Transfer"),
    ("mitigate", "Mitigate"),
    ("accept", "Accept"),
    ("escalate", "Escalate"),
    ("exploit", "Exploit"),
    ("share", "Share with a Partner"),
    ("enhance", "Enhance"),
]
STRATEGIES_OF = {
    "threat": {"avoid", "transfer", "mitigate", "accept", "escalate"},
    "opportunity": {"exploit", "share", "enhance", "accept", "escalate"},
}
"""PMI: one strives against threats and for opportunities."""

SCENARIOS = [
    ("inherent", "Inherent"),
    ("current", "Current"),
    ("residual", "Residual"),
]
"""Before CRM and responses; as of today; once planned responses are done."""


class CrmRiskEstimate(models.AbstractModel):
    _name = "crm.risk.estimate"
    _description = "Estimate of a Risk"

    _probability_field = ""
    """Name of the field with the inherent chance in the concrete model."""

    nature = fields.Selection(NATURES, required=True, default="introduced", index=True)
    kind = fields.Selection(KINDS, required=True, default="threat")
    occurrence = fields.Selection(
        OCCURRENCES,
        required=True,
        default="once",
        help="Once at most: it happens or not, with a chance. Repeatedly: so many times"
        " a year on average (Poisson).",
    )
    rate = fields.Float(
        digits=0, string="Events a Year", help="Average number of events a year."
    )
    distribution = fields.Selection(
        DISTRIBUTIONS,
        required=True,
        default="pert",
        help="PERT: smooth bell between least and greatest. Triangular: straight lines."
        " Lognormal: fat tail, least and greatest are its 5 % and 95 % quantiles."
        " Fixed: the most likely amount alone.",
    )
    strategy = fields.Selection(STRATEGIES)

    @api.constrains("occurrence", "rate")
    def _check_rate(self):
        for estimate in self:
            if not 0 <= estimate.rate <= MAX_RATE:
                raise ValidationError(
                    self.env._(
                        "%(risk)s: the number of events a year lies between 0 and"
                        " %(highest)s, it is %(rate)s.",
                        risk=estimate.display_name,
                        highest=f"{MAX_RATE:g}",
                        rate=f"{estimate.rate:g}",
                    )
                )

    @api.constrains("kind", "strategy")
    def _check_strategy(self):
        for estimate in self:
            if (
                estimate.strategy
                and estimate.strategy not in STRATEGIES_OF[estimate.kind]
            ):
                kinds, strategies = (
                    dict(self._fields[name]._description_selection(self.env))
                    for name in ("kind", "strategy")
                )
                raise ValidationError(
                    self.env._(
                        "%(risk)s: the strategy “%(strategy)s” does not suit its kind,"
                        " %(kind)s.",
                        risk=estimate.display_name,
                        strategy=strategies[estimate.strategy],
                        kind=kinds[estimate.kind].lower(),
                    )
                )

    def _check_probability(self):
        """To be called by a constraint on the field of the concrete model."""
        for estimate in self:
            probability = estimate[self._probability_field]
            if not 0 <= probability <= 1:
                raise ValidationError(
                    self.env._(
                        "%(risk)s: a probability lies between 0 and 1,"
                        " it is %(probability)s.",
                        risk=estimate.display_name,
                        probability=f"{probability:g}",
                    )
                )

    def _check_impact(self):
        """To be called by a constraint on the three impacts."""
        for estimate in self:
            low, mode, high = estimate._get_impact_triple()
            if not 0 <= low <= mode <= high:
                raise ValidationError(
                    self.env._(
                        "%(risk)s: least, most likely and greatest impact must rise in"
                        " this order from 0; they are %(low)s, %(mode)s, %(high)s.",
                        risk=estimate.display_name,
                        low=f"{low:g}",
                        mode=f"{mode:g}",
                        high=f"{high:g}",
                    )
                )
            if estimate.distribution == "lognormal" and not low:
                raise ValidationError(
                    self.env._(
                        "%(risk)s: the least impact of a lognormal distribution must"
                        " be above zero.",
                        risk=estimate.display_name,
                    )
                )

    def _get_impact_triple(self):
        """(least, most likely, greatest), with unused ones filled in."""
        self.ensure_one()
        low, mode, high = self.impact_min, self.impact_mode, self.impact_max
        if self.distribution == "fixed":
            return mode, mode, mode
        if self.distribution == "lognormal":
            return low, low, high
        return low, mode, high

    def _get_impact(self):
        """Distribution of the impact, for the engine."""
        low, mode, high = self._get_impact_triple()
        if self.distribution == "fixed":
            return Fixed(mode)
        if self.distribution == "lognormal":
            return Lognormal(low, high)
        shape = Triangular if self.distribution == "triangular" else Pert
        return shape(low, mode, high)
