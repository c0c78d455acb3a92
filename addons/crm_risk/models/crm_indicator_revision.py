"""Late changes: a month that was closed and has another figure now."""

from odoo import api, fields, models


class CrmIndicatorRevision(models.Model):
    _name = "crm.indicator.revision"
    _description = "Late Change of an Indicator"
    _order = "detected_at desc, id desc"
    _log_access = False  # written by SQL in the same statement as the fact
    _rec_name = "fact_id"

    fact_id = fields.Many2one(
        "crm.indicator.fact", required=True, index=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(required=True, string="Month")
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="cascade")
    old_numerator = fields.Float(digits=0, aggregator=None)
    new_numerator = fields.Float(digits=0, aggregator=None)
    old_denominator = fields.Float(digits=0, aggregator=None)
    new_denominator = fields.Float(digits=0, aggregator=None)
    old_value = fields.Float(compute="_compute_values", digits=0)
    new_value = fields.Float(compute="_compute_values", digits=0)
    detected_at = fields.Datetime(required=True)

    @api.depends("old_numerator", "new_numerator", "old_denominator", "new_denominator")
    def _compute_values(self):
        for revision in self:
            ratio = revision.indicator_id._is_ratio()
            for age in ("old", "new"):
                value = revision[f"{age}_numerator"]
                denominator = revision[f"{age}_denominator"]
                if ratio:
                    value = value / denominator if denominator else 0.0
                revision[f"{age}_value"] = value
