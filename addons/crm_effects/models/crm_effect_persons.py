"""Figures that are the work of one or two people are shown to risk managers only:
in the charts, the months of the effect and whatever is exported from them.

The return is one figure for all who may read it, so its cash flow holds such an
effect with the mean of its months for everybody. And such an effect counts whole
quarters of a year: the difference of its totals of two days is never one month's.
"""

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.crm_risk.indicators.base import MIN_PERSONS

from ..engine import returns
from .crm_indicator import FACT_COLUMNS

QUARTER = 3  # months


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    is_small_group = fields.Boolean(
        string="One or Two People",
        readonly=True,
        copy=False,
        help="When it was estimated, a month of the introduced units was the work of"
        " fewer than three people: its months are shown to risk managers only.",
    )

    def _tells_on_persons(self):
        """Whether a month of the teams is the work of one or two people, and the viewer
        is not somebody who may know."""
        return not self.env["crm.indicator.fact"]._sees_persons() and self._is_of_few()

    def _is_of_few(self):
        """Whether the months of the effect are no matter for everybody."""
        if not self.indicator_id:
            return False
        return self.is_small_group or self._has_small_group()

    def _has_small_group(self):
        return self.indicator_id._has_small_group(self.company_id, self._get_treated())

    def _keep_quarters(self, rows, first_after):
        """The rows without the months of a quarter that is not over."""
        last = max(rows, default=first_after)
        rest = last.month % QUARTER
        if not rest or last < first_after or not self._has_small_group():
            return rows
        end = returns.add_months(last.replace(day=1), -rest)
        return {
            month: row
            for month, row in rows.items()
            if month <= end or month < first_after
        }


class CrmIndicator(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.indicator"  # pylint: disable=consider-merging-classes-inherited

    def _has_small_group(self, company, units):
        """Whether a month of the units, or of all, is the work of one or two people.

        Facts tell how many; where they name nobody, the members of the teams do.
        """
        domain = Domain("indicator_id", "=", self.id)
        domain &= Domain("company_id", "=", company.id)
        domain &= Domain("granularity", "=", "month")
        domain &= Domain("user_id", "!=", False)
        if units:
            domain &= Domain(FACT_COLUMNS[units._name], "in", units.ids)
        # sudo: how many people there are, and nothing about them
        facts = self.env["crm.indicator.fact"].sudo()
        groups = facts._read_group(domain, ["date:month"], ["user_id:count_distinct"])
        if groups or units._name != "crm.team":
            return any(people < MIN_PERSONS for _month, people in groups)
        return self._is_few_members(units)

    @staticmethod
    def _is_few_members(teams):
        """A team without members, such as that of a website, is nobody's work."""
        # sudo: how many people there are, and nothing about them
        return 0 < len(teams.sudo().member_ids) < MIN_PERSONS
