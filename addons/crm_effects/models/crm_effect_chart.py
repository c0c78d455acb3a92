"""What happened against what would have happened, as drawn on form and report."""

from odoo import api, fields, models

from .crm_effect_series import Unanswerable

PATHS = ("counterfactual", "counterfactual_low", "counterfactual_high")


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    chart = fields.Json(compute="_compute_chart")

    @api.depends_context("uid")
    @api.depends("state", "estimated_at", "line_ids.actual", "is_small_group")
    def _compute_chart(self):
        for effect in self:
            path = not effect._tells_on_persons() and effect._get_path()
            effect.chart = path and {
                **path,
                "months": [fields.Date.to_string(month) for month in path["months"]],
                "go_live": fields.Date.to_string(effect.date_go_live),
                "unit": effect.indicator_id.unit,
                "currency_id": effect.currency_id.id,
            }

    def _get_path(self):
        """{months, actual, counterfactual, counterfactual_low, counterfactual_high},
        lists of one length with ``None`` where there is no figure; ``False`` for an
        effect that was not measured."""
        self.ensure_one()
        if self.state != "estimated" or not self.is_measured:
            return False
        try:
            series = self._get_series()
        except Unanswerable:  # the figures are gone since; the estimate still stands
            return False
        lines = {line.date: line for line in self.line_ids if line.has_data}
        return {
            "months": series.months,
            "actual": series.actual,
            **{
                name: [
                    lines[month][name] if month in lines else None
                    for month in series.months
                ]
                for name in PATHS
            },
        }
