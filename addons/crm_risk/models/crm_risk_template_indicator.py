"""Which indicators speak for a risk of the catalogue, and how loudly."""

from odoo import api, fields, models

from .crm_risk_template import DEFAULT_ODDS_WEIGHT


class CrmRiskTemplateIndicator(models.Model):
    _name = "crm.risk.template.indicator"
    _description = "Indicator of a Risk in the Catalogue"
    _order = "template_id, code"

    template_id = fields.Many2one(
        "crm.risk.template", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(
        required=True,
        help="Code of the indicator. The link is by code, so that the catalogue can"
        " name indicators of apps that are not installed yet.",
    )
    indicator_id = fields.Many2one(
        "crm.indicator",
        compute="_compute_indicator_id",
        inverse="_inverse_indicator_id",
    )
    odds_weight = fields.Float(
        digits=0,
        default=DEFAULT_ODDS_WEIGHT,
        help="A red indicator multiplies the odds of the risk by this number, one at"
        " target divides them by it.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (template_id, code)", "This indicator is linked to the risk already."
    )
    _odds_weight_positive = models.Constraint(
        "CHECK (odds_weight > 0)", "The odds weight must be above zero."
    )

    @api.depends("code")
    def _compute_indicator_id(self):
        indicators = self.env["crm.indicator"].search(
            [("code", "in", self.mapped("code"))]
        )
        by_code = {indicator.code: indicator for indicator in indicators}
        for line in self:
            line.indicator_id = by_code.get(line.code, False)

    def _inverse_indicator_id(self):
        for line in self.filtered("indicator_id"):
            line.code = line.indicator_id.code
