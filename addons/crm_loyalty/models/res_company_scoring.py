from datetime import date, datetime, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

MODES = [
    ("fifths", "Fifths of the ranking"),
    ("fixed", "Fixed limits"),
]
# dimension → prefix of its fields
DIMENSIONS = {"r": "loyalty_recency", "f": "loyalty_frequency", "m": "loyalty_revenue"}
SCORES = (2, 3, 4, 5)
RULE_HELP = (
    "Fifths tell customers apart by comparing them with each other. Fixed limits suit "
    "firms with few large customers, where a fifth of the ranking means nothing."
)
# Nobody has documents before; windows of years must stay in the calendar.
EARLIEST = date(1900, 1, 1)


class ResCompany(models.Model):
    """Limits of scores and classes, and the purchase model."""

    _inherit = "res.company"

    loyalty_recency_mode = fields.Selection(
        MODES, "Recency Scores", required=True, default="fifths", help=RULE_HELP
    )
    loyalty_recency_5 = fields.Integer("Recency 5: days at most", default=30)
    loyalty_recency_4 = fields.Integer("Recency 4: days at most", default=90)
    loyalty_recency_3 = fields.Integer("Recency 3: days at most", default=180)
    loyalty_recency_2 = fields.Integer("Recency 2: days at most", default=365)
    loyalty_frequency_mode = fields.Selection(
        MODES, "Frequency Scores", required=True, default="fifths", help=RULE_HELP
    )
    loyalty_frequency_2 = fields.Integer("Frequency 2: orders at least", default=2)
    loyalty_frequency_3 = fields.Integer("Frequency 3: orders at least", default=4)
    loyalty_frequency_4 = fields.Integer("Frequency 4: orders at least", default=8)
    loyalty_frequency_5 = fields.Integer("Frequency 5: orders at least", default=16)
    loyalty_revenue_mode = fields.Selection(
        MODES, "Revenue Scores", required=True, default="fifths", help=RULE_HELP
    )
    loyalty_revenue_2 = fields.Monetary("Revenue 2: at least", default=1_000)
    loyalty_revenue_3 = fields.Monetary("Revenue 3: at least", default=5_000)
    loyalty_revenue_4 = fields.Monetary("Revenue 4: at least", default=20_000)
    loyalty_revenue_5 = fields.Monetary("Revenue 5: at least", default=50_000)

    loyalty_abc_a = fields.Float(
        "Class A, % of the Total",
        default=80,
        help="Customers who bring this share of the margin, the largest first.",
    )
    loyalty_abc_b = fields.Float(
        "Class B, % of the Total", default=15, help="The share that follows class A."
    )
    loyalty_xyz_x = fields.Float(
        "Class X, Variation up to %",
        default=10,
        help="Standard deviation of the monthly revenue over its mean.",
    )
    loyalty_xyz_y = fields.Float("Class Y, Variation up to %", default=25)
    loyalty_purchase_model = fields.Selection(
        [("mbg_nbd", "MBG/NBD"), ("bg_nbd", "BG/NBD, to compare with publications")],
        "Purchase Model",
        required=True,
        default="mbg_nbd",
        help="BG/NBD takes everybody who bought once for active. MBG/NBD does not.",
    )
    loyalty_as_of = fields.Date(
        "Look at Customers as of",
        help="Scores, forecasts, replenishment and the call list take this day for "
        "today: for documents that end in the past. Empty: today.",
    )

    @api.constrains("loyalty_as_of")
    def _check_loyalty_as_of(self):
        for company in self.filtered("loyalty_as_of"):
            today = company._loyalty_calendar_day()
            if not EARLIEST <= company.loyalty_as_of <= today:
                raise ValidationError(
                    self.env._(
                        "Customers of %(company)s can be looked at as of a day from "
                        "%(first)s to %(today)s, not as of %(date)s.",
                        company=company.name,
                        first=format_date(self.env, EARLIEST),
                        today=format_date(self.env, today),
                        date=format_date(self.env, company.loyalty_as_of),
                    )
                )

    def _loyalty_calendar_day(self, moment=None):
        """Return the company's own day at a moment in UTC, now if none is given."""
        utc = pytz.utc.localize(moment) if moment else datetime.now(pytz.utc)
        return utc.astimezone(pytz.timezone(self._loyalty_tz())).date()

    def _loyalty_today(self):
        """Return the day the customers are looked at: today, or an earlier one."""
        company = self.sudo()  # its zone and this day are for whoever sees its figures
        today = company._loyalty_calendar_day()
        return min(today, company.loyalty_as_of or today)

    @api.constrains(
        *(
            f"{prefix}_{part}"
            for prefix in DIMENSIONS.values()
            for part in ("mode", *SCORES)
        )
    )
    def _check_loyalty_scores(self):
        for company in self:
            for dimension, prefix in DIMENSIONS.items():
                if company[f"{prefix}_mode"] == "fixed":
                    company._check_loyalty_limits(dimension)

    def _check_loyalty_limits(self, dimension):
        """Every score must be harder to reach than the one below it."""
        limits = self._loyalty_limits(dimension)
        rising = limits[::-1] if dimension == "r" else limits
        pairs = zip(rising, rising[1:], strict=False)
        if rising[0] > 0 and all(low < high for low, high in pairs):
            return
        reasons = {
            "r": self.env._("days must be above zero and fall from score 2 to 5"),
            "f": self.env._("orders must be above zero and rise from score 2 to 5"),
            "m": self.env._("revenue must be above zero and rise from score 2 to 5"),
        }
        raise ValidationError(
            self.env._(
                "The fixed limits of %(company)s cannot be used: %(reason)s, "
                "got %(limits)s.",
                company=self.name,
                reason=reasons[dimension],
                limits=" – ".join(f"{limit:g}" for limit in limits),
            )
        )

    @api.constrains("loyalty_abc_a", "loyalty_abc_b", "loyalty_xyz_x", "loyalty_xyz_y")
    def _check_loyalty_classes(self):
        for company in self:
            shares = (company.loyalty_abc_a, company.loyalty_abc_b)
            if min(shares) <= 0 or sum(shares) > 100:
                raise ValidationError(
                    self.env._(
                        "Classes A and B of %(company)s need shares above zero that "
                        "make 100 %% at most, got %(a)g and %(b)g.",
                        company=company.name,
                        a=shares[0],
                        b=shares[1],
                    )
                )
            if not 0 < company.loyalty_xyz_x < company.loyalty_xyz_y:
                raise ValidationError(
                    self.env._(
                        "Class X of %(company)s needs a variation above zero and "
                        "below that of class Y, got %(x)g and %(y)g.",
                        company=company.name,
                        x=company.loyalty_xyz_x,
                        y=company.loyalty_xyz_y,
                    )
                )

    def _loyalty_limits(self, dimension):
        """Return the limits of the scores 2 to 5, as typed."""
        return [self[f"{DIMENSIONS[dimension]}_{score}"] for score in SCORES]

    def _loyalty_fixed_limits(self, today):
        """Return dimension → limits of the scores 2 to 5, where they are fixed; days
        since the last order become the day it must not be before."""
        self.ensure_one()
        limits = {
            dimension: self._loyalty_limits(dimension)
            for dimension, prefix in DIMENSIONS.items()
            if self[f"{prefix}_mode"] == "fixed"
        }
        if "r" in limits:
            limits["r"] = [today - timedelta(days=days) for days in limits["r"]]
        return limits

    def _loyalty_abc_shares(self):
        """Return the shares of the total at which the classes A and B end."""
        self.ensure_one()
        first = round(self.loyalty_abc_a / 100, 6)
        return first, round(first + self.loyalty_abc_b / 100, 6)

    def _loyalty_xyz_limits(self):
        """Return the variation up to which the classes X and Y go."""
        self.ensure_one()
        return round(self.loyalty_xyz_x / 100, 6), round(self.loyalty_xyz_y / 100, 6)
