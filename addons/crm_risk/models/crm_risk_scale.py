"""Bands of the risk matrix: five of chance, five of money."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

LEVELS = 5
SCALE_TYPES = [("probability", "Probability"), ("impact", "Impact")]


class CrmRiskScale(models.Model):
    _name = "crm.risk.scale"
    _description = "Risk Scale Band"
    _order = "company_id, type desc, level"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="cascade",
        help="Empty: for every company that has no scale of its own.",
    )
    type = fields.Selection(SCALE_TYPES, required=True, default="probability")
    level = fields.Integer(required=True, aggregator=None)
    low = fields.Float(
        digits=0,
        aggregator=None,
        string="From",
        help="Lower end of the band: a chance between 0 and 1, or an impact in percent"
        " of the budget of the implementation.",
    )
    high = fields.Float(
        digits=0,
        string="To",
        compute="_compute_high",
        help="Upper end: where the next band begins, so that no gap can arise.",
    )
    color = fields.Char(default="#adb5bd")

    _level_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), type, level)",
        "This scale has a band of that level already.",
    )
    _level_in_range = models.Constraint(
        f"CHECK (level BETWEEN 1 AND {LEVELS})",
        "The level of a band must be a number from 1 to 5.",
    )

    @api.depends("type", "level", "low", "company_id")
    def _compute_high(self):
        lows = {
            (band.company_id, band.type, band.level): band.low
            for band in self.search(
                [("company_id", "in", [*self.company_id.ids, False])]
            )
        }
        for band in self:
            top = 1.0 if band.type == "probability" else 0.0
            band.high = lows.get((band.company_id, band.type, band.level + 1), top)

    @api.constrains("type", "level", "low", "company_id")
    def _check_bands_rise(self):
        for band in self:
            bands = self.search(
                [("company_id", "=", band.company_id.id), ("type", "=", band.type)]
            ).sorted("level")
            lows = bands.mapped("low")
            if any(a >= b for a, b in zip(lows, lows[1:], strict=False)):
                raise ValidationError(
                    self.env._(
                        "%(band)s: every band must begin above the one before it;"
                        " the bands now begin at %(lows)s.",
                        band=band.name,
                        lows=", ".join(f"{low:g}" for low in lows),
                    )
                )
            if min(lows) < 0 or (band.type == "probability" and max(lows) >= 1):
                raise ValidationError(
                    self.env._(
                        "%(band)s: a band begins at 0 or above, and a band of"
                        " probability below 1.",
                        band=band.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        self.env["crm.risk"]._recompute_levels()
        return bands

    def write(self, vals):
        result = super().write(vals)
        if {"low", "level", "type", "company_id"} & vals.keys():
            self.env["crm.risk"]._recompute_levels()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["crm.risk"]._recompute_levels()
        return result

    def _get_range(self):
        """The band in words of numbers, such as "10–30 %"."""
        self.ensure_one()
        factor = 100 if self.type == "probability" else 1
        low, high = (f"{factor * end:g}" for end in (self.low, self.high))
        return f"{low}–{high} %" if self.high else f"> {low} %"

    def _get_bounds(self, company):
        """Lower ends of the bands that hold for ``company``.

        :return: {"probability": [0, 0.1, …], "impact": [0, 2, …]}; the company's
            own scale if it has one, else the shared one
        """
        domain = [("company_id", "in", [company.id, False])]
        # The scale is a yardstick for every reader of a risk of that company.
        bands = self.sudo().search(domain, order="level")  # bands hold no secrets
        bounds = {}
        for scale_type, _label in SCALE_TYPES:
            of_type = bands.filtered(lambda band, t=scale_type: band.type == t)
            own = of_type.filtered("company_id") or of_type
            bounds[scale_type] = own.mapped("low")
        return bounds
