"""Virtual office: service, satisfaction, loyalty and new business in one place."""

from odoo import api, fields, models

from ..engine import returns
from .crm_effect_goal import BEFORE, RECENT
from .crm_implementation import GROUP

BLOCKS = [
    ("service", "Service"),
    ("satisfaction", "Satisfaction"),
    ("loyalty", "Loyalty"),
    ("new", "New Business"),
]
# indicators of each block by code; what is not installed has no tile
INDICATORS = {
    "service": ("F04", "K11", "L01", "L02", "Q02"),
    "satisfaction": ("V01", "K39"),
    "loyalty": ("V02", "C01", "C02", "C03"),
    "new": ("C04",),
}


class CrmEffectOffice(models.Model):
    _name = "crm.effect.office"
    _description = "Tile of the Virtual Office"
    _order = "implementation_id, sequence, id"
    _rec_name = "indicator_id"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    sequence = fields.Integer()
    block = fields.Selection(BLOCKS, required=True)
    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    date_figure = fields.Date(string="Figures up to")
    has_before = fields.Boolean()
    before_value = fields.Float(digits=0, aggregator=None)
    has_now = fields.Boolean()
    now_value = fields.Float(digits=0, aggregator=None)
    tone = fields.Selection(
        [("better", "Better"), ("worse", "Worse"), ("same", "Unchanged")]
    )
    before_text = fields.Char(string="Year before", compute="_compute_texts")
    now_text = fields.Char(string="Now", compute="_compute_texts")

    _once = models.Constraint(
        "UNIQUE (implementation_id, indicator_id)",
        "The implementation has a tile of this indicator already.",
    )

    @api.depends_context("lang")
    @api.depends("before_value", "now_value", "has_before", "has_now")
    def _compute_texts(self):
        for tile in self:
            company = tile.company_id
            show = tile.indicator_id._format_value
            tile.before_text = tile.has_before and show(tile.before_value, company)
            tile.now_text = tile.has_now and show(tile.now_value, company)

    def action_open_facts(self):
        """The months behind the tile; from there the records behind a month."""
        self.ensure_one()
        action = self.indicator_id.action_open_facts()
        own = ("company_id", "=", self.company_id.id)
        return {**action, "domain": [*action["domain"], own]}


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    office_ids = fields.One2many("crm.effect.office", "implementation_id", groups=GROUP)

    def _refresh_office(self):
        """Bring the tiles to the figures of today."""
        codes = [code for block in INDICATORS.values() for code in block]
        indicators = self.env["crm.indicator"].search([("code", "in", codes)])
        by_code = indicators.grouped("code")
        # sudo: tiles are results; nobody has the right to type them
        for implementation in self.sudo():
            known = {tile.indicator_id: tile for tile in implementation.office_ids}
            for sequence, code in enumerate(codes):
                if indicator := by_code.get(code):
                    tile = known.pop(indicator, implementation.office_ids.browse())
                    implementation._write_tile(tile, indicator, sequence)
            implementation.office_ids.browse().union(*known.values()).unlink()

    def _write_tile(self, tile, indicator, sequence):
        values = self._prepare_tile(indicator)
        if not values:
            tile.unlink()
        elif tile:
            tile.write(values)
        else:
            [block] = [b for b, codes in INDICATORS.items() if indicator.code in codes]
            tile.create(
                {
                    **values,
                    "implementation_id": self.id,
                    "indicator_id": indicator.id,
                    "block": block,
                    "sequence": sequence,
                }
            )

    def _prepare_tile(self, indicator):
        """Mean of the year before the go-live and of the last months."""
        sums = indicator._get_monthly_sums(self.company_id, self.team_ids)
        this_month = fields.Date.context_today(self).replace(day=1)
        figures = {
            month: value
            for month, pair in sorted(sums.items())
            if month < this_month and (value := indicator._get_value(*pair)) is not None
        }
        if not figures:
            return {}
        go_live = self.date_go_live or this_month
        first = returns.add_months(go_live, -BEFORE)
        before = [v for month, v in figures.items() if first <= month < go_live]
        after = [v for month, v in figures.items() if month >= go_live][-RECENT:]
        if any(0 < len(span) < RECENT for span in (before, after)):
            before, after = self._hide_single_months(indicator, before, after)
        values = {
            "date_figure": max(figures),
            "has_before": bool(before),
            "before_value": sum(before) / len(before) if before else 0.0,
            "has_now": bool(after),
            "now_value": sum(after) / len(after) if after else 0.0,
        }
        return {**values, "tone": self._get_tone(indicator, values)}

    def _hide_single_months(self, indicator, *spans):
        """A mean of one or two months would tell what one or two people did."""
        if not indicator._has_small_group(self.company_id, self.team_ids):
            return spans
        return tuple(span if len(span) >= RECENT else [] for span in spans)

    def _get_tone(self, indicator, values):
        if not (values["has_before"] and values["has_now"]):
            return False
        change = values["now_value"] - values["before_value"]
        if indicator.direction == "neutral":
            return False  # it moved, for better or worse nobody can say
        if not change:
            return "same"
        rises = indicator.direction == "higher"
        return "better" if (change > 0) == rises else "worse"
