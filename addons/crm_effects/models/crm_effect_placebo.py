"""What the method finds at dates on which nothing happened."""

from odoo import api, fields, models


class CrmEffectPlacebo(models.Model):
    _name = "crm.effect.placebo"
    _description = "Fake Go-Live"
    _order = "effect_id, date"

    effect_id = fields.Many2one(
        "crm.effect", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="effect_id.company_id", store=True, index=True)
    date = fields.Date(string="Fake Go-Live", required=True)
    effect = fields.Float(string="Found", digits=0, aggregator=None)
    effect_low = fields.Float(digits=0, aggregator=None)
    effect_high = fields.Float(digits=0, aggregator=None)
    result = fields.Char(compute="_compute_result")
    is_clear = fields.Boolean(
        string="False Alarm",
        help="The interval leaves zero out though nothing happened.",
    )

    @api.depends_context("lang")
    @api.depends("effect", "effect_low", "effect_high")
    def _compute_result(self):
        for placebo in self:
            placebo.result = placebo.effect_id._say_change(
                placebo.effect, placebo.effect_low, placebo.effect_high
            )
