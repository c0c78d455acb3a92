"""Figures that are the work of one or two people are shown to risk managers only:
in the charts, the months of the effect and whatever is exported from them."""

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.crm_risk.indicators.base import MIN_PERSONS


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
        if not self.indicator_id or self.env["crm.indicator.fact"]._sees_persons():
            return False
        return self.is_small_group or self._has_small_group()

    def _has_small_group(self):
        # sudo: how many people there are, and nothing about them
        groups = (
            self.env["crm.indicator.fact"]
            .sudo()
            ._read_group(
                self._get_fact_domain() & Domain("user_id", "!=", False),
                ["date:month"],
                ["user_id:count_distinct"],
            )
        )
        return any(people < MIN_PERSONS for _month, people in groups)
