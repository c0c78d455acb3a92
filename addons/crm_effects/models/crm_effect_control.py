"""A control that is another figure: of a product group, a company, the market."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

BY_ORDERS = ("seller", "price")
"""Normalisers that look at the orders of units; another figure has none."""


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    control_indicator_id = fields.Many2one(
        "crm.indicator",
        string="Control Figure",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="A figure of its own that the introduction does not touch, such as the"
        " revenue of a product group that is sold without the CRM, or typed figures of"
        " another company. Left empty, it is the same figure of the control units.",
    )

    @api.constrains("control_indicator_id", "indicator_id", "normaliser")
    def _check_control_indicator(self):
        for effect in self.filtered("control_indicator_id"):
            if trouble := effect._get_control_trouble():
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(control)s cannot be the control figure."
                        " %(trouble)s",
                        name=effect.name,
                        control=effect.control_indicator_id.display_name,
                        trouble=trouble,
                    )
                )

    def _get_control_trouble(self):
        control = self.control_indicator_id
        if control == self.indicator_id:
            return self.env._(
                "It is the figure of the effect itself: choose control units instead."
            )
        if control._is_ratio() != self.indicator_id._is_ratio():
            return self.env._(
                "Shares and means are compared with shares and means, sums with sums."
            )
        if self.normaliser in BY_ORDERS:
            return self.env._(
                "It has no salespeople and prices of its own: compare as measured or"
                " per working day."
            )
        return False

    def _has_control_figure(self):
        return self.estimator == "did" and bool(self.control_indicator_id)

    def _get_control_sums(self, control):
        """{month: (numerator, denominator)} of what is compared with."""
        if self._has_control_figure():
            everything = self.env["crm.team"]
            return self.control_indicator_id._get_monthly_sums(
                self.company_id, everything
            )
        return self._get_sums(control)[0] if control else {}
