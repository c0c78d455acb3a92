"""Monthly figures of an indicator for a group of teams."""

from odoo import models
from odoo.fields import Domain


class CrmIndicator(models.Model):
    _inherit = "crm.indicator"

    def _is_ratio(self):
        return self.kind in ("ratio", "median")

    def _get_value(self, numerator, denominator):
        """The figure of one month; ``None`` is no data."""
        if not self._is_ratio():
            return numerator
        return (
            numerator / denominator if numerator is not None and denominator else None
        )

    def _get_monthly_sums(self, company, teams):
        """{first day of month: (numerator, denominator)} of the teams, or of all."""
        self.ensure_one()
        domain = Domain("indicator_id", "=", self.id)
        domain &= Domain("company_id", "=", company.id)
        domain &= Domain("granularity", "=", "month")
        if teams:
            domain &= Domain("team_id", "in", teams.ids)
        # sudo: only sums over whole teams leave this method, never a person's figure
        groups = (
            self.env["crm.indicator.fact"]
            .sudo()
            ._read_group(domain, ["date:month"], ["numerator:sum", "denominator:sum"])
        )
        return {
            month: (numerator or 0.0, denominator or 0.0)
            for month, numerator, denominator in groups
        }
