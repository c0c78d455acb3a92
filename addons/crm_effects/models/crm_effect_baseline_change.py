"""Frozen months that read differently today: what they were, what they are."""

from odoo import api, fields, models

from .crm_effect_line import PRECISION

SIDES = ("", "control_")


class CrmEffectBaselineChange(models.Model):
    """One row per month and change; the baseline itself stays as it was frozen."""

    _name = "crm.effect.baseline.change"
    _description = "Late Change of a Frozen Month"
    _order = "detected_at desc, date desc, id desc"

    baseline_id = fields.Many2one(
        "crm.effect.baseline", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="baseline_id.company_id", store=True, index=True
    )
    indicator_id = fields.Many2one(related="baseline_id.indicator_id", store=True)
    date = fields.Date(required=True, string="Month")
    is_control = fields.Boolean(string="Of the Control")
    old_numerator = fields.Float(digits=0, aggregator=None)
    old_denominator = fields.Float(digits=0, aggregator=None)
    new_numerator = fields.Float(digits=0, aggregator=None)
    new_denominator = fields.Float(digits=0, aggregator=None)
    old_value = fields.Float(string="Before", compute="_compute_values", digits=0)
    new_value = fields.Float(string="After", compute="_compute_values", digits=0)
    detected_at = fields.Datetime(
        required=True, default=fields.Datetime.now, string="Noticed On"
    )

    @api.depends("old_numerator", "old_denominator", "new_numerator", "new_denominator")
    def _compute_values(self):
        for change in self:
            get_value = change.indicator_id._get_value
            for age in ("old", "new"):
                value = get_value(
                    change[f"{age}_numerator"], change[f"{age}_denominator"]
                )
                change[f"{age}_value"] = value or 0.0

    @api.model
    def _record(self, baseline, rows):
        """Write down what differs from the last known figures; one row per change.

        :param rows: {month: row as in the baseline} of today
        """
        known = baseline._get_latest_figures()
        changes = [
            {
                "baseline_id": baseline.id,
                "date": month,
                "is_control": side == "control_",
                "old_numerator": old[0],
                "old_denominator": old[1],
                "new_numerator": new[0],
                "new_denominator": new[1],
            }
            for (month, side), old in known.items()
            if month in rows and _differ(old, new := figures_of(rows[month], side))
        ]
        # sudo: the ledger writes itself; nobody has the right to type into it
        return self.sudo().create(changes)


def figures_of(row, side):
    return (
        row.get(f"{side}numerator") or 0.0,
        row.get(f"{side}denominator") or 0.0,
    )


def _differ(old, new):
    return any(
        round(before, PRECISION) != round(after, PRECISION)
        for before, after in zip(old, new, strict=True)
    )
