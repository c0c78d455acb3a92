from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.replenishment import DUE, LAPSED, LATE

MINIMUM_INTERVALS = 3


class ResCompany(models.Model):
    _inherit = "res.company"

    loyalty_minimum_intervals = fields.Integer(
        "Intervals Needed",
        default=MINIMUM_INTERVALS,
        required=True,
        help="A customer's next purchase of a product is forecast from so many "
        "intervals between his purchases of it.",
    )
    loyalty_late_ratio = fields.Float(
        "Late After",
        default=LATE,
        required=True,
        help="Times the expected cover: from the expected day to here a purchase is "
        "due, after it late.",
    )
    loyalty_lapsed_ratio = fields.Float(
        "Lapsed After",
        default=LAPSED,
        required=True,
        help="Times the expected cover: after it the customer no longer counts as one "
        "who will reorder.",
    )
    loyalty_horizon_days = fields.Integer(
        "Stock Horizon (days)",
        default=14,
        required=True,
        help="Purchases expected in so many days are held against the stock.",
    )

    @api.constrains(
        "loyalty_minimum_intervals",
        "loyalty_late_ratio",
        "loyalty_lapsed_ratio",
        "loyalty_horizon_days",
    )
    def _check_loyalty_replenishment(self):
        for company in self:
            if company.loyalty_minimum_intervals < 2:
                raise ValidationError(
                    self.env._(
                        "Replenishment of %(company)s: at least 2 intervals are "
                        "needed for a rhythm, not %(count)s.",
                        company=company.name,
                        count=company.loyalty_minimum_intervals,
                    )
                )
            if not DUE < company.loyalty_late_ratio < company.loyalty_lapsed_ratio:
                raise ValidationError(
                    self.env._(
                        "Replenishment of %(company)s: a purchase is due from 1 time "
                        "the expected cover on, so “late” (%(late)s) must be more than "
                        "1 and “lapsed” (%(lapsed)s) more than “late”.",
                        company=company.name,
                        late=company.loyalty_late_ratio,
                        lapsed=company.loyalty_lapsed_ratio,
                    )
                )
            if not 0 <= company.loyalty_horizon_days <= 366:
                raise ValidationError(
                    self.env._(
                        "Replenishment of %(company)s: the stock horizon must be from "
                        "0 to 366 days, not %(days)s.",
                        company=company.name,
                        days=company.loyalty_horizon_days,
                    )
                )
